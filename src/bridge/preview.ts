import { actions } from "../action/actions/index.ts";
import { AlarmBoard } from "../alarm/board.ts";
import { type Clock, systemClock, within } from "../base/clock.ts";
import type { ControlId, DeviceId, RecordingId } from "../base/identifiers.ts";
import { silentLog } from "../base/log.ts";
import type { ControlDescription } from "../driver/control.ts";
import type { Frame } from "../driver/frame.ts";
import { wordsFor } from "../feedback/words.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { lazyKeyImages } from "../panel/key-image/lazy.ts";
import { sumUp } from "../preflight/check.ts";
import type { RoomView } from "../room/room-view.ts";
import type { PreviewedStatus } from "./mapping-editor.ts";
import { PanelOutput } from "./panel-output.ts";

interface PreviewWish {
  readonly mapping: Mapping;
  readonly device: DeviceId;
  /** Those of the open device, where the mapping does not say its model. */
  readonly controls: readonly ControlDescription[] | undefined;
  /** How every room is in the picture. */
  readonly status: PreviewedStatus;
}

/** What a panel would show, drawn by the bridge's own output; it is not opened. */
interface DrawnPanel {
  readonly controls: readonly ControlDescription[];
  readonly frames: ReadonlyMap<ControlId, Frame>;
}

/** Draws a panel as a mapping has it. Nothing where no such device is in it, or what it has is not known. */
export async function drawPanel({
  mapping,
  device: id,
  controls: attached,
  status,
}: PreviewWish): Promise<DrawnPanel | undefined> {
  const device = mapping.devices.get(id);
  const controls = device?.described === "known-once-open" ? attached : device?.described;
  if (device === undefined || controls === undefined || controls.length === 0) return undefined;
  const view = viewOf(status);
  const images = await keyImagesFor(mapping);
  const frames = new Map<ControlId, Frame>();
  const output = new PanelOutput(
    {
      clock: still,
      log: silentLog,
      actions,
      rooms: { view: () => view, stateOf: () => "up" },
      alarms: {
        readiness: () => sumUp([], still.wallMs()),
        board: new AlarmBoard({ clock: still, log: silentLog, changed: () => undefined }),
      },
      words: (room) => wordsFor(view, mapping.rooms.get(room) ?? { name: room, id: 0 as never }),
      language: () => mapping.language,
      missing: () => [],
      secret: () => undefined,
      record: () => undefined,
      keyImages: async () => images,
    },
    {
      recognizer: { holding: () => undefined, isTouched: () => false },
      permissions: () => "everything",
      failed: () => undefined,
    },
  );
  const show = async (control: ControlId, frame: Frame) => void frames.set(control, frame);
  // A keypad would hide what the keys look like.
  output.open({ controls, show }, { ...device, pin: undefined });
  await new Promise<void>((resolve) => systemClock.soon(resolve));
  output.close();
  return { controls, frames };
}

/** Fonts and the drawing library are loaded once, as long as the mappings name the same font. */
let previewed: Pick<Mapping, "font" | "symbols">;
const loadImages = lazyKeyImages({ clock: systemClock, log: silentLog }, () => previewed);
/** Symbols that were waited for: they are drawn, or cannot be. */
const waitedFor = new Set<string>();
const SYMBOLS_WITHIN_MS = 2000;

async function keyImagesFor(mapping: Mapping): ReturnType<typeof loadImages> {
  previewed = mapping;
  const images = await loadImages();
  const fresh = [...mapping.symbols.keys()].filter((name) => !waitedFor.has(name));
  if (images === undefined || fresh.length === 0) return images;
  let stop: () => void = () => undefined;
  const drawn = new Promise<void>((resolve) => {
    stop = images.onSymbols(resolve);
  });
  await within(systemClock, drawn, SYMBOLS_WITHIN_MS);
  stop();
  for (const name of fresh) waitedFor.add(name);
  return images;
}

/** A picture is one moment. */
const still: Clock = {
  ...systemClock,
  monotonicMs: () => 0,
  after: () => () => undefined,
  every: () => () => undefined,
};

/** Into a recording: 12:34. */
const ELAPSED_MS = 754_000;

function viewOf(status: PreviewedStatus): RoomView {
  const calm = {
    expected: undefined,
    pending: undefined,
    recording: undefined,
    elapsedMs: undefined,
    why: undefined,
    isMissing: false,
    trouble: undefined,
    alarm: undefined,
    marksWaiting: 0,
  };
  if (status === "unknown")
    return { ...calm, knowledge: "stale", status: undefined, ageMs: 60_000, why: "no answer" };
  const isRunning = status === "recording" || status === "paused";
  return {
    ...calm,
    knowledge: "live",
    status,
    expected: status,
    ageMs: 0,
    ...(isRunning ? { recording: 1 as unknown as RecordingId, elapsedMs: ELAPSED_MS } : {}),
  };
}

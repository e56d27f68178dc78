import { errorText } from "../../src/base/error-text.ts";
import {
  type ControlId,
  type DeviceHost,
  type Frame,
  fail,
  type OpenDevice,
  type OpenFailure,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { closeInTime } from "../../src/driver/hid/closing-frame.ts";
import { unprepared } from "../../src/driver/hid/failures.ts";
import type { HidHandle } from "../../src/driver/hid/handle.ts";
import { type EncodeJpeg, loadJpegEncoder } from "../../src/driver/hid/jpeg.ts";
import { createSession } from "../../src/driver/hid/session.ts";
import { watchForSleep } from "../../src/driver/hid/sleep-watch.ts";
import { turnBack } from "../../src/driver/hid/turn.ts";
import { createTurns } from "../../src/driver/hid/turns.ts";
import { withinTime } from "../../src/driver/hid/within-time.ts";
import { keysOf } from "./controls.ts";
import { createIntake } from "./intake.ts";
import type { DockModel } from "./models.ts";
import { brightness, clearAll, commit, picturePackets, stayAwake, wake } from "./packets.ts";
import type { DockSettings } from "./settings.ts";

interface DockUnit {
  readonly handle: HidHandle;
  readonly model: DockModel;
  readonly productName: string;
}

/** What a recording calls the reports. */
const CHANNEL = "hid";
/** Without a word from the computer these panels go back to sleep (after 5 to 10 s, unverified). */
const STAY_AWAKE_MS = 4000;

/** Makes an open device of a handle; on failure the handle is closed. */
export async function openPanel(
  { handle, model, productName }: DockUnit,
  settings: DockSettings,
  host: DeviceHost,
): Promise<Result<OpenDevice, OpenFailure>> {
  const { clock } = host;
  const encoder = await loadJpegEncoder();
  if (!encoder.ok) {
    await handle.close().catch(() => undefined);
    return encoder;
  }
  const session = createSession(host);
  const inTurn = createTurns();
  const keys = keysOf(model.generation);
  const send = (packets: readonly Uint8Array[]) =>
    inTurn(async () => {
      for (const packet of packets) {
        host.traced("out", packet, CHANNEL);
        await withinTime(clock, handle.write(packet));
      }
    }).catch((error: unknown) => {
      session.lose(`the panel took no data: ${errorText(error)}`);
      throw error;
    });
  const setUp = () => send([wake(model), brightness(model, settings.brightnessPercent)]);
  const clear = () => send([clearAll(model), commit(model)]);
  const endWatch = watchForSleep(clock, session);
  const endWaking = clock.every(STAY_AWAKE_MS, () => void send([stayAwake(model)]).catch(() => undefined));
  let closing: Promise<void> | undefined;
  const close = async () => {
    endWatch();
    endWaking();
    session.end();
    const say = session.state() === "closed" ? clear : () => Promise.resolve();
    await closeInTime(clock, { showLast: say, letGo: () => handle.close() });
  };
  const device: OpenDevice = {
    productName,
    panel: {
      controls: keys.map(({ description }) => description),
      async show(control: ControlId, frame: Frame, signal) {
        if (signal.aborted) return;
        const key = keys.find(({ description }) => description.id === control);
        if (key === undefined || frame.kind !== "image") throw new Error(`${control} cannot show this`);
        await send(picturePackets(model, key.wireNumber, await encode(encoder.value, frame)));
      },
      refresh: setUp,
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
  try {
    await setUp();
    await clear();
  } catch (error) {
    await device.close();
    return fail(unprepared(productName, error));
  }
  session.begin();
  const take = createIntake(model, keys, { emit: host.emit, dropped: (reason) => host.dropped(reason) });
  handle.listen({
    report(bytes) {
      host.traced("in", bytes, CHANNEL);
      take(bytes);
    },
    failed: session.lose,
  });
  return succeed(device);
}

/** The displays stand a quarter turn clockwise in the panel. */
function encode(encodeJpeg: EncodeJpeg, frame: Extract<Frame, { kind: "image" }>): Promise<Uint8Array> {
  const { rgb, widthPx, heightPx } = turnBack(90, frame);
  const rgba = new Uint8Array((rgb.length / 3) * 4);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4)
    rgba.set([rgb[from] ?? 0, rgb[from + 1] ?? 0, rgb[from + 2] ?? 0, 255], to);
  return encodeJpeg(rgba, widthPx, heightPx);
}

import type { StreamDeck } from "@elgato-stream-deck/core";
import { errorText } from "../../src/base/error-text.ts";
import {
  type DeviceHost,
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenPanel,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { closeInTime } from "../../src/driver/hid/closing-frame.ts";
import { unprepared } from "../../src/driver/hid/failures.ts";
import type { HidHandle } from "../../src/driver/hid/handle.ts";
import { loadJpegEncoder } from "../../src/driver/hid/jpeg.ts";
import { createSession, type Session } from "../../src/driver/hid/session.ts";
import { watchForSleep } from "../../src/driver/hid/sleep-watch.ts";
import { showClosingFrame } from "./closing-frame.ts";
import { controlsOf, type DeckControl } from "./controls.ts";
import { mount, showFrame } from "./display.ts";
import { createHidLine, type HidLine } from "./hid-line.ts";
import { createIntake } from "./intake.ts";
import { librarySpecOf, type ModelWord, modelOf } from "./models.ts";
import { type Preparing, prepare, setUp } from "./prepare.ts";
import type { DeckSettings } from "./settings.ts";

/** A deck whose hardware is in our hands. */
export interface DeckUnit {
  readonly handle: HidHandle;
  readonly model: ModelWord;
  readonly productName: string;
  /** `wire` is USB, also behind a dock; `network` is the network port of the deck itself. */
  readonly reach: "wire" | "network" | "fake";
}

/** Makes an open device of a handle; on failure the handle is closed. */
export async function openDeck(
  unit: DeckUnit,
  settings: DeckSettings,
  host: DeviceHost,
): Promise<Result<OpenDevice, OpenFailure>> {
  const session = createSession(host);
  const line = createHidLine(unit.handle, {
    clock: host.clock,
    traced: (direction, bytes) => host.traced(direction, bytes, CHANNEL),
    failed: session.lose,
  });
  const library = await makeLibraryDeck(unit.model, line);
  if (!library.ok) {
    await unit.handle.close().catch(() => undefined);
    return library;
  }
  const controls = controlsOf(unit.model, settings.rotatedDegrees);
  const opening: Opening = { unit, settings, host, session, line, library: library.value, controls };
  const device = assemble(opening);
  try {
    await prepare(preparing(opening));
  } catch (error) {
    session.lose("");
    await device.close();
    return fail(unprepared(unit.productName, error));
  }
  session.begin();
  listen(opening);
  return succeed(device);
}

/** What a recording calls the reports; it is the same whichever way the deck is attached. */
const CHANNEL = "hid";

// Within this a first report can only be a state that was there before.
const UNASKED_WITHIN_MS = 100;

interface Opening {
  readonly unit: DeckUnit;
  readonly settings: DeckSettings;
  readonly host: DeviceHost;
  readonly session: Session;
  readonly line: HidLine;
  readonly library: StreamDeck;
  readonly controls: readonly DeckControl[];
}

function preparing({ unit, settings, line, library }: Opening): Preparing {
  return { ...unit, line, library, brightnessPercent: settings.brightnessPercent };
}

async function makeLibraryDeck(word: ModelWord, line: HidLine): Promise<Result<StreamDeck, OpenFailure>> {
  const encoder = modelOf(word).protocol === "second" ? await loadJpegEncoder() : undefined;
  if (encoder?.ok === false) return encoder;
  const encodeJPEG = encoder?.value ?? (async () => new Uint8Array());
  return succeed(await librarySpecOf(word).factory(line.device, { encodeJPEG }));
}

function assemble(opening: Opening): OpenDevice {
  const { unit, settings, host, session, library, controls } = opening;
  const turn = settings.rotatedDegrees;
  library.on("error", (error) => session.lose(errorText(error)));
  const endWatch = watchForSleep(host.clock, session);
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    endWatch();
    session.end();
    const whenClosed = session.state() === "closed" ? possibleClosingFrame(unit, settings) : "nothing";
    await closeInTime(host.clock, {
      showLast: () => showClosingFrame(library, controls, { whenClosed, turn }),
      letGo: () => library.close(),
    });
  }
  return {
    productName: unit.productName,
    panel: createPanel(opening),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** What resets a deck over USB restarts the network port of a Studio (node-elgato-stream-deck, tcp). */
function possibleClosingFrame({ model, reach }: DeckUnit, { whenClosed }: DeckSettings) {
  if (modelOf(model).protocol === "pedal") return "nothing";
  return reach === "network" && whenClosed === "logo" ? "dark" : whenClosed;
}

function createPanel(opening: Opening): OpenPanel {
  const { library, controls, settings } = opening;
  const parts = new Map(controls.map(({ description, part }) => [description.id, part]));
  return {
    controls: controls.map(({ description }) => description),
    async show(control, frame, signal) {
      if (signal.aborted) return;
      const part = parts.get(control);
      if (part === undefined) throw new Error(`this deck has no ${control}`);
      await showFrame(library, part, mount(frame, settings.rotatedDegrees));
    },
    refresh: () => setUp(preparing(opening)),
  };
}

function listen({ unit, settings, host, session, line, library, controls }: Opening): void {
  const deck = { model: unit.model, controls, library, turn: settings.rotatedDegrees };
  const take = createIntake(deck, {
    clock: host.clock,
    unaskedWithinMs: unit.reach === "fake" ? 0 : UNASKED_WITHIN_MS,
    feed: line.feed,
    emit: host.emit,
    dropped: (reason) => host.dropped(reason),
  });
  unit.handle.listen({
    report(bytes) {
      host.traced("in", bytes, CHANNEL);
      take(bytes);
    },
    failed: session.lose,
  });
}

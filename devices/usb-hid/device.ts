import { errorText } from "../../src/base/error-text.ts";
import {
  type ControlId,
  controlId,
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
import { createSession, type Session } from "../../src/driver/hid/session.ts";
import { watchForSleep } from "../../src/driver/hid/sleep-watch.ts";
import type { Decoder, ReportHandle } from "./find/source.ts";
import { joinLamps, keepNamed } from "./profile/describe.ts";
import type { Profile } from "./profile/profile.ts";
import { chooseDecoder } from "./read/choose-decoder.ts";
import { createIntake } from "./read/intake.ts";
import { type Blinker, createBlinker } from "./write/blinker.ts";
import { blinksItself, createLamps, type Lamps, lampsOf } from "./write/lamps.ts";
import { createLine, type Line } from "./write/line.ts";
import { createPoller, type Poller } from "./write/poller.ts";

/** A device whose hardware is in our hands. */
interface OpenUnit {
  readonly handle: ReportHandle;
  readonly profile: Profile;
  readonly productName: string;
  readonly reach: "wire" | "fake";
  /** The controls that the mapping binds. */
  readonly named: readonly ControlId[];
}

/** Makes an open device of a handle; on failure the handle is closed. */
export async function openUnit(unit: OpenUnit, host: DeviceHost): Promise<Result<OpenDevice, OpenFailure>> {
  const session = createSession(host);
  const opening = await assemble(unit, host, session);
  const device = createDevice(opening);
  unit.handle.listen({ report: opening.heard, failed: session.lose });
  try {
    await opening.line.send(opening.lamps.init());
  } catch (error) {
    session.lose("");
    await device.close();
    return fail(unprepared(unit.productName, error));
  }
  if (!session.begin()) {
    await device.close();
    return fail({ reason: "not-found", message: `${unit.productName} went while it was being opened.` });
  }
  opening.begin();
  return succeed(device);
}

/** What a recording calls the reports. */
const CHANNEL = "hid";
// Within this a first report can only be a state that was there before.
const UNASKED_WITHIN_MS = 100;
// What was asked for on opening has come by then, or never comes.
const ASKED_WITHIN_MS = 1000;
// Reports that came while the device was being opened; more are no answers to what was asked.
const MOST_EARLY = 16;

interface Opening {
  readonly unit: OpenUnit;
  readonly host: DeviceHost;
  readonly session: Session;
  readonly decoder: Decoder;
  readonly lamps: Lamps;
  readonly line: Line;
  readonly blinker: Blinker;
  heard(report: Uint8Array): void;
  /** What runs while it is open: questions, signs of life. */
  begin(): void;
  end(): void;
}

async function assemble(unit: OpenUnit, host: DeviceHost, session: Session): Promise<Opening> {
  const { handle, profile } = unit;
  const { clock } = host;
  const startMs = clock.monotonicMs();
  const decoder = await chooseDecoder(unit, {
    clock,
    emit: host.emit,
    dropped: (reason) => host.dropped(reason),
    tellsHeld: () => tellsHeld(unit, clock.monotonicMs() - startMs),
  });
  const lamps = createLamps(profile);
  const { minGapMs = 0, retry = 0 } = profile.output ?? {};
  const traced = (direction: "in" | "out") => (bytes: Uint8Array) => host.traced(direction, bytes, CHANNEL);
  const line = createLine(handle, { clock, minGapMs, retry, traced: traced("out") });
  const blinker = startBlinker({ unit, host, line, lamps, session });
  const take = createIntake({ decoder, traced: traced("in"), emit: host.emit });
  const early: Uint8Array[] = [];
  let poller: Poller | undefined;
  let ends: readonly (() => void)[] = [];
  return {
    unit,
    host,
    session,
    decoder,
    lamps,
    line,
    blinker,
    heard(report) {
      // In the order in which they came: what waits is older.
      if (session.state() === "opening" || early.length > 0) {
        if (early.length < MOST_EARLY) early.push(Uint8Array.from(report));
        return;
      }
      poller?.heard();
      take(report);
    },
    begin() {
      // The host hears of touches once it has the device.
      clock.soon(() => {
        if (session.state() === "open") for (const report of early.splice(0)) take(report);
      });
      poller = startPolling({ unit, host, line, lamps, session, take });
      ends = [keepAlive({ unit, host, line, lamps, session }), watchForSleep(clock, session)];
    },
    end() {
      poller?.close();
      blinker.close();
      for (const end of ends) end();
    },
  };
}

/** Whether a first report that comes now was caused by what was down before. */
function tellsHeld({ profile, reach }: OpenUnit, openMs: number): boolean {
  if (profile.input?.poll !== undefined) return true;
  if (profile.input?.first === "state") return openMs < ASKED_WITHIN_MS;
  return reach === "wire" && openMs < UNASKED_WITHIN_MS;
}

type Running = Pick<Opening, "unit" | "host" | "line" | "lamps" | "session">;

function startPolling({
  unit,
  host,
  line,
  lamps,
  session,
  take,
}: Running & { take(report: Uint8Array): void }) {
  const { input, output } = unit.profile;
  if (input?.poll === undefined || unit.reach === "fake") return undefined;
  return createPoller(input.poll, {
    clock: host.clock,
    line,
    variables: lamps.variables,
    outputLength: output?.length,
    answered: take,
    failed: session.lose,
  });
}

function startBlinker({ unit, host, line, lamps, session }: Running): Blinker {
  const rules = new Map(lampsOf(unit.profile).map(({ id, rule }) => [controlId(id), rule]));
  return createBlinker({
    clock: host.clock,
    blinksItself(lamp, blink) {
      const rule = rules.get(lamp);
      return rule !== undefined && blinksItself(rule, blink);
    },
    send: (lamp, frame) => line.send(lamps.show(lamp, frame)),
    failed: (error) => session.lose(errorText(error)),
  });
}

function keepAlive({ unit, host, line, lamps, session }: Running): () => void {
  const { keepAlive } = unit.profile.output ?? {};
  if (keepAlive === undefined) return () => undefined;
  let isSending = false;
  return host.clock.every(keepAlive.everyMs, () => {
    if (isSending) return;
    isSending = true;
    line
      .send(lamps.keepAlive())
      .catch((error: unknown) => session.lose(errorText(error)))
      .finally(() => {
        isSending = false;
      });
  });
}

function createDevice(opening: Opening): OpenDevice {
  const { unit, host, session, line, lamps } = opening;
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    opening.end();
    session.end();
    await closeInTime(host.clock, {
      async showLast() {
        // What was lost takes nothing any more, and may never finish what it was taking.
        if (session.state() === "closed") await line.send([...lamps.darken(), ...lamps.close()]);
      },
      letGo: () => unit.handle.close(),
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

function createPanel({ unit, decoder, blinker, session }: Opening): OpenPanel {
  return {
    controls: joinLamps(unit.profile, keepNamed(unit.profile, decoder.controls, unit.named)),
    async show(control, frame, signal) {
      if (signal.aborted || frame.kind !== "lamp") return;
      if (session.state() === "closed") throw new Error("this device is closed");
      await blinker.show(control, frame);
    },
  };
}

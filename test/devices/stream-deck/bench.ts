import { type DeckUnit, openDeck } from "../../../devices/stream-deck/deck.ts";
import { streamDeck } from "../../../devices/stream-deck/driver.ts";
import { librarySpecOf, type ModelWord } from "../../../devices/stream-deck/models.ts";
import type { DeckSettings } from "../../../devices/stream-deck/settings.ts";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import type { OpenDevice, OpenFailure, Result } from "../../../src/driver/contract.ts";
import type { HidEars, HidHandle } from "../../../src/driver/hid/handle.ts";
import { cleanUpLater, createNotingHost, type NotingHost } from "../../driver/hid/noting-host.ts";

/** The real clock, which can be told that some time has passed; timers run in real time. */
export interface SkippingClock extends Clock {
  skip(ms: number): void;
}

export function createSkippingClock(): SkippingClock {
  let skippedMs = 0;
  return {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + skippedMs,
    wallMs: () => systemClock.wallMs() + skippedMs,
    skip: (ms) => {
      skippedMs += ms;
    },
  };
}

export interface Sent {
  readonly how: "output" | "feature";
  readonly bytes: Buffer;
}

/** A HID handle without a device: notes what is written, and reports what a test says. */
export interface TestHandle extends HidHandle {
  readonly sent: Sent[];
  readonly asked: number[];
  readonly answers: Map<number, Uint8Array>;
  /** How the next writes go. */
  writes: "taken" | "refused" | "hanging";
  closes: "at-once" | "never";
  closed: number;
  report(bytes: Uint8Array): void;
  fail(reason: string): void;
}

export function createTestHandle(): TestHandle {
  let ears: HidEars | undefined;
  const note = async (how: Sent["how"], report: Uint8Array) => {
    if (handle.writes === "refused") throw new Error("Cannot write to hid device");
    if (handle.writes === "hanging") await new Promise(() => undefined);
    handle.sent.push({ how, bytes: Buffer.from(report) });
  };
  const handle: TestHandle = {
    sent: [],
    asked: [],
    answers: new Map(),
    writes: "taken",
    closes: "at-once",
    closed: 0,
    listen: (heard) => {
      ears = heard;
    },
    write: (report) => note("output", report),
    sendFeature: (report) => note("feature", report),
    getFeature: async (reportId) => {
      handle.asked.push(reportId);
      const answer = handle.answers.get(reportId);
      if (answer === undefined) throw new Error("could not get feature report from device");
      return answer;
    },
    close: async () => {
      handle.closed += 1;
      if (handle.closes === "never") await new Promise(() => undefined);
    },
    report: (bytes) => ears?.report(bytes),
    fail: (reason) => ears?.failed(reason),
  };
  return handle;
}

export interface OpenedDeck {
  readonly device: OpenDevice;
  readonly handle: TestHandle;
  readonly host: NotingHost;
}

export function settingsOf(settings: Record<string, unknown> = {}): DeckSettings {
  return streamDeck.settingsSchema.parse(settings) as DeckSettings;
}

/** A deck on a test handle, long enough ago that nothing counts as held. */
export async function openModel(
  model: ModelWord,
  settings: Record<string, unknown> = {},
  given: Partial<DeckUnit> & { readonly host?: NotingHost } = {},
): Promise<OpenedDeck> {
  const clock = createSkippingClock();
  const handle = createTestHandle();
  const { host = createNotingHost(clock), ...unit } = given;
  const { productName } = librarySpecOf(model);
  const opened = await openDeck(
    { handle, model, productName, reach: "wire", ...unit },
    // The quickest farewell, unless a test is about another.
    settingsOf({ whenClosed: "logo", ...settings }),
    host,
  );
  const device = expectOpen(opened);
  clock.skip(200);
  return { device, handle, host };
}

export function expectOpen(opened: Result<OpenDevice, OpenFailure>): OpenDevice {
  if (!opened.ok) throw new Error(opened.failure.message);
  cleanUpLater(() => opened.value.close());
  return opened.value;
}

/** Polls until it is so; fails after two seconds. */
export async function until(isSo: () => boolean, limitMs = 2000): Promise<void> {
  const startMs = performance.now();
  while (!isSo()) {
    if (performance.now() - startMs > limitMs) throw new Error(`not so after ${limitMs} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

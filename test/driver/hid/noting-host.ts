import { afterEach } from "vitest";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import {
  type ControlEvent,
  controlId,
  type DeviceHost,
  type Frame,
  type OpenDevice,
} from "../../../src/driver/contract.ts";

const cleanups: (() => unknown)[] = [];

/** Runs after each test, newest first. */
export function cleanUpLater(task: () => unknown): void {
  cleanups.push(task);
}

afterEach(async () => {
  for (const task of cleanups.splice(0).reverse()) await task();
});

/** A host that writes down all it is told. */
export interface NotingHost extends DeviceHost {
  readonly events: ControlEvent[];
  readonly drops: string[];
  readonly losses: string[];
  readonly traces: { direction: "in" | "out"; bytes: Uint8Array; channel: string }[];
}

export function createNotingHost(clock: Clock = systemClock): NotingHost {
  const host: NotingHost = {
    clock,
    log: silentLog,
    events: [],
    drops: [],
    losses: [],
    traces: [],
    emit: (event) => host.events.push(event),
    request: () => undefined,
    admits: () => true,
    joined: () => undefined,
    parted: () => undefined,
    dropped: (reason) => host.drops.push(reason),
    traced: (direction, bytes, channel) =>
      host.traces.push({ direction, bytes: Uint8Array.from(bytes), channel }),
    lost: (reason) => host.losses.push(reason),
  };
  return host;
}

/** One line an event, for example `down key-1`. */
export function told(events: readonly ControlEvent[]): readonly string[] {
  return events.map(({ kind, control, ...rest }) => [kind, control, ...Object.values(rest).flat()].join(" "));
}

export function show(device: OpenDevice, control: string, frame: Frame): Promise<void> {
  return device.panel!.show(controlId(control), frame, new AbortController().signal);
}

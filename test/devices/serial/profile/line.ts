import { createFramer } from "../../../../devices/serial/framing/framer.ts";
import { loadProfile } from "../../../../devices/serial/profile/load.ts";
import { type ProfileValues, parseProfile } from "../../../../devices/serial/profile/parse.ts";
import type { Profile } from "../../../../devices/serial/profile/profile.ts";
import { createProfileSession, type ProfileSession } from "../../../../devices/serial/profile/session.ts";
import { type ControlEvent, controlId, type Frame } from "../../../../src/driver/contract.ts";
import { createFakeClock, type FakeClock, settle } from "../../../support/fake-clock.ts";

/** A profile on a line whose other end is the test. */
export interface Line {
  readonly profile: Profile;
  readonly session: ProfileSession;
  readonly clock: FakeClock;
  /** Everything written, one text a write, one character a byte. */
  readonly written: string[];
  /** What was touched, as `down button-1` or `turned dial-1 -2`. */
  readonly events: string[];
  readonly dropped: string[];
  readonly lost: string[];
  /** The device says something. */
  hear(text: string): void;
  /** Shows a frame and gives what was written for it. */
  show(control: string, frame: Frame): Promise<string[]>;
  /** From now on writes fail. */
  breakWrites(): void;
}

export function openShipped(id: string, values: ProfileValues = {}): Line {
  const loaded = loadProfile(id, { folder: undefined, values });
  if (!loaded.ok) throw new Error(loaded.failure);
  return openLine(loaded.value);
}

export function openLine(profile: Profile): Line {
  const clock = createFakeClock();
  const written: string[] = [];
  const events: string[] = [];
  const dropped: string[] = [];
  const lost: string[] = [];
  let isBroken = false;
  const session = createProfileSession(profile, {
    clock,
    write: (bytes) => {
      if (isBroken) return Promise.reject(new Error("the port is gone"));
      written.push(latin1(bytes));
      return Promise.resolve();
    },
    emit: (event) => events.push(tellEvent(event)),
    dropped: (reason) => dropped.push(reason),
    lost: (reason) => lost.push(reason),
  });
  const framer = createFramer(profile.frame, {
    clock,
    framed: (message) => session.take(message),
    dropped: (reason) => dropped.push(reason),
  });
  return {
    profile,
    session,
    clock,
    written,
    events,
    dropped,
    lost,
    hear: (text) => framer.push(Buffer.from(text, "latin1")),
    async show(control, frame) {
      const before = written.length;
      const shown = session.show(controlId(control), frame);
      await clock.advance(profile.sending.minGapMs);
      await shown;
      await settle();
      return written.slice(before);
    },
    breakWrites: () => {
      isBroken = true;
    },
  };
}

/** A profile with one button and one lamp, with parts of it replaced. */
export function smallProfile(parts: Record<string, unknown> = {}): string {
  return JSON.stringify(
    {
      profile: 1,
      id: "small",
      name: "Small",
      source: "a test",
      confirmed: "not on hardware",
      frame: { kind: "delimiter" },
      controls: [
        {
          id: "key-{n}",
          count: 2,
          input: "button",
          lamp: { states: { off: "0", on: "1" }, send: "L{n}{state}" },
        },
      ],
      receive: [{ match: "K{n:int}{a:enum(d=down,u=up)}", do: { control: "key-{n}", event: "{a}" } }],
      send: { end: "\r" },
      ...parts,
    },
    undefined,
    2,
  );
}

export function parsed(text: string, values: ProfileValues = {}): Profile {
  const profile = parseProfile(text, "test.json", values);
  if (!profile.ok) throw new Error(profile.failure);
  return profile.value;
}

export function lamp(
  rgb: readonly [number, number, number],
  blink: "steady" | "slow" | "fast" | "double" = "steady",
): Frame {
  return { kind: "lamp", rgb, blink };
}

export const RED = [255, 0, 0] as const;
export const DARK = [0, 0, 0] as const;

function tellEvent(event: ControlEvent): string {
  const { kind, control, ...rest } = event;
  return [
    kind,
    control,
    ...Object.values(rest).map((value) => (typeof value === "object" ? JSON.stringify(value) : value)),
  ].join(" ");
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

import type { Blink } from "../driver/frame.ts";
import type { ColorName, IconName, LookPresets, LookTable, LookTemplate } from "./look.ts";

const steady = blinking("steady");
const slow = blinking("slow");
const fast = blinking("fast");
const double = blinking("double");

const dark = steady("off", "none", "");
const darkEverywhere = { available: dark, recording: dark, paused: dark, locked: dark, prepared: dark };

interface Convention {
  readonly recording: ColorName;
  readonly available: ColorName;
}

function presetsWith({ recording, available }: Convention): Readonly<Record<string, LookTable>> {
  const passing = {
    pending: fast("yellow", "wait", "{pending}"),
    failed: double("purple", "warning", "{reason}"),
  };
  const transient = {
    ...passing,
    stale: double("purple", "offline", "No contact for {age}"),
    unseen: double("purple", "offline", "No contact yet"),
  };
  return {
    tally: {
      ...transient,
      says: "what-to-do" as const,
      available: unlitInOneColor(steady(available, "ready", "Ready")),
      recording: steady(recording, "record", "REC {elapsed}"),
      paused: slow("orange", "pause", "PAUSED {elapsed}"),
      locked: unlitInOneColor(steady("blue", "lock", "LOCKED")),
      prepared: unlitInOneColor(steady("white", "ready", "PREPARED")),
    },
    /** Whether everything was found in order, for the whole site. */
    ready: {
      ...transient,
      ...darkEverywhere,
      available: steady(available, "ready", "READY"),
    },
    /** A lamp outside the door: lit only while something is recorded or the truth is not known. */
    sign: {
      ...transient,
      available: dark,
      recording: steady(recording, "record", "RECORDING"),
      paused: slow("orange", "pause", "PAUSED"),
      locked: dark,
      prepared: dark,
    },
    /** What happened in the room, for a key that puts it away; dark otherwise. */
    alarm: {
      ...transient,
      ...darkEverywhere,
      alarms: "alone" as const,
      pending: dark,
    },
    mark: {
      ...passing,
      alarms: "badge" as const,
      stale: double("purple", "mark", "Mark"),
      pending: unlitInOneColor(steady("gray", "wait", "{pending}")),
      available: dark,
      recording: steady("white", "mark", "Mark"),
      paused: steady("white", "mark", "Mark"),
      locked: dark,
      prepared: dark,
    },
    pause: {
      ...passing,
      alarms: "badge" as const,
      stale: double("purple", "pause", "Pause"),
      available: dark,
      recording: steady("white", "pause", "Pause"),
      paused: slow("orange", "pause", "Resume"),
      locked: dark,
      prepared: dark,
    },
    lock: {
      ...passing,
      alarms: "badge" as const,
      stale: double("purple", "lock", "Lock"),
      available: unlitInOneColor(steady("white", "lock", "Lock")),
      recording: dark,
      paused: dark,
      locked: steady("blue", "lock", "Unlock"),
      prepared: unlitInOneColor(steady("white", "lock", "Lock")),
    },
  };
}

function blinking(blink: Blink) {
  return (color: ColorName, icon: IconName, text: string): LookTemplate => {
    const oneColor = color === "off" ? "dark" : "lit";
    return { color, icon, text, blink, oneColor };
  };
}

function unlitInOneColor(look: LookTemplate): LookTemplate {
  return { ...look, oneColor: "dark" };
}

/** The looks that every mapping can name. Never colour alone: blink, icon and text say the same. */
export const lookPresets: LookPresets = {
  "red-is-recording": presetsWith({ recording: "red", available: "green" }),
  "green-is-recording": presetsWith({ recording: "green", available: "white" }),
};

import type { KeyPicture } from "../../../src/panel/key-image/picture.ts";

export const blank: KeyPicture = {
  color: "off",
  icon: "none",
  text: "",
  caption: "",
  badge: "",
  progress: undefined,
  phase: "lit",
  brightness: "day",
};

/** What operators see in the course of a day, by name. */
export const scenes = {
  ready: say({ color: "green", icon: "ready", text: "Ready" }),
  starting: say({ color: "yellow", icon: "wait", text: "starting" }),
  recording: say({ color: "red", icon: "record", text: "REC 12:31" }),
  "hold-to-stop": say({ color: "red", icon: "stop", text: "Hold to stop", progress: 0.5 }),
  paused: say({ color: "orange", icon: "pause", text: "PAUSED 12:31" }),
  mark: say({ color: "white", icon: "mark", text: "Mark", badge: "+3" }),
  "no-news": say({ color: "purple", icon: "offline", text: "No contact for 42 s" }),
  failed: say({ color: "purple", icon: "warning", text: "the room is locked" }),
  locked: say({ color: "blue", icon: "lock", text: "LOCKED" }),
  prepared: say({ color: "white", icon: "ready", text: "PREPARED" }),
  "long-recording": say({ color: "red", icon: "record", text: "REC 1:02:03" }),
  "recording-in-green": say({ color: "green", icon: "record", text: "REC 59:59" }),
  "stopping-while-recording": say({
    color: "red",
    icon: "record",
    text: "REC 12:31",
    progress: 0.8,
    badge: "+12",
  }),
  "pause-key": say({ color: "white", icon: "pause", text: "Pause", caption: "" }),
  "text-only": say({ color: "cyan", icon: "none", text: "Privileged talk" }),
  "long-reason": say({ color: "purple", icon: "warning", text: "the room is busy with an earlier command" }),
  "icon-only": say({ color: "red", icon: "stop", text: "", caption: "" }),
  "room-name": say({ color: "green", icon: "ready", text: "Besprechungszimmer-Süd", caption: "" }),
} as const satisfies Readonly<Record<string, KeyPicture>>;

function say(shown: Partial<KeyPicture>): KeyPicture {
  return { ...blank, caption: "Interview 1", ...shown };
}

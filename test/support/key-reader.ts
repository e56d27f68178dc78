import type { Frame } from "../../src/driver/frame.ts";
import { createKeyImages } from "../../src/panel/key-image/key-image.ts";
import type { KeyPicture } from "../../src/panel/key-image/picture.ts";

/** Says what a picture of 72 by 72 pixels shows, as a person would read it from the key. */
export type ReadKey = (frame: Frame) => string;

const SIZE = { widthPx: 72, heightPx: 72 };
const LONGEST_SECONDS = 12;
const RING_STEPS = 60;

/**
 * Draws the pictures that a scenario may come across and finds a frame among them by its pixels:
 * `red record "REC 0:01"`, with the room's state also where the key says what to do, and behind it what else can be seen: `, dark`, `, +1`, `, held 50%`, and
 * `, of interview-2` unless it is the first room, `, of Stopped elsewhere, in interview-1` where the name stands above. A key that was painted before the pictures were loaded
 * reads `plain`. Holds are known for the first room.
 */
export async function createKeyReader(rooms: readonly string[]): Promise<ReadKey> {
  const images = await createKeyImages();
  const known = new Map<string, string>();
  for (const picture of everyPicture(rooms))
    known.set(printOf(images.draw(picture, SIZE)), tell(picture, rooms[0]));
  // The same picture comes as the same array.
  const told = new WeakMap<Uint8Array, string>();
  return (frame) => {
    if (frame.kind !== "image") return frame.kind;
    const { rgb } = frame;
    const text = told.get(rgb) ?? known.get(printOf(rgb)) ?? (isPlain(rgb) ? "plain" : "unknown");
    told.set(rgb, text);
    return text;
  };
}

function tell(picture: KeyPicture, usual: string | undefined): string {
  const { color, icon, text, state, name: above, caption, badge, phase, progress } = picture;
  const room = ["", usual, HINT].includes(caption) ? "" : `of ${caption}`;
  const named = above === undefined ? "" : `in ${above}`;
  const hint = text === HINT ? ", hint" : "";
  const name = text === "" ? "blank" : `${color} ${icon} "${state ?? text}"${hint}`;
  const held = progress === undefined ? "" : `held ${Math.round(progress * 100)}%`;
  const parts = [name, room, named, badge, phase === "dark" ? "dark" : "", held];
  return parts.filter((part) => part !== "").join(", ");
}

const blank: KeyPicture = {
  color: "off",
  icon: "none",
  text: "",
  caption: "",
  badge: "",
  progress: undefined,
  phase: "lit",
  brightness: "day",
};

type Say = Pick<KeyPicture, "color" | "icon" | "text"> & Partial<Pick<KeyPicture, "state" | "caption">>;

function everyPicture(rooms: readonly string[]): readonly KeyPicture[] {
  const labels = [..."0123456789", "More", "Rooms"].map(
    (text): KeyPicture => ({ ...blank, color: "gray", text }),
  );
  const ofRooms = rooms.flatMap((caption) =>
    [...everySaying()].flatMap((say) =>
      [{}, ...(NAMED.includes(say.caption) ? [{ name: caption }] : [])].flatMap((named) =>
        bothPhases({ ...blank, caption, ...say, ...named }),
      ),
    ),
  );
  const site: KeyPicture = { ...blank, color: "green", icon: "ready", text: "READY" };
  return [blank, ...labels, site, ...ofRooms, ...everyHeld(rooms[0] ?? "")];
}

/** While nothing is known, marks may be waiting. */
function bothPhases(picture: KeyPicture): readonly KeyPicture[] {
  const badges = picture.color === "purple" ? ["", "+1"] : [""];
  return badges.flatMap((badge) => [
    { ...picture, badge },
    { ...picture, badge, phase: "dark" },
  ]);
}

function everyHeld(caption: string): readonly KeyPicture[] {
  const running = ["", ...timesUntil(5)].map(recordingFor);
  const says = [ready, startable, ...running, ...running.map(hinting), ...running.map(hinted)];
  const steps = Array.from({ length: RING_STEPS + 1 }, (_, step) => step / RING_STEPS);
  return says.flatMap((say) =>
    steps.map((progress): KeyPicture => ({ ...blank, caption, ...say, progress })),
  );
}

const ready: Say = { color: "green", icon: "ready", text: "Ready" };
const startable: Say = { ...ready, text: "Start", state: "Ready" };
const HINT = "Hold to stop";
/** On panels of several rooms the name stands above where the small line says this. */
const NAMED: readonly unknown[] = ["Press: send later", "1 waiting", "Not possible", "Stopped elsewhere"];
/** A recording that has just begun. */
const hinting = (say: Say): Say => ({ ...say, caption: HINT });
/** After a press that was too short. */
const hinted = (say: Say): Say => ({ ...say, text: HINT, state: say.text });
const recordingFor = (time: string): Say => ({ color: "red", icon: "record", text: `REC ${time}`.trim() });

function* everySaying(): Iterable<Say> {
  yield ready;
  yield startable;
  yield { color: "off", icon: "none", text: "" };
  for (const text of ["Starting", "Stopping", "Pausing", "Resuming"]) {
    yield { color: "yellow", icon: "wait", text };
    yield { color: "gray", icon: "wait", text };
  }
  for (const time of ["", ...timesUntil(LONGEST_SECONDS)]) {
    yield recordingFor(time);
    yield hinting(recordingFor(time));
    yield hinted(recordingFor(time));
    yield { color: "orange", icon: "pause", text: `PAUSED ${time}`.trim() };
    yield {
      color: "purple",
      icon: "offline",
      text: time === "" ? "No contact yet" : `No contact for ${unitsOf(time)}`,
    };
    yield { color: "white", icon: "mark", text: `Marked ✓ ${time}`.trim() };
  }
  for (const text of [
    "Locked: Unlock, or call IT",
    "Key blocked: call IT",
    "Not recording",
    "Wait, then press again",
  ])
    yield { color: "purple", icon: "warning", text };
  for (const text of ["Mark", "Important"]) {
    yield { color: "purple", icon: "mark", text, caption: "Press: send later" };
    yield { color: "purple", icon: "mark", text, caption: "1 waiting" };
    yield { color: "purple", icon: "mark", text, caption: "Not possible" };
  }
  yield { color: "purple", icon: "pause", text: "Pause", caption: "Not possible" };
  yield { color: "purple", icon: "lock", text: "Lock", caption: "Not possible" };
  yield { color: "purple", icon: "warning", text: "Room missing: call IT" };
  yield { color: "gray", icon: "none", text: "Rooms" };
  yield { color: "purple", icon: "warning", text: "Stopped elsewhere" };
  yield { color: "purple", icon: "warning", text: "Ready", caption: "Stopped elsewhere" };
  for (const text of ["Ready", "Start"])
    yield { color: "purple", icon: "warning", text, caption: "Press: clear alarm" };
  yield { color: "white", icon: "warning", text: "Seen: press again" };
  yield { color: "white", icon: "mark", text: "Seen" };
  yield { color: "white", icon: "pause", text: "Pause" };
  yield { color: "orange", icon: "pause", text: "Resume" };
  yield { color: "blue", icon: "lock", text: "LOCKED" };
  yield { color: "blue", icon: "lock", text: "Unlock" };
  yield { color: "white", icon: "lock", text: "Lock" };
  yield { color: "white", icon: "mark", text: "Mark" };
  yield { color: "orange", icon: "mark", text: "Important" };
}

function unitsOf(time: string): string {
  return `${Number(time.slice(2))} s`;
}

function timesUntil(seconds: number): readonly string[] {
  return Array.from({ length: seconds + 1 }, (_, second) => `0:${String(second).padStart(2, "0")}`);
}

/** One colour all over. */
function isPlain(rgb: Uint8Array): boolean {
  return rgb.every((part, at) => part === rgb[at % 3]);
}

function printOf(rgb: Uint8Array): string {
  return Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength).toString("latin1");
}

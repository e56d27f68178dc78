import type { BindingInfo, ControlInfo, RoomInfo } from "./protocol.ts";

/** What a screen reader says of a control: its name, what it does, and how its room is. */
export function nameControl(
  control: ControlInfo,
  binding: BindingInfo | undefined,
  roomState: string | undefined,
): string {
  const gestures = binding?.gestures.map(({ gesture, does }) => `${gesture}: ${does}`) ?? [];
  const does = gestures.length === 0 ? "does nothing" : gestures.join("; ");
  const state = roomState === undefined ? "" : `. ${binding?.room} is ${roomState}`;
  return `${control.label}, ${does}${state}`;
}

/** A room's state in words, with what is under way and what is wrong. */
export function tellState(room: RoomInfo): string {
  if (room.knowledge === "never-seen") return "not known yet";
  if (room.knowledge === "stale") return "not known: the server does not answer";
  if (room.pending !== undefined)
    return `${room.status ?? "not known"}, ${pendingWords[room.pending] ?? room.pending}`;
  return room.status ?? "not known";
}

/** The word that a badge shows, and the look it has. */
export function badgeOf(room: RoomInfo): {
  readonly look: string;
  readonly word: string;
  readonly icon: string;
} {
  if (room.knowledge !== "live" || room.status === undefined)
    return room.knowledge === "never-seen"
      ? { look: "unseen", word: "Not seen yet", icon: "…" }
      : { look: "stale", word: "Not known", icon: "?" };
  if (room.pending !== undefined)
    return { look: "pending", word: capital(pendingWords[room.pending] ?? room.pending), icon: "…" };
  return { look: room.status, word: capital(room.status), icon: icons[room.status] ?? "" };
}

/** How many of the known rooms record; one that is not known may record too. */
export function tallyOf(rooms: readonly Pick<RoomInfo, "status">[]): {
  readonly look: string;
  readonly icon: string;
  readonly text: string;
} {
  const known = rooms.filter(({ status }) => status !== undefined);
  const recording = known.filter(({ status }) => status === "recording").length;
  if (known.length === 0) return { look: "is-not-known", icon: "?", text: `? of ${rooms.length} recording` };
  const unknown = rooms.length - known.length;
  const text = `${recording} of ${known.length} recording${unknown === 0 ? "" : `, ${unknown} not known`}`;
  if (recording > 0) return { look: "is-recording", icon: "●", text };
  return unknown === 0 ? { look: "", icon: "○", text } : { look: "is-not-known", icon: "?", text };
}

const pendingWords: Readonly<Record<string, string>> = {
  start: "starting",
  stop: "stopping",
  pause: "pausing",
  resume: "resuming",
  lock: "locking",
  unlock: "unlocking",
};

const icons: Readonly<Record<string, string>> = {
  available: "○",
  recording: "●",
  paused: "‖",
  locked: "◆",
  prepared: "◐",
};

/** The word with a capital letter in front. */
export function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

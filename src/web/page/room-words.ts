import type { Phrase } from "../../language/phrases.ts";
import type { Doer, RoomInfo } from "./protocol.ts";
import { writeClockTime, writeDayAndTime } from "./time.tsx";
import { locale, say, translate } from "./words.ts";

type Status = NonNullable<RoomInfo["status"]>;

/** A room's state in words, with what is under way and what is wrong; for the end of a sentence. */
export function tellState(room: RoomInfo): string {
  if (room.knowledge === "never-seen") return say("not known yet");
  if (room.knowledge === "stale") return say("not known: the server does not answer");
  const status = room.status === undefined ? say("not known") : say(inSentence[room.status]);
  return room.pending === undefined ? status : `${status}, ${tellPending(room.pending)}`;
}

/** The word that a badge shows, and the look it has. */
export function badgeOf(room: RoomInfo): {
  readonly look: string;
  readonly word: string;
  readonly icon: string;
} {
  if (room.knowledge === "never-seen") return { look: "unseen", word: say("Not seen yet"), icon: "…" };
  if (room.knowledge === "stale" || room.status === undefined)
    return { look: "stale", word: say("Not known"), icon: "?" };
  if (room.pending !== undefined) return { look: "pending", word: tellPending(room.pending), icon: "…" };
  return { look: room.status, word: say(badges[room.status]), icon: icons[room.status] };
}

/** The word for a status of a room, as a badge has it. */
export function tellStatus(status: string): string {
  return Object.hasOwn(badges, status) ? say(badges[status as Status]) : status;
}

/** Who did something: a panel, a person, a link, or somebody who is not here. */
export function tellDoer(by: Doer): string {
  switch (by.kind) {
    case "panel":
      return by.device;
    case "card":
      return say("Card at {device}", { device: by.device });
    case "link":
      return by.device;
    case "console":
      return say("Console");
    case "elsewhere":
      return say("Elsewhere");
    case "here":
      return say("A panel here");
  }
}

/** What a person can do about an alarm. Nobody can start anything while the room's server is away. */
export function tellRemedy(remedy: string, isAway: boolean): string {
  return translate((isAway ? remediesWhileAway.get(remedy) : undefined) ?? remedy);
}

const remediesWhileAway: ReadonlyMap<string, Phrase> = new Map<Phrase, Phrase>([
  [
    "Look who stopped it on the server, and start again if it should run.",
    "Look who stopped it on the server.",
  ],
]);

const day = new Intl.DateTimeFormat(locale, { dateStyle: "short" });

/** A moment of today by its time, an earlier one with its day. */
export function writeSince(wallMs: number): string {
  return day.format(wallMs) === day.format() ? writeClockTime(wallMs) : writeDayAndTime(wallMs);
}

/** A command under way. */
function tellPending(command: string): string {
  return Object.hasOwn(pendings, command) ? say(pendings[command as keyof typeof pendings]) : command;
}

const badges: Readonly<Record<Status, Phrase>> = {
  available: "Available",
  recording: "Recording",
  paused: "Paused",
  locked: "Locked",
  prepared: "Prepared",
};

const inSentence: Readonly<Record<Status, Phrase>> = {
  available: "available",
  recording: "recording",
  paused: "paused",
  locked: "locked",
  prepared: "prepared",
};

const pendings = {
  start: "starting",
  stop: "stopping",
  pause: "pausing",
  resume: "resuming",
  lock: "locking",
  unlock: "unlocking",
} as const satisfies Readonly<Record<string, Phrase>>;

const icons: Readonly<Record<Status, string>> = {
  available: "○",
  recording: "●",
  paused: "‖",
  locked: "◆",
  prepared: "◐",
};

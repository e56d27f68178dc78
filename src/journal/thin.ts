import { keepNewest } from "../base/memory.ts";
import type { Body, Entry } from "./entry.ts";

/** Keeps entries that say nothing new from filling the disk; what it keeps back is counted in the next one. */
interface Thinner {
  /** The entry to write, or nothing. */
  pass(entry: Entry): Entry | undefined;
}

/** In quiet times a lamp, a key or a pushed value may change so often without being a running clock. */
const MOST_WHILE_QUIET = 4;
const QUIET_INTERVAL_MS = 60_000;
const MOST_SUBJECTS = 20_000;

interface Subject {
  said: string;
  /** Which event was the last when it was written. */
  event: number;
  /** How often it was written since that event. */
  count: number;
  writtenAtMs: number;
  unwritten: number;
}

/**
 * What repeats the last entry about the same subject is left out. So is what changes again and again while
 * nothing else happens: the running time on keys and links, a blink. After every press, request, outcome and
 * change of a room the first changes are written in full.
 */
export function createThinner(): Thinner {
  const subjects = new Map<string, Subject>();
  let event = 0;
  return {
    pass(entry) {
      const told = tellSubject(entry);
      if (told === undefined) {
        event++;
        return entry;
      }
      const known = subjects.get(told.subject);
      if (known?.said === told.said) return undefined;
      if (entry.kind === "room") event++;
      if (known === undefined) {
        const { subject, said } = told;
        subjects.set(subject, { said, event, count: 1, writtenAtMs: entry.atMs, unwritten: 0 });
        keepNewest(subjects, MOST_SUBJECTS);
        return entry;
      }
      return admit(known, { entry, said: told.said, event });
    },
  };
}

function admit(
  known: Subject,
  { entry, said, event }: { entry: Entry; said: string; event: number },
): Entry | undefined {
  known.said = said;
  if (known.event !== event) {
    known.event = event;
    known.count = 0;
  }
  const isClock = known.count >= MOST_WHILE_QUIET && entry.atMs - known.writtenAtMs < QUIET_INTERVAL_MS;
  if (isClock) {
    known.unwritten++;
    return undefined;
  }
  const { unwritten } = known;
  known.count++;
  known.writtenAtMs = entry.atMs;
  known.unwritten = 0;
  return unwritten === 0 ? entry : { ...entry, body: { ...entry.body, unwritten } };
}

/** What an entry is about and what it says; nothing for entries that are events of their own. */
function tellSubject({ kind, device, room, body }: Entry): { subject: string; said: string } | undefined {
  switch (kind) {
    case "room":
      return { subject: `room ${room}`, said: say({ ...body, elapsedSeconds: undefined }) };
    case "shown":
      return { subject: `shown ${device} ${String(body.control)}`, said: say(body) };
    case "told": {
      const about = String(body.text).replace(/\d[\d:]*/g, (run) => (/:\d/.test(run) ? "#" : run));
      return { subject: `told ${device} ${String(body.to)} ${about}`, said: say(body) };
    }
    default:
      return undefined;
  }
}

function say(body: Body): string {
  return JSON.stringify(body);
}

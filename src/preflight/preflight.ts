import type { Clock } from "../base/clock.ts";
import { isInTheClear, readServerAddress } from "../base/server-address.ts";
import type { Phrase } from "../language/phrases.ts";
import { type Sayable, type Told, told } from "../language/told.ts";
import type { ServerPart } from "../mapping/server-part.ts";
import type { RoomSearch } from "../mapping/source/server-rooms.ts";
import type { ServerInspection, ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { RoomSummary } from "../valt/rooms.ts";
import { type Check, type CheckName, found } from "./check.ts";
import { findNameFault } from "./room-names.ts";

interface PreflightTools {
  readonly valt: Pick<ValtClient, "authenticate" | "rooms" | "rightsOf" | "inspect">;
  readonly part: ServerPart;
  readonly clock: Clock;
}

/** Asks the server all that presses depend on; never changes anything. */
export async function checkServer({ valt, part, clock }: PreflightTools): Promise<readonly Check[]> {
  const login = await valt.authenticate("program");
  const inspection = await valt.inspect();
  const seen = inspection.ok ? inspection.value : undefined;
  const outside = [checkClock(seen, part), checkCertificate(seen, part, clock)];
  if (!login.ok) return [failedLogin(login.failure), ...outside];
  const rooms = await valt.rooms();
  const rights = await valt.rightsOf(part.server.username);
  return [
    fine("login", told("{user} is logged in", { user: part.server.username })),
    rooms.ok ? checkRooms(rooms.value, part) : withoutList(part, rooms.failure.message),
    rights.ok ? checkRights(rights.value, part) : notKnown("rights", rights.failure.message),
    ...outside,
  ];
}

function failedLogin({ kind, message, again }: ValtFailure): Check {
  // Nobody has refused it.
  if (loginRemedies[kind] === undefined) {
    return found("login", "failed", {
      said: NO_ANSWER,
      text: message,
      why: message,
      brief: AWAY,
      remedy: CHECK_THE_WAY,
    });
  }
  const isOnTheWay = kind === "refused" && again !== "never";
  const remedy = (isOnTheWay ? undefined : loginRemedies[kind]) ?? CHECK_THE_WAY;
  const texts = { said: LOGIN_REFUSED, text: message, why: message, brief: LOGIN_FAILED, remedy };
  return found("login", "failed", texts);
}

const NO_ANSWER: Phrase = "the server does not answer";
const AWAY: Phrase = "No connection: call IT";
const LOGIN_REFUSED: Phrase = "the login failed";
const LOGIN_FAILED: Phrase = "Login refused: call IT";
/** Short texts of rooms that are not there, and of those that the server calls otherwise. */
const NOT_FOUND: Phrase = "Room not found";
const MISSING: Phrase = "Room missing: call IT";
const MIXED_UP: Phrase = "room mixed up";
const ROOMS_NOT_FOUND: Phrase = "rooms are not found on the server";
const ROOMS_UNCERTAIN: Phrase = "rooms on the server may be meant otherwise";
const SHOW_LIST: Phrase = "Let the account see the list of rooms, or write the rooms' ids into the mapping.";
const ROOMS_MISSING: Phrase = "rooms are missing on the server";
const ROOMS_MIXED_UP: Phrase = "rooms have other names on the server";
const CORRECT_ROOMS: Phrase =
  "Compare with `valt-bridge rooms <mapping>`, and correct ids and names in the mapping.";

const CHECK_THE_WAY: Phrase = "Check the server's address in the mapping, the network and the server.";
const CHECK_THE_ACCOUNT: Phrase =
  "Check the user name in the mapping and the password, and that the account is not locked. So that it is not locked from here, the next login waits for another password, an edit of the mapping or a reload in the console; without them for 5 minutes, then 35.";

/** What a person can do about a login that failed. */
const loginRemedies: Readonly<Partial<Record<ValtFailure["kind"], Phrase>>> = {
  "no-password":
    "Give the password there: a file is looked at again every few seconds, a variable counts from the next start. Nothing is sent to the server before.",
  unauthorized: CHECK_THE_ACCOUNT,
  refused: CHECK_THE_ACCOUNT,
};

/** Rooms with ids are looked at one by one, others are found by the list alone. */
function withoutList({ unfound }: ServerPart, why: string): Check {
  if (unfound.size === 0) return notKnown("rooms", why);
  const names = [...unfound.keys()].map((name) => `"${name}"`).join(", ");
  const text = `${names} not found: the server's list of rooms cannot be read: ${why}`;
  return found("rooms", "failed", {
    said: ROOMS_NOT_FOUND,
    text,
    why: text,
    brief: NOT_FOUND,
    remedy: SHOW_LIST,
  });
}

/** An id without a room, or a room under another name than the mapping expects, would record the wrong people. */
function checkRooms(listed: readonly RoomSummary[], { rooms, unfound, search }: ServerPart): Check {
  const nameById = new Map(listed.map(({ id, name }) => [id, name]));
  const wanted = [...rooms.values()];
  const missing = wanted.filter(({ id }) => !nameById.has(id));
  const wrong = wanted.flatMap((room) => findNameFault(room, nameById.get(room.id)) ?? []);
  const lost = [...unfound.values()].map(({ name, why }) => `"${name}" is not found: ${why}`);
  const none = missing.map(({ name, id }) => `the server shows no room ${id} ("${name}")`);
  const text = [...lost, ...none, ...wrong].join("; ");
  if (text === "") return search === undefined ? allThere(wanted.length) : checkDoubts(search, wanted.length);
  const [brief, said] =
    lost.length > 0
      ? [NOT_FOUND, ROOMS_NOT_FOUND]
      : missing.length > 0
        ? [MISSING, ROOMS_MISSING]
        : [MIXED_UP, ROOMS_MIXED_UP];
  return found("rooms", "failed", { said, text, why: text, brief, remedy: CORRECT_ROOMS });
}

function allThere(count: number): Check {
  return fine("rooms", told("all rooms are there: {count}", { count }));
}

/** Rooms that the server's list gave, and which may be meant otherwise. */
function checkDoubts({ doubts }: RoomSearch, count: number): Check {
  if (doubts.length === 0) return allThere(count);
  const text = doubts.join("; ");
  return found("rooms", "warning", { said: ROOMS_UNCERTAIN, text, why: text, remedy: CORRECT_ROOMS });
}

/** Names as the vendor's list of rights has them; what a server does without them is documented nowhere. */
const NEEDED_RIGHTS = [
  "monitoring--recording--start-recording",
  "monitoring--recording--stop-all-authors",
  "monitoring--recording--pause-recording",
  "monitoring--recording--pause-all-authors",
  "monitoring--recording--resume-all-authors",
];

function checkRights(held: ReadonlySet<string> | undefined, { server }: ServerPart): Check {
  if (held === undefined)
    return notKnown("rights", told("the server does not list the account {user}", { user: server.username }));
  const missing = NEEDED_RIGHTS.filter((right) => !held.has(right));
  if (missing.length === 0)
    return fine("rights", told("the account may start, pause, resume and stop for everybody"));
  const values = { user: server.username, rights: missing.join(", ") };
  const remedy: Phrase =
    "Give the account's group these rights on the server, or it can only stop what it started itself.";
  const said = told("the account {user} has no right to {rights}", values);
  return found("rights", "warning", { said, remedy });
}

function checkClock(seen: ServerInspection | undefined, { alarms }: ServerPart): Check {
  const aheadMs = seen?.clockAheadMs;
  if (aheadMs === undefined) return notKnown("clock", told("the server does not say what time it is"));
  const seconds = Math.round(Math.abs(aheadMs) / 100) / 10;
  const said =
    aheadMs < 0
      ? told("the server's clock is {seconds} s behind this machine's", { seconds })
      : told("the server's clock is {seconds} s ahead of this machine's", { seconds });
  if (seconds <= alarms.clockSeconds) return fine("clock", said);
  const remedy: Phrase =
    "Let both follow the same time server, or times in names and journal will not agree.";
  return found("clock", "warning", { said, remedy });
}

function checkCertificate(
  seen: ServerInspection | undefined,
  { alarms, server }: ServerPart,
  clock: Clock,
): Check {
  const addresses = [server.url, ...server.otherUrls].flatMap((url) => readServerAddress(url) ?? []);
  if (addresses.some(isInTheClear)) return inTheClear;
  if (addresses.every(({ protocol }) => protocol === "http:"))
    return fine("certificate", told("no TLS, and the server is on this machine"));
  const endsMs = seen?.certificateEndsWallMs;
  if (endsMs === undefined)
    return notKnown("certificate", told("the server's certificate could not be read"));
  const days = Math.floor((endsMs - clock.wallMs()) / DAY_MS);
  const said =
    days < 0
      ? told("the certificate ended {time} ago", { time: tellDays(-days) })
      : told("the certificate ends in {time}", { time: tellDays(days) });
  if (days >= alarms.certificateDays) return fine("certificate", said);
  const remedy: Phrase = "Renew the server's certificate.";
  return found("certificate", "warning", { said, remedy });
}

/** Spelled out in the mapping: to be seen in the console, and no alarm that never ends. */
const inTheClear: Check = found("encryption", "warning", {
  said: told("user name and password travel in clear text: whoever is on the network can read them"),
  remedy: "Use https:// in the mapping, if the server has it." satisfies Phrase,
});

function tellDays(days: number): Told {
  return days === 1 ? told("1 day") : told("{count} days", { count: days });
}

const DAY_MS = 86_400_000;

function fine(name: CheckName, said: Sayable): Check {
  return found(name, "fine", { said });
}

/** The server did not say: no reason to stop anybody. What it told instead stays as it is. */
function notKnown(name: CheckName, why: string | Told): Check {
  if (typeof why !== "string") return found(name, "not-known", { said: told("not known: {why}", { why }) });
  const text = `not known: ${why}`;
  return found(name, "not-known", { said: told("not known"), text, why });
}

import type { Clock } from "../base/clock.ts";
import { isInTheClear, readServerAddress } from "../base/server-address.ts";
import type { Phrase } from "../language/phrases.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { ServerInspection, ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { RoomSummary } from "../valt/rooms.ts";
import type { Check, CheckName } from "./check.ts";
import { findNameFault } from "./room-names.ts";

interface PreflightTools {
  readonly valt: Pick<ValtClient, "authenticate" | "rooms" | "rightsOf" | "inspect">;
  readonly mapping: Mapping;
  readonly clock: Clock;
}

/** Asks the server all that presses depend on; never changes anything. */
export async function checkServer({ valt, mapping, clock }: PreflightTools): Promise<readonly Check[]> {
  const login = await valt.authenticate("program");
  const inspection = await valt.inspect();
  const seen = inspection.ok ? inspection.value : undefined;
  const outside = [checkClock(seen, mapping), checkCertificate(seen, mapping, clock)];
  if (!login.ok) return [failedLogin(login.failure), ...outside];
  const rooms = await valt.rooms();
  const rights = await valt.rightsOf(mapping.server.username);
  return [
    fine("login", `${mapping.server.username} is logged in`),
    rooms.ok ? checkRooms(rooms.value, mapping) : notKnown("rooms", rooms.failure.message),
    rights.ok ? checkRights(rights.value, mapping) : notKnown("rights", rights.failure.message),
    ...outside,
  ];
}

function failedLogin({ kind, message, again }: ValtFailure): Check {
  const isOnTheWay = kind === "refused" && again !== "never";
  const remedy = (isOnTheWay ? undefined : loginRemedies[kind]) ?? CHECK_THE_WAY;
  return { name: "login", state: "failed", text: message, brief: LOGIN_FAILED, remedy };
}

const LOGIN_FAILED: Phrase = "Login refused: call IT";
/** Short texts of rooms that are not there, and of those that the server calls otherwise. */
const MISSING: Phrase = "Room missing: call IT";
const MIXED_UP: Phrase = "room mixed up";

const CHECK_THE_WAY = "Check the server's address in the mapping, the network and the server.";
const CHECK_THE_ACCOUNT =
  "Check the user name in the mapping and the password, and that the account is not locked. So that it is not locked from here, the next login waits for another password, an edit of the mapping or a reload in the console; without them for 5 minutes, then 35.";

/** What a person can do about a login that failed. */
const loginRemedies: Readonly<Partial<Record<ValtFailure["kind"], string>>> = {
  "no-password":
    "Give the password there: a file is looked at again every few seconds, a variable counts from the next start. Nothing is sent to the server before.",
  unauthorized: CHECK_THE_ACCOUNT,
  refused: CHECK_THE_ACCOUNT,
};

/** An id without a room, or a room under another name than the mapping expects, would record the wrong people. */
function checkRooms(found: readonly RoomSummary[], { rooms }: Mapping): Check {
  const nameById = new Map(found.map(({ id, name }) => [id, name]));
  const wanted = [...rooms.values()];
  const missing = wanted.filter(({ id }) => !nameById.has(id));
  const wrong = wanted.flatMap((room) => findNameFault(room, nameById.get(room.id)) ?? []);
  if (missing.length === 0 && wrong.length === 0)
    return fine("rooms", `all ${wanted.length} rooms are there`);
  const faults = [...missing.map(({ name, id }) => `the server shows no room ${id} ("${name}")`), ...wrong];
  return {
    name: "rooms",
    state: "failed",
    text: faults.join("; "),
    brief: missing.length > 0 ? MISSING : MIXED_UP,
    remedy: "Compare with `valt-bridge rooms <mapping>`, and correct ids and names in the mapping.",
  };
}

/** Names as the vendor's list of rights has them; what a server does without them is documented nowhere. */
const NEEDED_RIGHTS = [
  "monitoring--recording--start-recording",
  "monitoring--recording--stop-all-authors",
  "monitoring--recording--pause-recording",
  "monitoring--recording--pause-all-authors",
  "monitoring--recording--resume-all-authors",
];

function checkRights(held: ReadonlySet<string> | undefined, { server }: Mapping): Check {
  if (held === undefined)
    return notKnown("rights", `the server does not list the account ${server.username}`);
  const missing = NEEDED_RIGHTS.filter((right) => !held.has(right));
  if (missing.length === 0)
    return fine("rights", "the account may start, pause, resume and stop for everybody");
  return {
    name: "rights",
    state: "warning",
    text: `the account ${server.username} has no right to ${missing.join(", ")}`,
    remedy:
      "Give the account's group these rights on the server, or it can only stop what it started itself.",
  };
}

function checkClock(seen: ServerInspection | undefined, { alarms }: Mapping): Check {
  const aheadMs = seen?.clockAheadMs;
  if (aheadMs === undefined) return notKnown("clock", "the server does not say what time it is");
  const seconds = Math.round(Math.abs(aheadMs) / 100) / 10;
  const text = `the server's clock is ${seconds} s ${aheadMs < 0 ? "behind" : "ahead of"} this machine's`;
  if (seconds <= alarms.clockSeconds) return fine("clock", text);
  const remedy = "Let both follow the same time server, or times in names and journal will not agree.";
  return { name: "clock", state: "warning", text, remedy };
}

function checkCertificate(
  seen: ServerInspection | undefined,
  { alarms, server }: Mapping,
  clock: Clock,
): Check {
  const address = readServerAddress(server.url);
  if (address !== undefined && isInTheClear(address)) return inTheClear;
  if (address?.protocol === "http:") return fine("certificate", "no TLS, and the server is on this machine");
  const endsMs = seen?.certificateEndsWallMs;
  if (endsMs === undefined) return notKnown("certificate", "the server's certificate could not be read");
  const days = Math.floor((endsMs - clock.wallMs()) / DAY_MS);
  if (days >= alarms.certificateDays) return fine("certificate", `the certificate is valid for ${days} days`);
  const text = days < 0 ? `the certificate ended ${-days} days ago` : `the certificate ends in ${days} days`;
  return {
    name: "certificate",
    state: "warning",
    text,
    remedy: "Renew the server's certificate.",
  };
}

/** Spelled out in the mapping: to be seen in the console, and no alarm that never ends. */
const inTheClear: Check = {
  name: "encryption",
  state: "warning",
  text: "user name and password travel in clear text: whoever is on the network can read them",
  remedy: "Use https:// in the mapping, if the server has it.",
};

const DAY_MS = 86_400_000;

function fine(name: CheckName, text: string): Check {
  return { name, state: "fine", text, remedy: "" };
}

/** The server did not say: no reason to stop anybody. */
function notKnown(name: CheckName, why: string): Check {
  return { name, state: "not-known", text: `not known: ${why}`, remedy: "" };
}

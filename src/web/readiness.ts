import type { MappingView } from "../bridge/console-source.ts";
import type { BridgeStatus, ServerStatus } from "../bridge/status.ts";
import type { Phrase } from "../language/phrases.ts";
import { told } from "../language/told.ts";
import type { Check, CheckName } from "../preflight/check.ts";
import { countRefused } from "./describe-marks.ts";
import type { CheckInfo } from "./page/protocol.ts";

/**
 * Whether a press would do what it should, found out before anybody presses: server, rooms, devices, mapping. Each check
 * that is not fine says what a person can do.
 */
export function checkReadiness(status: BridgeStatus, mapping: MappingView): readonly CheckInfo[] {
  return [
    ...status.servers.map((server) => checkServer(server, status)),
    ...status.readiness.checks.map(describeCheck),
    checkRooms(status),
    checkDevices(status),
    checkMapping(mapping),
    checkMarks(status),
  ];
}

/** Ready is who has no failed check; warnings do not keep a press from working. */
export function isReady(checks: readonly CheckInfo[]): boolean {
  return checks.every(({ state }) => state !== "failed");
}

/** What the bridge asked the server before anybody pressed. */
function describeCheck({ name, server, state, said, why, remedy }: Check): CheckInfo {
  return check(TITLES[name], state, {
    text: said,
    remedy,
    ...(server === undefined ? {} : { server }),
    ...(why === undefined ? {} : { why: bare(why) }),
  });
}

const TITLES: Readonly<Record<CheckName, Phrase>> = {
  login: "Login",
  rooms: "Rooms on the server",
  rights: "Rights",
  clock: "Clocks",
  certificate: "Certificate",
  freshness: "Freshness",
  encryption: "Encryption",
};

function checkServer(
  { name, url, state, account, why: reason }: ServerStatus,
  { servers }: BridgeStatus,
): CheckInfo {
  const about = servers.length === 1 ? {} : { server: name };
  if (state === "reachable")
    return check("Server", "fine", { ...about, text: told("{url} answers", { url }) });
  const why = bare(reason ?? "");
  return account === "at-fault"
    ? check("Server", "failed", {
        ...{ ...about, text: told("{url} cannot be asked", { url }), why, remedy: GIVE_ACCOUNT },
      })
    : check("Server", "failed", {
        ...{ ...about, text: told("{url} does not answer", { url }), why, remedy: CHECK_SERVER },
      });
}

const GIVE_ACCOUNT: Phrase = "Give the right password or account; what to do stands beside Login.";
const CHECK_SERVER: Phrase =
  "Check that the server runs and that this machine reaches it; the bridge keeps asking by itself.";

function checkRooms({ rooms, servers }: BridgeStatus): CheckInfo {
  const unknown = rooms.filter(({ knowledge }) => knowledge !== "live");
  const total = rooms.length;
  const isLost = servers.some(({ state }) => state === "lost");
  const [first] = unknown;
  if (first === undefined)
    return check("Rooms", "fine", { text: told("all rooms are known: {count}", { count: total }) });
  const such = { count: unknown.length, total, room: first.name };
  return check("Rooms", unknown.length === total ? "failed" : "warning", {
    text: told("not known: {count} of {total}, such as {room}", such),
    // The server's own line has the reason of an outage.
    why: isLost ? "" : bare(first.why ?? NOT_ASKED),
    remedy: isLost ? WITH_THE_SERVER : COMPARE_NUMBERS,
  });
}

const NOT_ASKED: Phrase = "not asked yet";
const WITH_THE_SERVER: Phrase = "They come back with the server.";
const COMPARE_NUMBERS: Phrase =
  "Compare their numbers in the mapping with the server's: valt-bridge rooms lists both.";

function checkDevices({ devices }: BridgeStatus): CheckInfo {
  const missing = devices.filter(({ status }) => status.kind !== "open");
  const total = devices.length;
  if (missing.length === 0)
    return check("Devices", "fine", { text: told("all devices are open: {count}", { count: total }) });
  const such = { count: missing.length, total, names: missing.map(({ id }) => id).join(", ") };
  return check("Devices", missing.length === total ? "failed" : "warning", {
    text: told("not there: {count} of {total} ({names})", such),
    remedy: ATTACH,
  });
}

const ATTACH: Phrase = "Attach it, or follow what its own line says; it is opened again by itself.";

function checkMapping({ problems, isActive }: MappingView): CheckInfo {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (errors > 0) {
    const text = told("errors in the edited file: {count}; the mapping before it stays", { count: errors });
    return check("Mapping", "warning", { text, remedy: SEE_MAPPING });
  }
  if (problems.length > 0) {
    const text = told("warnings in the file: {count}", { count: problems.length });
    return check("Mapping", "warning", { text, remedy: SEE_MAPPING });
  }
  return isActive
    ? check("Mapping", "fine", { text: told("the file is what the bridge runs on") })
    : check("Mapping", "warning", {
        text: told("the file was edited and not taken over yet"),
        remedy: RELOAD,
      });
}

const SEE_MAPPING: Phrase = "The page Mapping marks them at line and column.";
const RELOAD: Phrase = "Reload it on the page Mapping.";

function checkMarks({ marksWaiting: waiting, marks }: BridgeStatus): CheckInfo {
  const refused = countRefused(marks);
  if (refused > 0) {
    const text = told("marks refused: {refused}, waiting: {waiting}", { refused, waiting });
    return check("Marks", "warning", { text, remedy: SETTLE });
  }
  if (waiting === 0) return check("Marks", "fine", { text: told("no mark is waiting") });
  const text = told("marks waiting to be delivered: {count}", { count: waiting });
  return check("Marks", "warning", { text, remedy: IN_ORDER });
}

const SETTLE: Phrase = "They are listed on the page Health, and stay there until somebody settles them.";
const IN_ORDER: Phrase = "They are delivered in order when the server answers.";

function check(
  name: Phrase,
  state: CheckInfo["state"],
  { remedy = "", ...more }: Pick<CheckInfo, "text"> & Partial<CheckInfo>,
): CheckInfo {
  return { ...more, name, state, remedy };
}

/** A sentence that goes on in another one. */
function bare(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

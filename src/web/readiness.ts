import type { MappingView } from "../bridge/console-source.ts";
import type { BridgeStatus } from "../bridge/status.ts";
import type { Check, CheckName } from "../preflight/check.ts";
import { countRefused } from "./describe-marks.ts";
import type { CheckInfo } from "./page/protocol.ts";

/**
 * Whether a press would do what it should, found out before anybody presses: server, rooms, devices, mapping. Each check
 * that is not fine says what a person can do.
 */
export function checkReadiness(status: BridgeStatus, mapping: MappingView): readonly CheckInfo[] {
  return [
    checkServer(status),
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
function describeCheck({ name, state, text, remedy }: Check): CheckInfo {
  return { name: TITLES[name], state, text: bare(text), remedy };
}

const TITLES: Readonly<Record<CheckName, string>> = {
  login: "Login",
  rooms: "Rooms on the server",
  rights: "Rights",
  clock: "Clocks",
  certificate: "Certificate",
  freshness: "Freshness",
  encryption: "Encryption",
};

function checkServer({ server }: BridgeStatus): CheckInfo {
  const name = "Server";
  if (server.state === "reachable") return fine(name, `${server.url} answers`);
  if (server.account === "at-fault")
    return {
      name,
      state: "failed",
      text: `${server.url} cannot be asked: ${bare(server.why ?? "no reason known")}`,
      remedy: "Give the right password or account; what to do stands beside Login.",
    };
  return {
    name,
    state: "failed",
    text: `${server.url} does not answer: ${bare(server.why ?? "no reason known")}`,
    remedy: "Check that the server runs and that this machine reaches it; the bridge keeps asking by itself.",
  };
}

function checkRooms({ rooms, server }: BridgeStatus): CheckInfo {
  const name = "Rooms";
  const unknown = rooms.filter(({ knowledge }) => knowledge !== "live");
  if (unknown.length === 0) return fine(name, `all ${rooms.length} rooms are known`);
  const [first] = unknown;
  const isAll = unknown.length === rooms.length;
  return {
    name,
    state: isAll ? "failed" : "warning",
    text: `${unknown.length} of ${rooms.length} rooms are not known, such as ${first?.name}: ${bare(first?.why ?? "not asked yet")}`,
    remedy:
      server.state === "lost"
        ? "They come back with the server."
        : "Compare their numbers in the mapping with the server's: valt-bridge rooms lists both.",
  };
}

function checkDevices({ devices }: BridgeStatus): CheckInfo {
  const name = "Devices";
  const lost = devices.filter(({ status }) => status.kind !== "open");
  if (lost.length === 0) return fine(name, `all ${devices.length} devices are open`);
  const [first] = lost;
  const why = first?.status.kind === "lost" ? first.status.why : "being opened";
  return {
    name,
    state: lost.length === devices.length ? "failed" : "warning",
    text: `${lost.length} of ${devices.length} devices are not there: ${lost.map(({ id }) => id).join(", ")} (${first?.id}: ${bare(why)})`,
    remedy: "Attach it, or follow what its own line says; it is opened again by itself.",
  };
}

function checkMapping({ problems, isActive }: MappingView): CheckInfo {
  const name = "Mapping";
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const remedy = "The page Mapping marks them at line and column.";
  if (errors > 0)
    return {
      name,
      state: "warning",
      text: `the edited file has ${count(errors, "error")}; the mapping before it stays`,
      remedy,
    };
  if (problems.length > 0)
    return { name, state: "warning", text: `${count(problems.length, "warning")} in the file`, remedy };
  if (!isActive)
    return {
      name,
      state: "warning",
      text: "the file was edited and not taken over yet",
      remedy: "Reload it on the page Mapping.",
    };
  return fine(name, "the file is what the bridge runs on");
}

function checkMarks({ marksWaiting, marks }: BridgeStatus): CheckInfo {
  const refused = countRefused(marks);
  if (refused > 0)
    return {
      name: "Marks",
      state: "warning",
      text: `${count(refused, "mark")} refused${marksWaiting === 0 ? "" : `, and ${count(marksWaiting, "mark")} waiting`}`,
      remedy: "They are listed on the page Health, and stay there until somebody settles them.",
    };
  if (marksWaiting === 0) return fine("Marks", "none is waiting");
  return {
    name: "Marks",
    state: "warning",
    text: `${count(marksWaiting, "mark")} waiting to be delivered`,
    remedy: "They are delivered in order when the server answers.",
  };
}

function fine(name: string, text: string): CheckInfo {
  return { name, state: "fine", text, remedy: "" };
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

/** A sentence that goes on in another one. */
function bare(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

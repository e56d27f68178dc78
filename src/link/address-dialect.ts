import type { Outcome, Refusal } from "../action/action.ts";
import type { LinkMessage, Stroke } from "../driver/link.ts";
import type { Words } from "../feedback/words.ts";
import type { ActionWithoutRoom, CommandMapping } from "../mapping/mapping.ts";
import type { MatchedMessage } from "../mapping/match.ts";
import { hasWildcard, readWildcard } from "./address-wildcard.ts";
import type { Dialect, DialectTools, LinkRooms, Objection, Understood } from "./dialect.ts";
import { fillPush, pushValue } from "./push-text.ts";

/**
 * Addresses with arguments: the mapping's own patterns first, then the built-in `/valt/...` tree.
 * Wildcards may ask, never command.
 */
export function createAddressDialect(tools: DialectTools): Dialect {
  const builtIn = builtInCommands(tools);
  const isSilentOn = ({ text, values }: LinkMessage) =>
    tools.builtIn === "off" || isSaidHere({ text: normalize(text), values });

  function understandBuiltIn(asked: LinkMessage, stroke: Stroke, rooms: LinkRooms): Understood {
    if (tools.builtIn === "off" || !asked.text.startsWith("/valt/")) return objection("unknown");
    const service = understandService(asked, rooms);
    if (service !== undefined) return service;
    const known = tools.match(builtIn[markStyle(asked)], { message: asked, stroke }, rooms.find);
    if (known.kind === "no-command") return objection("unknown");
    if (known.kind !== "actions") return objection(known.kind);
    return isMeant(known, stroke) ? known : objection("unclear");
  }

  return {
    understand: rememberPlain(understand),
    answer: (asked, outcome) => (isSilentOn(asked) ? [] : [answerTo(asked, outcome)]),
    grant: (asked, seconds) =>
      isSilentOn(asked) ? [] : [{ text: "/valt/ok", values: [asked.text, "done", seconds] }],
    object: (asked, why) => (isSilentOn(asked) ? [] : [errorMessage(objectionCodes[why], asked)]),
    describe: (words) => [
      ...tools.pushes.map(({ text, values }) => ({
        text: fillPush(text, words),
        values: values.map((value) => pushValue(value, words)),
      })),
      ...(tools.builtIn === "off" ? [] : describeBuiltIn(words)),
    ],
    describeSite: (alarms) =>
      tools.builtIn === "off"
        ? []
        : alarms.map(({ kind, text }) => ({ text: "/valt/alarm", values: [kind, text] })),
  };

  function understand(message: LinkMessage, stroke: Stroke, rooms: LinkRooms): Understood {
    const address = normalize(message.text);
    if (hasWildcard(address)) return understandWildcard(address, rooms);
    const own = tools.match(tools.commands, { message, stroke }, rooms.find);
    if (own.kind === "actions") return own;
    if (own.kind !== "no-command") return objection(own.kind);
    return understandBuiltIn({ ...message, text: address }, stroke, rooms);
  }
}

const MOST_REMEMBERED = 1000;

type Understand = Dialect["understand"];

/** Panels say the same few things over and over. Texts are seldom the same, and some are secret: these are not remembered. */
function rememberPlain(understand: Understand): Understand {
  let rooms: LinkRooms | undefined;
  const known = new Map<string, Understood>();
  return (message, stroke, now) => {
    const { text, values } = message;
    if (values.some((value) => typeof value === "string")) return understand(message, stroke, now);
    if (rooms !== now || known.size >= MOST_REMEMBERED) known.clear();
    rooms = now;
    const key = `${stroke} ${values.length} ${values.join()} ${text}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const understood = understand(message, stroke, now);
    if (understood.kind === "actions") known.set(key, understood);
    return understood;
  };
}

/** Of what is built in, a text that is neither on nor off belongs to marks alone. */
function isMeant({ actions }: Extract<MatchedMessage, { kind: "actions" }>, stroke: Stroke): boolean {
  return stroke !== "unclear" || actions.every(({ kind }) => kind === "mark");
}

/** Trailing and doubled slashes everywhere, capitals in the built-in tree up to the room's name. */
function normalize(text: string): string {
  const address = text.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
  const segments = address.split("/");
  if (segments[1]?.toLowerCase() !== "valt") return address;
  return segments
    .map((segment, index) =>
      index === 3 && segments[2]?.toLowerCase() === "room" ? segment : segment.toLowerCase(),
    )
    .join("/");
}

const ANSWERS = new Set(["/valt/ok", "/valt/error", "/valt/pong", "/valt/alarm"]);
const TOLD_OF_ROOMS = new Set(["recording", "elapsed", "pending", "alarm"]);

/** What bridges say is never answered: two of them would talk for ever. Asking and telling differ by their argument. */
function isSaidHere({ text, values: [first] }: LinkMessage): boolean {
  const [, , branch, , leaf = "", ...more] = text.split("/");
  const isTold = typeof first === "string" && first !== "";
  if (text === "/valt/rooms") return isTold;
  if (branch !== "room" || more.length > 0) return ANSWERS.has(text);
  return TOLD_OF_ROOMS.has(leaf) || (leaf === "state" && isTold);
}

function objection(why: Objection): Understood {
  return { kind: "objection", objection: why };
}

function understandWildcard(address: string, rooms: LinkRooms): Understood {
  const found = /^\/valt\/room\/([^/]+)\/state$/.exec(address);
  if (found?.[1] === undefined) return objection("wildcard");
  const isWanted = readWildcard(found[1]);
  const matching = rooms.all.filter(({ name, id }) => isWanted(name) || isWanted(String(id)));
  return { kind: "query", rooms: matching.map(({ name }) => name) };
}

const SUBSCRIPTION_SECONDS = { usual: 60, shortest: 10, longest: 3600 };

/** What concerns the conversation and not a room's command. */
function understandService(asked: LinkMessage, rooms: LinkRooms): Understood | undefined {
  if (isSaidHere(asked)) return { kind: "nothing" };
  const { text, values } = asked;
  const [first, second] = values;
  switch (text) {
    case "/valt/ping":
      return { kind: "reply", messages: [{ text: "/valt/pong", values: [] }] };
    case "/valt/rooms":
      return {
        kind: "reply",
        messages: [{ text: "/valt/rooms", values: rooms.all.map(({ name }) => name) }],
      };
    case "/valt/status":
      return { kind: "query", rooms: rooms.all.map(({ name }) => name) };
    case "/valt/subscribe":
    case "/valt/renew":
      return {
        kind: "subscribe",
        seconds: subscriptionSeconds(first),
        port: typeof second === "number" ? second : undefined,
      };
    case "/valt/unsubscribe":
      return { kind: "unsubscribe" };
    case "/valt/connect":
      return { kind: "prove", passcode: String(first ?? "") };
    default:
      return understandStateQuery(text, rooms);
  }
}

function understandStateQuery(text: string, rooms: LinkRooms): Understood | undefined {
  const [, , branch, wanted = "", leaf] = text.split("/");
  if (branch !== "room" || leaf !== "state") return undefined;
  const room = rooms.find(wanted);
  return room === undefined ? objection("unknown-room") : { kind: "query", rooms: [room] };
}

function subscriptionSeconds(given: unknown): number {
  const { usual, shortest, longest } = SUBSCRIPTION_SECONDS;
  return typeof given === "number" && given > 0 ? Math.min(longest, Math.max(shortest, given)) : usual;
}

/** A text argument is the mark's text; any other argument is a button's stroke. */
function markStyle({ values }: LinkMessage): "withText" | "plain" {
  return typeof values[0] === "string" && values[0] !== "" ? "withText" : "plain";
}

/**
 * `/start`, `/stop` and their kind act on the press and ignore the release, as surfaces that send
 * 1 and then 0 need it; `/record` and everything ending in `/set` mean what their argument says.
 * A text that is neither on nor off is obeyed by none of them.
 */
function builtInCommands({ parse }: DialectTools): Record<"withText" | "plain", readonly CommandMapping[]> {
  const command = (leaf: string, on: ActionWithoutRoom, off?: ActionWithoutRoom): CommandMapping => ({
    pattern: parse(`/valt/room/{room}/${leaf}`),
    on: [{ room: "{room}", action: on }],
    off: off === undefined ? [] : [{ room: "{room}", action: off }],
  });
  const start: ActionWithoutRoom = { kind: "start", recording: {} };
  const mark = (text: string): ActionWithoutRoom => ({ kind: "mark", text, color: "red" });
  const plain = [
    command("start", start),
    command("stop", { kind: "stop" }),
    command("toggle", { kind: "toggle", recording: {} }),
    command("pause", { kind: "pause" }),
    command("resume", { kind: "resume" }),
    command("lock", { kind: "lock" }),
    command("unlock", { kind: "unlock" }),
    command("record", start, { kind: "stop" }),
    command("record/set", start, { kind: "stop" }),
    command("pause/set", { kind: "pause" }, { kind: "resume" }),
    command("lock/set", { kind: "lock" }, { kind: "unlock" }),
  ];
  return {
    plain: [...plain, command("marker", mark("Mark"))],
    withText: [...plain, command("marker {text}", mark("{text}"))],
  };
}

function describeBuiltIn(words: Words): readonly LinkMessage[] {
  const base = `/valt/room/${words.room}`;
  return [
    { text: `${base}/state`, values: [words.status] },
    { text: `${base}/recording`, values: [words.recording] },
    { text: `${base}/elapsed`, values: [words.elapsedSeconds] },
    { text: `${base}/pending`, values: [words.pending] },
    { text: `${base}/alarm`, values: [words.alarm] },
  ];
}

function answerTo(asked: LinkMessage, outcome: Outcome | "too-slow"): LinkMessage {
  if (outcome === "too-slow") return errorMessage(errors.timeout, asked);
  switch (outcome.kind) {
    case "done":
    case "already-so":
      return { text: "/valt/ok", values: [asked.text, outcome.kind] };
    case "waiting":
      // What is only in memory is not promised to anybody.
      if (outcome.kept === "not-kept") return errorMessage(errors.timeout, asked);
      return { text: "/valt/ok", values: [asked.text, outcome.kind] };
    case "refused":
      return errorMessage(refusalCodes[outcome.reason], asked);
    case "expired":
      return errorMessage(errors.timeout, asked);
    case "failed":
      return errorMessage(outcome.failure.heard === "no" ? errors.offline : errors.state, asked);
  }
}

type ErrorCode = readonly [code: number, word: string];

/** Numbers that control-system programmers know from recorders; words are ours. */
const errors = {
  unknown: [10, "UNKNOWN"],
  syntax: [11, "SYNTAX"],
  room: [12, "ROOM"],
  state: [14, "STATE"],
  timeout: [17, "TIMEOUT"],
  busy: [22, "BUSY"],
  denied: [24, "DENIED"],
  offline: [25, "OFFLINE"],
  full: [26, "FULL"],
} as const satisfies Readonly<Record<string, ErrorCode>>;

const objectionCodes: Readonly<Record<Objection, ErrorCode>> = {
  unknown: errors.unknown,
  "unknown-room": errors.room,
  unclear: errors.syntax,
  wildcard: errors.denied,
  denied: errors.denied,
  unlisted: errors.denied,
  "wrong-passcode": errors.denied,
  busy: errors.busy,
  full: errors.full,
};

const refusalCodes: Readonly<Record<Refusal, ErrorCode>> = {
  "state-unknown": errors.offline,
  "not-recording": errors.state,
  "room-recording": errors.state,
  "room-paused": errors.state,
  "room-locked": errors.state,
  "recording-unknown": errors.state,
  busy: errors.busy,
  repeated: errors.busy,
  "not-permitted": errors.denied,
  "unknown-room": errors.room,
  "wrong-room": errors.room,
  "unknown-card": errors.denied,
  unsupported: errors.unknown,
  "too-many": errors.busy,
};

function errorMessage([code, word]: ErrorCode, asked: LinkMessage): LinkMessage {
  return { text: "/valt/error", values: [code, word, asked.text] };
}

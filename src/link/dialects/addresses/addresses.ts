import { z } from "zod";
import type { Action } from "../../../action/action.ts";
import type { RoomName } from "../../../base/identifiers.ts";
import type { LinkMessage, Stroke } from "../../../driver/link.ts";
import type { Words } from "../../../feedback/words.ts";
import type {
  AddressDialect,
  AddressInterpreter,
  AddressRules,
  LinkOutcome,
  Objection,
  Understood,
} from "../../dialect.ts";
import { errorOfOutcome, type LinkError, linkErrors } from "../../errors.ts";
import type { LinkRooms } from "../../link-rooms.ts";
import { fillPush, pushValue } from "../../push-text.ts";
import { hasWildcard, readWildcard } from "./wildcard.ts";

const settingsSchema = z.object({
  builtIn: z
    .enum(["on", "off"])
    .optional()
    .describe("Whether the built-in commands are understood (default on)."),
});

/**
 * Addresses with arguments: the mapping's own patterns first, then the built-in `/valt/...` tree.
 * Wildcards may ask, never command.
 */
export const addresses: AddressDialect = {
  name: "addresses",
  style: "addresses",
  settingsSchema,
  commands: "own",
  needsRoom: false,
  create: (rules) => createInterpreter(rules as AddressRules<z.output<typeof settingsSchema>>),
};

function createInterpreter(rules: AddressRules<z.output<typeof settingsSchema>>): AddressInterpreter {
  const isBuiltIn = rules.settings.builtIn !== "off";
  const isAnswered = ({ text, values }: LinkMessage) =>
    isBuiltIn && !isSaidHere({ text: normalize(text), values });

  function understand(message: LinkMessage, stroke: Stroke, rooms: LinkRooms): Understood {
    const address = normalize(message.text);
    if (hasWildcard(address)) return understandWildcard(address, rooms);
    const own = rules.match(message, stroke, rooms);
    if (own.kind === "actions") return own;
    if (own.kind !== "no-command") return objection(own.kind);
    if (!isBuiltIn || !address.startsWith("/valt/")) return objection("unknown");
    const asked = { ...message, text: address };
    return understandService(asked, rooms) ?? understandCommand(asked, stroke, rooms);
  }

  return {
    understand: rememberPlain(understand),
    answer: (asked, outcome) => (isAnswered(asked) ? [answerTo(asked, outcome)] : []),
    grant: (asked, seconds) =>
      isAnswered(asked) ? [{ text: "/valt/ok", values: [asked.text, "done", seconds] }] : [],
    object: (asked, why) => (isAnswered(asked) ? [errorMessage(objectionErrors[why], asked)] : []),
    describe: (words) => [
      ...rules.pushes.map(({ text, values }) => ({
        text: fillPush(text, words),
        values: values.map((value) => pushValue(value, words)),
      })),
      ...(isBuiltIn ? describeBuiltIn(words) : []),
    ],
    describeSite: (alarms) =>
      isBuiltIn ? alarms.map(({ kind, text }) => ({ text: "/valt/alarm", values: [kind, text] })) : [],
  };
}

const MOST_REMEMBERED = 1000;

type Understand = AddressInterpreter["understand"];

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

/** What bridges say is never answered, or two of them would answer each other for ever. Asking and telling differ by their argument. */
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
  const matching = rooms.all.filter(
    ({ name, id }) => isWanted(name) || (id !== undefined && isWanted(String(id))),
  );
  return { kind: "query", rooms: matching.map(({ name }) => name) };
}

const SUBSCRIPTION_SECONDS = { usual: 60, shortest: 10, longest: 3600 };

/** What concerns the link and not a room's command. */
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

interface BuiltIn {
  on(room: RoomName, text: string): Action;
  off?(room: RoomName): Action;
}

const plain = (kind: "stop" | "pause" | "resume" | "lock" | "unlock") => (room: RoomName) =>
  ({ kind, room }) as const;
const start = (room: RoomName) => ({ kind: "start", room, recording: {} }) as const;

const MARKER = "marker";

/**
 * `/start`, `/stop` and their kind act on the press and ignore the release, as surfaces that send
 * 1 and then 0 need it; `/record` and everything ending in `/set` mean what their argument says.
 */
const builtIn: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ["start", { on: start }],
  ["stop", { on: plain("stop") }],
  ["toggle", { on: (room) => ({ kind: "toggle", room, recording: {} }) }],
  ["pause", { on: plain("pause") }],
  ["resume", { on: plain("resume") }],
  ["lock", { on: plain("lock") }],
  ["unlock", { on: plain("unlock") }],
  ["record", { on: start, off: plain("stop") }],
  ["record/set", { on: start, off: plain("stop") }],
  ["pause/set", { on: plain("pause"), off: plain("resume") }],
  ["lock/set", { on: plain("lock"), off: plain("unlock") }],
  [MARKER, { on: (room, text) => ({ kind: "mark", room, text, color: "red" }) }],
]);

/** `/valt/room/{room}/start` and the like. A text that is neither on nor off is the text of a mark, and else refused. */
function understandCommand({ text, values }: LinkMessage, stroke: Stroke, rooms: LinkRooms): Understood {
  const [, , branch, wanted = "", ...rest] = text.split("/");
  const leaf = rest.join("/");
  const command = branch === "room" && wanted !== "" ? builtIn.get(leaf) : undefined;
  if (command === undefined) return objection("unknown");
  const room = rooms.find(wanted);
  if (room === undefined) return objection("unknown-room");
  const isMarker = leaf === MARKER;
  if (isMarker && typeof values[0] === "string" && values[0] !== "")
    return { kind: "actions", actions: [command.on(room, values.map(wordOf).join(" "))] };
  if (stroke === "unclear" && !isMarker) return objection("unclear");
  if (stroke === "none") return { kind: "actions", actions: [] };
  const action = stroke === "up" ? command.off?.(room) : command.on(room, "Mark");
  return { kind: "actions", actions: action === undefined ? [] : [action] };
}

function wordOf(value: LinkMessage["values"][number]): string {
  return value === null ? "" : String(value);
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

function answerTo(asked: LinkMessage, outcome: LinkOutcome): LinkMessage {
  const error = errorOf(outcome);
  if (error !== undefined) return errorMessage(error, asked);
  if (outcome === "too-slow") return { text: "/valt/ok", values: [asked.text, outcome] };
  const time = outcome.kind === "done" && outcome.atSeconds !== undefined ? [outcome.atSeconds] : [];
  return { text: "/valt/ok", values: [asked.text, outcome.kind, ...time] };
}

/** As in the dialects of lines, but for two outcomes. */
function errorOf(outcome: LinkOutcome): LinkError | undefined {
  if (outcome === "too-slow") return "timeout";
  if (outcome.kind === "refused" && outcome.reason === "unsupported") return "unknown";
  if (outcome.kind === "failed" && outcome.failure.heard === "maybe") return "state";
  return errorOfOutcome(outcome);
}

const objectionErrors: Readonly<Record<Objection, LinkError>> = {
  unknown: "unknown",
  "unknown-room": "room",
  unclear: "syntax",
  wildcard: "denied",
  denied: "denied",
  unlisted: "denied",
  "wrong-passcode": "denied",
  busy: "busy",
  full: "full",
};

function errorMessage(error: LinkError, asked: LinkMessage): LinkMessage {
  const { code, word } = linkErrors[error];
  return { text: "/valt/error", values: [code, word, asked.text] };
}

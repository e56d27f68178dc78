import type { Action } from "../../../action/action.ts";
import type { RoomName } from "../../../base/identifiers.ts";
import type { LineContext, LinkOutcome } from "../../dialect.ts";
import { errorOfOutcome, type LinkError, linkErrors } from "../../errors.ts";
import { acceptedWord, clockWord, elapsedWord, type StateWord, stateWord } from "../../room-line.ts";
import type { NativeLine } from "./line.ts";
import type { NativePeer, NativePeers, Repeating } from "./peers.ts";

interface NativeAsked {
  readonly line: NativeLine;
  /** As it came, for the journal. */
  readonly text: string;
  readonly from: NativePeer;
}

/** Lines to send when it is their turn; the last one is the answer. */
export type NativeLines = () => readonly string[];
/** Carries out one command; its lines at once, or when the action has ended. */
export type NativeCommand = (asked: NativeAsked) => NativeLines | Promise<NativeLines>;

/** The name of the protocol and its version, as `VER?` and `!HELLO` tell it. */
export const PROTOCOL = "RBP/1";

/** Every verb of the native protocol, in capitals. */
export function createNativeCommands(
  link: LineContext,
  peers: NativePeers,
): Readonly<Record<string, NativeCommand>> {
  const { product } = link;
  const commands: Record<string, NativeCommand> = {
    ...roomCommands(link, peers),
    ...subscriptionCommands(link, peers),
    ...buttonCommands(link),
    "ROOMS?": ({ line }) =>
      exactly(line, 0, () => [
        `OK ROOMS ${link
          .rooms()
          .all.map(({ name }) => name)
          .join(",")}`,
      ]),
    "ID?": ({ line }) => exactly(line, 0, () => [`OK ID ${product.name}`]),
    "VER?": ({ line }) => exactly(line, 0, () => [`OK VER ${PROTOCOL} ${product.version}`]),
    PING: ({ line }) => exactly(line, 0, () => ["OK PONG"]),
    LOGIN: ({ line, from }) => {
      const code = line.textAfter(-1);
      if (code === "") return error("syntax");
      return link.prove(from.peer, code) ? () => ["OK LOGIN"] : error("denied");
    },
  };
  commands.HELP = ({ line }) => exactly(line, 0, () => [`OK HELP ${Object.keys(commands).join(" ")}`]);
  return commands;
}

function roomCommands(link: LineContext, peers: NativePeers): Record<string, NativeCommand> {
  const obey = (
    { text, from }: NativeAsked,
    action: Action,
    granted: (outcome: LinkOutcome) => string,
  ): Promise<NativeLines> => {
    const { inTime, ended } = link.ask(action, text, from.peer);
    return inTime.then((outcome) => {
      if (outcome === "too-slow") peers.follow(from, action.room, ended);
      const fault = errorOfOutcome(outcome);
      if (fault !== undefined) return error(fault);
      const answer = granted(outcome);
      return () => [answer];
    });
  };
  return {
    REC: (asked) => {
      const [operation = "", name = ""] = asked.line.words;
      const recording = recordings[operation.toUpperCase()];
      if (recording === undefined || asked.line.words.length !== 2) return error("syntax");
      const room = findRoom(link, asked.from, name);
      if (room === undefined) return error("room");
      return obey(asked, recording.action(room), (outcome) => {
        const isNew = outcome !== "too-slow" && outcome.kind !== "already-so";
        const word = isNew ? recording.leadsTo : undefined;
        return `OK REC ${name} ${word ?? acceptedWord(link.view(room))}`;
      });
    },
    "REC?": ({ line, from }) =>
      aboutRoom(link, { line, from }, (room, name) => {
        const view = link.view(room);
        return `OK REC ${name} ${stateWord(view)} ${elapsedWord(view)}`.trimEnd();
      }),
    MARK: (asked) => {
      const [name = ""] = asked.line.words;
      if (name === "") return error("syntax");
      const room = findRoom(link, asked.from, name);
      if (room === undefined) return error("room");
      const text = asked.line.textAfter(0) || "Mark";
      return obey(asked, { kind: "mark", room, text, color: "red" }, (outcome) =>
        `OK MARK ${name} ${timeWord(outcome)}`.trimEnd(),
      );
    },
    LOCK: (asked) => {
      const [state = "", name = ""] = asked.line.words;
      const kind = ({ ON: "lock", OFF: "unlock" } as const)[state.toUpperCase()];
      if (kind === undefined || asked.line.words.length !== 2) return error("syntax");
      const room = findRoom(link, asked.from, name);
      if (room === undefined) return error("room");
      return obey(asked, { kind, room }, () => `OK LOCK ${name} ${state.toUpperCase()}`);
    },
    "LOCK?": ({ line, from }) =>
      aboutRoom(link, { line, from }, (room, name) => {
        const { status } = link.view(room);
        const word = status === undefined ? "UNKNOWN" : status === "locked" ? "ON" : "OFF";
        return `OK LOCK ${name} ${word}`;
      }),
  };
}

interface RecordOperation {
  action(room: RoomName): Action;
  /** The state after the server has accepted; not known beforehand for a toggle. */
  readonly leadsTo: StateWord | undefined;
}

const recordings: Readonly<Record<string, RecordOperation>> = {
  START: { action: (room) => ({ kind: "start", room, recording: {} }), leadsTo: "RECORDING" },
  STOP: { action: (room) => ({ kind: "stop", room }), leadsTo: "IDLE" },
  TOGGLE: { action: (room) => ({ kind: "toggle", room, recording: {} }), leadsTo: undefined },
  PAUSE: { action: (room) => ({ kind: "pause", room }), leadsTo: "PAUSED" },
  RESUME: { action: (room) => ({ kind: "resume", room }), leadsTo: "RECORDING" },
};

/** Where a mark stands in the recording; nothing while it waits for the server. */
function timeWord(outcome: LinkOutcome): string {
  const isPlaced = outcome !== "too-slow" && outcome.kind === "done" && outcome.atSeconds !== undefined;
  return isPlaced ? clockWord(outcome.atSeconds * 1000) : "";
}

const SECONDS = { shortest: 1, longest: 3600 };

function subscriptionCommands(link: LineContext, peers: NativePeers): Record<string, NativeCommand> {
  const allRooms = () => link.rooms().all.map(({ name }) => name);
  return {
    "STATUS?": ({ line, from }) =>
      exactly(line, 0, () => {
        const lines = peers.snapshot(from, allRooms());
        return [...lines, `OK STATUS ${lines.length}`];
      }),
    SUB: ({ line, from }) => {
      const [name = "", time, seconds] = line.words;
      const isTimed = time?.toUpperCase() === "TIME";
      const isWhole = line.words.length === 1 || (line.words.length === 3 && isTimed);
      if (!isWhole) return error("syntax");
      const room = name === "*" ? "*" : findRoom(link, from, name);
      if (room === undefined) return error("room");
      const repeating = isTimed ? repeat(link, seconds) : undefined;
      if (isTimed && repeating === undefined) return error("range");
      peers.subscribe(from, name, repeating);
      remember(link, from, "subscribed");
      return () => [
        ...peers.snapshot(from, room === "*" ? allRooms() : [room]),
        ...peers.lampLines(from),
        ...peers.alarmLines(from, room === "*" ? allRooms() : [room]),
        `OK SUB ${name}`,
      ];
    },
    UNSUB: ({ line, from }) => {
      const [name] = line.words;
      if (line.words.length > 1) return error("syntax");
      if (name === undefined || name === "*") from.subscriptions.clear();
      else {
        const room = findRoom(link, from, name);
        if (room === undefined) return error("room");
        peers.unsubscribe(from, room);
      }
      if (from.subscriptions.size === 0) remember(link, from, "unsubscribed");
      return () => [`OK UNSUB ${name ?? ""}`.trimEnd()];
    },
    HB: ({ line, from }) => {
      const [seconds = ""] = line.words;
      if (line.words.length !== 1) return error("syntax");
      const isOff = seconds === "0" || seconds.toUpperCase() === "OFF";
      const beat = isOff ? undefined : repeat(link, seconds);
      if (!isOff && beat === undefined) return error("range");
      from.beat = beat;
      return () => [`OK HB ${seconds.toUpperCase()}`];
    },
  };
}

function repeat({ clock }: Pick<LineContext, "clock">, seconds = ""): Repeating | undefined {
  const wanted = /^\d{1,4}$/.test(seconds) ? Number(seconds) : 0;
  if (wanted < SECONDS.shortest || wanted > SECONDS.longest) return undefined;
  return { everyMs: wanted * 1000, nextMs: clock.monotonicMs() + wanted * 1000 };
}

/** The subscription of a wire outlives the link; that of a stream ends with the stream. */
function remember(
  { memory }: Pick<LineContext, "memory">,
  { peer }: NativePeer,
  what: "subscribed" | "unsubscribed",
): void {
  if (peer.reach === "wire") memory.set(peer.address, what);
}

function buttonCommands(link: LineContext): Record<string, NativeCommand> {
  const { lamps } = link;
  return {
    BTN: ({ line, from }) => {
      const [name = "", how = ""] = line.words;
      const stroke = ({ DOWN: "down", UP: "up", CLICK: "click" } as const)[how.toUpperCase()];
      if (stroke === undefined || line.words.length !== 2) return error("syntax");
      const control = lamps.find(name);
      if (control === undefined) return error("not-found");
      if (stroke === "click") link.touch({ kind: "pulsed", control, values: [] }, from.peer);
      else link.touch({ kind: stroke, control }, from.peer);
      return () => [`OK BTN ${name}`];
    },
    "LED?": ({ line }) => {
      const [name = ""] = line.words;
      if (line.words.length !== 1) return error("syntax");
      const control = lamps.find(name);
      if (control === undefined) return error("not-found");
      return () => [`OK LED ${name} ${lamps.lampOf(control)}`];
    },
  };
}

/** The room, by the name that the client will be told about it from now on. */
function findRoom(link: LineContext, { names }: NativePeer, name: string): RoomName | undefined {
  const room = link.rooms().find(name);
  if (room !== undefined) names.set(room, name);
  return room;
}

function aboutRoom(
  link: LineContext,
  { line, from }: Pick<NativeAsked, "line" | "from">,
  tell: (room: RoomName, name: string) => string,
): NativeLines {
  const [name = ""] = line.words;
  if (line.words.length !== 1) return error("syntax");
  const room = findRoom(link, from, name);
  return room === undefined ? error("room") : () => [tell(room, name)];
}

function exactly({ words }: NativeLine, count: number, lines: NativeLines): NativeLines {
  return words.length === count ? lines : error("syntax");
}

function error(what: LinkError): NativeLines {
  return () => [errorLine(what)];
}

/** `ERR 14 STATE`, without its end. */
export function errorLine(what: LinkError): string {
  const { code, word } = linkErrors[what];
  return `ERR ${code} ${word}`;
}

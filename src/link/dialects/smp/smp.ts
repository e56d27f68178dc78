import type { Action } from "../../../action/action.ts";
import type { PeerId, RoomName } from "../../../base/identifiers.ts";
import type { Peer } from "../../../driver/link.ts";
import type { RoomView } from "../../../room/room-view.ts";
import {
  ANSWER_END,
  type AnswerText,
  defineLineDialect,
  type LineAnswer,
  type LineContext,
  type LineDialect,
  type LineInterpreter,
  type LineReading,
} from "../../dialect.ts";
import { errorOfLineRefusal, errorOfOutcome, type LinkError } from "../../errors.ts";
import {
  activeAlarms,
  answerQuestion,
  destination,
  elapsedTime,
  greetingTime,
  recordDigit,
  remainingTime,
  type SmpSettings,
  sisVersion,
  smpSettings,
  statusLine,
  tellsUnasked,
  type VerboseMode,
  writeSisError,
} from "./sis-answers.ts";
import { type RecordMode, readSisCommands, type SisCommand } from "./sis-commands.ts";

interface SmpPeer {
  readonly peer: Peer;
  verbose: VerboseMode;
  /** That a password is needed before anything else. */
  isTold: boolean;
}

const ESCAPE = "\x1b";

const TITLE = 13;
const PART_NUMBER = "60-1324-01";
const RECORD_SUBJECT = "record";
/** Answers of such recorders, the bridge's own among them: never answered, or a wire that echoes would never be silent. */
const NEVER_ANSWERED =
  /^\s*(?:E\d\d\b|OK\b|ERR\b|!|~|Rcdr|Inf|Vrb|Ver\d|Bld|<Ch|\(c\)|Echo\d|Pno|Ipn|Password:|Login (?:Administrator|User))/i;

/**
 * Answers like an Extron SMP 300-series recorder, so that modules written for one drive a room of VALT: a
 * compatible subset, after the vendor's manual and what published drivers send and parse. What VALT has
 * nothing for is refused with E14, what is no command with E10.
 */
export const smp: LineDialect = defineLineDialect({
  name: "smp",
  style: "lines",
  settingsSchema: smpSettings,
  framing: { kind: "sis" },
  whenFull: writeSisError("full"),
  commands: "own",
  needsRoom: true,
  create: (link) => new SmpInterpreter(link),
});

type SmpLink = LineContext<SmpSettings>;

class SmpInterpreter implements LineInterpreter {
  readonly #link: SmpLink;
  readonly #peers = new Map<PeerId, SmpPeer>();
  /** Of the next recording, as the manual says: set before it starts, cleared when it does. */
  readonly #metadata = new Map<number, string>();

  constructor(link: SmpLink) {
    this.#link = link;
  }

  joined(peer: Peer): string {
    this.#of(peer);
    const { settings, product, clock } = this.#link;
    const prompt = this.#link.knows(peer) ? "" : PASSWORD_PROMPT;
    if (prompt !== "") this.#link.listenFor(peer, "passcode");
    if (settings.hello === "off") return prompt;
    // Drivers look for the maker's name, the model and the word Copyright; the rest says what it is.
    const banner =
      `${ANSWER_END}(c) Copyright 2014-2022, Extron Electronics, SMP 351 compatible subset: ` +
      `${product.name}, V${this.#version("release")}, ${PART_NUMBER}${ANSWER_END}`;
    // The date is not told on wires; after it, one empty line and the prompt without an end.
    if (peer.reach === "wire") return banner;
    return `${banner}${greetingTime(clock.wallMs())}${ANSWER_END}${prompt}`;
  }

  parted({ id }: Peer): void {
    this.#peers.delete(id);
  }

  /** Such recorders ask for it on the network only. */
  asksPasscode({ reach }: Peer): boolean {
    return reach !== "wire";
  }

  read(line: string, peer: Peer): LineReading {
    if (line.trim() === "" || NEVER_ANSWERED.test(line)) return { kind: "ignored" };
    const commands = readSisCommands(line);
    if (commands === undefined) return { kind: "unknown" };
    if (commands.length === 0) return { kind: "ignored" };
    return {
      kind: "tasks",
      tasks: commands.map((command) => () => this.#answer(command, line, this.#of(peer))),
    };
  }

  /**
   * What is no command is taken for the password. Modules without one ask on and on: they are told once that a password
   * is needed, and their questions are no attempts to guess it. An empty line before the password is none either.
   */
  readUnauthenticated(line: string, peer: Peer): LineReading {
    const passcode = line.replace(/\p{Cc}/gu, "");
    if (passcode === "") return { kind: "ignored" };
    const attempt = () => {
      const isProven = !line.includes(ESCAPE) && this.#link.prove(peer, passcode, isSisCommand);
      // Said each time: a mapping that was edited may ask a peer again that was known before.
      this.#link.listenFor(peer, isProven ? "commands" : "passcode");
      const from = this.#of(peer);
      const isTold = from.isTold && (line.includes(ESCAPE) || isSisCommand(passcode));
      from.isTold = !isProven;
      if (isProven) return () => `${ANSWER_END}Login Administrator${ANSWER_END}`;
      return () => (isTold ? "" : PASSWORD_PROMPT);
    };
    return { kind: "tasks", tasks: [attempt] };
  }

  refuse(why: keyof typeof errorOfLineRefusal): string {
    return writeSisError(errorOfLineRefusal[why] === "syntax" ? "unknown" : errorOfLineRefusal[why]);
  }

  answerOwn(outcome: Parameters<LineInterpreter["answerOwn"]>[0]): string {
    const fault = errorOfOutcome(outcome);
    return fault === undefined ? "" : writeSisError(fault);
  }

  /**
   * Only what is settled is told: an accepted command has been answered already. A recorder has no word for a state that
   * nobody knows, as when the server is lost: it is told with the error that a question would get, unless the mapping
   * says otherwise.
   */
  roomChanged(room: RoomName): void {
    if (room !== this.#link.room) return;
    const view = this.#link.view(room);
    if (view.pending !== undefined) return;
    const text = this.#tellRecord(recordDigit(view));
    for (const { peer, verbose } of this.#peers.values()) {
      if (!this.#link.knows(peer)) continue;
      if (tellsUnasked(verbose)) this.#link.publisher.tell(peer.id, RECORD_SUBJECT, text);
      else this.#link.publisher.note(peer.id, RECORD_SUBJECT, text);
    }
  }

  subscribers(): number {
    return [...this.#peers.values()].filter(({ verbose }) => tellsUnasked(verbose)).length;
  }

  close(): void {
    this.#peers.clear();
  }

  #of(peer: Peer): SmpPeer {
    const known = this.#peers.get(peer.id);
    if (known !== undefined) return known;
    const fresh: SmpPeer = { peer, verbose: peer.reach === "wire" ? 1 : 0, isTold: false };
    this.#peers.set(peer.id, fresh);
    this.#noteRecord(peer);
    return fresh;
  }

  #tellRecord(digit: "0" | "1" | "2" | undefined): string {
    const isError = digit === undefined && this.#link.settings.whenUnknown !== "stopped";
    return isError ? writeSisError("offline") : `RcdrY${digit ?? "0"}${ANSWER_END}`;
  }

  /** What a session finds is no change. */
  #noteRecord({ id }: Peer): void {
    const { room, publisher } = this.#link;
    if (room !== undefined)
      publisher.note(id, RECORD_SUBJECT, this.#tellRecord(recordDigit(this.#link.view(room))));
  }

  #answer(command: SisCommand, line: string, from: SmpPeer): LineAnswer {
    const { room } = this.#link;
    if (room === undefined) return sisError("not-found");
    switch (command.kind) {
      case "record":
        return this.#record(command.mode, { room, line, from });
      case "mark":
        return this.#obey({ kind: "mark", room, text: "Chapter", color: "red" }, { line, from }, "RcdrB");
      case "set-metadata":
        // It names the next recording: who may not start one may not name it either.
        if (!this.#link.permits("start", from.peer)) return sisError("denied");
        if (command.value === "") this.#metadata.delete(command.field);
        else this.#metadata.set(command.field, command.value);
        return () => `${titled(command.field, command.value)}${ANSWER_END}`;
      case "set-echo":
        return () => `Echo0${ANSWER_END}`;
      case "set-verbose":
        from.verbose = command.mode as VerboseMode;
        return () => `Vrb${command.mode}${ANSWER_END}`;
      // Only scheduled recordings can be extended there, and VALT's cannot be from here.
      case "extend":
      case "not-here":
        return sisError("state");
      case "out-of-range":
        return sisError("range");
      default:
        return this.#question(command, room, from);
    }
  }

  #question(command: SisQuestion, room: RoomName, { verbose }: SmpPeer): AnswerText {
    const link = this.#link;
    const tell = (tag: string, value: () => string | undefined) => () => {
      const known = value();
      return known === undefined ? writeSisError("offline") : answerQuestion(verbose, tag, known);
    };
    switch (command.kind) {
      case "ask-record":
        return tell("RcdrY", () => recordDigit(link.view(room)));
      case "ask-metadata":
        return () => {
          const value = this.#metadata.get(command.field) ?? "";
          // With its tag, a field without a value has no star either.
          return verbose >= 2 ? `${titled(command.field, value)}${ANSWER_END}` : `${value}${ANSWER_END}`;
        };
      case "ask-echo":
        return tell("Echo", () => "0");
      case "part-number":
        return tell("Pno", () => PART_NUMBER);
      case "unit-name":
        return tell("Ipn ", () => room);
      case "ask-verbose":
        return tell("Vrb", () => String(verbose));
      case "version":
        return tell(command.which === "release" ? "Ver01*" : "Bld", () => this.#version(command.which));
      case "information": {
        const inform = information[command.number];
        const tag = command.number === 0 ? "Inf*" : `Inf${String(command.number).padStart(2, "0")}*`;
        if (inform === undefined) return sisError("state");
        return tell(tag, () => inform(link.view(room), link.settings));
      }
    }
  }

  /** On a paused recorder, the record key resumes; whether a second pause does differs by model. */
  #record(mode: RecordMode, asked: { room: RoomName; line: string; from: SmpPeer }): LineAnswer {
    const { room } = asked;
    const isPaused = this.#link.view(room).expected === "paused";
    const resumes = isPaused && (mode === "1" || this.#link.settings.secondPause === "resumes");
    if (mode === "0") return this.#obeyRecord({ kind: "stop", room }, "0", asked);
    if (resumes) return this.#obeyRecord({ kind: "resume", room }, "1", asked);
    if (mode === "2") return this.#obeyRecord({ kind: "pause", room }, "2", asked);
    const name = this.#metadata.get(TITLE);
    const recording = name === undefined ? {} : { name };
    return this.#obeyRecord({ kind: "start", room, recording }, "1", asked);
  }

  #obeyRecord(
    action: Action,
    digit: "0" | "1" | "2",
    asked: { readonly line: string; readonly from: SmpPeer },
  ): Promise<AnswerText> {
    const { id } = asked.from.peer;
    const answer = `RcdrY${digit}${ANSWER_END}`;
    const { inTime, ended } = this.#link.ask(action, asked.line, asked.from.peer);
    if (action.kind === "start") void ended.then((outcome) => this.#forgetMetadata(outcome));
    return inTime.then((outcome) => {
      const fault = errorOfOutcome(outcome);
      if (fault !== undefined) return sisError(fault);
      this.#link.publisher.note(id, RECORD_SUBJECT, answer);
      return () => answer;
    });
  }

  #obey(
    action: Action,
    asked: { readonly line: string; readonly from: SmpPeer },
    granted: string,
  ): Promise<AnswerText> {
    return this.#link.ask(action, asked.line, asked.from.peer).inTime.then((outcome) => {
      const fault = errorOfOutcome(outcome);
      return fault === undefined ? () => `${granted}${ANSWER_END}` : sisError(fault);
    });
  }

  #forgetMetadata(outcome: unknown): void {
    const isStarted = typeof outcome === "object" && outcome !== null && "kind" in outcome;
    if (isStarted && outcome.kind === "done") this.#metadata.clear();
  }

  #version(which: "release" | "build"): string {
    return sisVersion(this.#link.product.version, which);
  }
}

function isSisCommand(text: string): boolean {
  return (readSisCommands(text)?.length ?? 0) > 0;
}

const PASSWORD_PROMPT = `${ANSWER_END}Password:`;

type SisQuestion = Extract<
  SisCommand,
  {
    kind:
      | "ask-record"
      | "ask-metadata"
      | "ask-verbose"
      | "ask-echo"
      | "part-number"
      | "unit-name"
      | "version"
      | "information";
  }
>;

/** `RcdrM13*title`, and `RcdrM13` where there is none. */
function titled(field: number, value: string): string {
  return `RcdrM${field}${value === "" ? "" : `*${value}`}`;
}

type Information = (view: RoomView, settings: SmpSettings) => string | undefined;

/** By the number before the I. A room of VALT has no USB drives, and its pictures' size is not known here. */
const information: Readonly<Record<number, Information>> = {
  0: statusLine,
  1: () => "SMP 351 compatible",
  2: () => "Streaming Media Processor",
  33: () => "N/A*N/A",
  35: elapsedTime,
  36: (_, { timeLeft }) => remainingTime(timeLeft),
  37: (_, { timeLeft }) => destination(timeLeft),
  39: activeAlarms,
  56: () => "N/A",
  57: () => "N/A",
  58: () => "N/A",
};

function sisError(what: LinkError): AnswerText {
  return () => writeSisError(what);
}

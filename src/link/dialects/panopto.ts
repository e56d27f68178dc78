import { z } from "zod";
import type { Action } from "../../action/action.ts";
import type { PeerId, RoomName } from "../../base/identifiers.ts";
import { LINES, type Peer } from "../../driver/link.ts";
import type { RoomView } from "../../room/room-view.ts";
import type { RoomStatus } from "../../valt/answers.ts";
import {
  type AnswerText,
  defineLineDialect,
  isSpoiled,
  type LineAnswer,
  type LineContext,
  type LineDialect,
  type LineInterpreter,
  type LineReading,
  type LineRefusal,
  type LinkOutcome,
} from "../dialect.ts";

/**
 * The serial commands of the University of Washington's light-and-serial service for Panopto remote
 * recorders: `START STOP PAUSE RESUME EXTEND STATUS`, answered with `<event> OK`, `Error` or `Ignored`.
 * Lines end with LF alone: the published Crestron module compares them whole.
 */
export const panopto: LineDialect = defineLineDialect({
  name: "panopto",
  style: "lines",
  settingsSchema: z.object({}),
  framing: LINES,
  whenFull: "",
  commands: "own",
  needsRoom: true,
  create: (link) => new PanoptoInterpreter(link),
});

const END = "\n";
const STATE_SUBJECT = "state";
/** What such a recorder says itself: never answered, or a wire that echoes would never be silent. */
const NEVER_ANSWERED =
  /^\s*(?:$|OK\b|ERR\b|!|~|E\d\d\b|Serial-Error|Error:|Command\w|Recorder|Disconnected|(?:Current|Next)Recording|Login (?:OK|Error))/i;

type Verdict = "OK" | "Error" | "Ignored";

class PanoptoInterpreter implements LineInterpreter {
  readonly #link: LineContext;
  readonly #peers = new Map<PeerId, Peer>();

  constructor(link: LineContext) {
    this.#link = link;
  }

  joined(peer: Peer): string {
    this.#remember(peer);
    return "";
  }

  parted({ id }: Peer): void {
    this.#peers.delete(id);
  }

  asksPasscode({ reach }: Peer): boolean {
    return reach !== "wire";
  }

  read(line: string, peer: Peer): LineReading {
    this.#remember(peer);
    if (NEVER_ANSWERED.test(line)) return { kind: "ignored" };
    const command = isSpoiled(line) ? undefined : panoptoCommands[line.trim().toUpperCase()];
    if (command === undefined) return { kind: "unknown" };
    return { kind: "tasks", tasks: [() => this.#carryOut(command, line, peer)] };
  }

  /** There is no password in that protocol: `LOGIN code` is the bridge's own. */
  readUnauthenticated(line: string, peer: Peer): LineReading {
    const passcode = /^LOGIN\s+(\S.*)$/i.exec(line.trim())?.[1];
    if (passcode === undefined) {
      const reading = this.read(line, peer);
      return reading.kind === "ignored" ? reading : { kind: "denied", text: `Error: not logged in${END}` };
    }
    const attempt = () => {
      const answer = `Login ${this.#link.prove(peer, passcode) ? "OK" : "Error"}${END}`;
      return () => answer;
    };
    return { kind: "tasks", tasks: [attempt] };
  }

  refuse(why: LineRefusal, line: string): string {
    // What is printed back is short and printable, whatever came in.
    const shown = line
      .trim()
      .replace(/[^\x20-\x7e]/g, "?")
      .slice(0, 64);
    return `${why === "unknown" || why === "spoiled" ? `Serial-Error: Command not found: ${shown}` : `Error: ${why}`}${END}`;
  }

  answerOwn(outcome: LinkOutcome): string {
    const verdict = verdictOn(outcome);
    return verdict === "OK" ? "" : `${verdict}${END}`;
  }

  /** Events are told to everybody as the server confirms them; what is under way is not one yet. */
  roomChanged(room: RoomName): void {
    if (room !== this.#link.room) return;
    const event = eventLine(this.#link.view(room));
    for (const peer of this.#peers.values()) {
      if (this.#link.knows(peer)) this.#link.publisher.tell(peer.id, STATE_SUBJECT, event);
    }
  }

  subscribers(): number {
    return this.#peers.size;
  }

  close(): void {
    this.#peers.clear();
  }

  /** What a peer finds is no event. */
  #remember(peer: Peer): void {
    if (this.#peers.has(peer.id)) return;
    this.#peers.set(peer.id, peer);
    const { room, publisher } = this.#link;
    if (room !== undefined) publisher.note(peer.id, STATE_SUBJECT, eventLine(this.#link.view(room)));
  }

  #carryOut({ event, action }: PanoptoCommand, line: string, peer: Peer): LineAnswer {
    const { room } = this.#link;
    if (room === undefined) return () => `${event} Error${END}`;
    if (event === "Status") return this.#status(room);
    // A recording of VALT has no end that could be moved from here.
    if (action === undefined) return () => `${event} Error${END}`;
    return this.#link.ask(action(room), line, peer).inTime.then((outcome) => {
      const answer = `${event} ${verdictOn(outcome)}${END}`;
      return () => answer;
    });
  }

  #status(room: RoomName): AnswerText {
    return () => {
      const view = this.#link.view(room);
      const lines = [`Recorder-Status: ${statusWord(view)}`];
      const runs = view.status === "recording" || view.status === "paused";
      // The server does not tell what a running recording is called.
      if (runs && view.recording !== undefined)
        lines.push(`CurrentRecording-Id: ${view.recording}`, `CurrentRecording-Name: ${room}`);
      return lines.map((line) => `${line}${END}`).join("");
    };
  }
}

interface PanoptoCommand {
  readonly event: string;
  readonly action: ((room: RoomName) => Action) | undefined;
}

/** Every command of the dialect, in capitals; without a prototype, so that no word of a peer finds anything else. */
export const panoptoCommands: Readonly<Record<string, PanoptoCommand | undefined>> = Object.assign(
  Object.create(null),
  {
    START: { event: "CommandStart", action: (room: RoomName) => ({ kind: "start", room, recording: {} }) },
    STOP: { event: "CommandStop", action: (room: RoomName) => ({ kind: "stop", room }) },
    PAUSE: { event: "CommandPause", action: (room: RoomName) => ({ kind: "pause", room }) },
    RESUME: { event: "CommandResume", action: (room: RoomName) => ({ kind: "resume", room }) },
    EXTEND: { event: "CommandExtend", action: undefined },
    STATUS: { event: "Status", action: undefined },
  } satisfies Record<string, PanoptoCommand>,
);

/** Ignored is what has no effect, such as a stop while nothing is recorded. */
function verdictOn(outcome: LinkOutcome): Verdict {
  if (outcome === "too-slow") return "Error";
  switch (outcome.kind) {
    case "done":
    case "waiting":
      return "OK";
    case "already-so":
      return "Ignored";
    case "refused":
      return outcome.reason === "not-recording" || outcome.reason === "room-paused" ? "Ignored" : "Error";
    default:
      return "Error";
  }
}

const eventNames: Readonly<Record<RoomStatus | "unknown", string>> = {
  available: "RecorderPreviewingNoNextSchedule",
  recording: "RecorderRecording",
  paused: "RecorderPaused",
  locked: "RecorderDormant",
  prepared: "RecorderPreviewingNoNextSchedule",
  unknown: "RecorderDisconnected",
};

function eventLine({ status }: RoomView): string {
  return `${eventNames[status ?? "unknown"]} OK${END}`;
}

/** The word of STATUS: the event's without its first, or the transition under way. */
function statusWord({ status, pending }: RoomView): string {
  const settled = eventNames[status ?? "unknown"].replace(/^Recorder/, "");
  if (status === undefined || pending === undefined) return settled;
  return transitions[`${pending} ${status}`] ?? settled;
}

const transitions: Readonly<Record<string, string>> = {
  "start available": "TransitionAnyToRecording",
  "start prepared": "TransitionAnyToRecording",
  "pause recording": "TransitionRecordingToPause",
  "resume paused": "TransitionPausedToRecording",
  "stop recording": "TransitionRecordingToStop",
  "stop paused": "TransitionPausedToStop",
};

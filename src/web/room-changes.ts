import type { Cause } from "../action/action.ts";
import type { CorrelationId, RecordingId, RoomName } from "../base/identifiers.ts";
import { keepNewest } from "../base/memory.ts";
import type { Fact } from "../journal/fact.ts";
import type { ChangeInfo, Doer } from "./page/protocol.ts";

type Of<Kind extends Fact["kind"]> = Extract<Fact, { kind: Kind }>;

/** A command from here whose effect has not been seen yet. */
interface Awaited {
  readonly correlation: CorrelationId;
  readonly doer: Doer;
  /** Whether the server took it; a change that comes while it did not is judged when its outcome is known. */
  readonly answer: "accepted" | "open";
  readonly changedWallMs?: number;
}

interface Seen {
  readonly status: string;
  readonly recording: RecordingId | undefined;
}

const MOST_CAUSES = 500;
/** As long as a request whose answer was lost may still be acted on, and longer. */
const DOUBTFUL_MS = 120_000;
const COMMANDS = new Set(["start", "stop", "pause", "resume", "lock", "unlock"]);

/** Who changed each room last, and who began what it records, as far as facts tell. Nothing is guessed. */
export class RoomChanges {
  readonly #doers = new Map<CorrelationId, Doer>();
  readonly #awaited = new Map<RoomName, Awaited>();
  /** Until when a change may be the effect of a command from here that failed. */
  readonly #doubtfulUntilMs = new Map<RoomName, number>();
  readonly #seen = new Map<RoomName, Seen>();
  readonly #last = new Map<RoomName, ChangeInfo>();
  readonly #starts = new Map<RoomName, { readonly recording: RecordingId | undefined } & ChangeInfo>();

  /** The change that led to the room's status; nothing where it was not seen, or may be anybody's. */
  lastOf(room: RoomName): ChangeInfo | undefined {
    return this.#last.get(room);
  }

  /** Who began this recording, and when; nothing where that was not seen. */
  startOf(room: RoomName, recording: RecordingId | undefined): ChangeInfo | undefined {
    const start = this.#starts.get(room);
    if (start === undefined || recording === undefined || start.recording !== recording) return undefined;
    return { by: start.by, wallMs: start.wallMs };
  }

  take(fact: Fact): void {
    switch (fact.kind) {
      case "action":
        this.#doers.set(fact.cause.correlation, doerOf(fact.cause));
        keepNewest(this.#doers, MOST_CAUSES);
        break;
      case "request":
        this.#await(fact);
        break;
      case "answer":
        this.#hear(fact);
        break;
      case "outcome":
        this.#end(fact);
        break;
      case "room":
        this.#see(fact);
        break;
      default:
    }
  }

  #await({ correlation, command, room, author }: Of<"request">): void {
    const doer = this.#doers.get(correlation);
    if (doer === undefined || !COMMANDS.has(command)) return;
    const person: Doer = author !== undefined && doer.kind === "panel" ? { ...doer, kind: "card" } : doer;
    this.#awaited.set(room, { correlation, doer: person, answer: "open" });
  }

  #hear({ correlation, room, answer }: Of<"answer">): void {
    const awaited = this.#awaited.get(room);
    if (awaited?.correlation === correlation && answer === "accepted")
      this.#awaited.set(room, { ...awaited, answer: "accepted" });
  }

  #end({ correlation, room, outcome, atMs }: Of<"outcome">): void {
    const awaited = this.#awaited.get(room);
    if (awaited?.correlation !== correlation) return;
    const { doer, changedWallMs } = awaited;
    if (outcome.kind === "done") {
      if (changedWallMs === undefined) return;
      this.#awaited.delete(room);
      this.#note(room, { by: doer, wallMs: changedWallMs });
      return;
    }
    this.#awaited.delete(room);
    if (outcome.kind === "failed") this.#doubtfulUntilMs.set(room, atMs + DOUBTFUL_MS);
    if (changedWallMs === undefined) return;
    if (outcome.kind === "failed") this.#forget(room);
    else this.#note(room, { by: ELSEWHERE, wallMs: changedWallMs });
  }

  #see({ room, view, atMs, wallMs }: Of<"room">): void {
    const { status, recording, pending } = view;
    if (status === undefined || pending !== undefined) return;
    const before = this.#seen.get(room);
    this.#seen.set(room, { status, recording });
    const awaited = this.#awaited.get(room);
    const isChanged = before !== undefined && isOther(before, { status, recording });
    if (awaited?.answer === "open") {
      if (isChanged) this.#awaited.set(room, { ...awaited, changedWallMs: wallMs });
      return;
    }
    this.#awaited.delete(room);
    if (awaited !== undefined && (isChanged || before === undefined))
      this.#note(room, { by: awaited.doer, wallMs }, before);
    else if (isChanged && atMs < (this.#doubtfulUntilMs.get(room) ?? -Infinity)) this.#forget(room);
    else if (isChanged) this.#note(room, { by: ELSEWHERE, wallMs }, before);
  }

  #note(room: RoomName, change: ChangeInfo, before?: Seen): void {
    this.#last.set(room, change);
    const now = this.#seen.get(room);
    if (now?.status !== "recording") return;
    const isContinued = before?.status === "paused" && before.recording === now.recording;
    if (!isContinued) this.#starts.set(room, { recording: now.recording, ...change });
  }

  #forget(room: RoomName): void {
    this.#last.delete(room);
    this.#starts.delete(room);
  }
}

const ELSEWHERE: Doer = { kind: "elsewhere" };

function isOther(one: Seen, other: Seen): boolean {
  const isOtherRecording =
    one.recording !== undefined && other.recording !== undefined && one.recording !== other.recording;
  return one.status !== other.status || isOtherRecording;
}

function doerOf({ device, source, gesture, peer }: Cause): Doer {
  if (gesture !== "request") return { kind: "panel", device, control: source };
  return peer?.startsWith("web:") === true ? { kind: "console" } : { kind: "link", device };
}

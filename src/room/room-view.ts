import type { StateCommand } from "../action/action.ts";
import type { RecordingId } from "../base/identifiers.ts";
import { isRunning } from "../base/running.ts";
import type { RoomStatus } from "../valt/answers.ts";
import { elapsedAt } from "./recording-clock.ts";
import { expectedStatus, knownStatus, type RoomState } from "./room-state.ts";

/** A room at one moment: what everybody who decides, shows or tells reads. */
export interface RoomView {
  readonly knowledge: "never-seen" | "live" | "stale";
  /** The status that is true; absent where the truth is not known. */
  readonly status: RoomStatus | undefined;
  /** The status to reckon with: what an accepted command leads to, else `status`. */
  readonly expected: RoomStatus | undefined;
  readonly pending: StateCommand | undefined;
  readonly recording: RecordingId | undefined;
  /** How far the recording has run, pauses left out; absent where the server has not said. */
  readonly elapsedMs: number | undefined;
  /** Age of the last answer. */
  readonly ageMs: number | undefined;
  /** Why the truth is not known. */
  readonly why: string | undefined;
  /** The server says that it has no such room. */
  readonly isMissing: boolean;
  /** What went wrong a moment ago. */
  readonly trouble: string | undefined;
  /** Trouble in a few words, for a key; absent where the text is short. */
  readonly brief?: string | undefined;
  /** What people should know although nobody pressed anything: an alarm, else what is wrong with the marks of a recording. */
  readonly alarm: string | undefined;
  /** The same in a few words; absent where the text is short. */
  readonly alarmBrief?: string | undefined;
  readonly marksWaiting: number;
}

export function viewRoom(state: RoomState, nowMs: number): RoomView {
  const { knowledge, recording, trouble } = state;
  const status = knownStatus(state);
  const isAside = status !== undefined && isRunning(status) && trouble?.concerns === "marks";
  const clock = recording?.clock;
  return {
    knowledge: knowledge.kind,
    status,
    expected: expectedStatus(state),
    pending: state.pending?.command,
    recording: recording?.id,
    elapsedMs: clock === undefined ? undefined : elapsedAt(clock, nowMs),
    ageMs: knowledge.kind === "never-seen" ? undefined : nowMs - knowledge.seenAtMs,
    why: knowledge.kind === "live" ? undefined : knowledge.why,
    isMissing: knowledge.kind !== "live" && knowledge.isMissing,
    trouble: isAside ? undefined : trouble?.text,
    alarm: state.alarm ?? (isAside ? trouble.text : undefined),
    brief: isAside ? undefined : trouble?.brief,
    alarmBrief: state.alarm === undefined && isAside ? trouble.brief : state.alarmBrief,
    marksWaiting: state.marksWaiting,
  };
}

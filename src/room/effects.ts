import { beginClock, seePace } from "./recording-clock.ts";
import type { EndedRecording, Pending, Recording, RoomEvent, RoomState } from "./room-state.ts";

type Accepted = Omit<Extract<RoomEvent, { kind: "command-accepted" }>, "kind">;

type Effect = Pick<RoomState, "recording" | "ended">;

/** What each command does to the recording, once the server has taken it. */
export const effects: Readonly<Record<Pending["command"], (state: RoomState, event: Accepted) => Effect>> = {
  start(state, { recordingId, pressedAtMs, sentMs, atMs }) {
    const { recording, ended } = state;
    if (recordingId !== undefined && recording?.id === recordingId) {
      const knownSinceMs = Math.min(recording.knownSinceMs, pressedAtMs);
      return { recording: { ...recording, knownSinceMs }, ended };
    }
    const isPrompt = atMs - sentMs <= PROMPT_MS;
    const clock = isPrompt ? beginClock({ sentMs, receivedMs: atMs }) : undefined;
    return {
      recording:
        recordingId === undefined
          ? undefined
          : { id: recordingId, knownSinceMs: pressedAtMs, clock, advance: "going", reading: undefined },
      ended: endedAfter(state, recordingId),
    };
  },
  stop({ recording, ended }, { recordingId, sentMs, atMs }) {
    const id = recordingId ?? recording?.id;
    const others = endedAfter({ recording, ended }, id);
    return {
      recording: undefined,
      ended: id === undefined ? others : addEnded(others, { id, stopped: { sentMs, atMs } }),
    };
  },
  pause: changePace("standing"),
  resume: changePace("running"),
  lock: ({ recording, ended }) => ({ recording, ended }),
  unlock: ({ recording, ended }) => ({ recording, ended }),
};

/** A start that was answered later says too little about when the recording began: its time is asked. */
const PROMPT_MS = 1000;

function changePace(pace: "running" | "standing"): (state: RoomState, event: Accepted) => Effect {
  return ({ recording, ended }, { sentMs, atMs }) => {
    if (recording?.clock === undefined || recording.clock.pace === pace) return { recording, ended };
    // Nothing else is known to have changed it before the command was sent.
    const proven = { ...recording.clock, provenMs: Math.max(recording.clock.provenMs, sentMs) };
    const clock = { ...seePace(proven, pace, { sentMs: atMs, receivedMs: atMs }) };
    return { recording: { ...recording, clock, advance: "going", reading: undefined }, ended };
  };
}

/** A recording that another one has followed, or that no look shows any more, does not come back. */
export function endedAfter(
  { recording, ended }: Effect,
  now: Recording["id"] | undefined,
): RoomState["ended"] {
  if (recording === undefined || recording.id === now) return ended;
  return addEnded(ended, { id: recording.id, stopped: undefined });
}

const MOST_ENDED = 6;

function addEnded(ended: RoomState["ended"], one: EndedRecording): RoomState["ended"] {
  return ended.some(({ id }) => id === one.id) ? ended : [one, ...ended].slice(0, MOST_ENDED);
}

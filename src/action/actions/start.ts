import { always, type RoomCommand } from "../decide.ts";
import { recordingAction } from "../recording-action.ts";

/**
 * It does not resume a paused room: a control system that repeats START must not end a pause that people asked for. That the
 * server refuses it while it records is expected and unverified (a recording is one a room, and the vendor's client has a
 * text for it): where it began a second recording instead, `recording: "room-recording"` belongs to `unsent`.
 */
export const startCommand: RoomCommand = {
  name: "start",
  unsent: { paused: "room-paused" },
  refused: { paused: "room-paused", locked: "room-locked" },
};

export const start = recordingAction("start", {
  needs: ["start"],
  offers: ["start"],
  tells: "start {room}",
  sort: "definite",
  decide: always(startCommand),
  beginsRecording: true,
  described: "Start a recording with these particulars.",
});

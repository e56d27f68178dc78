import { byStatus } from "../decide.ts";
import { recordingAction } from "../recording-action.ts";
import { startCommand } from "./start.ts";
import { stopCommand } from "./stop.ts";

export const toggle = recordingAction("toggle", {
  needs: ["start", "stop"],
  offers: ["start", "stop"],
  tells: "start or stop {room}",
  sort: "toggle",
  decide: byStatus({
    available: startCommand,
    prepared: startCommand,
    locked: startCommand,
    recording: stopCommand,
    paused: stopCommand,
  }),
  described: "Start with these particulars, or stop.",
});

import { byStatus } from "../decide.ts";
import { plainAction } from "../state-action.ts";
import { pauseCommand } from "./pause.ts";
import { resumeCommand } from "./resume.ts";

export const togglePause = plainAction("toggle-pause", {
  needs: ["pause", "resume"],
  offers: ["pause", "resume"],
  tells: "pause or resume {room}",
  sort: "toggle",
  decide: byStatus({
    available: pauseCommand,
    prepared: pauseCommand,
    locked: pauseCommand,
    recording: pauseCommand,
    paused: resumeCommand,
  }),
  look: "pause",
});

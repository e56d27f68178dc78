import { always, type RoomCommand, whileNotRecording } from "../decide.ts";
import { plainAction } from "../state-action.ts";

export const resumeCommand: RoomCommand = { name: "resume", unsent: {}, refused: whileNotRecording };

export const resume = plainAction("resume", {
  needs: ["resume"],
  offers: ["resume"],
  tells: "resume {room}",
  sort: "definite",
  decide: always(resumeCommand),
  look: "pause",
});

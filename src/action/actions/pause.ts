import { always, type RoomCommand, whileNotRecording } from "../decide.ts";
import { plainAction } from "../state-action.ts";

export const pauseCommand: RoomCommand = { name: "pause", unsent: {}, refused: whileNotRecording };

export const pause = plainAction("pause", {
  needs: ["pause"],
  offers: ["pause"],
  tells: "pause {room}",
  sort: "definite",
  decide: always(pauseCommand),
  look: "pause",
});

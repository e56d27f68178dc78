import { always, type RoomCommand } from "../decide.ts";
import { plainAction } from "../state-action.ts";

export const stopCommand: RoomCommand = { name: "stop", unsent: {}, refused: {} };

export const stop = plainAction("stop", {
  needs: ["stop"],
  offers: ["stop"],
  tells: "stop {room}",
  sort: "definite",
  decide: always(stopCommand),
  endsMistakes: true,
  look: "tally",
});

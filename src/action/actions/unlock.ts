import { always, type RoomCommand } from "../decide.ts";
import { plainAction } from "../state-action.ts";

export const unlockCommand: RoomCommand = { name: "unlock", unsent: {}, refused: {} };

export const unlock = plainAction("unlock", {
  needs: ["unlock"],
  offers: ["unlock"],
  tells: "unlock {room}",
  sort: "definite",
  decide: always(unlockCommand),
  look: "lock",
});

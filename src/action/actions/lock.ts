import { always, type RoomCommand, whileRunning } from "../decide.ts";
import { plainAction } from "../state-action.ts";

/** What the server does with a lock while it records is not documented: it is not sent then. */
export const lockCommand: RoomCommand = {
  name: "lock",
  unsent: { ...whileRunning, unknown: "state-unknown" },
  refused: whileRunning,
};

export const lock = plainAction("lock", {
  needs: ["lock"],
  offers: ["lock"],
  tells: "lock {room}",
  sort: "definite",
  decide: always(lockCommand),
  look: "lock",
});

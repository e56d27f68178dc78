import { byStatus } from "../decide.ts";
import { plainAction } from "../state-action.ts";
import { lockCommand } from "./lock.ts";
import { unlockCommand } from "./unlock.ts";

export const toggleLock = plainAction("toggle-lock", {
  needs: ["lock", "unlock"],
  offers: ["lock", "unlock"],
  tells: "lock or unlock {room}",
  sort: "toggle",
  decide: byStatus({
    available: lockCommand,
    prepared: lockCommand,
    recording: lockCommand,
    paused: lockCommand,
    locked: unlockCommand,
  }),
  look: "lock",
});

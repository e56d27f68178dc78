import { type ActionTable, tableOf } from "../action-kind.ts";
import { acknowledge } from "./acknowledge.ts";
import { applyPreset } from "./apply-preset.ts";
import { lock } from "./lock.ts";
import { mark } from "./mark.ts";
import { pause } from "./pause.ts";
import { resume } from "./resume.ts";
import { start } from "./start.ts";
import { stop } from "./stop.ts";
import { toggle } from "./toggle.ts";
import { toggleLock } from "./toggle-lock.ts";
import { togglePause } from "./toggle-pause.ts";
import { unlock } from "./unlock.ts";

const kinds = [
  start,
  stop,
  toggle,
  pause,
  resume,
  togglePause,
  mark,
  lock,
  unlock,
  toggleLock,
  applyPreset,
  acknowledge,
] as const;

/** What a device or peer may be allowed to do. */
export type Permission = (typeof kinds)[number]["needs"][number];

/** Every action that a mapping may name. A new one is one entry. */
export const actions: ActionTable = tableOf(kinds);

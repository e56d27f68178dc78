import { controlsOf, joinControls } from "./control-rules.ts";
import type { Profile } from "./profile.ts";
import type { InputControl } from "./source.ts";

/** The controls of a profile with report rules. */
export function describeReports({ input }: Profile): readonly InputControl[] {
  return joinControls((input?.reports ?? []).flatMap(({ controls }) => controls.flatMap(controlsOf)));
}

import type { ControlDescription } from "../../../src/driver/contract.ts";
import type { Profile } from "./profile.ts";

/** What people touch and see on the product. */
export function describeProfile(profile: Profile): readonly ControlDescription[] {
  return profile.controls.map(({ description }) => description);
}

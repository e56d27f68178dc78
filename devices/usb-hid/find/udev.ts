import { hidrawRule, inputRule } from "../../../src/driver/hid/udev-rule.ts";
import type { Profile } from "../profile/profile.ts";

/** The udev rules for the products of these profiles. */
export function udevRules(profiles: readonly Profile[]): string {
  const lines = new Map<string, Set<string>>();
  for (const profile of profiles) {
    for (const line of profile.match.flatMap((rule) => linesFor(profile, rule))) {
      const names = lines.get(line) ?? new Set();
      lines.set(line, names.add(profile.name));
    }
  }
  const sorted = [...lines].toSorted(([one], [other]) => one.localeCompare(other));
  return sorted.map(([line, names]) => `# ${[...names].join(", ")}\n${line}\n`).join("");
}

function linesFor({ input }: Profile, { vid, pid }: Profile["match"][number]): readonly string[] {
  // Sorts of devices, such as all keyboards, are nothing that a rule should open to everybody.
  if (vid === undefined) return [];
  const ruleFor = input?.evdev === undefined ? hidrawRule : inputRule;
  return pid === undefined ? [ruleFor(vid)] : pid.map((id) => ruleFor(vid, id));
}

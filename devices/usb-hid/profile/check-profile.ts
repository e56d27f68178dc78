import type { Finding } from "../../../src/base/document/finding.ts";
import { findCardFault } from "../evdev/card-grammar.ts";
import { checkControls } from "./check-controls.ts";
import { checkOutput } from "./check-output.ts";
import type { Profile } from "./profile.ts";

/** What only holds between the parts of a profile: offsets, names, variables, commands that are denied. */
export function checkProfile(profile: Profile): readonly Finding[] {
  return [...checkMatch(profile), ...checkInput(profile), ...checkControls(profile), ...checkOutput(profile)];
}

function checkMatch({ match, input }: Profile): readonly Finding[] {
  const isSort = input?.evdev !== undefined || input?.descriptor !== undefined;
  const findings: Finding[] = [];
  if (match.length === 0 && !isSort)
    findings.push({ path: ["match"], message: 'is empty; say at least { "vid": "05f3", "pid": "0438" }' });
  for (const [index, rule] of match.entries()) {
    if (Object.values(rule).every((wish) => wish === undefined))
      findings.push({ path: ["match", index], message: "says nothing; it would mean every device" });
    if (rule.vid === undefined && !isSort)
      findings.push({
        path: ["match", index],
        message: '"vid" is missing: four hexadecimal digits such as "05f3"',
      });
  }
  return findings;
}

function checkInput({ input, output }: Profile): readonly Finding[] {
  const path = ["input"];
  if (input === undefined)
    return output === undefined ? [{ path: [], message: '"input", "output" or both are needed' }] : [];
  const { reports, evdev, descriptor, poll, length } = input;
  const forms = [reports, evdev, descriptor].filter((form) => form !== undefined).length;
  const findings: Finding[] = [];
  if (forms !== 1)
    findings.push({ path, message: 'needs exactly one of "reports", "evdev" and "descriptor"' });
  if (reports !== undefined && length === undefined)
    findings.push({ path, message: '"length" is missing: bytes of the longest report, such as 32' });
  const cardFault = evdev?.card === undefined ? undefined : findCardFault(evdev.card);
  if (cardFault !== undefined) findings.push({ path: [...path, "evdev", "card"], message: cardFault });
  if (poll === undefined) return findings;
  if (reports === undefined)
    findings.push({ path: [...path, "poll"], message: 'only "reports" can be polled' });
  if ((poll.send === undefined) === (poll.feature === undefined))
    findings.push({ path: [...path, "poll"], message: 'needs exactly one of "send" and "feature"' });
  if (poll.feature !== undefined && poll.length === undefined)
    findings.push({ path: [...path, "poll"], message: '"length" is missing: bytes of the feature report' });
  return findings;
}

import type { Claim } from "../driver/contract.ts";
import type { ControlBinding, DeviceMapping, Mapping } from "./mapping.ts";
import type { Finding } from "./problem.ts";

/** The usual mistakes with devices: two that take one thing, a listener that hears nobody, gestures that both act. */
export function checkDevices({ devices }: Mapping, report: (finding: Finding) => void): void {
  checkClaims([...devices.values()], report);
  for (const device of devices.values()) {
    checkListeners(device, report);
    for (const [path, controls] of pagesOf(device))
      for (const control of controls.values()) checkGestures(control, { path, report });
  }
}

function checkClaims(devices: readonly DeviceMapping[], report: (finding: Finding) => void): void {
  const taken = new Map<string, { readonly device: DeviceMapping; readonly claim: Claim }[]>();
  for (const device of devices) {
    for (const claim of claimsOf(device)) {
      const before = taken.get(claim.what) ?? [];
      const rival = before.find((other) => other.device !== device && meet(other.claim, claim));
      taken.set(claim.what, [...before, { device, claim }]);
      if (rival === undefined) continue;
      const message = `${claim.what} belongs to "${rival.device.id}" already`;
      const hint = "only one of the two can have it";
      const path = ["devices", device.id, claim.setting];
      report({ severity: "warning", path, at: "value", message, hint });
    }
  }
}

function claimsOf({ kind, settings }: DeviceMapping): readonly Claim[] {
  return kind.claims?.(settings) ?? [];
}

const EVERYWHERE = ["0.0.0.0", "::"];

function meet({ host: one }: Claim, { host: other }: Claim): boolean {
  return one === other || [one, other].some((host) => host === undefined || EVERYWHERE.includes(host));
}

function checkListeners(device: DeviceMapping, report: (finding: Finding) => void): void {
  if (device.link === undefined || device.link.allow.length > 0) return;
  const open = claimsOf(device).find(({ host = "" }) => EVERYWHERE.includes(host));
  if (open === undefined) return;
  const path = ["devices", device.id, open.setting];
  const message = "listens on every network card, and hears this machine only";
  report({ severity: "warning", path, at: "value", message, hint: 'name who may speak in "allow"' });
}

function checkGestures(
  { control, gestures }: ControlBinding,
  { path, report }: { readonly path: readonly string[]; readonly report: (finding: Finding) => void },
): void {
  if (!gestures.has("press") || !gestures.has("tap")) return;
  const message = '"press" and "tap" both act on one short press';
  report({
    severity: "warning",
    path: [...path, control, "tap"],
    at: "key",
    message,
    hint: "keep one of them",
  });
}

type Page = readonly [path: readonly string[], controls: DeviceMapping["controls"]];

/** The controls of each page, with where they stand. */
export function pagesOf({ id, controls, pages }: DeviceMapping): readonly Page[] {
  const path = ["devices", id];
  const others = [...pages].map(([page, bound]): Page => [[...path, "pages", page], bound]);
  return [[[...path, "controls"], controls], ...others];
}

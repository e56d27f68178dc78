import type { ControlId } from "../base/identifiers.ts";
import type { DeviceMapping } from "../mapping/mapping.ts";

/** Every control that some page of the mapping binds. */
export function namedBy({ controls, pages }: DeviceMapping): readonly ControlId[] {
  return [...new Set([controls, ...pages.values()].flatMap((page) => [...page.keys()]))];
}

/** Who may speak on its link, and what they may do. */
export function rulesOf({ link, may, mayAt }: DeviceMapping) {
  return [link, may, mayAt];
}

/** Whether two parts of a mapping say the same. */
export function same(one: unknown, other: unknown): boolean {
  return stable(one) === stable(other);
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (inner instanceof Set ? [...inner] : inner)) ?? "";
}

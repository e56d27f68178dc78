import { fillPlaceholders } from "../../../src/base/placeholders.ts";
import type { ControlPlace } from "../../../src/driver/contract.ts";

/** How several controls or lamps are named and laid out in one rule of a profile. */
export interface ManyRule {
  readonly id?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly label?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly first: number;
  readonly skip: readonly number[];
  readonly columns?: number | undefined;
  readonly area?: PlacedArea | "nowhere" | undefined;
  readonly column?: number | undefined;
  readonly row?: number | undefined;
}

type PlacedArea = Exclude<ControlPlace["area"], "nowhere">;

/** One of several controls. */
export interface Numbered {
  readonly id: string;
  readonly label: string;
  readonly place: ControlPlace;
  /** As it is counted in the profile, from `first`. */
  readonly number: number;
  /** From 0, skipped ones included. */
  readonly index: number;
  readonly column: number;
  readonly row: number;
}

/** Names `count` controls in their order; skipped numbers leave a gap. */
export function numberControls(rule: ManyRule, count: number): readonly Numbered[] {
  const columns = rule.columns ?? count;
  const indexes = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !rule.skip.includes(rule.first + index),
  );
  return indexes.map((index, order) => {
    const number = rule.first + index;
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const fill = (template: string) =>
      fillPlaceholders(template, { n: number, column: column + 1, row: row + 1 });
    const id = rule.ids?.[order] ?? fill(rule.id ?? "");
    const label = rule.labels?.[order] ?? fill(rule.label ?? "");
    const place = placeOf({
      area: rule.area ?? "keys",
      column: column + (rule.column ?? 0),
      row: row + (rule.row ?? 0),
    });
    return { id, label: label === "" ? labelOf(id) : label, place, number, index, column, row };
  });
}

/** What people call a control of which the profile says no more than its id. */
export function labelOf(id: string): string {
  return id.replaceAll(/[-_]/g, " ");
}

/** Without an area it sits nowhere in particular. */
export function placeOf(rule: {
  readonly area?: PlacedArea | "nowhere" | undefined;
  readonly column?: number | undefined;
  readonly row?: number | undefined;
}): ControlPlace {
  const { area = "nowhere", column = 0, row = 0 } = rule;
  return area === "nowhere" ? { area } : { area, column, row };
}

import type { ControlId } from "../base/identifiers.ts";
import type { ControlBinding } from "../mapping/mapping.ts";

export type Page = ReadonlyMap<ControlId, ControlBinding>;

/** A panel's pages: what the first page binds holds on every page that does not bind it otherwise. */
export interface PanelPages {
  readonly first: Page;
  readonly others: ReadonlyMap<string, Page>;
}

export function bindingOn(pages: PanelPages, page: string, control: ControlId): ControlBinding | undefined {
  return pages.others.get(page)?.get(control) ?? pages.first.get(control);
}

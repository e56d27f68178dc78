import type { ControlDescription, ControlId } from "../../src/driver/contract.ts";
import { describeControls } from "./controls.ts";
import type { OscSettings } from "./settings.ts";

/** The addresses that are controls, as the mapping names them now. */
export interface ControlBook {
  all(): readonly ControlDescription[];
  find(address: string): ControlDescription | undefined;
  rename(named: readonly ControlId[]): void;
}

export function createControlBook(settings: OscSettings, named: readonly ControlId[]): ControlBook {
  let controls: readonly ControlDescription[] = [];
  let byAddress = new Map<string, ControlDescription>();
  const book: ControlBook = {
    all: () => controls,
    find: (address) => byAddress.get(address),
    rename(names) {
      controls = describeControls(settings, names);
      byAddress = new Map(controls.map((control) => [control.id, control]));
    },
  };
  book.rename(named);
  return book;
}

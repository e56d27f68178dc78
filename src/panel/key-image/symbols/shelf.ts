import type { Cancel, Clock } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import { drawSymbols } from "./draw-symbols.ts";
import type { Bitmap, SymbolSource } from "./symbol.ts";

/** Several that are drawn in a moment are told once. */
const TELL_AFTER_MS = 40;

/** The symbols of a mapping that are drawn by now. Each edit brings others; what stays is not drawn again. */
export class SymbolShelf {
  readonly #tools: { readonly clock: Clock; readonly log: Log };
  readonly #drawn = new Map<string, Bitmap>();
  readonly #listeners = new Set<() => void>();
  #wanted: ReadonlyMap<string, SymbolSource> = new Map();
  #cancel: Cancel | undefined;

  constructor(tools: { readonly clock: Clock; readonly log: Log }) {
    this.#tools = tools;
  }

  /** By its name; nothing while it is not drawn. */
  get(name: string): Bitmap | undefined {
    return this.#drawn.get(name);
  }

  /** From now on these are wanted. */
  want(symbols: ReadonlyMap<string, SymbolSource>): void {
    if (symbols === this.#wanted) return;
    this.#wanted = symbols;
    for (const name of this.#drawn.keys()) if (!symbols.has(name)) this.#drawn.delete(name);
    const missing = new Map([...symbols].filter(([name]) => !this.#drawn.has(name)));
    void drawSymbols(missing, this.#tools, (name, bitmap) => this.#take(name, bitmap));
  }

  /** Calls back when more symbols are there, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #take(name: string, bitmap: Bitmap): void {
    if (!this.#wanted.has(name)) return;
    this.#drawn.set(name, bitmap);
    this.#cancel ??= this.#tools.clock.after(TELL_AFTER_MS, () => {
      this.#cancel = undefined;
      for (const listener of this.#listeners) listener();
    });
  }
}

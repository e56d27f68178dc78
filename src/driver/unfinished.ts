import type { Clock } from "../base/clock.ts";

interface UnfinishedSettings {
  readonly clock: Clock;
  /** What there is of a message that has not ended. */
  held(): Uint8Array;
  /** It has waited for its end for two seconds; without bytes it is over. */
  tell(bytes: Uint8Array | undefined): void;
}

const UNFINISHED_AFTER_MS = 2000;

/** Notices a message whose end does not come, which its sender mostly forgot: to people nothing else would show it. */
export class UnfinishedWatch {
  readonly #settings: UnfinishedSettings;
  #lastMs = 0;
  #cancel: (() => void) | undefined;
  #isTold = false;

  constructor(settings: UnfinishedSettings) {
    this.#settings = settings;
  }

  /** After each piece of the stream. */
  heard(): void {
    const { clock, held } = this.#settings;
    this.#lastMs = clock.monotonicMs();
    if (held().length === 0) this.#end();
    else this.#cancel ??= clock.after(UNFINISHED_AFTER_MS, () => this.#look());
  }

  close(): void {
    this.#end();
  }

  #look(): void {
    const { clock, held, tell } = this.#settings;
    const waitMs = this.#lastMs + UNFINISHED_AFTER_MS - clock.monotonicMs();
    this.#cancel = waitMs > 0 ? clock.after(waitMs, () => this.#look()) : undefined;
    const bytes = held();
    if (waitMs > 0 || bytes.length === 0) return;
    this.#isTold = true;
    tell(bytes);
  }

  #end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#settings.tell(undefined);
  }
}

/** As people read bytes in a log: `REC START 4\x00`. */
export function showBytes(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, MOST_SHOWN)).toString("latin1");
  const text = shown.replaceAll(
    /[^\x20-\x7e]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return bytes.length > MOST_SHOWN ? `${text}...` : text;
}

const MOST_SHOWN = 64;

import { fail, type Result } from "../base/result.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { DeliveredMark, Mark } from "./mark.ts";
import { isSameServer } from "./same-server.ts";

export interface MarkDeliveryTools {
  /** The client of the server that the mapping names now. */
  valt(): Pick<ValtClient, "addMark" | "marks">;
  /** Which server the mapping names now: recording ids mean nothing to another one. */
  server(): string;
  /** Tries once more to find out when it was; false as long as nobody knows. */
  time(mark: Mark): boolean;
  /** Whether its recording is over as far as anybody knows. */
  isOver(mark: Mark): boolean;
}

/** `again-late`: a slow server may still act on what was sent, so that looking soon would prove nothing. */
export type Attempt = Result<unknown, ValtFailure> | "again-later" | "again-late";

/**
 * VALT answers 500 to a mark that it cannot use: such a one must not hold up those behind it for ever. With the
 * pauses between them these are more than a minute: a server in trouble answers 500 to everything for a while.
 */
const MOST_ERRORS = 12;

/** Brings one mark to the server, once as far as the server lets us know. */
export class MarkDelivery {
  readonly #tools: MarkDeliveryTools;
  /** How many equal marks of ours the server has taken: one more found there is the one whose answer was lost. */
  readonly #delivered = new Map<string, number>();

  constructor(tools: MarkDeliveryTools) {
    this.#tools = tools;
  }

  remember(mark: DeliveredMark): void {
    const key = equalityOf(mark);
    // Far more than a recording has; what is forgotten then is only how to tell equal marks apart.
    if (this.#delivered.size > 100_000) this.#delivered.clear();
    this.#delivered.set(key, (this.#delivered.get(key) ?? 0) + 1);
  }

  async attempt(mark: Mark): Promise<Attempt> {
    const { server, time, isOver } = this.#tools;
    if (!isSameServer(mark.server, server())) return fail(elsewhere);
    if (!time(mark)) return isOver(mark) ? fail(neverTimed) : "again-later";
    const timed = { ...mark, timeSeconds: mark.timeSeconds as number };
    const result =
      mark.attempt === "unheard" ? await this.#lookThenSend(timed, mark) : await this.#send(timed, mark);
    if (typeof result === "object" && result.ok) this.remember(timed);
    return result;
  }

  async #lookThenSend(timed: Timed, mark: Mark): Promise<Attempt> {
    const known = await this.#tools.valt().marks(timed.recording);
    if (!known.ok) return known.failure.kind === "not-found" ? known : "again-later";
    const equal = known.value.filter(
      ({ text, timeSeconds }) => text === timed.text && timeSeconds === timed.timeSeconds,
    );
    if (equal.length > (this.#delivered.get(equalityOf(timed)) ?? 0)) return { ok: true, value: undefined };
    return this.#send(timed, mark);
  }

  async #send({ roomId, recording, timeSeconds, text, color }: Timed, mark: Mark): Promise<Attempt> {
    const result = await this.#tools
      .valt()
      .addMark({ room: roomId, recordingId: recording, timeSeconds, text, color });
    if (result.ok || result.failure.heard === "yes") return result;
    if (result.failure.httpStatus === 500 && ++mark.errors >= MOST_ERRORS) return result;
    mark.attempt = result.failure.heard === "maybe" ? "unheard" : "again";
    return result.failure.kind === "timed-out" && result.failure.heard === "maybe"
      ? "again-late"
      : "again-later";
  }
}

type Timed = Mark & { readonly timeSeconds: number };

function equalityOf({ recording, timeSeconds, text }: DeliveredMark): string {
  return JSON.stringify([recording, timeSeconds, text]);
}

/** Not refused by anybody: it stays on record and goes on when the mapping names its server again. */
export const elsewhere: ValtFailure = {
  kind: "refused",
  message: "its recording is on another server than the mapping names now",
  heard: "no",
  again: "never",
};

/** Nobody will ever know its time, and the marks behind it must not wait for that. */
const neverTimed: ValtFailure = {
  kind: "refused",
  message: "the recording ended before the server had said how far it had run",
  heard: "no",
  again: "never",
};

import { type DeviceHost, fail, type OpenFailure, type Result, succeed } from "../../src/driver/contract.ts";
import { refusalOf } from "./failures.ts";
import type { InputLines, OpenTransport, Wire, WireEars } from "./wire/wire.ts";

/** The first moment of a line, in which it is opened and not yet believed. */
interface FirstMoment {
  /** What may hear a wire; before the moment is over nothing reaches it. */
  guard(wire: Wire, ears: WireEars): WireEars;
  /** Lets the moment pass; a line that ends within it is a failure, told with what it said. */
  pass(transport: OpenTransport): Promise<Result<OpenTransport, OpenFailure>>;
}

interface FirstMomentSettings {
  /** Nothing is discarded when 0. */
  readonly lastsMs: number;
  readonly host: DeviceHost;
  readonly signal: AbortSignal;
}

/**
 * Device servers and adapters keep bytes while nobody listens, and send them as soon as somebody does: presses that are
 * minutes old. What comes in the first moment is therefore discarded, with the rest of the message that it ends in.
 */
export function createFirstMoment({ lastsMs, host, signal }: FirstMomentSettings): FirstMoment {
  const guards: Guard[] = [];
  let end: (why: string | undefined) => void = () => undefined;
  const ending = new Promise<string | undefined>((resolve) => {
    end = resolve;
  });

  function open(): void {
    for (const guard of guards) guard.open();
  }

  async function wait(): Promise<string | undefined> {
    const stop = () => end(undefined);
    const cancel = host.clock.after(lastsMs, stop);
    signal.addEventListener("abort", stop, { once: true });
    const why = await ending;
    cancel();
    signal.removeEventListener("abort", stop);
    return why;
  }

  return {
    guard(wire, ears) {
      if (lastsMs === 0) return ears;
      const guard = new Guard(wire, ears, { host, ended: (why) => end(why) });
      guards.push(guard);
      return guard;
    },
    async pass(transport) {
      if (lastsMs === 0) return succeed(transport);
      transport.begin();
      const why = await wait();
      if (why === undefined) return succeed({ ...transport, begin: open });
      await transport.close();
      return fail(refusalOf(transport.name, { why, said: guards.map(({ said }) => said).join("") }));
    },
  };
}

/** As much as a server says when it refuses somebody. */
const LONGEST_SAYING = 256;
const OLD = "came before the line had settled";

interface GuardTools {
  readonly host: DeviceHost;
  ended(why: string): void;
}

class Guard implements WireEars {
  readonly #wire: Wire;
  readonly #ears: WireEars;
  readonly #tools: GuardTools;
  #isOpen = false;
  #inputs: InputLines | undefined;
  #last: number | undefined;
  /** The first bytes that were discarded, as text. */
  said = "";

  constructor(wire: Wire, ears: WireEars, tools: GuardTools) {
    this.#wire = wire;
    this.#ears = ears;
    this.#tools = tools;
  }

  open(): void {
    this.#isOpen = true;
    const isWhole = this.#last === CR || this.#last === LF;
    if (isWhole) this.#tools.host.dropped(OLD, this.#wire.peer);
    else if (this.#last !== undefined) this.#ears.damaged(OLD);
    if (this.#inputs !== undefined) this.#ears.sensed(this.#inputs);
  }

  took(bytes: Uint8Array): void {
    if (this.#isOpen) {
      this.#ears.took(bytes);
      return;
    }
    this.#tools.host.traced("in", bytes, this.#wire.peer.id);
    this.said = `${this.said}${Buffer.from(bytes).toString("latin1")}`.slice(0, LONGEST_SAYING);
    this.#last = bytes.at(-1) ?? this.#last;
  }

  damaged(reason: string): void {
    if (this.#isOpen) this.#ears.damaged(reason);
  }

  broke(): void {
    if (this.#isOpen) this.#ears.broke();
  }

  sensed(inputs: InputLines): void {
    this.#inputs = inputs;
    if (this.#isOpen) this.#ears.sensed(inputs);
  }

  gone(why: string): void {
    if (this.#isOpen) this.#ears.gone(why);
    else this.#tools.ended(why);
  }
}

const CR = 0x0d;
const LF = 0x0a;

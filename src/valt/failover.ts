import type { Cancel, Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { fail, type Result } from "../base/result.ts";
import type { Place } from "./addresses.ts";
import { expiredFailure } from "./connection-failure.ts";
import { concernsAccount, type ValtFailure } from "./failure.ts";
import type { Health } from "./health.ts";
import type { Login, LoginAsker } from "./login.ts";
import type { Ask, Question } from "./request.ts";
import { type AddressChange, Standing } from "./standing.ts";
import type { Transport } from "./transport.ts";
import { OneWriter, type WritePermit } from "./write-permit.ts";

/** One address of the server: the way there, and the login that it gave. */
export interface Address extends Place {
  readonly ask: Ask;
  readonly login: Login;
  readonly transport: Transport;
  end(): void;
}

interface FailoverTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly health: Health;
  /** For each question, from the first address to the last. */
  readonly deadlineMs: number;
}

/** Several addresses, asked as if they were one. */
export interface Failover {
  readonly ask: Ask;
  /** Logs in at the first address that answers. */
  logIn(asker: LoginAsker): Promise<Result<unknown, ValtFailure>>;
  /** The one that answered last; the first of the list before any has. */
  inUse(): Address;
  /** `hear` is called when another address is taken into use. */
  onAddressChange(hear: (change: AddressChange) => void): void;
  /** Every address fails from now on. */
  end(): void;
}

/**
 * Asks at the address that answered last, and goes on to the others when nothing comes of it. What the server may have heard
 * at one address is not sent to another, apart from looks and logins. An address that does not even accept a connection is
 * waited for a moment only: the next one is tried beside it, and whichever can write the request first has it.
 */
export function createFailover(addresses: readonly [Address, ...Address[]], tools: FailoverTools): Failover {
  const standing = new Standing(addresses, tools.log);
  const search = <Value>(request: Request<Value>) => new Search(request, { ...tools, standing }).outcome;
  return {
    ask: (question, read) =>
      search({
        mayRepeat: question.body === undefined,
        sendBeforeMs: question.sendBeforeMs,
        ask: (address, terms) => address.ask({ ...question, ...terms }, read),
      }),
    logIn: (asker) => search({ mayRepeat: true, ask: ({ login }) => login.login(asker) }),
    inUse: () => standing.inUse,
    onAddressChange: (hear) => standing.onChange(hear),
    end() {
      standing.end();
      for (const address of addresses) address.end();
    },
  };
}

/** An address that cannot be written to is waited for so long at most, before the next is tried beside it. */
const LONGEST_ALONE_MS = 400;
const LEAST_ALONE_MS = 10;

interface Request<Value> {
  /** It is a look or a login: sent twice it does what it does when it is sent once. */
  readonly mayRepeat: boolean;
  readonly sendBeforeMs?: number | undefined;
  ask(address: Address, terms: Pick<Question, "permit" | "untilMs">): Promise<Result<Value, ValtFailure>>;
}

interface SearchTools extends FailoverTools {
  readonly standing: Standing<Address>;
}

/** One request on its way through the addresses. */
class Search<Value> {
  readonly outcome: Promise<Result<Value, ValtFailure>>;
  #resolve: (outcome: Result<Value, ValtFailure>) => void = () => undefined;
  readonly #request: Request<Value>;
  readonly #tools: SearchTools;
  readonly #writer: OneWriter<Address>;
  readonly #startedMs: number;
  readonly #changesThen: number;
  readonly #running = new Set<Address>();
  readonly #failures = new Map<Address, ValtFailure>();
  #isSettled = false;
  #cancelWatch: Cancel | undefined;
  #cancelEnd: Cancel | undefined;

  constructor(request: Request<Value>, tools: SearchTools) {
    this.#request = request;
    this.#tools = tools;
    this.#writer = new OneWriter(request.mayRepeat);
    this.#startedMs = tools.clock.monotonicMs();
    this.#changesThen = tools.standing.changes;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#goOn();
  }

  #next(): Address | undefined {
    const { order } = this.#tools.standing;
    return order.find((one) => !this.#running.has(one) && !this.#failures.has(one));
  }

  /** Tries the next address, if there is one and time for it. */
  #goOn(): void {
    const { clock, deadlineMs } = this.#tools;
    const next = this.#next();
    const lastMs = this.#startedMs + deadlineMs;
    const nowMs = clock.monotonicMs();
    const isFirst = this.#running.size === 0 && this.#failures.size === 0;
    const isTooLate = nowMs >= Math.min(lastMs, this.#request.sendBeforeMs ?? lastMs);
    if (next === undefined || (isTooLate && !isFirst)) return;
    if (!isFirst) this.#cancelEnd ??= clock.after(lastMs - nowMs, () => this.#giveUp());
    this.#running.add(next);
    this.#watch();
    const permit: WritePermit = this.#writer.at(next);
    const asking = this.#request.ask(next, isFirst ? { permit } : { permit, untilMs: lastMs });
    void asking.then((outcome) => this.#end(next, outcome));
  }

  #watch(): void {
    this.#cancelWatch?.();
    if (this.#next() === undefined) return;
    const { clock, standing, deadlineMs } = this.#tools;
    const { sendBeforeMs = Number.POSITIVE_INFINITY } = this.#request;
    const limitMs = Math.min(deadlineMs, sendBeforeMs - this.#startedMs);
    // Of the time that there is, half at most goes by while only some of the addresses are tried.
    const shareMs = limitMs / (2 * standing.order.length);
    const aloneMs = Math.max(LEAST_ALONE_MS, Math.min(LONGEST_ALONE_MS, shareMs));
    this.#cancelWatch = clock.after(aloneMs, () => {
      if (this.#isStuck()) this.#goOn();
      else this.#watch();
    });
  }

  #isStuck(): boolean {
    if (this.#isOverdue()) return true;
    if (this.#writer.holder !== undefined) return false;
    return [...this.#running].every(({ transport }) => transport.state() !== "free");
  }

  /** A look that has waited for half of its time is asked at another address as well. */
  #isOverdue(): boolean {
    const { clock, deadlineMs } = this.#tools;
    return this.#request.mayRepeat && clock.monotonicMs() - this.#startedMs >= deadlineMs / 2;
  }

  #end(address: Address, outcome: Result<Value, ValtFailure>): void {
    this.#running.delete(address);
    const said = this.#note(address, outcome);
    const { mayRepeat } = this.#request;
    const { holder } = this.#writer;
    const isSentElsewhere = !mayRepeat && holder !== undefined && holder !== address;
    if (this.#isSettled || isSentElsewhere) return;
    if (said === "answered" || said === "account") {
      this.#settle(outcome);
      return;
    }
    this.#failures.set(address, outcome.ok ? cameLate(address) : outcome.failure);
    // Refused with 401 before anybody acted on it, and no new login was to be had there.
    if (holder === address && !outcome.ok && outcome.failure.heard === "no") this.#writer.release();
    if (mayRepeat || this.#writer.holder === undefined) this.#goOn();
    if (this.#running.size === 0) this.#settle(fail(this.#allFailures()));
  }

  /** What an address has said changes which one is asked first. */
  #note(address: Address, outcome: Result<Value, ValtFailure>): Said {
    const { standing } = this.#tools;
    const { mayRepeat } = this.#request;
    if (mayRepeat && this.#isFormer(address)) return "nothing";
    const said = whatItSays(outcome, mayRepeat);
    if (said === "silent" && !outcome.ok) standing.silent(address, outcome.failure);
    if (said !== "answered") return said;
    if (!this.#isSettled) this.#findMute();
    standing.answered(address);
    return said;
  }

  /** Another address was taken into use since, and may have been told something that this one did not know. */
  #isFormer(address: Address): boolean {
    const { inUse, changes } = this.#tools.standing;
    return inUse !== address && changes !== this.#changesThen;
  }

  /** Others that were asked before, and have not got as far as they should have. */
  #findMute(): void {
    const { standing } = this.#tools;
    for (const one of this.#running) {
      const isMute = one.transport.state() === "unconnected" || this.#isOverdue();
      if (isMute) standing.silent(one, this.#notInTime(one));
    }
  }

  /** Nothing of it is written any more; what has been written has its own deadline. */
  #giveUp(): void {
    const { holder } = this.#writer;
    this.#writer.close();
    if (this.#isSettled || (holder !== undefined && !this.#request.mayRepeat)) return;
    for (const one of this.#running) this.#failures.set(one, this.#notInTime(one));
    this.#settle(fail(this.#allFailures()));
  }

  #notInTime({ origin, transport }: Address): ValtFailure {
    const nowMs = this.#tools.clock.monotonicMs();
    const progress = transport.state() === "unconnected" ? "unconnected" : "answered";
    const afterMs = Math.round(nowMs - this.#startedMs);
    return expiredFailure({ origin, progress, nowMs, wasStale: false }, afterMs);
  }

  /** What the last one says counts; people are told of each. */
  #allFailures(): ValtFailure {
    const all = [...this.#failures];
    const [, last] = all.at(-1) ?? [];
    if (last === undefined) throw new Error("no address was asked");
    if (all.length === 1) return last;
    const told = all.map(([{ origin }, { message }]) =>
      message.includes(origin) ? message : `${origin}: ${message}`,
    );
    const heard = all.find(([, failure]) => failure.heard !== "no")?.[1].heard ?? "no";
    return { ...last, heard, message: `No address of the server answers. ${told.join(" ")}` };
  }

  #settle(outcome: Result<Value, ValtFailure>): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#cancelWatch?.();
    this.#cancelEnd?.();
    this.#writer.close();
    const said = whatItSays(outcome, this.#request.mayRepeat);
    // Whoever waits for another password asks nobody.
    if (said !== "account")
      this.#tools.health.record(outcome, { startedMs: this.#startedMs, answered: said === "answered" });
    this.#resolve(outcome);
  }
}

type Said = "answered" | "silent" | "account" | "nothing";

/**
 * What an outcome tells about the address: VALT has answered there, be it with a refusal, or it has not. A gateway that misses
 * the server behind it, a sign-on page and a redirect are no answer of VALT. Single commands may get odd answers for what they
 * say: a page that is none of VALT's, or a firewall's refusal, tells something about the address only for looks and logins.
 */
function whatItSays(outcome: Result<unknown, ValtFailure>, mayRepeat: boolean): Said {
  if (outcome.ok) return "answered";
  const { failure } = outcome;
  const { kind, heard, again, httpStatus = 0 } = failure;
  if (concernsAccount(failure)) return "account";
  if (kind === "timed-out") return heard === "no" ? "nothing" : "silent";
  if (kind === "unreachable") return again === "later" ? "silent" : "nothing";
  if (isGateways(httpStatus)) return "silent";
  const isPage = kind === "malformed-answer" && httpStatus > 0;
  const isFirewalls = httpStatus === 403 && again === "later";
  if (isPage || isFirewalls) return mayRepeat ? "silent" : "nothing";
  return "answered";
}

function isGateways(status: number): boolean {
  return (status >= 502 && status <= 504) || status === 511 || (status >= 520 && status <= 530);
}

function cameLate({ origin }: Address): ValtFailure {
  const message = `${origin} answered only when another address of the server had been taken into use.`;
  return { kind: "timed-out", message, heard: "maybe", again: "later" };
}

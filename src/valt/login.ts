import { createBackoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { AccountPause } from "./account-pause.ts";
import { beforeSending, type ValtFailure } from "./failure.ts";

/**
 * One login. Compared by identity, never by its text: a new login may well give the same token
 * again (seen in a vendor log), and is a new ticket all the same.
 */
export interface Ticket {
  /** `access_token=...`, ready for a query string: the only place where the token may appear. */
  readonly query: string;
}

/** Who wants a login: what runs on its own must not lock the account by asking again and again. */
export type LoginAsker = "person" | "program";

/** Keeps one login for all requests of a client. */
export interface Login {
  /** The ticket in hand; `undefined`: `obtain` one first. */
  current(): Ticket | undefined;
  /** The ticket in hand or a new one; fails at once during the pause after a failed login. */
  obtain(): Promise<Result<Ticket, ValtFailure>>;
  /**
   * Logs in now, whatever is in hand; joins a login that is under way. For a program, an account that was refused waits
   * as it does for `obtain`.
   */
  login(asker: LoginAsker): Promise<Result<Ticket, ValtFailure>>;
  /** A ticket to replace one that was answered with 401: possibly there already. */
  replace(refused: Ticket): Promise<Result<Ticket, ValtFailure>>;
  /** Tells whether the ticket that `replace` gave was accepted. */
  reportReplay(outcome: "accepted" | "refused"): void;
}

/** What a login needs: the password, and a way to ask the server. */
export interface LoginTools {
  /** The password as it is now, or what is missing, as a sentence. */
  readonly password: () => Result<string, string>;
  /** Asks the server for a token. */
  readonly requestToken: (password: string) => Promise<Result<string, ValtFailure>>;
  readonly accountPause: AccountPause;
  readonly clock: Clock;
  readonly log: Log;
}

/** Nothing is sent before the first `obtain` or `login`. */
export function createLogin({ password, requestToken, accountPause, clock, log }: LoginTools): Login {
  let ticket: Ticket | undefined;
  let underWay: Promise<Result<Ticket, ValtFailure>> | undefined;
  let pause: { readonly untilMs: number; readonly failure: ValtFailure } | undefined;
  let told: string | undefined;
  let isNews = true;
  let distrustedUntilMs = Number.NEGATIVE_INFINITY;
  const noAnswerPause = createBackoff(NO_ANSWER_PAUSE, clock);
  const replayPause = createBackoff(REPLAY_PAUSE, clock);

  async function logIn(secret: string): Promise<Result<Ticket, ValtFailure>> {
    const token = await requestToken(secret);
    underWay = undefined;
    if (!token.ok) return refuse(beforeSending(token.failure), secret);
    pause = undefined;
    told = undefined;
    accountPause.accepted();
    noAnswerPause.reset();
    ticket = { query: `access_token=${encodeURIComponent(token.value)}` };
    // Checks of the site and expired tokens log in anew all day: no news.
    log[isNews ? "info" : "debug"]("logged in to VALT");
    isNews = false;
    return succeed(ticket);
  }

  function refuse(failure: ValtFailure, secret: string): Result<Ticket, ValtFailure> {
    if (isRefused(failure)) accountPause.refused(secret, failure);
    else pause = { untilMs: clock.monotonicMs() + noAnswerPause.nextMs(), failure };
    return complain(failure);
  }

  function complain(failure: ValtFailure): Result<Ticket, ValtFailure> {
    if (told !== failure.message) log.warn("login to VALT failed", { why: failure.message });
    told = failure.message;
    isNews = true;
    return fail(failure);
  }

  async function login(asker: LoginAsker): Promise<Result<Ticket, ValtFailure>> {
    if (underWay !== undefined) return underWay;
    const found = password();
    if (!found.ok) return complain(withoutPassword(found.failure));
    const refusal = asker === "program" ? accountPause.reasonAgainst(found.value) : undefined;
    if (refusal !== undefined) return fail(refusal);
    underWay = logIn(found.value);
    return underWay;
  }

  async function obtain(): Promise<Result<Ticket, ValtFailure>> {
    if (ticket !== undefined) return succeed(ticket);
    if (underWay !== undefined) return underWay;
    if (pause !== undefined && clock.monotonicMs() < pause.untilMs) return fail(pause.failure);
    return login("program");
  }

  async function replace(refused: Ticket): Promise<Result<Ticket, ValtFailure>> {
    if (ticket !== refused) return obtain();
    if (clock.monotonicMs() < distrustedUntilMs) return fail(STILL_REFUSED);
    ticket = undefined;
    return login("program");
  }

  function reportReplay(outcome: "accepted" | "refused"): void {
    if (outcome === "accepted") replayPause.reset();
    else distrustedUntilMs = clock.monotonicMs() + replayPause.nextMs();
  }

  return { current: () => ticket, obtain, login, replace, reportReplay };
}

/** The server judged name and password, and said no: a login that is asked for again may lock the account. */
function isRefused({ kind, again }: ValtFailure): boolean {
  return kind === "unauthorized" || (kind === "refused" && again === "never");
}

function withoutPassword(message: string): ValtFailure {
  return { kind: "no-password", message, heard: "no", again: "later" };
}

/** Logins that work, for a request that is refused all the same. */
const REPLAY_PAUSE = { firstMs: 1000, longestMs: 30_000, factor: 2, jitter: 0.2 };
/** A server that comes back should be found soon. */
const NO_ANSWER_PAUSE = { firstMs: 250, longestMs: 3000, factor: 2, jitter: 0.2 };

/**
 * A 401 that outlives a new login is a matter of rights, not of the token; asking for new tokens
 * would not help, and the token in hand still serves other requests.
 */
const STILL_REFUSED: ValtFailure = {
  kind: "unauthorized",
  message: "The server refuses this request even after a new login: check the rights of the VALT account.",
  heard: "no",
  again: "later",
};

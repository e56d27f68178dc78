import { createBackoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { beforeSending, type ValtFailure } from "./failure.ts";

/**
 * One login. Compared by identity, never by its text: a new login may well give the same token
 * again (seen in a vendor log), and is a new ticket all the same.
 */
export interface Ticket {
  /** `access_token=...`, ready for a query string: the only place where the token may appear. */
  readonly query: string;
}

/** Keeps one login for everybody. */
export interface Session {
  /** The ticket in hand; `undefined`: `obtain` one first. */
  current(): Ticket | undefined;
  /** The ticket in hand or a new one; fails at once during the pause after a failed login. */
  obtain(): Promise<Result<Ticket, ValtFailure>>;
  /** Logs in now, whatever is in hand; joins a login that is under way. */
  login(): Promise<Result<Ticket, ValtFailure>>;
  /** A ticket to replace one that was answered with 401: possibly there already. */
  replace(refused: Ticket): Promise<Result<Ticket, ValtFailure>>;
  /** Tells whether the ticket that `replace` gave was accepted. */
  reportReplay(outcome: "accepted" | "refused"): void;
}

export interface SessionTools {
  /** Asks the server for a token. */
  readonly requestToken: () => Promise<Result<string, ValtFailure>>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createSession({ requestToken, clock, log }: SessionTools): Session {
  let ticket: Ticket | undefined;
  let underWay: Promise<Result<Ticket, ValtFailure>> | undefined;
  let pause: { readonly untilMs: number; readonly failure: ValtFailure } | undefined;
  let isNews = true;
  let distrustedUntilMs = Number.NEGATIVE_INFINITY;
  const wrongPasswordPause = createBackoff(WRONG_PASSWORD_PAUSE, clock);
  const noAnswerPause = createBackoff(NO_ANSWER_PAUSE, clock);
  const replayPause = createBackoff(WRONG_PASSWORD_PAUSE, clock);

  async function logIn(): Promise<Result<Ticket, ValtFailure>> {
    const token = await requestToken();
    underWay = undefined;
    if (!token.ok) return refuse(beforeSending(token.failure));
    pause = undefined;
    wrongPasswordPause.reset();
    noAnswerPause.reset();
    ticket = { query: `access_token=${encodeURIComponent(token.value)}` };
    // Checks of the site and expired tokens log in anew all day: no news.
    log[isNews ? "info" : "debug"]("logged in to VALT");
    isNews = false;
    return succeed(ticket);
  }

  function refuse(failure: ValtFailure): Result<Ticket, ValtFailure> {
    const backoff = failure.kind === "unauthorized" ? wrongPasswordPause : noAnswerPause;
    if (pause?.failure.message !== failure.message)
      log.warn("login to VALT failed", { why: failure.message });
    isNews = true;
    pause = { untilMs: clock.monotonicMs() + backoff.nextMs(), failure };
    return fail(failure);
  }

  function login(): Promise<Result<Ticket, ValtFailure>> {
    underWay ??= logIn();
    return underWay;
  }

  async function obtain(): Promise<Result<Ticket, ValtFailure>> {
    if (ticket !== undefined) return succeed(ticket);
    if (underWay !== undefined) return underWay;
    if (pause !== undefined && clock.monotonicMs() < pause.untilMs) return fail(pause.failure);
    return login();
  }

  async function replace(refused: Ticket): Promise<Result<Ticket, ValtFailure>> {
    if (ticket !== refused) return obtain();
    if (clock.monotonicMs() < distrustedUntilMs) return fail(STILL_REFUSED);
    ticket = undefined;
    return login();
  }

  function reportReplay(outcome: "accepted" | "refused"): void {
    if (outcome === "accepted") replayPause.reset();
    else distrustedUntilMs = clock.monotonicMs() + replayPause.nextMs();
  }

  return { current: () => ticket, obtain, login, replace, reportReplay };
}

/** A wrong password does not heal by itself, and an LDAP server may lock the account. */
const WRONG_PASSWORD_PAUSE = { firstMs: 1000, longestMs: 30_000, factor: 2, jitter: 0.2 };
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

/**
 * Why a request to the server did not give what was asked for. Everything that decides whether to
 * ask again, or what to show, is in these fields; nobody needs to look at the message.
 */
export interface ValtFailure {
  readonly kind: ValtFailureKind;
  /** For people: what happened and, where known, what can be done. Contains no secrets. */
  readonly message: string;
  /**
   * Did the server get to act on the request? `no`: it never arrived, or was refused with 401.
   * `yes`: it arrived and was refused for a stated reason. `maybe`: nobody can tell; look first.
   * `no` is certain: not a byte of it was written, or it was refused before it was acted on.
   */
  readonly heard: "no" | "maybe" | "yes";
  /**
   * Only with `heard: "maybe"`: its bytes were written, nothing came back, and its connection was reset. Until this
   * moment (monotonic) they may still arrive and be acted on: that a look asked before it does not show the effect
   * proves nothing. Absent: nothing of it is under way, it has arrived or never will. When a server that has got it
   * acts on it is another matter, and the server's own.
   */
  readonly mayArriveUntilMs?: number;
  /**
   * Does the same request make sense again? `never`: not before something else changes. `now`: the server had closed
   * an idle connection just as it was used, which says nothing about the server.
   */
  readonly again: "now" | "later" | "never";
  readonly httpStatus?: number;
}

/** What went wrong with a request; whether the server acted on it is said beside. */
export type ValtFailureKind =
  /** Nobody was asked: this side has nothing to log in with. */
  | "no-password"
  | "unreachable"
  | "timed-out"
  | "unauthorized"
  | "refused"
  | "not-found"
  | "malformed-answer"
  | "server-error";

/** The failure that an HTTP status (or the `code` in a body, which means the same) stands for. */
export function failureOfStatus(status: number, message: string): ValtFailure {
  const meaning = meaningOf(status);
  return { ...meaning, message, httpStatus: status };
}

/**
 * An answer that arrived and could not be understood. For a command that means: it may well have
 * been obeyed.
 */
export function malformedAnswer(message: string, httpStatus?: number): ValtFailure {
  const failure = { kind: "malformed-answer", message, heard: "maybe", again: "later" } as const;
  return httpStatus === undefined ? failure : { ...failure, httpStatus };
}

/** The same failure, told to somebody whose own request was never sent because of it. */
export function beforeSending(failure: ValtFailure): ValtFailure {
  if (failure.heard === "no") return failure;
  const { mayArriveUntilMs: _ofTheOther, ...rest } = failure;
  return { ...rest, heard: "no" };
}

/** Whether what is wrong is the account that this side logs in with, and nothing with the server or the way to it. */
export function concernsAccount({ kind }: ValtFailure): boolean {
  return kind === "no-password" || kind === "unauthorized";
}

type Meaning = Pick<ValtFailure, "kind" | "heard" | "again">;

function meaningOf(status: number): Meaning {
  if (status === 401) return { kind: "unauthorized", heard: "no", again: "later" };
  if (status === 404 || status === 410) return { kind: "not-found", heard: "yes", again: "never" };
  if (status === 408 || status === 429) return { kind: "refused", heard: "yes", again: "later" };
  // A 502 of the proxy in front may come from a server that died while it was obeying.
  if (status >= 500) return { kind: "server-error", heard: "maybe", again: "later" };
  return { kind: "refused", heard: "yes", again: "never" };
}

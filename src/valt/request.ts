import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { keepNewest, memoize } from "../base/memory.ts";
import { formsOf, redact } from "../base/redact.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { type Answer, judge, tidy } from "./answers.ts";
import { failureOfStatus, malformedAnswer, type ValtFailure } from "./failure.ts";
import { asFields, readText } from "./fields.ts";
import type { Health } from "./health.ts";
import { type Parsed, parseLong, parseShort } from "./json-text.ts";
import { createLogin, type Login, type LoginTools, type Ticket } from "./login.ts";
import { withoutNotices } from "./php-notices.ts";
import type { Call, Transport } from "./transport.ts";
import type { WritePermit } from "./write-permit.ts";

/** What is asked of the server, without address and token. */
export interface Question {
  /** Below `/api/v3/`, with its own query if it has one: `rooms/4/status`. */
  readonly path: string;
  /** Present: a POST with this as JSON. Absent: a GET. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** From this moment on (monotonic) the request must not be sent any more. */
  readonly sendBeforeMs?: number | undefined;
  /** Whether the answer may be long, as lists and descriptions are; default short, as of statuses and commands. */
  readonly answer?: AnswerLength;
  /** Present where several addresses try to send it. */
  readonly permit?: WritePermit;
  /** Monotonic: it is given up then, where its deadline is later. */
  readonly untilMs?: number | undefined;
}

type AnswerLength = keyof typeof MOST_BYTES;

/** What is longer is not an answer but an accident, or an attack. */
const MOST_BYTES = { short: 65_536, long: 4_194_304 } as const;

/** Reads the parsed body of a success; a body that lacks what is needed is a failure. */
type Read<Value> = (body: unknown) => Result<Value, ValtFailure>;

/** Asks one question and reads the answer. The one way from all calls to the wire. */
export type Ask = <Value>(question: Question, read: Read<Value>) => Promise<Result<Value, ValtFailure>>;

interface RequestTools {
  readonly transport: Transport;
  readonly username: string;
  readonly password: LoginTools["password"];
  readonly accountPause: LoginTools["accountPause"];
  /** What comes before `/api/v3/` in a path: empty, or `/prefix`. */
  readonly prefix: string;
  readonly deadlineMs: number;
  readonly health: Health;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Adds login and judgement to the transport. With a token in hand the bytes go out during the
 * call itself. A 401 was never acted on, so it is the one refusal after which the request is sent
 * again, once, whatever it is.
 */
export function createAsk(tools: RequestTools): {
  readonly ask: Ask;
  readonly login: Login;
  /** Lets what is under way end; every later request fails. */
  end(): void;
} {
  const { transport, username, clock, health, log } = tools;
  const base = `${tools.prefix}/api/v3/`;
  const conceal = createConcealment();
  const parse = createParse(clock, log);
  let isEnded = false;

  async function attempt(call: Call): Promise<Verdict> {
    const startedMs = clock.monotonicMs();
    const answer = isEnded ? fail(ENDED) : await transport.send(call);
    const known = answer.ok ? recall(call, answer.value) : undefined;
    const verdict = known ?? clean(answer.ok ? judge(answer.value, await parse(answer.value.text)) : answer);
    health.record(verdict, { startedMs, answered: answer.ok });
    return verdict;
  }

  function clean<Value>(outcome: Result<Value, ValtFailure>): Result<Value, ValtFailure> {
    if (outcome.ok) return outcome;
    return fail({ ...outcome.failure, message: conceal.hide(outcome.failure.message) });
  }

  const login = createLogin({
    clock,
    log,
    password: tools.password,
    accountPause: tools.accountPause,
    async requestToken(password) {
      health.countLogin();
      conceal.keep(password);
      const verdict = await attempt(loginWith({ username, password }, base));
      const token = clean(
        verdict.ok ? readToken(verdict.value) : fail(asLoginFailure(verdict.failure, base)),
      );
      if (token.ok) conceal.learn(token.value);
      return token;
    },
  });

  const write = (question: Question, ticket: Ticket) => callOf(question, ticket, base);

  /** Nobody who asks is prepared for an exception: a queue that met one would stand still. */
  async function ask<Value>(question: Question, read: Read<Value>): Promise<Result<Value, ValtFailure>> {
    try {
      const askedMs = clock.monotonicMs();
      const inHand = login.current();
      const ticket = inHand === undefined ? await inTime(login.obtain(), askedMs) : succeed(inHand);
      if (!ticket.ok) return ticket;
      const first = await attempt(write(question, ticket.value));
      const verdict = isRefusedUnheard(first) ? await replay(question, ticket.value, askedMs) : first;
      return verdict.ok ? clean(read(verdict.value)) : verdict;
    } catch (error) {
      return clean(fail(malformedAnswer(`The server's answer could not be read (${String(error)}).`)));
    }
  }

  async function replay(question: Question, refused: Ticket, askedMs: number): Promise<Verdict> {
    const renewed = await inTime(login.replace(refused), askedMs);
    if (!renewed.ok) return renewed;
    const verdict = await attempt(write(question, renewed.value));
    if (verdict.ok) login.reportReplay("accepted");
    if (isRefusedUnheard(verdict)) login.reportReplay("refused");
    return verdict;
  }

  async function inTime(
    login: Promise<Result<Ticket, ValtFailure>>,
    askedMs: number,
  ): Promise<Result<Ticket, ValtFailure>> {
    const ticket = await login;
    return ticket.ok && clock.monotonicMs() - askedMs >= tools.deadlineMs ? fail(SLOW_LOGIN) : ticket;
  }

  const end = () => {
    isEnded = true;
  };
  return { ask, login, end };
}

const ENDED: ValtFailure = {
  kind: "unreachable",
  message: "This client was replaced by another.",
  heard: "no",
  again: "later",
};

function callOf(question: Question, ticket: Ticket, base: string): Call {
  const { path, body, sendBeforeMs, answer = "short", permit, untilMs } = question;
  return {
    method: body === undefined ? "GET" : "POST",
    path: `${base}${path}${path.includes("?") ? "&" : "?"}${ticket.query}`,
    body: body === undefined ? undefined : JSON.stringify(body),
    sendBeforeMs,
    mostBytes: MOST_BYTES[answer],
    permit,
    untilMs,
  };
}

function loginWith(account: Readonly<Record<"username" | "password", string>>, base: string): Call {
  const body = JSON.stringify(account);
  return { method: "POST", path: `${base}login`, body, isRepeatable: true, mostBytes: MOST_BYTES.short };
}

/** The JSON of an answer, freed from what PHP has printed around it; that it does so is told once. */
function createParse(clock: Clock, log: Log): (text: string) => Promise<Parsed> {
  let isTold = false;
  return async (text) => {
    const parsed = await parseInTurns(text, clock);
    const json = parsed.ok || parsed.failure !== "damaged" ? undefined : withoutNotices(text);
    if (json === undefined) return parsed;
    if (!isTold) log.warn("VALT prints PHP's warnings into its answers: switch display_errors off there");
    isTold = true;
    return parseInTurns(json, clock);
  };
}

/** Most answers to looks are like one before: what the same text means is not found out again. Undefined for others. */
function recall({ method }: Call, { httpStatus, text }: Answer): Verdict | undefined {
  if (method !== "GET" || httpStatus !== 200 || text.length > LONGEST_REMEMBERED) return undefined;
  const verdict = judgePlain(text);
  return verdict.ok ? verdict : undefined;
}

const LONGEST_REMEMBERED = 256;
const MOST_REMEMBERED = 1000;
const judgePlain = memoize(
  (text: string): Verdict => judge({ httpStatus: 200, text }, parseShort(text)),
  MOST_REMEMBERED,
);

/** Nobody waits for a long text: it is parsed a slice at a time. */
async function parseInTurns(text: string, clock: Clock): Promise<Parsed> {
  if (text.length <= MOST_BYTES.short) return parseShort(text);
  const slices = parseLong(text);
  for (let step = slices.next(); ; step = slices.next()) {
    if (step.done === true) return step.value;
    await new Promise<void>((resolve) => clock.soon(resolve));
  }
}

type Verdict = Result<unknown, ValtFailure>;

function isRefusedUnheard(verdict: Verdict): boolean {
  return !verdict.ok && verdict.failure.kind === "unauthorized";
}

/** A press that had to wait for a login is not sent when nobody expects it any more. */
const SLOW_LOGIN: ValtFailure = {
  kind: "timed-out",
  message: "Logging in took so long that the request itself was not sent.",
  heard: "no",
  again: "later",
};

interface Concealment {
  keep(password: string): void;
  learn(token: string): void;
  hide(text: string): string;
}

/** Takes passwords and tokens out of texts that came from outside. */
function createConcealment(): Concealment {
  const passwords = new Set<string>();
  const tokens = new Set<string>();
  return {
    keep: (password) => addNewest(passwords, password),
    learn: (token) => addNewest(tokens, token),
    hide(text) {
      let hidden = redact(text);
      for (const secret of [...passwords, ...tokens])
        for (const form of formsOf(secret)) hidden = hidden.replaceAll(form, "***");
      return hidden;
    },
  };
}

function addNewest(secrets: Set<string>, secret: string): void {
  if (secret === "") return;
  secrets.delete(secret);
  secrets.add(secret);
  keepNewest(secrets, MOST_SECRETS);
}

/** Late answers may still name a token from a few logins ago. */
const MOST_SECRETS = 8;

/** 32 hex digits so far; what cannot stand in an address is none. */
const TOKEN = /^[\x21-\x7e]+$/;

function readToken(body: unknown): Result<string, ValtFailure> {
  const data = asFields(body)?.data;
  // The refusal of a login has a plain text in `data`; its HTTP status is not to be relied on.
  if (typeof data === "string") return fail(refusedLogin(failureOfStatus(401, tidy(data))));
  const fields = asFields(data);
  const token = fields === undefined ? undefined : readText(fields, "access_token");
  if (token !== undefined && TOKEN.test(token)) return succeed(token);
  return fail(malformedAnswer("The server accepted the login and gave no token."));
}

/** Nobody's room is missing because the way in is: that is no "not found" for those who wait for the login. */
function asLoginFailure(failure: ValtFailure, base: string): ValtFailure {
  if (failure.kind === "unauthorized") return refusedLogin(failure);
  if (failure.kind !== "not-found") return failure;
  const message = `There is no VALT at this address (404 for ${base}login): it ends with the host, or with the folder that VALT is in.`;
  return { ...failure, kind: "unreachable", again: "later", message };
}

function refusedLogin(failure: ValtFailure): ValtFailure {
  const message = `VALT refuses the login (${failure.message.replace(/\.$/, "")}): check user name and password.`;
  return { ...failure, message };
}

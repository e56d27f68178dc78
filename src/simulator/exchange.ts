import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cancel, Clock } from "../base/clock.ts";
import type { Answer } from "./answers.ts";
import { badToken, noToken, notFound, serverError, wrongMethod } from "./answers.ts";
import type { Faults, RequestFault, Treatment } from "./faults.ts";
import { readBody } from "./request-body.ts";
import type { LoggedRequest, WritableRequestLog } from "./request-log.ts";
import type { JsonObject } from "./route.ts";
import type { Match, Router } from "./router.ts";
import { runSchedules } from "./scheduler.ts";
import { sendAnswer, sendPage, spoilAnswer } from "./send.ts";
import { logIn } from "./sessions.ts";
import type { Target } from "./target.ts";
import { readTarget } from "./target.ts";
import type { World } from "./world.ts";

interface Parts {
  readonly world: World;
  readonly router: Router;
  readonly faults: Faults;
  readonly log: WritableRequestLog;
  readonly clock: Clock;
}

interface Exchange {
  /** Takes one request through arrival, faults, action and answer. */
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Forgets all requests that are being delayed: they are neither acted on nor answered. */
  abandon(): void;
}

interface Question {
  readonly method: string;
  readonly target: Target;
  readonly match: Match | "login" | "wrong-method" | "no-api" | undefined;
  /** Undefined when the body is no JSON object. */
  readonly body: JsonObject | undefined;
}

/** Answers requests as the simulated server does, faults included. */
export function createExchange(parts: Parts): Exchange {
  const delays = new Set<Cancel>();

  function later(delayMs: number, task: () => void): void {
    if (delayMs <= 0) {
      task();
      return;
    }
    const cancel = parts.clock.after(delayMs, () => {
      delays.delete(cancel);
      task();
    });
    delays.add(cancel);
  }

  function arrive(question: Question, response: ServerResponse): void {
    const { method, target } = question;
    const body = method === "POST" ? hidePassword(question.body) : undefined;
    const logged = parts.log.arrived({ method, path: target.path, key: keyOf(question), body });
    const treatment = parts.faults.treat(method, target.path.split("?", 1)[0] ?? "");
    if (treatment === undefined) parts.log.answered(logged, send(response, decide(parts, question)));
    else applyFault(question, response, { treatment, logged });
  }

  function applyFault(
    question: Question,
    response: ServerResponse,
    { treatment, logged }: { readonly treatment: Treatment; readonly logged: LoggedRequest },
  ): void {
    const { before, after, delayBeforeMs, delayAfterMs } = treatment;
    later(delayBeforeMs, () => {
      if (before !== undefined) {
        parts.log.answered(logged, fail(response, before));
        return;
      }
      const acted = decide(parts, question);
      later(delayAfterMs, () => {
        const status = after === undefined ? send(response, acted) : fail(response, after, acted);
        parts.log.answered(logged, status);
      });
    });
  }

  return {
    serve(request, response) {
      const method = request.method ?? "GET";
      const target = readTarget(request.url ?? "/");
      const match = matchOf(parts.router, method, target);
      readBody(request, (body) => arrive({ method, target, match, body }, response));
    },
    abandon() {
      for (const cancel of delays) cancel();
      delays.clear();
    },
  };
}

function matchOf(router: Router, method: string, target: Target): Question["match"] {
  if (target.segments === undefined) return "no-api";
  if (target.segments.length === 1 && target.segments[0] === "login") {
    return method === "POST" ? "login" : "wrong-method";
  }
  return router.find(method, target.segments);
}

function keyOf({ method, match }: Question): LoggedRequest["key"] {
  if (match === "login") return `${method} login`;
  return typeof match === "object" ? `${method} ${match.route.template}` : `${method} (unknown)`;
}

function hidePassword(body: JsonObject | undefined): JsonObject | undefined {
  return body?.password === undefined ? body : { ...body, password: "***" };
}

function send(response: ServerResponse, acted: Answer | "no-api"): number {
  return acted === "no-api" ? sendPage(response, 404) : sendAnswer(response, acted);
}

/** Acts. */
function decide(parts: Parts, { match, target, body }: Question): Answer | "no-api" {
  const { world } = parts;
  if (match === "no-api") return "no-api";
  runSchedules(world);
  if (match === "login") return body === undefined ? serverError : logIn(world, body);
  const account = target.token === undefined ? undefined : world.tokens.get(target.token);
  if (account === undefined) return target.token === undefined ? noToken : badToken;
  if (match === undefined) return notFound;
  if (match === "wrong-method") return wrongMethod;
  // Documented: malformed JSON answers 500, and posts without parameters need an object all the same.
  if (body === undefined) return serverError;
  return match.route.answer({ world, values: match.values, query: target.query, body, account });
}

function fail(response: ServerResponse, fault: RequestFault, acted?: Answer | "no-api"): number | "none" {
  switch (fault.kind) {
    case "hang":
      return "none";
    case "drop":
      response.socket?.destroy();
      return "none";
    case "refuse-token":
      return sendAnswer(response, badToken);
    case "error":
      return fault.status === 500 ? sendAnswer(response, serverError) : sendPage(response, fault.status);
    case "spoil":
      return spoilAnswer(response, acted === undefined || acted === "no-api" ? notFound : acted, fault.how);
    case "latency":
      throw new Error("a delay is no failure");
  }
}

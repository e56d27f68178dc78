import { notFound, serverError } from "../../src/simulator/answers.ts";
import { readTarget } from "../../src/simulator/target.ts";
import type { WireRequest } from "./http.ts";
import type { Doer } from "./truth.ts";
import type { Endpoint, Failing, OddAnswer } from "./weather.ts";

/** A request as the server understands it. */
export interface Question {
  readonly request: WireRequest;
  readonly by: Doer;
  readonly receivedMs: number;
  readonly endpoint: Endpoint;
  readonly room: number | undefined;
  readonly segments: readonly string[];
}

export interface Reply {
  readonly status: number;
  readonly text: string;
}

export function readQuestion(request: WireRequest, by: Doer, receivedMs: number): Question {
  const segments = readTarget(request.path).segments ?? [];
  const [first, second, third] = segments;
  const found = endpoints.find(({ is }) => is(segments, request.method));
  const roomText = first === "rooms" ? (second === "info" ? third : second) : undefined;
  const room = roomText === undefined ? undefined : Number(roomText);
  return { request, by, receivedMs, endpoint: found?.endpoint ?? "other", room, segments };
}

const COMMAND = /^rooms\/\d+\/(record\/(start|stop|pause|resume)|lock|unlock)$/;

const endpoints: readonly { endpoint: Endpoint; is(path: readonly string[], method: string): boolean }[] = [
  { endpoint: "status", is: ([first, , third]) => first === "rooms" && third === "status" },
  { endpoint: "list", is: (path) => path.join("/") === "rooms/info" },
  { endpoint: "info", is: ([first, second]) => first === "rooms" && second === "info" },
  { endpoint: "command", is: (path) => COMMAND.test(path.join("/")) },
  { endpoint: "mark", is: ([first], method) => first === "comment" && method === "POST" },
  { endpoint: "read-marks", is: ([first], method) => first === "comment" && method === "GET" },
];

/** What an endpoint that fails answers. */
export const failures: Readonly<Record<Exclude<Failing, "reset" | "silent">, Reply>> = {
  "error-500": { status: 500, text: JSON.stringify(serverError.body) },
  "error-502": { status: 502, text: "<html><h1>502 Bad Gateway</h1></html>" },
  forbidden: { status: 403, text: JSON.stringify({ error: { code: 403, message: "Forbidden" } }) },
};

export const oddReplies: Readonly<Record<OddAnswer, Reply>> = {
  "unknown-word": { status: 200, text: '{"data":{"status":"maintenance","record":false}}' },
  malformed: { status: 200, text: '{"data":{"status":' },
  missing: { status: 404, text: JSON.stringify(notFound.body) },
};

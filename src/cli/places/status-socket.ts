import { lstatSync, unlinkSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { parseJson } from "../../base/json.ts";
import { oneAtATime } from "../../base/one-at-a-time.ts";
import { redact } from "../../base/redact.ts";
import { fail, type Result, succeed } from "../../base/result.ts";
import { isListenedTo, listenAlone } from "./listening.ts";
import { findIntruder, stateFolder } from "./state-folder.ts";

/**
 * Where a running bridge can be asked how it is: one place a user and instance, reachable from this machine only. Where
 * others can write they could answer for it: without a runtime folder of one's own it is in the state folder.
 */
export function statusAddress(instance: string): string {
  const name = `valt-bridge-${userInfo().username}-${instance}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  const { XDG_RUNTIME_DIR: runtime = "" } = process.env;
  const isOurs = runtime !== "" && findIntruder(runtime) === undefined;
  return isOurs ? join(runtime, `${name}.sock`) : join(stateFolder(instance), "status.sock");
}

/** What a running bridge does for commands on this machine, by path: each is given what was sent, and answers with JSON. */
export type BridgeRequests = Readonly<Record<string, (sent: unknown) => unknown>>;

interface StatusFailure {
  /** Another bridge answers there, or nobody can be answered there. */
  readonly kind: "running" | "no-place";
  readonly message: string;
}

/** Answers whoever asks there; takes the place over where nobody listens any more. */
export async function serveStatus(
  address: string,
  tell: () => unknown,
  requests: BridgeRequests = {},
): Promise<Result<{ close(): void }, StatusFailure>> {
  const intruder = findIntruder(dirname(address));
  if (intruder !== undefined) return fail({ kind: "no-place", message: `${dirname(address)} ${intruder}` });
  const rival = await findListener(address);
  if (rival !== undefined) return fail(rival);
  removeOldSocket(address);
  const serve = oneAtATime((asked, answer) => {
    const path = asked.url ?? "";
    const perform = asked.method === "POST" && Object.hasOwn(requests, path) ? requests[path] : undefined;
    if (perform === undefined) void answerSafely(answer, tell);
    else takeRequest(asked, answer, perform);
  });
  const server = createServer(serve);
  return new Promise((resolve) => {
    server.on("error", (error) =>
      resolve(fail({ kind: "no-place", message: `cannot listen at ${address}: ${error.message}` })),
    );
    listenAlone(server, address, () => resolve(succeed({ close: () => closeAll(server) })));
  });
}

/** A process that is stopped or hangs is a listener too. */
async function findListener(address: string): Promise<StatusFailure | undefined> {
  if (!(await isListenedTo(address))) return undefined;
  const answer = await askStatus(address);
  if (typeof answer !== "object" || answer === null || !("pid" in answer)) {
    const message = `somebody listens at ${address} who does not answer as a bridge does`;
    return { kind: "no-place", message };
  }
  const message = `a bridge is running already (process ${answer.pid}, asked at ${address})`;
  return { kind: "running", message: `${message}; use --instance to run a second one` };
}

/** Left by a process that was killed; nothing but a socket is removed. */
function removeOldSocket(address: string): void {
  try {
    if (lstatSync(address).isSocket()) unlinkSync(address);
  } catch {
    // There is none, or listening there will say what is wrong.
  }
}

/** Whoever asks how it is must not be able to end it, whatever cannot be told at the moment. */
async function answerSafely(answer: ServerResponse, tell: () => unknown): Promise<void> {
  try {
    const text = redact(JSON.stringify(await tell()));
    answer.setHeader("content-type", "application/json").end(text);
  } catch (error) {
    answer.writeHead(500).end(redact(String(error)));
  }
}

function takeRequest(
  asked: IncomingMessage,
  answer: ServerResponse,
  perform: (sent: unknown) => unknown,
): void {
  let text = "";
  asked.setEncoding("utf8");
  asked.on("data", (chunk: string) => {
    text += chunk;
    if (text.length > LONGEST_REQUEST) asked.destroy();
  });
  asked.on("error", () => answer.destroy());
  asked.on("end", () => void answerSafely(answer, () => perform(parseJson(text))));
}

const LONGEST_REQUEST = 4096;

/** Asks a running bridge to do something; nothing when no bridge answers within a second. */
export function askBridge(address: string, path: string, sent: unknown): Promise<unknown> {
  return ask(address, path, { body: JSON.stringify(sent) });
}

/** What a running bridge says, or nothing when none answers within a second. */
export function askStatus(address: string, owners?: "us-or-root" | "anyone"): Promise<unknown> {
  return ask(address, "/status", { owners });
}

interface Asking {
  readonly body?: string;
  readonly owners?: "us-or-root" | "anyone" | undefined;
}

function ask(address: string, path: string, { body, owners }: Asking): Promise<unknown> {
  // Whoever could put a socket there could answer for a bridge.
  if (findIntruder(dirname(address), owners) !== undefined) return Promise.resolve(undefined);
  const method = body === undefined ? "GET" : "POST";
  return new Promise((resolve) => {
    const asking = request({ socketPath: address, path, method, timeout: 1000 }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on("data", (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > LONGEST_STATUS_BYTES) asking.destroy();
      });
      answer.on("error", () => resolve(undefined));
      answer.on("close", () => resolve(undefined));
      answer.on("end", () => resolve(parseJson(Buffer.concat(chunks).toString())));
    });
    asking.on("error", () => resolve(undefined));
    asking.on("timeout", () => asking.destroy());
    asking.end(body);
  });
}

/** Far more than the largest site's. */
const LONGEST_STATUS_BYTES = 64 * 1_048_576;

function closeAll(server: Server): void {
  server.close();
  server.closeAllConnections();
}

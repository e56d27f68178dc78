import { type IncomingMessage, request as requestPlainly } from "node:http";
import { request as requestSecurely } from "node:https";
import { isIP, type Socket } from "node:net";
import { connect as connectSecurely, TLSSocket } from "node:tls";
import { type Clock, parseWallTime } from "../base/clock.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { ValtFailure } from "./failure.ts";
import { ResettingSocket } from "./resetting-socket.ts";

/** What can be seen of a server from outside, without an account. */
export interface ServerInspection {
  /** Wall time at which the certificate ends; absent without TLS. */
  readonly certificateEndsWallMs: number | undefined;
  /** How far the server's clock is ahead of ours, to about half a second; absent when it does not say. */
  readonly clockAheadMs: number | undefined;
}

interface InspectTools {
  readonly deadlineMs: number;
  readonly clock: Clock;
}

/** Nobody waits longer for an address that is not in use. */
const MOST_ASIDE_MS = 1000;

/**
 * Looks at every address of a server, the one in use first: the certificate that ends first counts, and the clock of the
 * first that tells it.
 */
export async function inspectServer(
  origins: readonly string[],
  tools: InspectTools,
): Promise<Result<ServerInspection, ValtFailure>> {
  const aside = { ...tools, deadlineMs: Math.min(tools.deadlineMs, MOST_ASIDE_MS) };
  const looks = await Promise.all(
    origins.map((origin, index) => inspectAddress(origin, index === 0 ? tools : aside)),
  );
  const seen = looks.flatMap((look) => (look.ok ? [look.value] : []));
  const [first] = looks;
  if (first === undefined || seen.length === 0) return first ?? fail(unseen("it has no address"));
  const ends = seen.flatMap(({ certificateEndsWallMs }) => certificateEndsWallMs ?? []);
  return succeed({
    certificateEndsWallMs: ends.length === 0 ? undefined : Math.min(...ends),
    clockAheadMs: seen.find(({ clockAheadMs }) => clockAheadMs !== undefined)?.clockAheadMs,
  });
}

/** One `HEAD` request that carries nothing and believes nothing, so the certificate is read and not judged. */
function inspectAddress(
  origin: string,
  { deadlineMs, clock }: InspectTools,
): Promise<Result<ServerInspection, ValtFailure>> {
  const isSecure = origin.startsWith("https:");
  const request = isSecure ? requestSecurely : requestPlainly;
  const sentWallMs = clock.wallMs();
  return new Promise((resolve) => {
    const asking = request(
      origin,
      { method: "HEAD", createConnection: () => open(new URL(origin)) },
      (response) => {
        response.resume();
        const certificateEndsWallMs = endOfCertificate(response.socket);
        const clockAheadMs = readClock(response, (sentWallMs + clock.wallMs()) / 2);
        asking.destroy();
        resolve(succeed({ certificateEndsWallMs, clockAheadMs }));
      },
    );
    const stopWaiting = clock.after(deadlineMs, () => asking.destroy(new Error("no answer in time")));
    asking.on("error", ({ message }) => resolve(fail(unseen(message))));
    asking.on("close", stopWaiting);
    asking.end();
  });
}

/** Like every other connection it leaves nothing behind in the kernel when it is given up. */
function open({ protocol, hostname, port }: URL): Socket {
  const isSecure = protocol === "https:";
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = new ResettingSocket().connect({ host, port: Number(port) || (isSecure ? 443 : 80) });
  if (!isSecure) return socket;
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectSecurely({ socket, rejectUnauthorized: false, ...name });
}

function endOfCertificate(socket: Socket): number | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  return parseWallTime(socket.getPeerCertificate().valid_to);
}

/** The header has whole seconds, rounded down: the middle of its second is the best guess. */
function readClock({ headers }: IncomingMessage, nowWallMs: number): number | undefined {
  const theirs = parseWallTime(headers.date);
  return theirs === undefined ? undefined : theirs + 500 - nowWallMs;
}

function unseen(why: string): ValtFailure {
  return {
    kind: "unreachable",
    message: `The server could not be looked at: ${why}`,
    heard: "no",
    again: "later",
  };
}

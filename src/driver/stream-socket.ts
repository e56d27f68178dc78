import { once } from "node:events";
import { connect, type Server, type Socket } from "node:net";
import { hostAndPort, isLoopback, plainAddress } from "../base/address.ts";
import type { Clock } from "../base/clock.ts";
import { peerId } from "../base/identifiers.ts";
import { keptSockets } from "../base/kept-sockets.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { Peer } from "./link.ts";

/** An idle line is never closed; a dead one is found by the operating system's probes, which begin after 30 s. */
export const STREAM_OPTIONS = { keepAlive: true, keepAliveInitialDelay: 30_000, noDelay: true } as const;

const CONNECT_WITHIN_MS = 5000;
const END_WITHIN_MS = 500;

/**
 * Connects once, within five seconds. The failure is the system's error, an error with the code `ETIMEDOUT`, or one that
 * says that the signal aborted; the socket is destroyed then. It has an `error` listener for the rest of its life.
 */
export function connectWithin(
  { host, port }: { readonly host: string; readonly port: number },
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Result<Socket, unknown>> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...STREAM_OPTIONS });
    const cancel = clock.after(CONNECT_WITHIN_MS, () =>
      giveUp(Object.assign(new Error("ETIMEDOUT"), { code: "ETIMEDOUT" })),
    );
    const abort = () => giveUp(new Error("the opening was called off"));
    function settle(result: Result<Socket, unknown>): void {
      cancel();
      signal.removeEventListener("abort", abort);
      resolve(result);
    }
    function giveUp(error: unknown): void {
      socket.destroy();
      settle(fail(error));
    }
    signal.addEventListener("abort", abort, { once: true });
    socket.once("connect", () => settle(succeed(socket)));
    // Stays for the life of the socket: an error without a listener would end the process.
    socket.on("error", giveUp);
  });
}

/**
 * Listens, or rejects with the system's error. Goes on at the socket that the process before had there, if it is kept; then
 * presses may wait in it that are as old as that process, unless only pages come.
 */
export async function listenAt(
  server: Server,
  place: { readonly host: string; readonly port: number; readonly ipv6Only?: boolean },
  whatComes: "presses" | "pages" = "presses",
): Promise<void> {
  const name = listenerName(place);
  const inherited = keptSockets.take(name);
  const isResumed = inherited !== undefined && (await listenOn(server, inherited, place.port));
  if (!isResumed) {
    server.listen(place);
    await once(server, "listening");
  }
  if (isResumed && whatComes === "presses") keptSockets.resume();
  if (place.port !== 0) keptSockets.keep(name, server);
}

/** Whether it listens on the descriptor now: one of another kind, or at another port, is no socket of the process before. */
async function listenOn(server: Server, descriptor: number, port: number): Promise<boolean> {
  try {
    server.listen({ fd: descriptor });
    await once(server, "listening");
  } catch {
    return false;
  }
  if (portOf(server, -1) === port) return true;
  server.close();
  await once(server, "close");
  return false;
}

/** Under which a listener is kept over a restart. */
export function listenerName({ ipv6Only, ...place }: Parameters<typeof listenAt>[1]): string {
  return `tcp://${hostAndPort(place)}${ipv6Only === true ? " ipv6 only" : ""}`;
}

/** The port that a listening server was given, where 0 asked for any free one. */
export function portOf(server: Server, asked: number): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : asked;
}

/** Takes no more connections, ends those that there are, and resolves when all are closed: after half a second at most. */
export async function closeServer(server: Server, sockets: Iterable<Socket>, clock: Clock): Promise<void> {
  const closed = server.listening ? new Promise<void>((resolve) => server.close(() => resolve())) : undefined;
  await Promise.all([...sockets].map((socket) => endSocket(socket, clock)));
  await closed;
}

/** Resolves when what was sent has left and the socket is closed, or half a second later. */
export function endSocket(socket: Socket, clock: Clock): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(END_WITHIN_MS, () => socket.destroy());
    socket.once("close", () => {
      cancel();
      resolve();
    });
    socket.destroySoon();
  });
}

/** Calls back once, with the reason, when the socket is no more. */
export function followEnd(socket: Socket, gone: (why: string) => void): void {
  let why = "the other side closed the connection";
  socket.on("error", (error) => {
    why = error.message;
  });
  socket.once("close", () => gone(why));
  if (socket.destroyed) gone(why);
}

/** Who came over a connection. */
export function peerOf({ remoteAddress = "", remotePort = 0 }: Socket): Peer {
  const address = plainAddress(remoteAddress);
  return {
    id: peerId(`tcp:${hostAndPort({ host: address, port: remotePort })}`),
    address,
    reach: isLoopback(address) ? "same-machine" : "network",
    delivery: "stream",
  };
}

import { connect, type Socket } from "node:net";
import { type Clock, fail, type OpenFailure, type Result, succeed } from "../../src/driver/contract.ts";
import { openFailure } from "./failures.ts";
import type { Place } from "./place.ts";
import { MOST_UNSENT_BYTES } from "./wire.ts";

/** An idle line is never closed; a dead one is found by the operating system's probes. */
export const STREAM_OPTIONS = { keepAlive: true, keepAliveInitialDelay: 30_000, noDelay: true } as const;

const CONNECT_LIMIT_MS = 5000;
const LONGEST_GOODBYE_MS = 500;

export type NetworkPlace = Extract<Place, { readonly port: number }>;

/** Connects once, within five seconds. */
export function reach(
  { host, port }: NetworkPlace,
  { name, clock, signal }: { readonly name: string; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Result<Socket, OpenFailure>> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...STREAM_OPTIONS });
    const cancel = clock.after(CONNECT_LIMIT_MS, () => giveUp(new Error("ETIMEDOUT")));
    const abort = () => giveUp(new Error("the opening was called off"));
    function settle(result: Result<Socket, OpenFailure>): void {
      cancel();
      signal.removeEventListener("abort", abort);
      resolve(result);
    }
    function giveUp(error: unknown): void {
      socket.destroy();
      settle(fail(openFailure(error, name)));
    }
    signal.addEventListener("abort", abort, { once: true });
    socket.once("connect", () => settle(succeed(socket)));
    // Stays for the life of the socket: an error without a listener would end the process.
    socket.on("error", giveUp);
  });
}

/** Queues bytes; false when so much is waiting that the other side cannot be reading any more. */
export function writeBounded(socket: Socket, bytes: Uint8Array): boolean {
  if (!socket.writable) return true;
  socket.write(bytes);
  return socket.writableLength <= MOST_UNSENT_BYTES;
}

/** Resolves when what was sent has left and the socket is closed, or half a second later. */
export function sayGoodbye(socket: Socket, clock: Clock): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(LONGEST_GOODBYE_MS, () => socket.destroy());
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

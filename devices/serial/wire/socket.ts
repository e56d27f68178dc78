import type { Socket } from "node:net";
import { type Clock, fail, type OpenFailure, type Result } from "../../../src/driver/contract.ts";
import { connectWithin } from "../../../src/driver/stream-socket.ts";
import { openFailure } from "../failures.ts";
import type { Place } from "../place.ts";
import { MOST_UNSENT_BYTES } from "./wire.ts";

/** A place with a host and a port. */
export type NetworkPlace = Extract<Place, { readonly port: number }>;

/** Connects once, within five seconds. */
export async function reach(
  place: NetworkPlace,
  { name, ...limits }: { readonly name: string; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Result<Socket, OpenFailure>> {
  const reached = await connectWithin(place, limits);
  return reached.ok ? reached : fail(openFailure(reached.failure, name));
}

/** Queues bytes; false when so much is waiting that the other side cannot be reading any more. */
export function writeBounded(socket: Socket, bytes: Uint8Array): boolean {
  if (!socket.writable) return true;
  socket.write(bytes);
  return socket.writableLength <= MOST_UNSENT_BYTES;
}

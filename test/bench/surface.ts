import { createSocket } from "node:dgram";
import { once } from "node:events";
import { encodePacket } from "../../devices/osc/encode.ts";
import { readPacket } from "../../devices/osc/packet.ts";
import type { Value } from "../../src/driver/contract.ts";

/** A touch page: presses go out, lamps and states come in. */
export interface Surface {
  readonly port: number;
  /** The time just before the datagram is handed to the system. */
  send(port: number, address: string, ...values: readonly Value[]): number;
  /** Called with each message and the time of its arrival; one listener at a time. */
  listen(listener: (address: string, values: readonly Value[], atMs: number) => void): void;
  close(): void;
}

export async function openSurface(): Promise<Surface> {
  // Without this, Node resolves even a numeric address in a later turn, and that would be measured.
  const socket = createSocket({
    type: "udp4",
    lookup: (address, _options, callback) => callback(null, address, 4),
  });
  let listener: (address: string, values: readonly Value[], atMs: number) => void = () => undefined;
  socket.on("message", (bytes) => {
    const atMs = performance.now();
    const reading = readPacket(bytes);
    if (reading.kind !== "read") return;
    for (const { message } of reading.messages) {
      const values = message.args.map(({ value }) => value);
      listener(message.address, values, atMs);
    }
  });
  // Asked for first, because with a lookup that answers at once binding is heard at once.
  const listening = once(socket, "listening");
  socket.bind(0, "127.0.0.1");
  await listening;
  return {
    port: socket.address().port,
    send(port, address, ...values) {
      const packet = encodePacket({ text: address, values });
      if (packet === undefined) throw new Error(`${address} is no address`);
      const atMs = performance.now();
      socket.send(packet, port, "127.0.0.1");
      return atMs;
    },
    listen: (next) => {
      listener = next;
    },
    close: () => socket.close(),
  };
}

import type { Socket } from "node:net";
import { type LinkMessage, type Peer, peerId } from "../../src/driver/contract.ts";
import { readInSlices } from "../../src/driver/in-slices.ts";
import { encodePacket } from "./encode.ts";
import { hostAndPort, isLoopback, plainAddress } from "./endpoint.ts";
import { createFramer, type Framing, type Piece, wrapPacket } from "./framing.ts";
import { readPacket } from "./packet.ts";
import { writeTextLine } from "./plain-text.ts";
import type { Route } from "./route.ts";
import type { Session } from "./session.ts";

/** A TCP connection that is open, and how it ends. */
export interface StreamRoute extends Route {
  /** Lets go of it once all that was sent has left, or half a second later. */
  close(): Promise<void>;
}

/** What a peer that reads nothing may let pile up before it is cut off. */
const MOST_UNSENT_BYTES = 1_048_576;
const LONGEST_GOODBYE_MS = 500;

/** A connected socket, and who is at its other end. */
export interface Connection {
  readonly socket: Socket;
  readonly peer: Peer;
}

/** Joins a connection to the session until it ends; `gone` is called once, with the reason. */
export function createStreamRoute(
  { socket, peer }: Connection,
  session: Session,
  gone: (why: string) => void,
): StreamRoute {
  const { host } = session;
  const framer = createFramer(session.settings.framing);
  let why = "the other side closed the connection";

  session.streamRoutes.set(peer.id, { peer, send });
  readInSlices(socket, host.clock, (chunk) => {
    if (socket.destroyed) return;
    host.traced("in", chunk, peer.id);
    for (const piece of framer.push(chunk)) if (!socket.destroyed) take(piece);
  });
  socket.on("error", (error) => {
    why = error.message;
  });
  socket.once("close", () => {
    session.streamRoutes.delete(peer.id);
    host.parted(peer.id);
    gone(why);
  });

  function take(piece: Piece): void {
    if (piece.kind === "packet") session.intake.takePacket(readPacket(piece.bytes), peer);
    else if (piece.kind === "line") session.intake.takeLine(piece.bytes, peer);
    else host.dropped(piece.reason, peer);
    if (piece.kind === "broken") socket.destroy();
  }

  function send(message: LinkMessage): void {
    const bytes = encodeFor(framer.framing ?? "slip", message);
    if (bytes === undefined || !socket.writable) return;
    host.traced("out", bytes, peer.id);
    socket.write(bytes);
    if (socket.writableLength <= MOST_UNSENT_BYTES) return;
    host.dropped("does not read what it is sent", peer);
    socket.destroy();
  }

  return { peer, send, close: () => sayGoodbye(socket, session) };
}

export function peerOf(socket: Socket): Peer {
  const address = plainAddress(socket.remoteAddress ?? "");
  return {
    id: peerId(`tcp:${hostAndPort(address, socket.remotePort ?? 0)}`),
    address,
    reach: isLoopback(address) ? "same-machine" : "network",
    delivery: "stream",
  };
}

/** Whom the mapping names is trusted like a wire: nobody else can be at the other end unless the network lies. */
export function namedPeerOf(socket: Socket, url: string): Peer {
  return { ...peerOf(socket), address: url, reach: "wire" };
}

function encodeFor(framing: Framing, message: LinkMessage): Uint8Array | undefined {
  if (framing === "lines") {
    const line = writeTextLine(message);
    return line === undefined ? undefined : Buffer.from(`${line}\r\n`);
  }
  const packet = encodePacket(message);
  return packet && wrapPacket(packet, framing);
}

function sayGoodbye(socket: Socket, session: Session): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = session.host.clock.after(LONGEST_GOODBYE_MS, () => socket.destroy());
    socket.once("close", () => {
      cancel();
      resolve();
    });
    socket.destroySoon();
  });
}

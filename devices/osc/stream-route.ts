import type { Socket } from "node:net";
import type { LinkMessage, Peer } from "../../src/driver/contract.ts";
import { readInSlices } from "../../src/driver/in-slices.ts";
import { endOnceAnswered } from "../../src/driver/last-answers.ts";
import { endSocket, peerOf } from "../../src/driver/stream-socket.ts";
import { showBytes, UnfinishedWatch } from "../../src/driver/unfinished.ts";
import { encodePacket } from "./encode.ts";
import { createFramer, type Framing, isUnframed, type Piece, wrapPacket } from "./framing.ts";
import { readPacket } from "./packet.ts";
import { writeTextLine } from "./plain-text.ts";
import type { Route } from "./route.ts";
import type { Session } from "./session.ts";

/** A TCP connection that is open, and how it ends. */
export interface StreamRoute extends Route {
  readonly socket: Socket;
  /** Lets go of it once all that was sent has left, or half a second later. */
  close(): Promise<void>;
}

/** What a peer that reads nothing may let pile up before it is cut off. */
const MOST_UNSENT_BYTES = 1_048_576;
const UNFRAMED =
  "OSC packets over TCP without SLIP or a length before each, so that nobody can tell where one ends";

/** A connected socket, and who is at its other end. */
interface Connection {
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
  const unfinished = new UnfinishedWatch({
    clock: host.clock,
    held: () => framer.held(),
    tell: tellUnfinished,
  });
  const saidAll = readInSlices(socket, host.clock, (chunk) => {
    if (socket.destroyed) return;
    host.traced("in", chunk, peer.id);
    for (const piece of framer.push(chunk)) if (!socket.destroyed) take(piece, chunk);
    unfinished.heard();
  });
  void saidAll.then(() => endOnceAnswered(socket, host.clock, host.answered?.(peer.id)));
  socket.on("error", (error) => {
    why = error.message;
  });
  socket.once("close", () => {
    session.streamRoutes.delete(peer.id);
    unfinished.close();
    host.parted(peer.id);
    gone(why);
  });

  function tellUnfinished(bytes: Uint8Array | undefined): void {
    if (bytes !== undefined && isUnframed(bytes)) {
      explainFraming();
      framer.reset();
    } else host.noticed?.(bytes && describeUnfinished(bytes));
  }

  /** What an unauthenticated peer sends may be a passcode. */
  function describeUnfinished(bytes: Uint8Array): string {
    const seen = host.knows?.(peer) === false ? `${bytes.length} bytes` : `"${showBytes(bytes)}"`;
    return `${peer.address} sent ${seen} and no end`;
  }

  function explainFraming(): void {
    host.dropped("OSC over TCP without framing", peer);
    host.noticed?.(`${peer.address} sends ${UNFRAMED}`);
    const packet = encodePacket({ text: "/valt/error", values: [11, "SYNTAX", UNFRAMED] });
    if (packet !== undefined && socket.writable) socket.write(packet);
  }

  function take(piece: Piece, chunk: Uint8Array): void {
    if (piece.kind === "packet") session.intake.takePacket(readPacket(piece.bytes), peer);
    else if (piece.kind === "line") session.intake.takeLine(piece.bytes, peer);
    else host.dropped(piece.reason, peer);
    if (piece.kind !== "broken") return;
    if (isUnframed(chunk)) explainFraming();
    socket.destroySoon();
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

  return { peer, socket, send, close: () => endSocket(socket, host.clock) };
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

import type { RemoteInfo } from "node:dgram";
import { hostAndPort, isLoopback, plainAddress } from "../../src/base/address.ts";
import { errorText } from "../../src/base/error-text.ts";
import { type LinkMessage, type Peer, peerId } from "../../src/driver/contract.ts";
import type { DatagramSocket, Destination } from "./datagram-socket.ts";
import { encodePacket } from "./encode.ts";
import { readPacket } from "./packet.ts";
import { writeTextLine } from "./plain-text.ts";
import type { Route } from "./route.ts";
import type { Session } from "./session.ts";

/** A peer that sends datagrams: answered through the socket, and in the style, that it used last. */
export interface DatagramRoute extends Route {
  /** A datagram of so many bytes came through this socket. */
  cameThrough(socket: DatagramSocket, bytes: number): void;
  spoke(style: "packet" | "text"): void;
}

interface DatagramRouteSettings {
  readonly peer: Peer;
  readonly destination: Destination;
  readonly socket: DatagramSocket;
  readonly session: Session;
  /** Without one, such as to the targets of the mapping, everything is sent. */
  readonly credit?: Credit;
}

/** The way to a peer of datagrams, by the socket through which it spoke. */
export function createDatagramRoute(settings: DatagramRouteSettings): DatagramRoute {
  const { peer, destination, session, credit } = settings;
  let { socket } = settings;
  let style: "packet" | "text" = "packet";
  let isFailing = false;

  function note(error: Error | null): void {
    const failed = error !== null;
    if (failed === isFailing) return;
    isFailing = failed;
    if (failed) session.host.log.warn("datagrams cannot be sent", { peer: peer.id, why: errorText(error) });
    else session.host.log.info("datagrams can be sent again", { peer: peer.id });
  }

  return {
    peer,
    cameThrough(latest, bytes) {
      socket = latest;
      credit?.received(bytes);
    },
    spoke(latest) {
      style = latest;
    },
    send(message) {
      const bytes = encodeDatagram(message, style);
      if (bytes === undefined) return;
      if (credit?.spend(bytes.length) === false && session.host.vouchesFor?.(peer) === false) {
        session.host.dropped(
          "an answer is longer than the question, from where nobody is on the allow-list",
          peer,
        );
        return;
      }
      session.host.traced("out", bytes, peer.id);
      socket.send(bytes, destination, note);
    },
    redirected(port) {
      // An id of its own, because a peer may also speak from the port that it listens on.
      const id = peerId(`${peer.id}>${port}`);
      return session.datagramRoutes.keep<DatagramRoute>(id, () => {
        const route = createDatagramRoute({
          peer: { ...peer, id },
          destination: { address: destination.address, port },
          socket,
          session,
        });
        route.spoke(style);
        return route;
      });
    },
  };
}

function encodeDatagram(message: LinkMessage, style: "packet" | "text"): Uint8Array | undefined {
  if (style === "packet") return encodePacket(message);
  const line = writeTextLine(message);
  return line === undefined ? undefined : Buffer.from(`${line}\r\n`);
}

/** What a peer may be answered that nobody vouches for: as many bytes as it sent, since its address may be forged. */
interface Credit {
  received(bytes: number): void;
  /** False, and nothing is spent, when that is more than is left. */
  spend(bytes: number): boolean;
}

/** Nobody saves up for a flood. */
const MOST_BYTES = 1500;

function createCredit(): Credit {
  let left = 0;
  return {
    received(bytes) {
      left = Math.min(left + bytes, MOST_BYTES);
    },
    spend(bytes) {
      const isEnough = bytes <= left;
      if (isEnough) left -= bytes;
      return isEnough;
    },
  };
}

/** A packet larger than an Ethernet frame is no message of a controller (the bridge's own limit). */
export const LONGEST_DATAGRAM = 1500;

/** A datagram, where it came from and through which socket. */
export interface Arrival {
  readonly bytes: Uint8Array;
  readonly from: RemoteInfo;
  readonly socket: DatagramSocket;
}

/** Reads datagrams of one device; a peer is answered through the socket by which it spoke last. */
export function createDatagramReader(session: Session): (arrival: Arrival) => void {
  const { host, intake } = session;
  return (arrival) => {
    const { bytes } = arrival;
    const route = routeOf(arrival, session);
    host.traced("in", bytes, route.peer.id);
    if (bytes.length > LONGEST_DATAGRAM) {
      host.dropped("datagram over 1500 bytes", route.peer);
      return;
    }
    const reading = readPacket(bytes);
    // Noted before the message is delivered, because it may be answered at once.
    if (reading.kind === "read") route.spoke(reading.style);
    intake.takePacket(reading, route.peer);
  };
}

function routeOf({ bytes, from, socket }: Arrival, session: Session): DatagramRoute {
  const id = peerId(`udp:${hostAndPort({ host: plainAddress(from.address), port: from.port })}`);
  const route = session.datagramRoutes.keep<DatagramRoute>(id, () =>
    createDatagramRoute({
      peer: peerFrom(from),
      destination: { address: from.address, port: session.settings.replyPort ?? from.port },
      socket,
      session,
      credit: createCredit(),
    }),
  );
  route.cameThrough(socket, bytes.length);
  return route;
}

/** Who sent a datagram. */
export function peerFrom(from: RemoteInfo): Peer {
  return peerAt(plainAddress(from.address), from.port);
}

/** Who is at an address and port. */
export function peerAt(address: string, port: number): Peer {
  return {
    id: peerId(`udp:${hostAndPort({ host: address, port })}`),
    address,
    reach: isLoopback(address) ? "same-machine" : "network",
    delivery: "datagram",
  };
}

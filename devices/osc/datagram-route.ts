import { errorText } from "../../src/base/error-text.ts";
import { type LinkMessage, type Peer, peerId } from "../../src/driver/contract.ts";
import type { Credit } from "./credit.ts";
import type { DatagramSocket, Destination } from "./datagram-socket.ts";
import { encodePacket } from "./encode.ts";
import { writeTextLine } from "./plain-text.ts";
import type { Route } from "./route.ts";
import type { Session } from "./session.ts";

/** A peer that sends datagrams: answered through the socket, and in the style, that it used last. */
export interface DatagramRoute extends Route {
  /** A datagram of so many bytes came through this socket. */
  cameThrough(socket: DatagramSocket, bytes: number): void;
  spoke(style: "packet" | "text"): void;
}

export interface DatagramRouteSettings {
  readonly peer: Peer;
  readonly destination: Destination;
  readonly socket: DatagramSocket;
  readonly session: Session;
  /** Without one, such as to the targets of the mapping, everything is sent. */
  readonly credit?: Credit;
}

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
      credit?.heard(bytes);
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

import { createServer, type Socket } from "node:net";
import { errorText } from "../../src/base/error-text.ts";
import { ConnectionSlots } from "../../src/driver/connection-slots.ts";
import { fail, type Peer, succeed } from "../../src/driver/contract.ts";
import {
  closeServer,
  connectWithin,
  listenAt,
  peerOf,
  portOf,
  STREAM_OPTIONS,
} from "../../src/driver/stream-socket.ts";
import { type Endpoint, endpointUrl, openFailure, resolvePlace } from "./endpoint.ts";
import type { Session, SocketResult } from "./session.ts";
import { createStreamRoute, namedPeerOf, type StreamRoute } from "./stream-route.ts";

const MOST_CONNECTIONS = 32;

/** Listens on one TCP port, for at most 32 connections. */
export async function listenForStreams(endpoint: Endpoint, session: Session): Promise<SocketResult> {
  const place = await resolvePlace(endpoint, "listen");
  if (!place.ok) return place;
  const routes = new Set<StreamRoute>();
  const listener: Listener = {
    routes,
    slots: new ConnectionSlots<Peer>({ most: MOST_CONNECTIONS, host: session.host }),
    session,
  };
  const server = createServer({ ...STREAM_OPTIONS, allowHalfOpen: true }, (socket) =>
    accept(socket, listener),
  );
  const { address, port, family } = place.value;
  try {
    await listenAt(server, { host: address, port, ipv6Only: family === 6 });
  } catch (error) {
    return fail(openFailure(error, "listen", endpoint));
  }
  const url = endpointUrl({ ...endpoint, port: portOf(server, endpoint.port) });
  server.on("error", (error) => session.host.lost(`${url}: ${errorText(error)}`));
  return succeed({
    url,
    close: () =>
      closeServer(
        server,
        [...routes].map(({ socket }) => socket),
        session.host.clock,
      ),
  });
}

/** Connects once; the far end's going is a loss of the device. */
export async function connectStream(endpoint: Endpoint, session: Session): Promise<SocketResult> {
  const place = await resolvePlace(endpoint, "connect");
  if (!place.ok) return place;
  const url = endpointUrl(endpoint);
  const { host, signal } = session;
  const { address, port } = place.value;
  const reached = await connectWithin({ host: address, port }, { clock: host.clock, signal });
  if (!reached.ok) return fail(openFailure(reached.failure, "connect", endpoint));
  const socket = reached.value;
  const connection = { socket, peer: namedPeerOf(socket, url) };
  const route = createStreamRoute(connection, session, (why) => session.host.lost(`${url}: ${why}`));
  return succeed({ url, standing: route, close: () => route.close() });
}

/** What all connections of one listener share. */
interface Listener {
  readonly routes: Set<StreamRoute>;
  readonly slots: ConnectionSlots<Peer>;
  readonly session: Session;
}

function accept(socket: Socket, { routes, slots, session }: Listener): void {
  const peer = peerOf(socket);
  const isAdmitted = session.host.admits(peer.address);
  const slot = isAdmitted ? slots.take(peer, () => socket.destroy()) : undefined;
  if (slot === undefined) {
    refuse(socket, isAdmitted ? "too many connections" : "not admitted", session);
    return;
  }
  socket.on("data", slot.spoke);
  const route = createStreamRoute({ socket, peer }, session, () => {
    routes.delete(route);
    slot.leave();
  });
  routes.add(route);
}

function refuse(socket: Socket, why: string, session: Session): void {
  session.host.dropped(why, peerOf(socket));
  // A reset may still arrive for a connection that was refused.
  socket.on("error", () => undefined);
  socket.destroy();
}

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { errorText } from "../../src/base/error-text.ts";
import { ConnectionSlots } from "../../src/driver/connection-slots.ts";
import { fail, type OpenFailure, type Peer, succeed } from "../../src/driver/contract.ts";
import { type Endpoint, endpointUrl } from "./endpoint.ts";
import { openFailure } from "./failures.ts";
import { type Place, resolvePlace } from "./resolve.ts";
import type { Session, SocketResult } from "./session.ts";
import { createStreamRoute, namedPeerOf, peerOf, type StreamRoute } from "./stream-route.ts";

const MOST_CONNECTIONS = 32;
const CONNECT_LIMIT_MS = 5000;
const STREAM_OPTIONS = { keepAlive: true, keepAliveInitialDelay: 30_000, noDelay: true } as const;

/** Listens on one TCP port, for at most 32 connections. */
export async function listenForStreams(endpoint: Endpoint, session: Session): Promise<SocketResult> {
  const place = await resolvePlace(endpoint, "listen");
  if (!place.ok) return place;
  const routes = new Set<StreamRoute>();
  const hall: Hall = {
    routes,
    seats: new ConnectionSlots<Peer>({ most: MOST_CONNECTIONS, host: session.host }),
    session,
  };
  const server = createServer({ ...STREAM_OPTIONS, allowHalfOpen: true }, (socket) => greet(socket, hall));
  try {
    await listen(server, place.value);
  } catch (error) {
    return fail(openFailure(error, "listen", endpoint));
  }
  const url = endpointUrl({ ...endpoint, port: portOf(server, endpoint) });
  server.on("error", (error) => session.host.lost(`${url}: ${errorText(error)}`));
  return succeed({ url, close: () => closeServer(server, routes) });
}

/** Connects once; the far end's going is a loss of the device. */
export async function connectStream(endpoint: Endpoint, session: Session): Promise<SocketResult> {
  const place = await resolvePlace(endpoint, "connect");
  if (!place.ok) return place;
  const url = endpointUrl(endpoint);
  const socket = connect({ host: place.value.address, port: place.value.port, ...STREAM_OPTIONS });
  const failure = await reach(socket, endpoint, session);
  if (failure !== undefined) {
    socket.destroy();
    return fail(failure);
  }
  const connection = { socket, peer: namedPeerOf(socket, url) };
  const route = createStreamRoute(connection, session, (why) => session.host.lost(`${url}: ${why}`));
  return succeed({ url, standing: route, close: () => route.close() });
}

/** What all connections of one listener share. */
interface Hall {
  readonly routes: Set<StreamRoute>;
  readonly seats: ConnectionSlots<Peer>;
  readonly session: Session;
}

function greet(socket: Socket, { routes, seats, session }: Hall): void {
  const peer = peerOf(socket);
  const isAdmitted = session.host.admits(peer.address);
  const seat = isAdmitted ? seats.take(peer, () => socket.destroy()) : undefined;
  if (seat === undefined) {
    refuse(socket, isAdmitted ? "too many connections" : "not admitted", session);
    return;
  }
  socket.on("data", seat.spoke);
  const route = createStreamRoute({ socket, peer }, session, () => {
    routes.delete(route);
    seat.leave();
  });
  routes.add(route);
}

function refuse(socket: Socket, why: string, session: Session): void {
  session.host.dropped(why, peerOf(socket));
  // A reset may still arrive for a connection that was refused.
  socket.on("error", () => undefined);
  socket.destroy();
}

async function listen(server: Server, place: Place): Promise<void> {
  server.listen({ host: place.address, port: place.port, ipv6Only: place.family === 6 });
  await once(server, "listening");
}

function portOf(server: Server, endpoint: Endpoint): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : endpoint.port;
}

async function closeServer(server: Server, routes: ReadonlySet<StreamRoute>): Promise<void> {
  const closed = server.listening ? new Promise<void>((resolve) => server.close(() => resolve())) : undefined;
  await Promise.all([...routes].map((route) => route.close()));
  await closed;
}

/** Undefined once connected. */
function reach(socket: Socket, endpoint: Endpoint, session: Session): Promise<OpenFailure | undefined> {
  return new Promise((resolve) => {
    const cancel = session.host.clock.after(CONNECT_LIMIT_MS, () => settle(failed("ETIMEDOUT")));
    const abort = () => settle(failed("the opening was called off"));
    function settle(failure: OpenFailure | undefined): void {
      cancel();
      session.signal.removeEventListener("abort", abort);
      resolve(failure);
    }
    function failed(why: string): OpenFailure {
      return openFailure(Object.assign(new Error(why), { code: why }), "connect", endpoint);
    }
    session.signal.addEventListener("abort", abort, { once: true });
    socket.once("connect", () => settle(undefined));
    socket.on("error", (error) => settle(openFailure(error, "connect", endpoint)));
  });
}

import type { RemoteInfo } from "node:dgram";
import { hostAndPort, isLoopback, plainAddress } from "../../src/base/address.ts";
import { networkOf } from "../../src/base/address-list.ts";
import { errorText } from "../../src/base/error-text.ts";
import { memoize } from "../../src/base/memory.ts";
import { fail, type Peer, peerId, succeed } from "../../src/driver/contract.ts";
import { createCredit } from "./credit.ts";
import { createDatagramRoute, type DatagramRoute } from "./datagram-route.ts";
import { type DatagramSocket, openDatagramSocket } from "./datagram-socket.ts";
import { type Endpoint, endpointUrl } from "./endpoint.ts";
import { openFailure } from "./failures.ts";
import { isBroadcast, isMulticast } from "./groups.ts";
import { createInbox } from "./inbox.ts";
import { readPacket } from "./packet.ts";
import { type Place, resolvePlace } from "./resolve.ts";
import type { OpenSocket, Session, SocketResult } from "./session.ts";

/** A UDP socket of the device; targets are sent to from the ones that listen. */
export interface OpenDatagrams extends OpenSocket {
  readonly socket: DatagramSocket;
}

/** Listens on one UDP port. */
export async function listenForDatagrams(
  endpoint: Endpoint,
  session: Session,
): Promise<SocketResult<OpenDatagrams>> {
  const place = await resolvePlace(endpoint, "listen");
  if (!place.ok) return place;
  const opened = await open(
    { endpoint, setting: "listen", family: place.value.family, bindTo: place.value },
    session,
  );
  if (!opened.ok) return opened;
  return succeed({ ...opened.value, url: endpointUrl({ ...endpoint, port: opened.value.socket.port }) });
}

/** Sends to one place from a port of its own, and hears that machine only. */
export async function connectDatagrams(endpoint: Endpoint, session: Session): Promise<SocketResult> {
  const place = await resolvePlace(endpoint, "connect");
  if (!place.ok) return place;
  const { address, family } = place.value;
  // Of many machines at one address each answers from its own.
  const hearsOnly = isMulticast(address) || isBroadcast(address) ? {} : { hearsOnly: address };
  const opened = await open({ endpoint, setting: "connect", family, ...hearsOnly }, session);
  if (!opened.ok) return opened;
  return succeed({ ...opened.value, standing: standingRoute(opened.value.socket, place.value, session) });
}

/** A place to push to, from a port that is listened on where one can reach it. */
export async function aimDatagrams(
  endpoint: Endpoint,
  listening: readonly DatagramSocket[],
  session: Session,
): Promise<SocketResult> {
  const place = await resolvePlace(endpoint, "targets");
  if (!place.ok) return place;
  const url = endpointUrl(endpoint);
  const shared = listening.find((socket) => canReach(socket, place.value));
  if (shared !== undefined) {
    const standing = standingRoute(shared, place.value, session);
    return succeed({ url, standing, close: () => Promise.resolve() });
  }
  // Nothing was spelled out to be heard here, so nothing is.
  const { family } = place.value;
  const opened = await open({ endpoint, setting: "targets", family, hearsOnly: "nobody" }, session);
  if (!opened.ok) return opened;
  return succeed({ ...opened.value, standing: standingRoute(opened.value.socket, place.value, session) });
}

interface OpenPlan {
  readonly endpoint: Endpoint;
  readonly setting: "listen" | "connect" | "targets";
  readonly family: 4 | 6;
  readonly bindTo?: Place;
  /** The only address that is heard; everybody where it is left out. */
  readonly hearsOnly?: string;
}

/** A packet larger than an Ethernet frame is no message of a controller (the bridge's own limit). */
const LONGEST_DATAGRAM = 1500;

async function open(plan: OpenPlan, session: Session): Promise<SocketResult<OpenDatagrams>> {
  const { host } = session;
  const url = endpointUrl(plan.endpoint);
  const inbox = createInbox<Arrival>({
    read: (arrival) => readDatagram(arrival, session),
    refuse: (arrival) => host.dropped("flooded", strangerAt(arrival.from)),
    later: (task) => setImmediate(task),
  });
  try {
    const socket = await openDatagramSocket({
      family: plan.family,
      ...(plan.bindTo === undefined ? {} : { bindTo: plan.bindTo }),
      log: host.log,
      onDatagram: (bytes, from) => {
        if (plan.hearsOnly !== undefined && plan.hearsOnly !== from.address) return;
        const arrival = { bytes, from, socket };
        // Neither who is not heard nor what is too long takes a place in the queue.
        if (!host.admits(plainAddress(from.address))) host.dropped("not admitted", strangerAt(from));
        else if (bytes.length > LONGEST_DATAGRAM) readDatagram(arrival, session);
        else inbox.put(arrival, senderOf(from.address));
      },
      onError: (error) => host.lost(`${url}: ${errorText(error)}`),
    });
    const close = () => {
      inbox.close();
      return socket.close();
    };
    return succeed({ url, socket, close });
  } catch (error) {
    return fail(openFailure(error, plan.setting, plan.endpoint));
  }
}

interface Arrival {
  readonly bytes: Uint8Array;
  readonly from: RemoteInfo;
  readonly socket: DatagramSocket;
}

function readDatagram(arrival: Arrival, session: Session): void {
  const { bytes } = arrival;
  const route = routeOf(arrival, session);
  session.host.traced("in", bytes, route.peer.id);
  if (bytes.length > LONGEST_DATAGRAM) {
    session.host.dropped("datagram over 1500 bytes", route.peer);
    return;
  }
  const reading = readPacket(bytes);
  // Noted before the message is delivered, because it may be answered at once.
  if (reading.kind === "read") route.spoke(reading.style);
  session.intake.takePacket(reading, route.peer);
}

function routeOf({ bytes, from, socket }: Arrival, session: Session): DatagramRoute {
  const id = peerId(`udp:${hostAndPort({ host: plainAddress(from.address), port: from.port })}`);
  const route = session.datagramRoutes.keep<DatagramRoute>(id, () =>
    createDatagramRoute({
      peer: strangerAt(from),
      destination: { address: from.address, port: session.settings.replyPort ?? from.port },
      socket,
      session,
      credit: createCredit(),
    }),
  );
  route.cameThrough(socket, bytes.length);
  return route;
}

/** Whoever has one address of IPv6 has its whole network. */
const senderOf = memoize((address: string) => networkOf(plainAddress(address)), 1000);

function strangerAt(from: RemoteInfo): Peer {
  return peerAt(plainAddress(from.address), from.port);
}

function peerAt(address: string, port: number): Peer {
  return {
    id: peerId(`udp:${hostAndPort({ host: address, port })}`),
    address,
    reach: isLoopback(address) ? "same-machine" : "network",
    delivery: "datagram",
  };
}

function standingRoute(socket: DatagramSocket, place: Place, session: Session): DatagramRoute {
  const peer = peerAt(plainAddress(place.address), place.port);
  return createDatagramRoute({ peer, destination: place, socket, session });
}

/** A socket that is bound to loopback reaches nothing else. */
function canReach(socket: DatagramSocket, place: Place): boolean {
  if (socket.family !== place.family) return false;
  return !isLoopback(socket.address) || isLoopback(place.address);
}

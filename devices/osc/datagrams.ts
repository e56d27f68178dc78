import { isLoopback, plainAddress } from "../../src/base/address.ts";
import { networkOf } from "../../src/base/address-list.ts";
import { errorText } from "../../src/base/error-text.ts";
import { memoize } from "../../src/base/memory.ts";
import { fail, succeed } from "../../src/driver/contract.ts";
import {
  type Arrival,
  createDatagramReader,
  createDatagramRoute,
  type DatagramRoute,
  LONGEST_DATAGRAM,
  peerAt,
  peerFrom,
} from "./datagram-route.ts";
import { type DatagramSocket, openDatagramSocket } from "./datagram-socket.ts";
import { type Endpoint, endpointUrl, openFailure, type Place, resolvePlace } from "./endpoint.ts";
import { isBroadcast, isMulticast } from "./groups.ts";
import { createInbox } from "./inbox.ts";
import type { OpenSocket, Session, SocketResult } from "./session.ts";

/** A UDP socket of the device; targets are sent to from the ones that listen. */
interface OpenDatagrams extends OpenSocket {
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

/** Sends to one place from a port of its own, and takes answers from that machine only. */
export async function connectDatagrams(endpoint: Endpoint, session: Session): Promise<SocketResult> {
  const place = await resolvePlace(endpoint, "connect");
  if (!place.ok) return place;
  const { address, family } = place.value;
  // Of many machines at one address each answers from its own.
  const listensTo = isMulticast(address) || isBroadcast(address) ? {} : { listensTo: address };
  const opened = await open({ endpoint, setting: "connect", family, ...listensTo }, session);
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
  // Nothing was spelled out to be listened to here, so nothing is.
  const { family } = place.value;
  const opened = await open({ endpoint, setting: "targets", family, listensTo: "nobody" }, session);
  if (!opened.ok) return opened;
  return succeed({ ...opened.value, standing: standingRoute(opened.value.socket, place.value, session) });
}

interface OpenPlan {
  readonly endpoint: Endpoint;
  readonly setting: "listen" | "connect" | "targets";
  readonly family: 4 | 6;
  readonly bindTo?: Place;
  /** The only address that is listened to; everybody where it is left out. */
  readonly listensTo?: string;
}

async function open(plan: OpenPlan, session: Session): Promise<SocketResult<OpenDatagrams>> {
  const { host } = session;
  const url = endpointUrl(plan.endpoint);
  const read = createDatagramReader(session);
  const inbox = createInbox<Arrival>({
    read,
    refuse: (arrival) => host.dropped("flooded", peerFrom(arrival.from)),
    later: (task) => setImmediate(task),
  });
  try {
    const socket = await openDatagramSocket({
      family: plan.family,
      ...(plan.bindTo === undefined ? {} : { bindTo: plan.bindTo }),
      log: host.log,
      onDatagram: (bytes, from) => {
        if (plan.listensTo !== undefined && plan.listensTo !== from.address) return;
        const arrival = { bytes, from, socket };
        // Neither who is not admitted nor what is too long takes a place in the queue.
        if (!host.admits(plainAddress(from.address))) host.dropped("not admitted", peerFrom(from));
        else if (bytes.length > LONGEST_DATAGRAM) read(arrival);
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

/** Whoever has one address of IPv6 has its whole network. */
const senderOf = memoize((address: string) => networkOf(plainAddress(address)), 1000);

function standingRoute(socket: DatagramSocket, place: Place, session: Session): DatagramRoute {
  const peer = peerAt(plainAddress(place.address), place.port);
  return createDatagramRoute({ peer, destination: place, socket, session });
}

/** A socket that is bound to loopback reaches nothing else. */
function canReach(socket: DatagramSocket, place: Place): boolean {
  if (socket.family !== place.family) return false;
  return !isLoopback(socket.address) || isLoopback(place.address);
}

import { createServer, type Socket } from "node:net";
import { errorText } from "../../../src/base/error-text.ts";
import { ConnectionSlots } from "../../../src/driver/connection-slots.ts";
import { fail, type Peer, succeed } from "../../../src/driver/contract.ts";
import { readInSlices } from "../../../src/driver/in-slices.ts";
import { endOnceAnswered } from "../../../src/driver/last-answers.ts";
import {
  closeServer,
  followEnd,
  listenAt,
  peerOf,
  portOf,
  STREAM_OPTIONS,
} from "../../../src/driver/stream-socket.ts";
import { openFailure } from "../failures.ts";
import { placeName } from "../place.ts";
import { type NetworkPlace, writeBounded } from "./socket.ts";
import type { TransportRequest, TransportResult } from "./wire.ts";

/** As many as an Extron device lets in, and more than a room has control systems. */
const MOST_PEERS = 8;

/** Listens for control systems, at most eight at a time; who may listen in silence is not closed for it. */
export async function openTcpServer(
  place: NetworkPlace,
  request: TransportRequest,
): Promise<TransportResult> {
  const { host } = request;
  const sockets = new Set<Socket>();
  const listener: Listener = {
    sockets,
    slots: new ConnectionSlots<Peer>({ most: MOST_PEERS, host }),
    request,
  };
  const waiting: Socket[] = [];
  let hasBegun = false;
  const server = createServer({ ...STREAM_OPTIONS, allowHalfOpen: true }, (socket) => {
    if (hasBegun) greet(socket, listener);
    else waiting.push(socket);
  });
  try {
    await listenAt(server, { host: place.host, port: place.port });
  } catch (error) {
    return fail(openFailure(error, placeName(place)));
  }
  const name = placeName({ ...place, port: portOf(server, place.port) });
  server.on("error", (error) => host.lost(`${name}: ${errorText(error)}`));
  return succeed({
    name,
    begin() {
      hasBegun = true;
      for (const socket of waiting.splice(0)) greet(socket, listener);
    },
    close: () => closeServer(server, [...sockets, ...waiting.splice(0)], host.clock),
  });
}

/** What all connections of one listener share. */
interface Listener {
  readonly sockets: Set<Socket>;
  readonly slots: ConnectionSlots<Peer>;
  readonly request: TransportRequest;
}

function greet(socket: Socket, listener: Listener): void {
  const { host } = listener.request;
  const peer = peerOf(socket);
  // A reset may still arrive for a connection that was refused.
  socket.on("error", () => undefined);
  if (host.admits(peer.address)) join(socket, peer, listener);
  else {
    host.dropped("not on the allow-list", peer);
    socket.destroy();
  }
}

function join(socket: Socket, peer: Peer, { sockets, slots, request }: Listener): void {
  const { host } = request;
  const slot = slots.take(peer, () => {
    leave("its place was given away");
    socket.destroy();
  });
  if (slot === undefined) {
    turnAway(socket, peer, request);
    return;
  }
  sockets.add(socket);
  const ears = request.meet({
    peer,
    write(bytes) {
      if (writeBounded(socket, bytes)) return;
      host.dropped("does not read what it is sent", peer);
      socket.destroy();
    },
  });
  followEnd(socket, leave);
  const saidAll = readInSlices(socket, host.clock, (bytes) => {
    slot.spoke();
    if (sockets.has(socket)) ears.took(bytes);
  });
  void saidAll.then(() => endOnceAnswered(socket, host.clock, host.answered?.(peer.id)));

  function leave(why: string): void {
    if (!sockets.delete(socket)) return;
    slot?.leave();
    ears.gone(why);
  }
}

const LONGEST_REFUSAL_MS = 500;

function turnAway(socket: Socket, peer: Peer, { host, saidWhenFull }: TransportRequest): void {
  host.dropped("too many connections", peer);
  socket.end(saidWhenFull);
  socket.resume();
  const cancel = host.clock.after(LONGEST_REFUSAL_MS, () => socket.destroy());
  socket.once("close", cancel);
}

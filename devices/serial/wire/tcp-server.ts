import { createServer, Socket } from "node:net";
import { z } from "zod";
import { pause, settledWithin } from "../../../src/base/clock.ts";
import { errorText } from "../../../src/base/error-text.ts";
import { parseJson } from "../../../src/base/json.ts";
import { keptSockets, readNoFurther } from "../../../src/base/kept-sockets.ts";
import { ConnectionSlots } from "../../../src/driver/connection-slots.ts";
import { fail, type Peer, succeed } from "../../../src/driver/contract.ts";
import { readInSlices } from "../../../src/driver/in-slices.ts";
import { endOnceAnswered } from "../../../src/driver/last-answers.ts";
import {
  closeServer,
  followEnd,
  listenAt,
  listenerName,
  peerOf,
  portOf,
  STREAM_OPTIONS,
} from "../../../src/driver/stream-socket.ts";
import { openFailure } from "../failures.ts";
import { placeName } from "../place.ts";
import { type NetworkPlace, writeBounded } from "./socket.ts";
import type { TransportRequest, TransportResult, WireEars } from "./wire.ts";

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
    name: listenerName(place),
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
      resumeConnections(listener);
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
  /** Under which it is kept over a restart. */
  readonly name: string;
}

function greet(socket: Socket, listener: Listener, standing?: string): void {
  const { host } = listener.request;
  const peer = peerOf(socket);
  // A reset may still arrive for a connection that was refused.
  socket.on("error", () => undefined);
  if (host.admits(peer.address)) join(socket, peer, { ...listener, standing });
  else {
    host.dropped("not on the allow-list", peer);
    socket.destroy();
  }
}

interface Joining extends Listener {
  readonly standing: string | undefined;
}

function join(socket: Socket, peer: Peer, { sockets, slots, request, name, standing }: Joining): void {
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
  let isLeft = false;
  const ears = request.meet({
    peer,
    standing,
    cut: () => socket.destroy(),
    write(bytes) {
      if (isLeft || writeBounded(socket, bytes)) return;
      host.dropped("does not read what it is sent", peer);
      socket.destroy();
    },
  });
  followEnd(socket, leave);
  const saidAll = readInSlices(socket, host.clock, (bytes) => {
    slot.spoke();
    if (sockets.has(socket)) ears.took(bytes);
  });
  let hasSaidAll = false;
  void saidAll.then(() => {
    hasSaidAll = true;
    endOnceAnswered(socket, host.clock, host.answered?.(peer.id));
  });
  const stay = keptSockets.follow({
    listener: name,
    peer: `${peer.address} ${socket.remotePort}`,
    socket,
    async standing() {
      if (hasSaidAll || host.standing?.(peer.id) === undefined) return undefined;
      const left = await takeLeave({ socket, peer, ears, host });
      isLeft = left !== undefined && sockets.has(socket) && !hasSaidAll;
      return isLeft ? left : undefined;
    },
    left() {
      leave("it is left to the next process");
      socket.destroy();
    },
  });

  function leave(why: string): void {
    if (!sockets.delete(socket)) return;
    stay();
    slot?.leave();
    ears.gone(why);
  }
}

interface Leaving extends Pick<TransportRequest, "host"> {
  readonly socket: Socket;
  readonly peer: Peer;
  readonly ears: WireEars;
}

/** What was read is answered, and what was written has left: then what the next process needs to go on. */
async function takeLeave({ socket, peer, ears, host }: Leaving): Promise<string | undefined> {
  const { clock } = host;
  readNoFurther(socket);
  const endMs = clock.monotonicMs() + LEAVE_WITHIN_MS;
  while (clock.monotonicMs() < endMs && !socket.destroyed) {
    await settledWithin(clock, Promise.resolve(host.answered?.(peer.id)), LEAVE_WITHIN_MS);
    const [standing, rest] = [host.standing?.(peer.id), ears.unfinished?.()];
    const isQuiet = !socket.isPaused() && socket.readableLength === 0 && socket.writableLength === 0;
    if (standing === undefined) return undefined;
    if (isQuiet && rest !== undefined)
      return JSON.stringify({ standing, rest: Buffer.from(rest).toString("base64") });
    await pause(clock, LOOK_AGAIN_MS);
  }
  return undefined;
}

const LEAVE_WITHIN_MS = 500;
const LOOK_AGAIN_MS = 5;

const leftSchema = z.object({ standing: z.string(), rest: z.string() });

/** What cannot be read revives nobody. */
function readLeft(text: string): z.output<typeof leftSchema> {
  return leftSchema.safeParse(parseJson(text)).data ?? { standing: "", rest: "" };
}

/** Goes on with the connections of the process before, before anybody new is let in. */
function resumeConnections(listener: Listener): void {
  const kept = keptSockets.takeConnections(listener.name);
  if (kept.length > 0) keptSockets.resume();
  for (const { descriptor, standing: text } of kept) {
    const socket = new Socket({ fd: descriptor, allowHalfOpen: true });
    socket.setNoDelay(STREAM_OPTIONS.noDelay);
    socket.setKeepAlive(STREAM_OPTIONS.keepAlive, STREAM_OPTIONS.keepAliveInitialDelay);
    const { standing, rest } = readLeft(text);
    socket.unshift(Buffer.from(rest, "base64"));
    greet(socket, listener, standing);
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

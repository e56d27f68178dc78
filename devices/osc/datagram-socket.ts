import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { platform } from "node:os";
import { hostAndPort } from "../../src/base/address.ts";
import { errorCode } from "../../src/base/error-text.ts";
import { keptSockets } from "../../src/base/kept-sockets.ts";
import type { Log } from "../../src/driver/contract.ts";
import { cardsFor, isMulticast } from "./groups.ts";
import { readFasterInFloods } from "./readers.ts";

/** A bound UDP socket. */
export interface DatagramSocket {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
  /** `done` hears the error of the operating system, if any. Does nothing once closed. */
  send(bytes: Uint8Array, to: Destination, done: (error: Error | null) => void): void;
  close(): Promise<void>;
}

/** Where datagrams go: an IP address and a port. */
export interface Destination {
  readonly address: string;
  readonly port: number;
}

interface DatagramSocketSettings {
  readonly family: 4 | 6;
  /** Left out for any address and any port. */
  readonly bindTo?: Destination;
  readonly log: Log;
  onDatagram(bytes: Uint8Array, from: RemoteInfo): void;
  /** Only after the socket was bound. */
  onError(error: Error): void;
}

/**
 * Binds; rejects with the error of the operating system. A group is joined on every card; its port is shared with other
 * programs of this machine, as is usual for groups.
 */
export function openDatagramSocket(settings: DatagramSocketSettings): Promise<DatagramSocket> {
  const group = groupIn(settings);
  const socket = createSocket({
    type: settings.family === 6 ? "udp6" : "udp4",
    reuseAddr: group !== undefined,
    // IPv4 is only listened on where it is spelled out.
    ipv6Only: settings.family === 6,
    lookup: (address, _options, callback) => callback(null, address, settings.family),
  });
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    const name = nameOf(settings);
    const inherited = name === undefined ? undefined : keptSockets.take(name);
    const place = { port: settings.bindTo?.port ?? 0, ...addressOf(settings) };
    socket.bind(inherited === undefined ? place : { fd: inherited }, () => {
      const fault = group === undefined ? undefined : joinGroup(socket, group);
      if (fault !== undefined) {
        socket.close();
        reject(fault);
        return;
      }
      socket.removeAllListeners("error");
      socket.on("error", settings.onError);
      // Without it the system refuses to send to the address of a whole network.
      if (settings.family === 4) socket.setBroadcast(true);
      socket.on("message", settings.onDatagram);
      enlargeReceiveBuffer(socket, settings.log);
      if (inherited !== undefined) keptSockets.resume();
      if (name !== undefined) keptSockets.keep(name, socket);
      const { onDatagram } = settings;
      const stopReading = readFasterInFloods(socket, { isShared: group !== undefined, onDatagram });
      resolve(wrap(socket, settings.family, stopReading));
    });
  });
}

/** Under which a process after this one finds the socket again; none for a port that the system chooses. */
function nameOf({ bindTo }: DatagramSocketSettings): string | undefined {
  if (bindTo === undefined || bindTo.port === 0) return undefined;
  return `udp://${hostAndPort({ host: bindTo.address, port: bindTo.port })}`;
}

/** Four megabytes hold a burst of thousands; systems give less, or refuse what is above their limit. */
const WANTED_BUFFER_SIZES = [4_194_304, 1_048_576, 425_984, 212_992];
/** Below this a burst of a thousand datagrams from the same machine was seen to lose some (Linux, 416 KiB given). */
const ENOUGH_BYTES = 1_048_576;

function enlargeReceiveBuffer(socket: Socket, log: Log): void {
  const size = WANTED_BUFFER_SIZES.find((bytes) => canSetBuffer(socket, bytes));
  const givenBytes = socket.getRecvBufferSize();
  if (size !== undefined && givenBytes >= ENOUGH_BYTES) return;
  log.info("the system gives a small receive buffer: large bursts may be lost, raise net.core.rmem_max", {
    givenBytes,
  });
}

function canSetBuffer(socket: Socket, bytes: number): boolean {
  try {
    socket.setRecvBufferSize(bytes);
    return true;
  } catch {
    return false;
  }
}

function groupIn({ bindTo }: DatagramSocketSettings): string | undefined {
  return bindTo !== undefined && isMulticast(bindTo.address) ? bindTo.address : undefined;
}

/** The last error where no card has joined; one without the network of others is no fault. */
function joinGroup(socket: Socket, group: string): unknown {
  let fault: unknown = new Error("there is no network card");
  let isJoined = false;
  for (const card of cardsFor(group)) {
    try {
      socket.addMembership(group.split("%")[0] ?? group, card);
      isJoined = true;
    } catch (error) {
      // A socket of the process before is in the group already.
      if (errorCode(error) === "EADDRINUSE") isJoined = true;
      fault = error;
    }
  }
  return isJoined ? undefined : fault;
}

/** Windows binds to no group; elsewhere that keeps out what was sent to this machine alone. */
function addressOf(settings: DatagramSocketSettings): { address?: string } {
  const isAny = settings.bindTo === undefined || (groupIn(settings) !== undefined && platform() === "win32");
  return isAny ? {} : { address: settings.bindTo?.address ?? "" };
}

function wrap(socket: Socket, family: 4 | 6, stopReading: () => void): DatagramSocket {
  const { address, port } = socket.address();
  let isClosed = false;
  return {
    family,
    address,
    port,
    send(bytes, to, done) {
      // A forged datagram may come from port 0, to which nothing can be sent.
      if (!isClosed && to.port > 0) socket.send(bytes, to.port, to.address, done);
    },
    close() {
      if (isClosed) return Promise.resolve();
      isClosed = true;
      stopReading();
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

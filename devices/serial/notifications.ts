import { createSocket, type Socket } from "node:dgram";
import { errorText } from "../../src/base/error-text.ts";
import type { DeviceHost } from "../../src/driver/contract.ts";
import type { Profile } from "./profile/profile.ts";
import type { ProfileSession } from "./profile/session.ts";
import type { Wire } from "./wire/wire.ts";

interface Follower {
  readonly address: string;
  take(datagram: Uint8Array): void;
}

interface SharedSocket {
  readonly socket: Socket;
  readonly followers: Set<Follower>;
}

/** One socket a port for the whole process: several devices of a make notify the same port. */
const sockets = new Map<number, SharedSocket>();

/** Longer ones are no notification of any device that we know. */
const LONGEST_DATAGRAM = 1500;

/** Hears the device's datagrams, those from its own address only; the returned function ends it. */
export function followNotifications(
  { notify }: Profile,
  { wire, device, host }: { readonly wire: Wire; readonly device: ProfileSession; readonly host: DeviceHost },
): () => void {
  const { remoteAddress } = wire;
  if (notify === undefined || remoteAddress === undefined) return () => undefined;
  const follower: Follower = {
    address: remoteAddress,
    take(datagram) {
      host.traced("in", datagram, `udp:${remoteAddress}`);
      device.notify(datagram);
    },
  };
  const port = notify.udpPort;
  const shared = sockets.get(port) ?? share(port, (why) => host.log.warn("no notifications", { port, why }));
  shared.followers.add(follower);
  return () => {
    shared.followers.delete(follower);
    if (shared.followers.size === 0) end(port, shared);
  };
}

function share(port: number, failed: (why: string) => void): SharedSocket {
  const shared: SharedSocket = {
    socket: createSocket({ type: "udp4", reuseAddr: true }),
    followers: new Set(),
  };
  sockets.set(port, shared);
  shared.socket.on("message", (datagram, { address }) => {
    if (datagram.length > LONGEST_DATAGRAM) return;
    for (const follower of shared.followers) if (follower.address === address) follower.take(datagram);
  });
  shared.socket.on("error", (error) => {
    failed(errorText(error));
    end(port, shared);
  });
  shared.socket.bind(port);
  return shared;
}

function end(port: number, shared: SharedSocket): void {
  if (sockets.get(port) !== shared) return;
  sockets.delete(port);
  shared.socket.close();
}

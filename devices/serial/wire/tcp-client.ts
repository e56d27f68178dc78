import { plainAddress } from "../../../src/base/address.ts";
import { fail, peerId, succeed } from "../../../src/driver/contract.ts";
import { readInSlices } from "../../../src/driver/in-slices.ts";
import { endSocket, followEnd } from "../../../src/driver/stream-socket.ts";
import { placeName } from "../place.ts";
import { type NetworkPlace, reach, writeBounded } from "./socket.ts";
import type { TransportRequest, TransportResult } from "./wire.ts";

/**
 * Raw bytes to a device server. Whom the settings name is as trusted as a wire: it is not asked for on the allow-list.
 */
export async function openTcpClient(
  place: NetworkPlace,
  request: TransportRequest,
): Promise<TransportResult> {
  const { host, signal } = request;
  const name = placeName(place);
  const reached = await reach(place, { name, clock: host.clock, signal });
  if (!reached.ok) return fail(reached.failure);
  const socket = reached.value;
  let why: string | undefined;
  const ears = request.meet({
    peer: { id: peerId(name), address: name, reach: "wire", delivery: "stream" },
    remoteAddress: socket.remoteAddress && plainAddress(socket.remoteAddress),
    write(bytes) {
      if (writeBounded(socket, bytes)) return;
      why = "the other side does not read what it is sent";
      socket.destroy();
    },
  });
  followEnd(socket, (ending) => ears.gone(why ?? ending));
  return succeed({
    name,
    // What has come before waits in the socket.
    begin: () => readInSlices(socket, host.clock, (bytes) => ears.took(bytes)),
    close: () => endSocket(socket, host.clock),
  });
}

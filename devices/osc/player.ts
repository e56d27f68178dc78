import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import {
  fail,
  type OpenFailure,
  type RecordingPlayer,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { openStream, type PlayerChannel, playOnChannels, reachable } from "../../src/driver/player.ts";
import type { Endpoint } from "./endpoint.ts";
import { endpointsOf, type OscSettings } from "./settings.ts";

/**
 * Plays raw bytes to the ports that the opened device listens on, as its product name says: the settings may
 * have left the choice open. A channel that starts with `tcp` is one connection, any other one UDP port.
 */
export function openPlayer(
  settings: OscSettings,
  productName: string,
): Promise<Result<RecordingPlayer, OpenFailure>> {
  const isListening = endpointsOf(settings.listen).length > 0;
  const listening = isListening ? endpointsOf(productName.split(", ")) : [];
  if (listening.length > 0) return Promise.resolve(succeed(createPlayer(listening)));
  return Promise.resolve(
    fail({
      reason: "unsupported",
      message: `A recording can only be played to a device that listens; ${productName} does not.`,
    }),
  );
}

function createPlayer(listening: readonly Endpoint[]): RecordingPlayer {
  return playOnChannels((name, answers) => {
    const transport = name.startsWith("tcp") ? "tcp" : "udp";
    const endpoint = listening.find((candidate) => candidate.transport === transport);
    if (endpoint === undefined) throw new Error(`no ${transport} port is listened on for channel ${name}`);
    return transport === "tcp" ? openStream(endpoint, answers) : openDatagrams(endpoint, answers);
  });
}

async function openDatagrams(endpoint: Endpoint, answers: Uint8Array[]): Promise<PlayerChannel> {
  const host = reachable(endpoint.host);
  const socket: Socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.on("message", (bytes) => answers.push(bytes));
  socket.connect(endpoint.port, host);
  await once(socket, "connect");
  socket.on("error", () => undefined);
  return {
    send: (bytes) => new Promise((resolve) => socket.send(bytes, () => resolve())),
    close: () => socket.close(),
  };
}

import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket as TcpSocket } from "node:net";
import {
  fail,
  type OpenFailure,
  type RecordingPlayer,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
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

/** One way to send, for one channel. */
interface Channel {
  send(bytes: Uint8Array): Promise<void>;
  close(): void;
}

type OpenChannel = (name: string) => Promise<Channel>;

function createPlayer(listening: readonly Endpoint[]): RecordingPlayer {
  const answers: Uint8Array[] = [];
  const channels = new Map<string, Promise<Channel>>();
  const openChannel: OpenChannel = (name) => {
    const transport = name.startsWith("tcp") ? "tcp" : "udp";
    const endpoint = listening.find((candidate) => candidate.transport === transport);
    if (endpoint === undefined) throw new Error(`no ${transport} port is listened on for channel ${name}`);
    return transport === "tcp" ? openStream(endpoint, answers) : openDatagrams(endpoint, answers);
  };
  return {
    answers,
    async play(bytes, name) {
      const channel = channels.get(name) ?? openChannel(name);
      channels.set(name, channel);
      await (await channel).send(bytes);
    },
    async close() {
      for (const channel of channels.values()) (await channel).close();
      channels.clear();
    },
  };
}

async function openStream(endpoint: Endpoint, answers: Uint8Array[]): Promise<Channel> {
  const socket: TcpSocket = connect(endpoint.port, reachable(endpoint.host));
  await once(socket, "connect");
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => answers.push(bytes));
  return {
    send: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
    close: () => socket.destroySoon(),
  };
}

async function openDatagrams(endpoint: Endpoint, answers: Uint8Array[]): Promise<Channel> {
  const host = reachable(endpoint.host);
  const socket: UdpSocket = createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.on("message", (bytes) => answers.push(bytes));
  socket.connect(endpoint.port, host);
  await once(socket, "connect");
  socket.on("error", () => undefined);
  return {
    send: (bytes) => new Promise((resolve) => socket.send(bytes, () => resolve())),
    close: () => socket.close(),
  };
}

/** Who listens on every address is reached through the machine's own. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

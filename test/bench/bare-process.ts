/**
 * What one would write without a bridge, as the measure of what the machine can do: a datagram becomes a
 * request, nothing is checked and nothing is known. And a loop that only asks for rooms.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { encodePacket } from "../../devices/osc/encode.ts";
import { answerParent, readUsage } from "./answering.ts";
import { logIn } from "./bare-server.ts";

// Started by hand: the server's address and the port to listen on.
const [url, port] = process.argv.slice(2);
if (url === undefined) answerParent({ begin, poll, usage: readUsage });
else void begin({ url, port: Number(port) });

/** Resolves with the UDP port: `/.../room/<id>/start` starts a recording in that room. */
async function begin({ url, port = 0 }: { url: string; port?: number }): Promise<number> {
  const server = await logIn(url);
  const socket = createSocket("udp4");
  socket.on("message", (bytes) => {
    const room = /\/room\/(?:room-)?(\d+)\//.exec(bytes.toString("latin1"))?.[1];
    void server.post(`rooms/${room}/record/start`, { name: `Interview ${room}` });
  });
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  return socket.address().port;
}

const TICK_MS = 10;

interface Polling {
  readonly url: string;
  readonly rooms: number;
  /** Where changes are told, as a lamp. */
  readonly lampPort?: number;
}

/** Asks for the status of every room once a second, spread over it. */
async function poll({ url, rooms, lampPort }: Polling): Promise<void> {
  const server = await logIn(url);
  const lamps = createSocket("udp4");
  const statuses = new Map<number, string>();
  const startedMs = performance.now();
  let asked = 0;
  setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * rooms);
    for (; asked < due; asked++) void look((asked % rooms) + 1);
  }, TICK_MS);

  async function look(room: number): Promise<void> {
    const answer = (await server.get(`rooms/${room}/status`)) as { data: { status: string } };
    const { status } = answer.data;
    if (statuses.get(room) === status) return;
    statuses.set(room, status);
    const lamp = encodePacket({ text: `/valt/room/room-${room}/state`, values: [status] });
    if (lampPort !== undefined && lamp !== undefined) lamps.send(lamp, lampPort, "127.0.0.1");
  }
}

/**
 * What one would write without a bridge, as the measure of what the machine can do: a datagram becomes a
 * request, nothing is checked and nothing is known. And a loop that only asks for rooms.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { answerParent, readUsage } from "./answering.ts";
import { logIn } from "./bare-server.ts";

answerParent({ begin, poll, usage: readUsage });

/** Resolves with the UDP port: `/.../room/<id>/start` starts a recording in that room. */
async function begin({ url }: { url: string }): Promise<number> {
  const server = await logIn(url);
  const socket = createSocket("udp4");
  socket.on("message", (bytes) => {
    const room = /\/room\/(\d+)\//.exec(bytes.toString("latin1"))?.[1];
    void server.post(`rooms/${room}/record/start`, { name: `Interview ${room}` });
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket.address().port;
}

const TICK_MS = 10;

/** Asks for the status of every room once a second, spread over it. */
async function poll({ url, rooms }: { url: string; rooms: number }): Promise<void> {
  const server = await logIn(url);
  const statuses = new Map<number, unknown>();
  const startedMs = performance.now();
  let asked = 0;
  setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * rooms);
    for (; asked < due; asked++) void look((asked % rooms) + 1);
  }, TICK_MS);

  async function look(room: number): Promise<void> {
    const answer = (await server.get(`rooms/${room}/status`)) as { data: { status: unknown } };
    statuses.set(room, answer.data.status);
  }
}

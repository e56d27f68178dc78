// A small controller: asks once, by a datagram, and spends a millisecond of its only thread on each one that comes back.
// Words: its own address, the port to ask, the question in hex. Tells of how many OSC addresses it heard.
import { createSocket } from "node:dgram";

const [own, port, question] = process.argv.slice(2);
const NEEDS_MS = 1;
const heard = new Set();

const socket = createSocket("udp4");
socket.on("message", (bytes) => {
  const untilMs = performance.now() + NEEDS_MS;
  heard.add(bytes.toString("latin1", 0, bytes.indexOf(0)));
  while (performance.now() < untilMs);
});
socket.bind(0, own, () => socket.send(Buffer.from(question, "hex"), Number(port), "127.0.0.1"));
setInterval(() => process.stdout.write(`${heard.size}\n`), 100);

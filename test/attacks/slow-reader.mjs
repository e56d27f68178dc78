// A small controller: asks by a datagram, and spends a millisecond of its only thread on each one that comes back. Where
// answers stop to come before their end it asks anew: a machine that has no processor for it loses some of them.
// Words: its own address, the port to ask, the question in hex, how many OSC addresses there are.
// Tells of how many it heard after the latest question.
import { createSocket } from "node:dgram";
import { setPriority } from "node:os";

const [own, port, question, all] = process.argv.slice(2);
const NEEDS_MS = 1;
const QUIET_MS = 4000;
const heard = new Set();
let lastMs = 0;

try {
  setPriority(-19);
} catch {
  // Not everybody may.
}
const ask = () => {
  heard.clear();
  lastMs = performance.now();
  socket.send(Buffer.from(question, "hex"), Number(port), "127.0.0.1");
};
const socket = createSocket("udp4");
socket.on("message", (bytes) => {
  lastMs = performance.now();
  heard.add(bytes.toString("latin1", 0, bytes.indexOf(0)));
  while (performance.now() < lastMs + NEEDS_MS);
});
socket.bind(0, own, () => {
  // Holds half of what comes: all of it at once would be lost, and a machine that is busy for a second loses nothing.
  socket.setRecvBufferSize(Number(all) * 210);
  ask();
});
setInterval(() => {
  if (heard.size < Number(all) && performance.now() > lastMs + QUIET_MS) {
    process.stderr.write(`a small controller heard ${heard.size} of ${all} and asks anew\n`);
    ask();
  }
  process.stdout.write(`${heard.size}\n`);
}, 100);

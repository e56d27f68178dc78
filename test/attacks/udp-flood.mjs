// Sends one datagram again and again, a fixed number each millisecond, and steps back for whoever is attacked.
// Words: its own address, the port, the datagram in hex, how many a millisecond. Tells how many were sent.
import { createSocket } from "node:dgram";
import { setPriority } from "node:os";

const [own, port, hex, aMillisecond] = process.argv.slice(2);
const datagram = Buffer.from(hex, "hex");
let sent = 0;
setPriority(19);

const socket = createSocket("udp4");
socket.bind(0, own, () => {
  let lastMs = performance.now();
  setInterval(() => {
    const nowMs = performance.now();
    for (; lastMs < nowMs; lastMs += 1 / Number(aMillisecond)) {
      socket.send(datagram, Number(port), "127.0.0.1", () => undefined);
      sent++;
    }
  }, 1);
});
setInterval(() => process.stdout.write(`${sent}\n`), 100);

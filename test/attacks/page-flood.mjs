// Opens pages that may only look on, and says messages in turns on each, near the limit of what a session may say.
// Words: url, token, pages, the messages as a JSON list. Tells how many were said, once all pages are open.
import { setPriority } from "node:os";
import { WebSocket } from "ws";

const [url, token, pages, list] = process.argv.slice(2);
const messages = JSON.parse(list).map((message) => JSON.stringify(message));
const IN_A_BURST = 4;
const EVERY_MS = 25;
let said = 0;
setPriority(19);

const sockets = await Promise.all(Array.from({ length: Number(pages) }, open));
setInterval(() => {
  for (const socket of sockets)
    for (let count = 0; count < IN_A_BURST; count++) socket.send(messages[count % messages.length]);
  said += sockets.length * IN_A_BURST;
}, EVERY_MS);
setInterval(() => process.stdout.write(`${said}\n`), 100);

function open() {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, {
    origin: url,
    headers: { authorization: `Bearer ${token}` },
  });
  return new Promise((resolve, reject) => {
    socket.on("open", () => resolve(socket));
    socket.on("error", reject);
  });
}

// Every attack at once, as long as it runs. One word: JSON with the ports, the console's address, the token for looking on
// and the socket of the virtual HID device. It steps back for whoever is attacked: both share one machine.
import { randomBytes, randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { setPriority } from "node:os";
import { WebSocket } from "ws";

const { ports, url, token, hid } = JSON.parse(process.argv[2]);
const FROM = "127.0.0.66";
const TURN_MS = 20;
setPriority(19);
let sent = 0;

const osc = (address, text) => {
  const pad = (word) => Buffer.concat([Buffer.from(word), Buffer.alloc(4 - (Buffer.byteLength(word) % 4))]);
  return Buffer.concat([
    pad(address),
    pad(text === undefined ? "," : ",s"),
    ...(text === undefined ? [] : [pad(text)]),
  ]);
};
const bundle = (due, packet) => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(packet.length);
  return Buffer.concat([Buffer.from("#bundle\0"), due, size, packet]);
};
const DATAGRAMS = [
  osc("/valt/status"),
  osc("/valt/subscribe"),
  osc("/valt/error"),
  osc("/valt/connect", "guessed"),
  osc(`/${"-".repeat(200)}`),
  osc(`/valt/room/${"a.".repeat(100)}/state`),
  osc("/valt/room/interview-2/marker", "x\u001b[2J\u2028=cmd|"),
  Buffer.from("/a\r".repeat(400)),
  bundle(Buffer.from("f000000000000000", "hex"), osc("/valt/ping")),
];
const LINES = {
  stream: ["/a\r", "/valt/status\r", '/a "\r', `/${"-".repeat(250)}\r`],
  line: ["A\r", "STATUS?\r", "MARK interview-2 x\r", `${"-".repeat(300)}\r`],
  rack: ["REC START interview-1\r", "MARK interview-2 =1+1\r", "REC STOP interview-1\r"],
  smp: ["Q", "\u001bYRCDR\r", "\u001bY1RCDR\r", "WM13*FORGEDRCDR\r", "guess\r"],
};
const SAID = [
  { type: "schedule", request: 1, room: "interview-1" },
  { type: "mapping" },
  { type: "follow", topics: ["activity", "marks", "latency", "learn"] },
  { type: "follow", topics: [] },
  { type: "watch", devices: ["desk"] },
  { type: "watch", devices: [] },
].map((message) => JSON.stringify(message));

const udp = createSocket("udp4").bind(0, FROM);
setInterval(forge, TURN_MS);
setInterval(() => {
  for (const port of ports.udp)
    for (let count = 0; count < 20; count++) {
      const datagram =
        count % 4 === 0 ? randomBytes(randomInt(1, 1400)) : DATAGRAMS[randomInt(DATAGRAMS.length)];
      udp.send(datagram, port, "127.0.0.1", () => undefined);
      sent++;
    }
}, TURN_MS);

for (const [name, lines] of Object.entries(LINES))
  for (let count = 0; count < 4; count++) pour(ports[name], () => lines[randomInt(lines.length)].repeat(50));
for (let count = 0; count < 16; count++)
  pour(Number(new URL(url).port), () => `GET /healthz HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`);
for (let count = 0; count < 8; count++) look();
playReports();
setInterval(() => process.stdout.write(`${sent}\n`), 100);

/** A few datagrams from an address that nobody has used before. */
function forge() {
  const forged = createSocket("udp4");
  forged.on("error", () => undefined);
  forged.bind(0, `127.1.${randomInt(256)}.${randomInt(1, 255)}`, () => {
    let open = 0;
    for (const port of ports.udp)
      for (const datagram of [DATAGRAMS.at(-1), DATAGRAMS.at(-2), randomBytes(20)]) {
        open++;
        sent++;
        forged.send(datagram, port, "127.0.0.1", () => --open === 0 && forged.close());
      }
  });
}

/** As much as is taken, and again as soon as it was thrown out. */
function pour(port, take) {
  const socket = connect({ port, host: "127.0.0.1", localAddress: FROM });
  const turn = setInterval(() => {
    if (socket.connecting || socket.writableLength > 65_536) return;
    socket.write(take());
    sent++;
  }, TURN_MS);
  socket.resume();
  socket.on("error", () => undefined);
  socket.on("close", () => {
    clearInterval(turn);
    setTimeout(() => pour(port, take), 100);
  });
}

function look() {
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, { origin: url, headers });
  const turn = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    for (let count = 0; count < 3; count++) socket.send(SAID[randomInt(SAID.length)]);
    sent += 3;
  }, TURN_MS);
  socket.on("error", () => undefined);
  socket.on("close", () => {
    clearInterval(turn);
    setTimeout(look, 200);
  });
}

function playReports() {
  const unit = connect(hid).resume();
  unit.on("error", () => undefined);
  const turn = setInterval(() => {
    if (unit.writableLength > 65_536) return;
    for (let count = 0; count < 40; count++) {
      const report = randomBytes(count % 2 === 0 ? 32 : randomInt(256));
      const size = Buffer.alloc(2);
      size.writeUInt16LE(report.length);
      unit.write(Buffer.concat([size, report]));
      sent++;
    }
  }, TURN_MS);
  unit.on("close", () => {
    clearInterval(turn);
    setTimeout(playReports, 100);
  });
}

// What node-hid offers of itself, over units that do not exist: whoever connects to the socket that HID_SOCKET names
// plays their reports, each with its length before it in two bytes, low byte first, and hears a byte for each one played.
import { EventEmitter } from "node:events";
import { createServer } from "node:net";

const UNIT = {
  vendorId: 0x05f3,
  productId: 0x0405,
  product: "XK-24",
  interface: 0,
  usagePage: 0x0c,
  usage: 1,
  release: 1,
};
const opened = new Set();

export async function devicesAsync() {
  return [{ ...UNIT, path: "/dev/virtual-hid", serialNumber: "" }];
}

export class HIDAsync extends EventEmitter {
  static async open() {
    const unit = new HIDAsync();
    opened.add(unit);
    return unit;
  }

  async write(bytes) {
    return bytes.length;
  }

  async sendFeatureReport(bytes) {
    return bytes.length;
  }

  async getFeatureReport(_, length) {
    return Buffer.alloc(length);
  }

  async close() {
    opened.delete(this);
  }
}

/** A USB 2.0 device sends at most one report in each of 8,000 microframes a second. */
const MOST_A_MS = 8;
/** What the system hands over at once after it was busy. */
const MOST_AT_ONCE = 64;
const MOST_WAITING = 512;

const server = createServer((socket) => {
  let rest = Buffer.alloc(0);
  const waiting = [];
  let lastMs = performance.now();
  const turn = setInterval(() => {
    const nowMs = performance.now();
    const due = Math.min(MOST_AT_ONCE, Math.floor((nowMs - lastMs) * MOST_A_MS));
    lastMs = nowMs;
    const reports = waiting.splice(0, due);
    for (const report of reports) for (const unit of opened) unit.emit("data", report);
    if (reports.length > 0) socket.write(Buffer.alloc(reports.length));
    if (waiting.length < MOST_WAITING) socket.resume();
  }, 1);
  socket.on("close", () => clearInterval(turn));
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    let at = 0;
    while (rest.length >= at + 2 && rest.length >= at + 2 + rest.readUInt16LE(at)) {
      const end = at + 2 + rest.readUInt16LE(at);
      waiting.push(Buffer.from(rest.subarray(at + 2, end)));
      at = end;
    }
    rest = rest.subarray(at);
    if (waiting.length >= MOST_WAITING) socket.pause();
  });
});
server.listen(process.env.HID_SOCKET);
server.unref();

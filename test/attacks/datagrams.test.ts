import { createSocket, type Socket } from "node:dgram";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { decodeOsc, encodeOsc, rest, type Spoken, until } from "../support/rig.ts";
import { startFlood } from "./console.ts";
import { startAttacked, tellDelays } from "./support.ts";

const SURFACE = { kind: "osc", listen: "udp://127.0.0.1:0", limit: { perSecond: 10_000, burst: 10_000 } };
const FOUR_ROOMS = { "room-1": 1, "room-2": 2, "room-3": 3, "room-4": 4 };
const LISTED = "127.0.0.9";
const LISTED_FLOODER = "127.0.0.8";
const FORGED = "127.0.0.66";
const PASSCODE = "rack 4711";

interface Sender {
  readonly heard: Spoken[];
  bytesHeard(): number;
  bytesSent(): number;
  send(bytes: Buffer): Promise<void>;
}

async function sendFrom(address: string, port: number): Promise<Sender> {
  const socket: Socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  const heard: Spoken[] = [];
  let [heardBytes, sentBytes] = [0, 0];
  socket.on("message", (bytes) => {
    heardBytes += bytes.length;
    // Text is answered in text.
    if (!bytes.includes("\r\n")) heard.push(decodeOsc(bytes));
  });
  return {
    heard,
    bytesHeard: () => heardBytes,
    bytesSent: () => sentBytes,
    send: (bytes) =>
      new Promise((resolve) => {
        sentBytes += bytes.length;
        socket.send(bytes, port, "127.0.0.1", () => resolve());
      }),
  };
}

function bundle(packets: readonly Buffer[]): Buffer {
  const now = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
  const parts = packets.flatMap((packet) => {
    const size = Buffer.alloc(4);
    size.writeInt32BE(packet.length);
    return [size, packet];
  });
  return Buffer.concat([Buffer.from("#bundle\0"), now, ...parts]);
}

/** What can be asked, as packets, as text and as many in one. */
const QUESTIONS: readonly Buffer[] = [
  ...[
    "ping",
    "rooms",
    "status",
    "subscribe",
    "renew",
    "unsubscribe",
    "connect",
    "error",
    "nonsense",
    "x",
  ].map((leaf) => encodeOsc(`/valt/${leaf}`, [])),
  ...["start", "stop", "toggle", "pause", "resume", "lock", "unlock", "record", "marker", "state"].map(
    (leaf) => encodeOsc(`/valt/room/room-1/${leaf}`, []),
  ),
  encodeOsc("/valt/room/*/state", []),
  encodeOsc("/valt/connect", ["guessed"]),
  encodeOsc("/a", []),
  Buffer.from("/valt/status\r/valt/status\r/a\r/valt/room/1/start\r\n"),
  bundle(Array.from({ length: 40 }, () => encodeOsc("/a", []))),
];

test.each([
  ["where no passcode is needed", {}],
  ["where a passcode is needed", { passcodeFrom: "OSC_PASSCODE" }],
])(
  "%s, whom allow does not list is answered with no more than it sent",
  async (_, extra) => {
    const { product, simulator, beginAttack, delays } = await startAttacked({
      rooms: FOUR_ROOMS,
      devices: { osc: { ...SURFACE, allow: [LISTED], ...extra } },
      variables: { OSC_PASSCODE: PASSCODE },
    });
    const port = await product.port("osc", "udp");
    await beginAttack();
    const forged = await sendFrom(FORGED, port);
    let most = 0;
    for (const question of QUESTIONS) {
      for (let count = 0; count < 20; count++) await forged.send(question);
      await rest(30);
      most = Math.max(most, forged.bytesHeard() / forged.bytesSent());
    }
    await rest(200);
    most = Math.max(most, forged.bytesHeard() / forged.bytesSent());
    // Subscribers would hear of this.
    const listed = await sendFrom(LISTED, port);
    await listed.send(encodeOsc("/valt/connect", [PASSCODE]));
    await listed.send(encodeOsc("/valt/room/room-2/start", []));
    await until("the start", () => simulator?.world.room(2)?.status === "recording");
    await listed.send(encodeOsc("/valt/status", []));
    await until("a whole answer", () =>
      listed.heard.some(({ address }) => address === "/valt/room/room-4/alarm"),
    );
    expect(most).toBeLessThanOrEqual(1);
    // It is told what became of its question all the same.
    expect(forged.heard.map(({ address }) => address)).toContain("/valt/error");
    expect(forged.heard.some(({ address }) => address.startsWith("/valt/room/"))).toBe(false);
    process.stdout.write(
      `from where nobody is listed: ${forged.bytesSent()} bytes asked, ${forged.bytesHeard()} answered, at most x${most.toFixed(2)}\n` +
        `${tellDelays("questions from forged addresses", await delays())}\n`,
    );
    await product.stop();
  },
  60_000,
);

test("an error is never answered with an error", async () => {
  const { product } = await startAttacked({
    devices: {
      osc: { ...SURFACE, allow: [LISTED] },
      closed: { ...SURFACE, allow: [LISTED], passcodeFrom: "OSC_PASSCODE" },
    },
    variables: { OSC_PASSCODE: PASSCODE },
  });
  for (const device of ["osc", "closed"]) {
    const other = await sendFrom(LISTED, await product.port(device, "udp"));
    await other.send(encodeOsc("/valt/error", [24, "DENIED", "/valt/room/1/state"]));
    await other.send(encodeOsc("/valt/error", []));
    await other.send(encodeOsc("/valt/ok", ["/valt/ping", "done"]));
    await other.send(encodeOsc("/valt/nonsense", []));
    await until("an answer to what is asked", () => other.heard.length > 0);
    expect(other.heard.map(({ values }) => values[2])).toEqual(["/valt/nonsense"]);
  }
  await product.stop();
}, 60_000);

test("a reader that needs a millisecond for each datagram hears of all of 400 rooms", async () => {
  const ROOMS = 400;
  const created = await createSimulator({ rooms: ROOMS, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const { product, beginAttack, delays } = await startAttacked({
    server: created.value.url,
    rooms: Object.fromEntries(Array.from({ length: ROOMS }, (_, at) => [`room-${at + 1}`, at + 1])),
    devices: { osc: { ...SURFACE, allow: [LISTED] } },
    extra: { timing: {} },
  });
  const port = await product.port("osc", "udp");
  await beginAttack();
  const heard = startFlood("slow-reader.mjs", [
    LISTED,
    String(port),
    encodeOsc("/valt/status", []).toString("hex"),
    String(5 * ROOMS),
  ]);
  await until("all of them", () => heard.count() >= 5 * ROOMS, 90_000).catch((error: Error) => {
    throw new Error(`${error.message}: ${heard.count()} were heard`);
  });
  process.stdout.write(
    `${heard.count()} of ${5 * ROOMS} addresses heard at 1 ms each\n${tellDelays("a snapshot of 400 rooms", await delays())}\n`,
  );
  await product.stop();
}, 120_000);

const PRESSES = 6;

test.each([
  ["that is listed", LISTED_FLOODER],
  ["that is not", FORGED],
])(
  "a flood of datagrams from an address %s keeps nobody else's press waiting",
  async (what, flooder) => {
    const { product, simulator, beginAttack, delays } = await startAttacked({
      devices: { osc: { kind: "osc", listen: "udp://127.0.0.1:0", allow: [LISTED, LISTED_FLOODER] } },
    });
    const port = await product.port("osc", "udp");
    const user = await sendFrom(LISTED, port);
    const sent = startFlood("udp-flood.mjs", [
      flooder,
      String(port),
      encodeOsc("/valt/room/interview-2/marker", ["x"]).toString("hex"),
      "20",
    ]);
    await until("the flood", () => sent.count() > 10_000, 30_000);
    await beginAttack();
    const tookMs: number[] = [];
    for (let count = 0; count < PRESSES; count++) {
      const [leaf, status] = count % 2 === 0 ? ["start", "recording"] : ["stop", "available"];
      const sinceMs = performance.now();
      await user.send(encodeOsc(`/valt/room/interview-1/${leaf}`, []));
      await until(`press ${count + 1}`, () => user.heard.length > count, 10_000);
      tookMs.push(performance.now() - sinceMs);
      expect(user.heard.at(-1)).toMatchObject({ address: "/valt/ok" });
      expect(simulator?.world.room(1)?.status).toBe(status);
      await rest(100);
    }
    const slowestMs = Math.max(...tookMs);
    process.stdout.write(
      `${tellDelays(`${sent.count()} datagrams from an address ${what}`, await delays())}; ${PRESSES} presses, slowest ${slowestMs.toFixed(0)} ms\n`,
    );
    expect(slowestMs).toBeLessThan(1000);
    await product.stop();
  },
  60_000,
);

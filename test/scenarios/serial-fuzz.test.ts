import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dial, type LineRig, startListener } from "../support/lines.ts";
import { rest, until } from "../support/rig.ts";

const UNLIMITED = { limit: { perSecond: 1_000_000, burst: 1_000_000 } };

/** Each waits for nothing but the one before it: what they mean does not depend on when they come. */
const SESSION: readonly (readonly [asked: string, answer: string])[] = [
  ["@1 REC START 1\r", "@1 OK REC 1 RECORDING"],
  ["\r\n@2 rec pause interview-1\r\n", "@2 OK REC interview-1 PAUSED"],
  ["OK REC 1 PAUSED\r!HB\n@3 REC RESUME 1\n", "@3 OK REC 1 RECORDING"],
  ["REC STOP cellar\r", "ERR 12 ROOM"],
  ["@4 LOCK  ON  2\r\n", "@4 OK LOCK 2 ON"],
  ["@5 REC START 2\r", "@5 ERR 14 STATE"],
  ["@6 LOCK? 1\r", "@6 OK LOCK 1 OFF"],
  ["REC STÖP 1\r", "ERR 11 SYNTAX"],
  ["@7 LOCK OFF 2\n", "@7 OK LOCK 2 OFF"],
  ["@8 PING\r", "@8 OK PONG"],
  ["REC STOP 1\r", "OK REC 1 IDLE"],
];
const BYTES = Buffer.from(SESSION.map(([asked]) => asked).join(""), "utf8");

test("however a session is cut and glued on its way, the same is done and answered", async () => {
  const rig = await startListener(UNLIMITED, { deadlineMs: 5000 });
  const { simulator, bridge, port } = rig;
  const commands = () =>
    simulator.requests
      .all()
      .filter(({ method, key }) => method === "POST" && key !== "POST login")
      .map(({ path }) => path);
  const cuts = fc.array(fc.nat(BYTES.length), { maxLength: 40 });
  const usual = [
    "rooms/1/record/start",
    "rooms/1/record/pause",
    "rooms/1/record/resume",
    "rooms/2/lock",
    "rooms/2/record/start",
    "rooms/2/unlock",
    "rooms/1/record/stop",
  ];
  await fc.assert(
    fc.asyncProperty(cuts, fc.constantFrom(0, 1, 3), async (places, pauseMs) => {
      const before = commands().length;
      const terminal = await dial(port);
      const ends = [...new Set([...places, BYTES.length])].sort((one, other) => one - other);
      for (const [index, end] of ends.entries()) {
        terminal.type(BYTES.subarray(ends[index - 1] ?? 0, end));
        await rest(pauseMs);
      }
      await until("all answers", () => terminal.answers().length >= SESSION.length, 10_000);
      terminal.hangUp();
      expect(terminal.answers()).toEqual(SESSION.map(([, answer]) => answer));
      // Rooms side by side may be asked for in either order; each for itself may not.
      const done = commands().slice(before);
      for (const room of ["rooms/1", "rooms/2"]) {
        const of = (paths: readonly string[]) => paths.filter((path) => path.startsWith(room));
        expect(of(done)).toEqual(of(usual));
      }
      await until(
        "rest",
        () =>
          bridge
            .status()
            .rooms.every(({ status, pending }) => status === "available" && pending === undefined),
        10_000,
      );
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 60_000);

const MILLION = 1_000_000;
const MOST_GROWTH_BYTES = 8 * 1024 * 1024;

test.for([
  ["native", { ...UNLIMITED, controls: { talk: { press: "toggle", room: "interview-1" } } }],
  ["smp", { ...UNLIMITED, dialect: "smp", room: "interview-1" }],
  ["panopto", { ...UNLIMITED, dialect: "panopto", room: "interview-1" }],
] as const)(
  "a million random bytes in the dialect %s do nothing, and memory stays as it is",
  { timeout: 60_000 },
  async ([, line]) => {
    const rig = await startListener(line, { facts: "dropped" });
    const chance = createChance(20_261_123);
    await babble(rig, chance, MILLION / 10);
    const beforeBytes = heapBytes();
    await babble(rig, chance, MILLION);
    const growthBytes = heapBytes() - beforeBytes;
    expect(growthBytes).toBeLessThan(MOST_GROWTH_BYTES);
    const posted = rig.simulator.requests
      .all()
      .filter(({ method, key }) => method === "POST" && key !== "POST login");
    expect(posted).toEqual([]);
    expect(rig.simulator.world.recordings()).toEqual([]);
    const terminal = await dial(rig.port);
    terminal.type("REC? 1\r\x1bYRCDR\rSTATUS\r");
    await until("an answer", () => /OK REC 1 IDLE|^0$|PreviewingNoNextSchedule/m.test(terminal.text()));
  },
);

type Chance = (below: number) => number;

/** Four connections one after another. */
async function babble({ port }: LineRig, chance: Chance, count: number): Promise<void> {
  for (let connection = 0; connection < 4; connection++) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined).resume();
    for (let sent = 0; sent < count / 4; ) {
      const piece = nextPiece(chance);
      sent += piece.length;
      if (!socket.write(piece))
        await Promise.race([new Promise((drained) => socket.once("drain", drained)), rest(1000)]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.end();
    await Promise.race([new Promise((closed) => socket.once("close", closed)), rest(2000)]);
    socket.destroy();
  }
}

/** Any length and any bytes, or letters and figures with more line ends than noise has. */
function nextPiece(chance: Chance): Buffer {
  const piece = Buffer.alloc(1 + chance(2000));
  const isText = chance(2) === 0;
  const nextByte = () => (isText ? (chance(16) === 0 ? CR : chance(128)) : chance(256));
  return piece.map(nextByte) as Buffer;
}

const CR = 13;

/** The same bytes every time. */
function createChance(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  return process.memoryUsage().heapUsed;
}

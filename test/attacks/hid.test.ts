import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createChance } from "../../src/simulator/random.ts";
import { scratch } from "../cli/valt-bridge.ts";
import { dial } from "../support/lines.ts";
import { until } from "../support/rig.ts";
import { startAttacked, tellDelays } from "./support.ts";

const REPORT_BYTES = 32;
const FLOOD_MS = 900;

/** Unit id, program switch, four columns of six keys. */
const allUp = Buffer.alloc(REPORT_BYTES);
const keyOne = Buffer.from(allUp);
keyOne[2] = 1;

function framed(report: Buffer): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16LE(report.length);
  return Buffer.concat([size, report]);
}

function randomReports(seed: number, lengthOf: (any: () => number) => number): readonly Buffer[] {
  const chance = createChance(seed);
  const below = (limit: number) => Math.floor(chance.fraction() * limit);
  const one = () => below(256);
  return Array.from({ length: 500 }, () =>
    Buffer.from(Array.from({ length: lengthOf(() => below(1025)) }, one)),
  );
}

const many = (count: number, report: (at: number) => Buffer) =>
  Array.from({ length: count }, (_, at) => report(at));

const ATTACKS: readonly (readonly [what: string, reports: readonly Buffer[]])[] = [
  ["random bytes in reports of the right length", randomReports(1, () => REPORT_BYTES)],
  ["random bytes in reports of any length", randomReports(2, (length) => length())],
  ["empty reports", many(500, () => Buffer.alloc(0))],
  ["keys that bounce", many(500, (at) => (at % 2 === 0 ? keyOne : allUp))],
  ["the longest reports there are", many(20, () => Buffer.alloc(65_535, 0xff))],
];

test("no reports of a HID device hold up the bridge, end it, or keep its next key from working", async () => {
  const socketPath = join(scratch().folder, "hid.sock");
  const { product, simulator, beginAttack, delays } = await startAttacked({
    devices: {
      keys: {
        kind: "usb-hid",
        profile: "xkeys-xk-24",
        room: "interview-1",
        controls: { "key-1": { press: "start" } },
      },
      line: { kind: "serial", listen: "tcp://127.0.0.1:0" },
    },
    variables: { HID_SOCKET: socketPath },
    preload: join(import.meta.dirname, "virtual-hid.mjs"),
  });
  const isRecording = () => simulator?.world.room(1)?.status === "recording";
  const line = await dial(await product.port("line"));
  const unit = await plugIn(socketPath);
  await until(
    "the unit",
    () => {
      unit.send(allUp, keyOne);
      return isRecording();
    },
    20_000,
  );
  for (const [what, reports] of ATTACKS) {
    await beginAttack();
    const sent = await pour(unit, reports);
    const measured = await delays();
    unit.send(allUp);
    expect(await line.ask("REC STOP 1")).toBe("OK REC 1 IDLE");
    await until("the end", () => !isRecording());
    const sinceMs = performance.now();
    unit.send(keyOne);
    await until("the press", isRecording, 5000);
    const pressMs = performance.now() - sinceMs;
    console.info(`${tellDelays(what, measured)}, ${sent} reports; then a press in ${pressMs.toFixed(0)} ms`);
    expect.soft(measured.longestBusyMs, what).toBeLessThan(100);
    expect.soft(pressMs, what).toBeLessThan(1000);
  }
  expect(product.hasEnded()).toBe(false);
  await product.stop();
}, 120_000);

/** The same again and again, as fast as the unit sends. Returns how many reports there were. */
async function pour(unit: Unit, reports: readonly Buffer[]): Promise<number> {
  const before = unit.played();
  const endMs = performance.now() + FLOOD_MS;
  let count = before;
  for (; performance.now() < endMs; count += reports.length) {
    unit.send(...reports);
    await until("them to be played", () => unit.played() >= count, 30_000);
  }
  await until("the rest", () => unit.played() >= count, 30_000);
  return count - before;
}

interface Unit {
  send(...reports: readonly Buffer[]): void;
  /** How many of them the program was given so far. */
  played(): number;
}

async function plugIn(socketPath: string): Promise<Unit> {
  await until("the unit's socket", () => existsSync(socketPath));
  const socket = connect(socketPath);
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  let played = 0;
  socket.on("data", ({ length }) => {
    played += length;
  });
  return {
    send: (...reports) => void socket.write(Buffer.concat(reports.map(framed))),
    played: () => played,
  };
}

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, constants as file, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReadStream } from "node:tty";
import { createSimulator } from "../../src/simulator/server.ts";
import { startChild } from "./child.ts";
import { distribute, figuresOf } from "./distribution.ts";
import { type BenchSettings, below, exactly, type Figure, full } from "./measurement.ts";
import { watchPresses } from "./presses.ts";
import { startProgram } from "./program.ts";
import { measureTelling } from "./serial-telling.ts";
import { roomNames, UNLIMITED } from "./stage.ts";
import { rest, until } from "./wait.ts";

const PRESS_EVERY_MS = 60;
const WARM_UP_PRESSES = 10;

/** Commands on a tty, beside a bare script; then many links that are all told of every change. */
export async function measureSerial(bench: BenchSettings): Promise<readonly Figure[]> {
  return [...(await measureCommands(bench)), ...(await measureTelling(bench))];
}

/**
 * From just before the last byte of `REC START n` is written to a pseudo terminal until its request has arrived, in
 * turn for the bridge and for a script of the port library and one request.
 */
async function measureCommands(bench: BenchSettings): Promise<readonly Figure[]> {
  const roomsEach = full(bench, 50, 40);
  const created = await createSimulator({ controlPort: "none", rooms: 2 * roomsEach });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const lines = { bridge: await layLine(folder, "bridge"), bare: await layLine(folder, "bare") };
  const mapping = {
    server: { url: simulator.url, username: "panel-bridge" },
    rooms: Object.fromEntries(roomNames(roomsEach).map((name, index) => [name, index + 1])),
    devices: {
      rack: { kind: "serial", path: lines.bridge.near, baud: 115_200, hello: "off", ...UNLIMITED },
    },
  };
  const bridge = await startProgram(JSON.stringify(mapping), bench);
  const bare = startChild("serial-bare-process");
  await bare.ask("begin", { url: simulator.url, path: lines.bare.near });
  const isRested = async () => (await bridge.know()).statuses.available === roomsEach;
  await until("the rooms", isRested);

  const presses = watchPresses(simulator);
  const stopEverything = async () => {
    await rest(500);
    for (let room = 1; room <= 2 * roomsEach; room++) simulator.somebodyElse(room, "stop");
    await until("the rooms", isRested);
  };
  for (let room = 1; room <= WARM_UP_PRESSES; room++) {
    lines.bridge.type(`REC START ${room}`);
    lines.bare.type(`REC START ${roomsEach + room}`);
    await rest(PRESS_EVERY_MS);
  }
  await stopEverything();
  const rounds = full(bench, 20, 3);
  for (let round = 1; round <= rounds; round++) {
    bench.tell(`serial commands: round ${round} of ${rounds}`);
    for (let room = 1; room <= roomsEach; room++) {
      presses.pressed(room, lines.bridge.type(`REC START ${room}`));
      await rest(PRESS_EVERY_MS);
      presses.pressed(roomsEach + room, lines.bare.type(`REC START ${roomsEach + room}`));
      await rest(PRESS_EVERY_MS);
    }
    await stopEverything();
  }
  await bridge.stop();
  await bare.stop();
  for (const line of Object.values(lines)) line.close();
  rmSync(folder, { recursive: true, force: true });
  await simulator.close();

  const isBridges = (room: number) => room <= roomsEach;
  const ours = distribute(presses.latenciesMs(isBridges));
  const theirs = distribute(presses.latenciesMs((room) => !isBridges(room)));
  const surplus = presses.commands(isBridges) - WARM_UP_PRESSES - presses.pressCount(isBridges);
  return [
    ...figuresOf("command on a tty, bridge", ours),
    ...figuresOf("command on a tty, bare script", theirs),
    { name: "bridge to bare script, p50", value: ours.p50 / theirs.p50, unit: "times", bar: below(1.25) },
    { name: "bridge to bare script, p99", value: ours.p99 / theirs.p99, unit: "times", bar: below(1.5) },
    { name: "requests beyond one a command", value: surplus, unit: "count", bar: exactly(0) },
  ];
}

/** Two pseudo terminals joined by socat: the far one is typed on from here. */
interface TypedLine {
  /** For the process under test. */
  readonly near: string;
  /** The time just before the end of the line is written. */
  type(line: string): number;
  close(): void;
}

async function layLine(folder: string, name: string): Promise<TypedLine> {
  const [near, far] = [join(folder, `${name}-near`), join(folder, `${name}-far`)];
  const socat = spawnSocat(near, far);
  await until("pseudo terminals (is socat installed?)", () => existsSync(near) && existsSync(far));
  // Answers must be taken, or the line would fill up.
  const hearing = new ReadStream(openSync(far, file.O_RDWR | file.O_NOCTTY));
  hearing.on("error", () => undefined).resume();
  const typing = openSync(far, file.O_WRONLY | file.O_NOCTTY);
  return {
    near,
    type(line) {
      writeSync(typing, line);
      const atMs = performance.now();
      writeSync(typing, "\r");
      return atMs;
    },
    close() {
      hearing.destroy();
      socat.kill("SIGTERM");
    },
  };
}

function spawnSocat(near: string, far: string): ChildProcess {
  const socat = spawn("socat", [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], {
    stdio: "ignore",
  });
  socat.on("error", () => undefined);
  return socat;
}

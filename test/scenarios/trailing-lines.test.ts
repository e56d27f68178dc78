import { expect, onTestFinished, test } from "vitest";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { dial } from "../support/lines.ts";
import { until } from "../support/rig.ts";
import { asked, createSite } from "../trust/product.ts";

const LAG_MS = 3000;

/** The built program with one line, before a server whose status trails its own answers. */
async function startProgram(line: object): Promise<{ readonly simulator: Simulator; readonly port: number }> {
  const created = await createSimulator({ rooms: 4, lagMs: LAG_MS, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  onTestFinished(() => simulator.close());
  const site = createSite({
    mapping: {
      server: { url: simulator.url, username: "panel-bridge" },
      rooms: { "interview-3": 3 },
      devices: { line: { kind: "serial", listen: "tcp://127.0.0.1:0", ...line } },
    },
  });
  onTestFinished(() => site.remove());
  const product = site.start("--no-console");
  onTestFinished(() => product.kill());
  const port = await product.port("line");
  await asked("the room", async () => (await product.status())?.rooms[0]?.knowledge === "live");
  return { simulator, port };
}

const TIMEOUT = { timeout: 120_000 };

test(
  "native: a start and a mark in one write are one recording with its mark, although the status trails",
  TIMEOUT,
  async () => {
    const { simulator, port } = await startProgram({ dialect: "native", hello: "off" });
    const line = await dial(port);
    line.type("REC START 3\rMARK 3 x\r");
    await until("both answers", () => line.answers().length === 2, 30_000);
    expect(line.answers()).toEqual(["OK REC 3 RECORDING", expect.stringMatching(/^OK MARK 3 00:00:\d\d$/)]);
    await until("the mark", () => simulator.world.room(3)?.marks.length === 1);
    expect(simulator.world.room(3)?.marks[0]).toMatchObject({ text: "x" });
    expect(simulator.world.room(3)?.status).toBe("recording");
  },
);

test("native: stop, start and a mark in one write put the mark into the new recording", TIMEOUT, async () => {
  const { simulator, port } = await startProgram({ dialect: "native", hello: "off" });
  const line = await dial(port);
  expect(await line.ask("REC START 3")).toBe("OK REC 3 RECORDING");
  const first = simulator.world.room(3)?.recordingId;
  expect(first).toBeDefined();
  line.type("REC STOP 3\rREC START 3\rMARK 3 new\r");
  await until("all answers", () => line.answers().length === 4, 30_000);
  expect(line.answers().slice(1)).toEqual([
    "OK REC 3 IDLE",
    "OK REC 3 RECORDING",
    expect.stringMatching(/^OK MARK 3 00:00:\d\d$/),
  ]);
  await until("the mark", () => simulator.world.room(3)?.marks.length === 1);
  expect(simulator.world.room(3)?.recordingId).not.toBe(first);
});

test(
  "smp: a start and a chapter in one write are one recording with its mark, although the status trails",
  TIMEOUT,
  async () => {
    const { simulator, port } = await startProgram({ dialect: "smp", room: "interview-3", hello: "off" });
    const module = await dial(port);
    module.type("\x1bY1RCDR\r\x1bBRCDR\r");
    await until("both answers", () => module.lines().length === 2, 30_000);
    expect(module.lines()).toEqual(["RcdrY1", "RcdrB"]);
    await until("the chapter", () => simulator.world.room(3)?.marks.length === 1);
    expect(simulator.world.room(3)?.marks[0]).toMatchObject({ text: "Chapter" });
  },
);

test("native: the room is told recording and nothing else from the start's answer on", TIMEOUT, async () => {
  const { port } = await startProgram({ dialect: "native", hello: "off" });
  const [acting, told] = [await dial(port), await dial(port)];
  await told.ask("SUB 3");
  expect(await acting.ask("REC START 3")).toBe("OK REC 3 RECORDING");
  expect(await acting.ask("MARK 3 y")).toMatch(/^OK MARK 3 00:00:\d\d$/);
  await told.hears("!REC 3 RECORDING\r\n");
  expect(told.told()).toEqual(["!REC 3 IDLE", "!REC 3 STARTING", "!REC 3 RECORDING"]);
});

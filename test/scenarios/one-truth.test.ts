import { expect, onTestFinished, test } from "vitest";
import { createSimulator, type Simulator, type SimulatorSettings } from "../../src/simulator/server.ts";
import { dial, type Terminal } from "../support/lines.ts";
import { rest, until } from "../support/rig.ts";
import { createSite } from "../trust/product.ts";

/** The built program with its own timing, a native line on TCP, and a simulator, each on real sockets. */
async function startBuilt(settings: SimulatorSettings = {}): Promise<{
  readonly simulator: Simulator;
  readonly line: Terminal;
}> {
  const created = await createSimulator({ rooms: 4, controlPort: "none", ...settings });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  onTestFinished(() => simulator.close());
  const commands = {
    "NEW {room}": ["stop", "start", { mark: "New begins" }],
    "BEGIN {room}": ["start", { mark: "Begins" }],
  };
  const site = createSite({
    mapping: {
      server: { url: simulator.url, username: "panel-bridge" },
      rooms: { one: 1, two: 2, three: 3, four: 4 },
      devices: { line: { kind: "serial", listen: "tcp://127.0.0.1:0", dialect: "native", commands } },
    },
  });
  onTestFinished(() => site.remove());
  const product = site.start("--no-console");
  onTestFinished(() => product.kill());
  const line = await dial(await product.port("line", "tcp"));
  await until("the rooms", () => simulator.requests.count("GET rooms/{r}/status") >= 4);
  await until("room 4", async () => (await line.ask("REC? 4")) === "OK REC 4 IDLE");
  for (const room of [3, 4]) expect(await line.ask(`SUB ${room}`)).toMatch(/^OK SUB/);
  return { simulator, line };
}

const statusOf = (simulator: Simulator, room: number) => simulator.world.room(room)?.status;
const marksIn = (simulator: Simulator) =>
  simulator.world.recordings().map(({ marks }) => marks.map(({ text, timeSeconds }) => [text, timeSeconds]));

test("a start is true although somebody stopped the room a moment ago, and a stop although somebody started it", async () => {
  const { simulator, line } = await startBuilt();
  expect(await line.ask("REC START 3")).toBe("OK REC 3 RECORDING");
  await line.hears("!REC 3 RECORDING");
  simulator.somebodyElse(3, "stop");
  await rest(300);
  expect(await line.ask("REC START 3")).toBe("OK REC 3 RECORDING");
  expect(statusOf(simulator, 3)).toBe("recording");
  simulator.somebodyElse(4, "start");
  await rest(300);
  expect(await line.ask("REC STOP 4")).toBe("OK REC 4 IDLE");
  expect(statusOf(simulator, 4)).toBe("available");
});

test("while the status trails three seconds, marks go into the recording of the start's answer", async () => {
  const { simulator, line } = await startBuilt({ lagMs: 3000 });
  expect(await line.ask("REC START 4")).toBe("OK REC 4 RECORDING");
  expect(await line.ask("MARK 4 first")).toMatch(/^OK MARK 4 00:00:\d\d$/);
  expect(await line.ask("REC STOP 4")).toBe("OK REC 4 IDLE");
  expect(await line.ask("MARK 4 between")).toBe("ERR 14 STATE");
  expect(await line.ask("REC START 4")).toBe("OK REC 4 RECORDING");
  await rest(300);
  expect(await line.ask("MARK 4 second")).toMatch(/^OK MARK 4 00:00:\d\d$/);
  expect(marksIn(simulator)).toEqual([[["first", 0]], [["second", 0]]]);
});

test("a start and a mark in one write belong together", async () => {
  const { simulator, line } = await startBuilt();
  line.type("REC START 3\rMARK 3 x\r");
  await until(
    "both answers",
    () => line.answers().length >= 2 && line.answers().at(-1)?.startsWith("OK MARK 3") === true,
  );
  expect(line.answers().slice(-2)).toEqual([
    "OK REC 3 RECORDING",
    expect.stringMatching(/^OK MARK 3 00:00:\d\d$/),
  ]);
  expect(marksIn(simulator)).toEqual([[["x", 0]]]);
});

test("presses are carried out in their order, also behind a list whose start is still to come", async () => {
  const { simulator, line } = await startBuilt();
  expect(await line.ask("REC START 3")).toBe("OK REC 3 RECORDING");
  await line.hears("!REC 3 RECORDING");
  const before = line.answers().length;
  line.type("NEW 3\rBEGIN 3\rREC STOP 3\r");
  await until("all answers", () => line.answers().length === before + 3);
  expect(line.answers().at(-1)).toBe("OK REC 3 IDLE");
  const commands = simulator.requests.all().flatMap(({ path }) => /record\/(.*)/.exec(path)?.[1] ?? []);
  expect(commands).toEqual(["start", "stop", "start", "stop"]);
  await until("the marks", () => marksIn(simulator)[1]?.length === 2);
  expect(
    marksIn(simulator)[1]
      ?.map(([text]) => text)
      .sort(),
  ).toEqual(["Begins", "New begins"]);
});

test("a stop that is pressed while a list still stops ends the recording that the list then starts", async () => {
  const { simulator, line } = await startBuilt();
  expect(await line.ask("REC START 3")).toBe("OK REC 3 RECORDING");
  await line.hears("!REC 3 RECORDING");
  simulator.fault({
    kind: "latency",
    ms: 400,
    when: "after-acting",
    path: "rooms/3/record/stop",
    count: 1,
  });
  const before = line.answers().length;
  line.type("NEW 3\r");
  await until("the stop", () => simulator.requests.count("POST rooms/{r}/record/stop") === 1);
  line.type("REC STOP 3\r");
  await until("both answers", () => line.answers().length === before + 2);
  expect(line.answers().at(-1)).toBe("OK REC 3 IDLE");
  expect(statusOf(simulator, 3)).toBe("available");
  expect(simulator.world.recordings()).toHaveLength(2);
});

test("in a list each action sees what the one before it did", async () => {
  const { simulator, line } = await startBuilt({ lagMs: 2000 });
  line.type("BEGIN 3\r");
  await until("the mark", () => marksIn(simulator).flat().length === 1);
  line.type("NEW 3\r");
  await until("the other mark", () => marksIn(simulator).flat().length === 2);
  expect(marksIn(simulator)).toEqual([[["Begins", 0]], [["New begins", 0]]]);
});

test("a start that no look can confirm is never idle again, and unknown within seconds", async () => {
  const { simulator, line } = await startBuilt();
  simulator.fault({ kind: "drop", method: "GET", path: "rooms/4/status" });
  const before = line.told().length;
  expect(await line.ask("REC START 4")).toBe("OK REC 4 RECORDING");
  await until("the doubt", () => line.told().includes("!REC 4 UNKNOWN"), 10_000);
  const told = line.told().slice(before);
  expect(told.filter((one) => one.startsWith("!REC 4 IDLE"))).toEqual([]);
}, 20_000);

test("a mark lies in the recording that runs, though the bridge has not seen it begin", async () => {
  const { simulator, line } = await startBuilt();
  expect(await line.ask("REC START 3")).toBe("OK REC 3 RECORDING");
  await line.hears("!REC 3 RECORDING");
  simulator.somebodyElse(3, "stop");
  simulator.somebodyElse(3, "start");
  await rest(1100);
  expect(await line.ask("MARK 3 seen late")).toMatch(/^OK MARK 3 00:00:\d\d$/);
  // Whole seconds: it had run for a little more than one.
  const [before, after] = marksIn(simulator);
  expect(before).toEqual([]);
  expect([[["seen late", 0]], [["seen late", 1]]]).toContainEqual(after);
});

test("a mark made in the dark is held when nobody can tell where it belongs", async () => {
  const { simulator, line } = await startBuilt();
  expect(await line.ask("REC START 3")).toBe("OK REC 3 RECORDING");
  await line.hears("!REC 3 RECORDING");
  simulator.fault({ kind: "drop" });
  await until("the outage", () => line.told().includes("!REC 3 UNKNOWN"), 10_000);
  simulator.somebodyElse(3, "pause");
  await rest(4000);
  simulator.somebodyElse(3, "resume");
  await rest(1000);
  expect(await line.ask("MARK 3 in the dark")).toMatch(/^(OK|ERR)/);
  const before = line.told().length;
  simulator.clearFaults();
  const isBack = () =>
    line
      .told()
      .slice(before)
      .some((told) => told.startsWith("!REC 3 RECORDING"));
  await until("the end of the outage", isBack, 40_000);
  await rest(4000);
  expect(marksIn(simulator).flat()).toEqual([]);
}, 80_000);

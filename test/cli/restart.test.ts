import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText, openSurface, rest, type Surface, until } from "../support/rig.ts";
import { createServiceManager } from "../support/service-manager.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/main.js");
const ROOMS = { "room-1": 1, "room-2": 2, "room-3": 3, "room-4": 4 };
const isLinux = process.platform === "linux";

/** A busy site whose service is started by the test's own manager. */
async function setUp(timing: Readonly<Record<string, number>> = {}) {
  const created = await createSimulator({ rooms: 4 });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  onTestFinished(() => simulator.close());
  const [osc, lines, console] = [await freePort(), await freePort(), await freePort()];
  const surface = await openSurface(osc);
  onTestFinished(() => surface.close());
  const { folder, write } = scratch();
  const devices = {
    surface: {
      kind: "osc",
      listen: [`udp://127.0.0.1:${osc}`, `tcp://127.0.0.1:${osc}`],
      allow: ["127.0.0.1"],
    },
    sign: {
      kind: "osc",
      targets: `udp://127.0.0.1:${surface.port}`,
      room: "room-1",
      controls: { "/tally": { look: "tally" } },
    },
    line: { kind: "serial", listen: `tcp://127.0.0.1:${lines}` },
  };
  const edit = (change: Readonly<Record<string, unknown>> = {}) =>
    write(
      "site.jsonc",
      mappingText(simulator.url, { rooms: ROOMS, timing, extra: { devices: { ...devices, ...change } } }),
    );
  let said = "";
  const environment = {
    VALT_PASSWORD: "simulator",
    XDG_STATE_HOME: join(folder, "state"),
    XDG_RUNTIME_DIR: folder,
  };
  const manager = createServiceManager({
    folder,
    command: [process.execPath, MAIN, "run", edit(), "--json", "--console", `127.0.0.1:${console}`],
    environment,
    output: (text) => {
      said += text;
    },
  });
  /** Everything listens, and systemd has it. */
  const isUp = async (count = 4) => {
    await until(`${count} listeners: ${said}`, () => manager.kept().length === count);
    const before = surface.all("/valt/pong").length;
    surface.send("/valt/ping");
    await until(`an answer: ${said}`, () => surface.all("/valt/pong").length > before);
  };
  const start = async () => {
    manager.start();
    await isUp();
  };
  return {
    simulator,
    surface,
    manager,
    environment,
    start,
    isUp,
    edit,
    ports: { osc, lines, console },
    said: () => said,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Presses ten times a second, and knocks at every TCP port all the time. */
function putUnderLoad({ surface, ports }: Awaited<ReturnType<typeof setUp>>) {
  const sentMs = new Map<string, number>();
  const refusals: string[] = [];
  let knocks = 0;
  const pressing = setInterval(() => {
    const count = sentMs.size;
    const text = `mark ${count}`;
    surface.send(`/valt/room/room-${1 + (count % 4)}/marker`, text);
    sentMs.set(text, performance.now());
  }, 100);
  const knocking = setInterval(() => {
    for (const port of Object.values(ports)) {
      knocks += 1;
      const socket = connect(port, "127.0.0.1", () => socket.destroy());
      socket.on("error", ({ message }) => refusals.push(message));
    }
  }, 50);
  const end = () => {
    clearInterval(pressing);
    clearInterval(knocking);
  };
  onTestFinished(end);
  return { sentMs, refusals, knocks: () => knocks, end };
}

test.runIf(isLinux)(
  "a restart on a busy site loses no mark, refuses nobody, and the tally is soon back",
  { timeout: 120_000 },
  async () => {
    // However long the machine takes to start it.
    const site = await setUp({ pressDeadlineMs: 10_000 });
    const { simulator, surface, manager, start, isUp, said } = site;
    await start();
    for (const name of Object.keys(ROOMS)) surface.send(`/valt/room/${name}/start`);
    await until("all rooms record", () =>
      Object.values(ROOMS).every((id) => simulator.world.room(id)?.status === "recording"),
    );
    await until("the tally", () => lampsOf(surface).at(-1)?.isRed);
    const load = putUnderLoad(site);
    const gapsMs: number[] = [];
    const stoppedMs: number[] = [];
    for (let round = 1; round <= 2; round++) {
      await until("some marks", () => load.sentMs.size > 20 * round);
      const before = lampsOf(surface).length;
      stoppedMs.push(performance.now());
      await manager.restart();
      const lamps = () => lampsOf(surface).slice(before);
      await until(`the tally: ${said()}`, () => lamps().at(-1)?.isRed);
      await isUp();
      const [dark] = lamps();
      const red = lamps().find(({ isRed }) => isRed);
      gapsMs.push(Math.round((red?.atMs ?? 0) - (dark?.atMs ?? 0)));
    }
    load.end();
    const delivered = () =>
      simulator.world.recordings().flatMap(({ marks }) => marks.map(({ text }) => String(text)));
    const missing = () => [...load.sentMs.keys()].filter((text) => !delivered().includes(text));
    // One that was on its way is looked for when its request can no longer arrive.
    await until("all marks", () => missing().length === 0, 30_000).catch(() => undefined);
    expect(delivered()).toHaveLength(new Set(delivered()).size);
    // After a start that took seconds nobody knows the second of a mark that waited: it is kept for a person. One that comes
    // in the moment of the stop may have no answer, and then nobody has promised anything.
    const held = await heldFor(site);
    const isUnanswered = (text: string) =>
      stoppedMs.some((atMs) => Math.abs(atMs - (load.sentMs.get(text) ?? 0)) < MOMENT_MS);
    expect(
      missing().filter((text) => !held.includes(text) && !isUnanswered(text)),
      said(),
    ).toEqual([]);
    console.info(
      `the tally was dark for ${gapsMs.join(", ")} ms; ${missing().length} marks are not delivered`,
    );
    // A second on a quiet machine; where others keep it busy each start takes longer.
    expect(Math.min(...gapsMs)).toBeLessThan(3000);
    expect(load.refusals).toEqual([]);
    expect(load.knocks()).toBeGreaterThan(100);
  },
);

const MOMENT_MS = 300;

/** Texts of the marks that wait for a person. */
async function heldFor({ environment }: Awaited<ReturnType<typeof setUp>>): Promise<readonly string[]> {
  const { out } = await valtBridge(["status", "--json"], environment).ended;
  const [bridge] = [JSON.parse(out)].flat() as { marks: { refused: { text: string }[] } }[];
  return bridge?.marks.refused.map(({ text }) => text) ?? [];
}

/** What the tally was told to show. */
function lampsOf({ told }: Surface) {
  return told
    .filter(({ address }) => address === "/tally/color")
    .map(({ atMs, values }) => ({ atMs, isRed: String(values) === "255,0,0" }));
}

test.runIf(isLinux)(
  "a restart shows what was seen a moment ago, before the server has answered",
  { timeout: 60_000 },
  async () => {
    const site = await setUp({ freshMs: 20_000, statusTrailsMs: 500 });
    const { simulator, surface, manager, start, said } = site;
    await start();
    surface.send("/valt/room/room-1/start");
    await until("the tally", () => lampsOf(surface).at(-1)?.isRed);
    await rest(1000);
    const before = lampsOf(surface).length;
    simulator.fault({ kind: "hang", when: "before-acting" });
    await manager.restart();
    await until(`the tally: ${said()}`, () => lampsOf(surface).slice(before).at(-1)?.isRed);

    // What a process that was killed has seen is told to nobody.
    await manager.end("SIGKILL");
    const killed = lampsOf(surface).length;
    manager.start();
    await until("a lamp", () => lampsOf(surface).length > killed);
    await rest(1000);
    expect(
      lampsOf(surface)
        .slice(killed)
        .some(({ isRed }) => isRed),
    ).toBe(false);
  },
);

test.runIf(isLinux)(
  "what was pressed while nobody listened counts from when somebody last did",
  { timeout: 60_000 },
  async () => {
    const { simulator, surface, manager, start, isUp } = await setUp();
    await start();
    const { said } = { said: () => simulator.world.room(1)?.status };
    await manager.end("SIGTERM");
    surface.send("/valt/room/room-1/start");
    await rest(2500);
    manager.start();
    await isUp();
    await until("what is pressed later counts", () => {
      surface.send("/valt/room/room-2/start");
      return simulator.world.room(2)?.status === "recording";
    });
    expect(said()).toBe("available");

    // Of a process that was killed nobody knows when it last listened.
    await manager.end("SIGKILL");
    surface.send("/valt/room/room-1/start");
    manager.start();
    await isUp();
    await until("what is pressed later counts", () => {
      surface.send("/valt/room/room-3/start");
      return simulator.world.room(3)?.status === "recording";
    });
    expect(said()).toBe("available");
  },
);

test.runIf(isLinux)(
  "a listener that an edit closes is closed at the service manager too",
  { timeout: 60_000 },
  async () => {
    const { manager, start, isUp, edit, ports } = await setUp();
    await start();
    const line = `tcp://127.0.0.1:${ports.lines}`;
    expect(manager.kept()).toContain(line);
    edit({ line: { kind: "serial", path: "fake://line" } });
    await until("the line is closed", () => !manager.kept().includes(line));
    await expect(reach(ports.lines)).rejects.toThrow("ECONNREFUSED");

    // Another edit while nothing runs: what is not asked for is closed a little later.
    await manager.end("SIGTERM");
    edit({
      line: { kind: "serial", path: "fake://line" },
      surface: { kind: "osc", listen: `udp://127.0.0.1:${ports.osc}` },
    });
    manager.start();
    await isUp(2);
    await expect(reach(ports.osc)).rejects.toThrow("ECONNREFUSED");
  },
);

function reach(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", reject);
  });
}

import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { rest, until } from "../support/rig.ts";
import { testTogether } from "../support/together.ts";
import { type BusySite, heldFor, lampsOf, ROOMS, setUpBusySite as setUp } from "./busy-site.ts";

const isLinux = process.platform === "linux";

/** Presses ten times a second, and knocks at every TCP port all the time. */
function putUnderLoad({ surface, ports }: BusySite) {
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

testTogether(
  {
    "a restart shows what was seen a moment ago, before the server has answered": async () => {
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

    "what was pressed while nobody listened counts from when somebody last did": async () => {
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

    "a listener that an edit closes is closed at the service manager too": async () => {
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
  },
  { runs: isLinux },
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

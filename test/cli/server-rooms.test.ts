import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BridgeStatus } from "../../src/bridge/status.ts";
import { askStatus } from "../../src/cli/places/status-socket.ts";
import { start } from "../simulator/start.ts";
import { openSurface, until } from "../support/rig.ts";
import { testTogether } from "../support/together.ts";
import { command } from "./in-process.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const LISTED = [
  { id: 103, name: "Exam 3" },
  { id: 104, name: "Exam 4" },
  { id: 7, name: "Lobby" },
];

const SERVER = { url: "https://valt.example.com", username: "panel-bridge" };

function scratchWith() {
  const { folder, write } = scratch();
  return { write, environment: { XDG_STATE_HOME: join(folder, "state"), XDG_RUNTIME_DIR: folder } };
}

/** A server with these rooms, and a built bridge to it that is asked by OSC and by its status socket. */
async function createSite(rooms: unknown, listed: readonly { id: number; name: string }[] = LISTED) {
  const { simulator, ask } = await start({ rooms: listed });
  const { folder, write } = scratch();
  const environment = { XDG_STATE_HOME: join(folder, "state"), XDG_RUNTIME_DIR: folder };
  const textOf = (port: number, edited = rooms) =>
    JSON.stringify({
      server: { url: simulator.url, username: "panel-bridge", deadlineMs: 1000 },
      rooms: edited,
      devices: {
        surface: { kind: "osc", listen: `udp://127.0.0.1:${port}`, allow: ["127.0.0.1"] },
        wall: { kind: "virtual", rooms: "all", columns: 4, rows: 2 },
      },
    });
  const address = join(folder, `valt-bridge-${userInfo().username}-default.sock`);
  let newest: BridgeStatus | undefined;
  const look = async () => {
    newest = ((await askStatus(address)) as BridgeStatus | undefined) ?? newest;
  };
  return {
    simulator,
    ask,
    folder,
    environment,
    write,
    textOf,
    create: (name: string) => ask("POST", "admin/rooms", { name }),
    rename: (id: number, name: string) => ask("POST", `admin/rooms/${id}/edit`, { name }),
    remove: (id: number) => ask("POST", `admin/rooms/${id}/delete`, {}),
    /** Until the bridge's status is so. */
    async sees<Value>(
      what: string,
      find: (status: BridgeStatus) => Value | undefined | false,
      withinMs = 20_000,
    ) {
      for (const endMs = performance.now() + withinMs; performance.now() < endMs; ) {
        await look();
        const found = newest && find(newest);
        if (found !== undefined && found !== false) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`in vain: ${what}, ${JSON.stringify([newest?.rooms, newest?.readiness])}`);
    },
    async run() {
      const port = 20_000 + Math.floor(Math.random() * 20_000);
      const file = write("site.jsonc", textOf(port));
      const bridge = valtBridge(["run", file, "--no-console"], environment);
      const surface = await openSurface(port);
      await until(
        "the bridge",
        () => {
          surface.send("/valt/ping");
          return surface.last("/valt/pong") !== undefined;
        },
        20_000,
      );
      surface.send("/valt/subscribe", 3600);
      return { bridge, surface, file, port };
    },
  };
}

const stateOf = (status: BridgeStatus, name: string) =>
  status.rooms.find((room) => room.name === name && room.status !== undefined)?.status;
const namesOf = ({ rooms }: BridgeStatus) => rooms.map(({ name, id }) => `${name} ${id ?? "?"}`).join();

testTogether({
  "a site starts while its server is away, refuses presses, and finds its rooms when it comes": async () => {
    const site = await createSite({ "exam-3": { serverName: "Exam 3" }, missing: { serverName: "Exam 33" } });
    await site.simulator.down();
    const { surface, bridge } = await site.run();
    const away = await site.sees("the rooms", (status) => status.rooms.length === 2 && status);
    expect(away.rooms.map(({ name, id, idFrom, status }) => [name, id, idFrom, status])).toEqual([
      ["exam-3", undefined, "server's name", undefined],
      ["missing", undefined, "server's name", undefined],
    ]);
    surface.send("/valt/room/exam-3/start");
    await until("the refusal", () => surface.last("/valt/error")?.[1] === "ROOM");
    const openedMs = (status: BridgeStatus) => status.devices.map((device) => device.status);

    await site.simulator.up();
    const found = await site.sees(
      "the room",
      (status) => stateOf(status, "exam-3") === "available" && status,
    );
    expect(found.rooms[0]).toMatchObject({ id: 103, serverName: "Exam 3", idFrom: "server's name" });
    expect(openedMs(found)).toEqual(openedMs(away));
    surface.send("/valt/room/exam-3/start");
    await site.sees("the recording", (status) => stateOf(status, "exam-3") === "recording");
    expect(site.simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
    const { readiness } = await site.sees(
      "the check",
      (status) => status.readiness.state === "not-ready" && status,
    );
    expect(readiness.reason).toContain(
      '"missing" is not found: the server shows no room "Exam 33" (did you mean "Exam 3"?)',
    );
    expect(bridge.err() + bridge.out()).toContain('is \\"Exam 3\\" (103) on the server');
    surface.close();
  },

  "rooms of the server's list come, show their tally, and go, without an edit": async () => {
    const site = await createSite({ from: "server", named: "Exam *" });
    const { surface } = await site.run();
    const before = await site.sees(
      "two rooms",
      (status) => namesOf(status) === "exam-3 103,exam-4 104" && status,
    );
    await site.sees("ready", ({ readiness }) => readiness.state === "ready");
    await site.create("Exam 12");
    const sinceMs = performance.now();
    const after = await site.sees(
      "the new room",
      (status) => stateOf(status, "exam-12") === "available" && status,
    );
    expect(performance.now() - sinceMs).toBeLessThan(15_000);
    expect(namesOf(after)).toBe("exam-3 103,exam-4 104,exam-12 105");
    expect(after.rooms[2]).toMatchObject({ label: "Exam 12", idFrom: "server's list" });
    expect(after.devices.map(({ status }) => status)).toEqual(before.devices.map(({ status }) => status));
    site.simulator.somebodyElse(105, "start");
    await until("its tally", () => surface.last("/valt/room/exam-12/state")?.[0] === "recording");

    // A room that records stays what it was: who sees it must be able to stop it.
    await site.rename(105, "Store room");
    await site.sees("the alarm", ({ alarms }) =>
      alarms.some(({ kind, room }) => kind === "wrong-room" && room === "exam-12"),
    );
    surface.send("/valt/room/exam-12/stop");
    await until("the stop", () => site.simulator.requests.count("POST rooms/{r}/record/stop") === 1);
    await site.sees("it gone", (status) => namesOf(status) === "exam-3 103,exam-4 104");
    surface.close();
  },

  "a second room of a name changes nothing for the one that was found, and is told; a restart remembers":
    async () => {
      const site = await createSite({
        "exam-3": { serverName: "Exam 3" },
        "exam-4": { serverName: "Exam 4" },
      });
      const first = await site.run();
      await site.sees("ready", ({ readiness }) => readiness.state === "ready");
      await site.create("Exam 3");
      const { readiness } = await site.sees(
        "the doubt",
        (status) =>
          status.readiness.checks.some(({ state, name }) => name === "rooms" && state === "warning") &&
          status,
      );
      expect(readiness.state).toBe("ready");
      expect(JSON.stringify(readiness.checks)).toContain("stays with 103");
      first.bridge.process.kill("SIGTERM");
      await first.bridge.ended;
      first.surface.close();
      expect(
        JSON.parse(readFileSync(join(site.folder, "state/valt-panel-bridge/default/rooms.json"), "utf8")),
      ).toMatchObject({
        format: 1,
        rooms: { "exam-3": { id: 103, name: "Exam 3" }, "exam-4": { id: 104, name: "Exam 4" } },
      });

      // Under a remembered number stands another room by now: what the server says of it guards it.
      await site.rename(104, "Waiting room");
      await site.simulator.down();
      const second = await site.run();
      await site.sees("what was found", (status) => namesOf(status) === "exam-3 103,exam-4 104");
      await site.simulator.up();
      // The rooms are shown before that, by what the process before has seen.
      await site.sees("the server", ({ server, rooms }) => server.state === "reachable" && rooms.length > 0);
      await site.sees("the room", (status) => stateOf(status, "exam-3") === "available");
      second.surface.send("/valt/room/exam-4/start");
      await until("the refusal", () => second.surface.last("/valt/error")?.[1] === "ROOM");
      expect(site.simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
      second.surface.close();
    },

  "two rooms of one name are refused from the start, and found when one is renamed": async () => {
    const site = await createSite({ "exam-3": { serverName: "Exam 3" } }, [
      { id: 1, name: "Exam 3" },
      { id: 2, name: "Exam 3" },
    ]);
    const { surface } = await site.run();
    const room = await site.sees("why", ({ rooms }) => rooms[0]?.trouble !== undefined && rooms[0]);
    expect(room).toMatchObject({
      brief: "Room not found",
      why: expect.stringContaining('2 rooms "Exam 3" (1, 2)'),
    });
    await site.rename(1, "Exam 1");
    await site.sees("the room", (status) => namesOf(status) === "exam-3 2");
    surface.close();
  },

  "a list that is refused is named, and keeps nobody from what was found before": async () => {
    const site = await createSite({ lobby: 7, "exam-3": { serverName: "Exam 3" } });
    site.simulator.fault({ kind: "error", status: 500, path: "rooms/info" });
    const { surface } = await site.run();
    await site.sees("the lobby", (status) => stateOf(status, "lobby") === "available");
    const { reason } = await site.sees(
      "the check",
      ({ readiness }) => readiness.state === "not-ready" && readiness,
    );
    expect(reason).toContain('"exam-3" not found: the server\'s list of rooms cannot be read');
    surface.send("/valt/room/lobby/start");
    await site.sees("the recording", (status) => stateOf(status, "lobby") === "recording");
    site.simulator.clearFaults();
    await site.sees("the room", (status) => stateOf(status, "exam-3") === "available");
    surface.close();
  },
});

test("check finds what would be wrong in every room of a list before there is one", async () => {
  const page = { kind: "osc", listen: "udp://127.0.0.1:7999", controls: { "/key/1": { tap: "strat" } } };
  const rooms = { "{name}": { from: "server", named: "Exam *", devices: { page } } };
  const { write, environment } = scratchWith();
  const file = write("site.jsonc", JSON.stringify({ server: SERVER, rooms }));
  const { code, err } = await command(["check", file], environment);
  expect(code).not.toBe(0);
  expect(err).toContain('did you mean "start"?');
  const sound = { ...page, controls: { "/key/1": { tap: "toggle" } } };
  const twice = write(
    "twice.jsonc",
    JSON.stringify({ server: SERVER, rooms: { "{name}": { from: "server", devices: { page: sound } } } }),
  );
  expect((await command(["check", twice], environment)).err).toContain("7999");
});

test("check tells what it cannot know; with the server, check and doctor tell what was found", async () => {
  const site = await createSite({
    "exam-3": { serverName: "Exam 3" },
    door: { serverName: "Door" },
    from: "server",
    named: "Lob*",
  });
  const file = site.write("site.jsonc", site.textOf(20_001));
  const run = async (...args: string[]) => command(args, site.environment);
  const alone = await run("check", file);
  expect(alone.code).toBe(0);
  expect(alone.out).toContain("not known without the server: the ids of 2 rooms");
  expect(alone.out).toContain('not known without the server: which rooms are called "Lob*"');
  const online = await run("check", file, "--online");
  expect(online.out).toContain('"exam-3" is "Exam 3" (103) on the server');
  expect(online.out).toContain('"lobby" is "Lobby" (7) on the server');
  expect(online.out).toContain('"door" is not found: the server shows no room "Door"');
  const expanded = JSON.parse((await run("check", file, "--online", "--expanded")).out);
  expect(expanded.rooms).toEqual({
    "exam-3": { id: 103, serverName: "Exam 3" },
    door: { serverName: "Door" },
    lobby: { label: "Lobby", id: 7, serverName: "Lobby" },
  });
  const rooms = await run("rooms", file);
  expect(rooms.out).toMatch(/103 +Exam 3 +exam-3/);
  expect(rooms.out).toMatch(/7 +Lobby +lobby/);
  expect(rooms.err).toContain('"door" is not found');
  const doctor = await run("doctor", file);
  expect(doctor.out).toContain('"exam-3" is "Exam 3" (103), "lobby" is "Lobby" (7)');
  expect(doctor.out).toContain('"door" is not found: the server shows no room "Door"');
  await site.simulator.down();
  expect((await run("check", file, "--online")).err).toContain("the server does not show its list");
});

import { connect as connectTcp } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { MarkKeeper } from "../../src/action/mark.ts";
import { volatileKeeper } from "../../src/action/mark.ts";
import { systemClock } from "../../src/base/clock.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { Bridge } from "../../src/bridge.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { connect, openSurface, parse, portsOf, rest, until } from "../support/rig.ts";

const PATIENT = { activePollMs: 200, idlePollMs: 200, requestsPerSecond: 1000, freshMs: 600 };
const ROOMS = {
  "north-1": { server: "north", id: 1 },
  "north-2": { server: "north", id: 2 },
  "south-1": { server: "south", id: 1 },
  "south-2": { server: "south", id: 2 },
};
const keeper: MarkKeeper = { ...volatileKeeper, keep: () => Promise.resolve("kept") };

async function createServer(password = "simulator"): Promise<Simulator> {
  const created = await createSimulator({ rooms: 3, password });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  return created.value;
}

type Said = Readonly<Record<string, unknown>>;

/** Two servers whose rooms have the same numbers, one bridge for both, a page that talks OSC and a line. */
async function startSite({
  rooms = ROOMS,
  southPassword = "simulator",
}: {
  rooms?: unknown;
  southPassword?: string;
} = {}) {
  const [north, south] = [await createServer(), await createServer(southPassword)];
  const account = { username: "panel-bridge", deadlineMs: 2000 };
  const both: Said = { north: { ...account, url: north.url }, south: { ...account, url: south.url } };
  const read = (change: Said = {}) =>
    parse(
      JSON.stringify({
        servers: both,
        rooms,
        devices: {
          surface: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] },
          line: { kind: "serial", listen: "tcp://127.0.0.1:0", allow: ["127.0.0.1"] },
          "south-line": {
            kind: "serial",
            listen: "tcp://127.0.0.1:0",
            allow: ["127.0.0.1"],
            room: "south-1",
          },
          "north-line": {
            kind: "serial",
            listen: "tcp://127.0.0.1:0",
            allow: ["127.0.0.1"],
            room: "north-1",
          },
        },
        timing: PATIENT,
        ...change,
      }),
    );
  const facts: Fact[] = [];
  const said: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (text) => void said.push(text),
    child: (fields) => ({ ...log, warn: (text) => void said.push(`${JSON.stringify(fields)} ${text}`) }),
  };
  const bridge = new Bridge({
    mapping: read(),
    clock: systemClock,
    log,
    facts: [(fact) => facts.push(fact)],
    keeper,
    connect: (server) => connect(server, silentLog),
    secret: () => undefined,
  });
  bridge.start();
  onTestFinished(() => bridge.close());
  const { udp } = await until("the OSC listener", () => portsOf(bridge, "surface"));
  const surface = await openSurface(udp);
  onTestFinished(() => surface.close());
  const status = (room: string) => bridge.status().rooms.find(({ name }) => name === room);
  const isLive = (room: string) => status(room)?.knowledge === "live";
  return { north, south, both, bridge, facts, said, surface, read, status, isLive };
}

/** A subscriber of a line, and what it has been told of servers. */
async function listenOn(bridge: Bridge, device: string, room: string) {
  const ports = await until(`the port of ${device}`, () => portsOf(bridge, device));
  const socket = connectTcp(ports.tcp, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes.toString();
  });
  const say = (text: string) => socket.write(`${text}\r\n`);
  say(`SUB ${room}`);
  await until("the subscription", () => heard.includes("OK SUB"));
  return {
    say,
    heard: () => heard,
    servers: () => heard.split("\r\n").filter((one) => one.startsWith("!SERVER")),
  };
}

describe("two servers", () => {
  test("each have their rooms, although the numbers are the same", async () => {
    const { north, south, surface, status, isLive } = await startSite();
    await until("all rooms", () => Object.keys(ROOMS).every(isLive));
    surface.send("/valt/room/south-1/start");
    await until("the recording", () => status("south-1")?.status === "recording");
    expect(south.world.recordings()).toHaveLength(1);
    expect(north.world.recordings()).toHaveLength(0);
    expect(status("north-1")?.status).toBe("available");
    surface.send("/valt/room/south-1/marker", "seen");
    await until("the mark", () => south.world.recordings()[0]?.marks.length === 1);
    surface.send("/valt/room/south-1/stop");
    await until("the end", () => status("south-1")?.status === "available");
    expect(north.requests.all().filter(({ path }) => path.includes("record"))).toEqual([]);
  });

  test("a number that both have means no room, and a name means its own", async () => {
    const { bridge, status, isLive } = await startSite();
    await until("all rooms", () => Object.keys(ROOMS).every(isLive));
    const line = await listenOn(bridge, "line", "north-1");
    line.say("REC START 1");
    await until("the refusal", () => line.heard().includes("ERR 12"));
    line.say("REC START NORTH-1");
    await until("the start", () => line.heard().includes("OK REC NORTH-1 RECORDING"));
    expect(status("south-1")?.status).toBe("available");
  });

  test("one that goes away takes its own rooms along, and nobody else's", async () => {
    const { bridge, facts, south, surface, status, isLive, said } = await startSite();
    await until("all rooms", () => Object.keys(ROOMS).every(isLive));
    const lines = {
      all: await listenOn(bridge, "line", "north-1"),
      north: await listenOn(bridge, "north-line", "north-1"),
      south: await listenOn(bridge, "south-line", "south-1"),
    };
    await south.down();
    await until("the outage", () => bridge.servers()[1]?.state === "lost");
    await until("rooms that nobody knows", () => status("south-1")?.status === undefined);
    expect(bridge.servers().map(({ name, state }) => [name, state])).toEqual([
      ["north", "reachable"],
      ["south", "lost"],
    ]);
    expect(bridge.status().server.name).toBe("south");
    expect([status("north-1")?.status, status("north-2")?.status]).toEqual(["available", "available"]);
    expect(bridge.status().readiness).toMatchObject({
      state: "not-ready",
      reason: expect.stringMatching(/^south: /),
    });
    expect(said.join("\n")).toContain('{"server":"south"}');
    surface.send("/valt/room/north-1/start");
    await until("the recording", () => status("north-1")?.status === "recording");
    await until("the words", () => lines.all.servers().length === 1 && lines.south.servers().length === 1);
    await south.up();
    await until("the end of the outage", () => bridge.servers()[1]?.state === "reachable");
    await until("the rooms", () => isLive("south-1") && isLive("south-2"));
    await until("the words", () => lines.all.servers().length === 2 && lines.south.servers().length === 2);
    expect(lines.all.servers()).toEqual(["!SERVER DOWN", "!SERVER UP"]);
    expect(lines.north.servers()).toEqual([]);
    await until("readiness", () => bridge.status().readiness.state === "ready", 20_000);
    const told = facts.flatMap((fact) => (fact.kind === "server" ? [`${fact.server} ${fact.state}`] : []));
    expect(told).toEqual(["south lost", "south back"]);
  });

  test("marks wait for their own server only", async () => {
    const { bridge, north, south, surface, status, isLive } = await startSite();
    await until("all rooms", () => Object.keys(ROOMS).every(isLive));
    for (const room of ["north-1", "south-1"]) surface.send(`/valt/room/${room}/start`);
    const isRecording = (room: string) => status(room)?.status === "recording";
    await until("both", () => isRecording("north-1") && isRecording("south-1"));
    await rest(300);
    await south.down();
    await until("the outage", () => bridge.servers()[1]?.state === "lost");
    surface.send("/valt/room/south-1/marker", "in the dark");
    surface.send("/valt/room/north-1/marker", "in the light");
    const marksOf = ({ world }: Simulator) =>
      world.recordings().flatMap(({ marks }) => marks.map(({ text }) => String(text)));
    await until(
      "the mark of the north",
      () => marksOf(north).length === 1 && bridge.status().marksWaiting === 1,
    );
    expect(marksOf(north)).toEqual(["in the light"]);
    await south.up();
    await until("the mark of the south", () => marksOf(south).length === 1, 20_000);
    expect([marksOf(north), marksOf(south)]).toEqual([["in the light"], ["in the dark"]]);
  });

  test("an account that one refuses does not keep anybody from the other, and is tried no more often", async () => {
    const { bridge, north, south, surface, status } = await startSite({ southPassword: "another-one" });
    await until("the refusal", () => bridge.servers()[1]?.account === "at-fault");
    await until("the rooms", () => status("north-1")?.knowledge === "live");
    const logins = () => south.requests.all().filter(({ path }) => path.endsWith("login")).length;
    const before = logins();
    surface.send("/valt/room/north-1/start");
    await until("the recording", () => status("north-1")?.status === "recording");
    await rest(2000);
    expect(logins()).toBe(before);
    expect(north.world.recordings()).toHaveLength(1);
  });
});

describe("an edit", () => {
  test("that takes a server away sets its marks aside until it is back", async () => {
    const { bridge, both, south, surface, status, isLive, read } = await startSite();
    await until("all rooms", () => Object.keys(ROOMS).every(isLive));
    surface.send("/valt/room/south-1/start");
    await until("the recording", () => status("south-1")?.status === "recording");
    await rest(300);
    await south.down();
    await until("the outage", () => bridge.servers()[1]?.state === "lost");
    surface.send("/valt/room/south-1/marker", "left behind");
    await until("the mark", () => bridge.status().marksWaiting === 1);
    await bridge.adopt(read({ servers: { north: both.north }, rooms: { "north-1": 1 }, devices: lineOnly }));
    await south.up();
    await until("the alarm", () => bridge.status().alarms.some(({ kind }) => kind === "marks-elsewhere"));
    expect(south.world.recordings()[0]?.marks).toEqual([]);
    expect(bridge.servers()).toHaveLength(1);
    await bridge.adopt(read());
    await until("the mark", () => south.world.recordings()[0]?.marks.length === 1, 20_000);
    expect(status("south-1")?.status).toBe("recording");
  });

  test("that takes the server away that does not answer tells lines that the others do", async () => {
    const { bridge, both, south, isLive, read } = await startSite();
    await until("all rooms", () => Object.keys(ROOMS).every(isLive));
    const line = await listenOn(bridge, "line", "north-1");
    await south.down();
    await until("the outage", () => line.servers().length === 1);
    const devices = { line: { kind: "serial", listen: "tcp://127.0.0.1:0", allow: ["127.0.0.1"] } };
    const rooms = { "north-1": { server: "north", id: 1 } };
    await bridge.adopt(read({ servers: { north: both.north }, rooms, devices }));
    await until("the end of it", () => line.servers().length === 2);
    expect(line.servers()).toEqual(["!SERVER DOWN", "!SERVER UP"]);
  });

  test("that moves a room to the other server never shows what was seen on the former", async () => {
    const { bridge, facts, north, south, surface, status, isLive, read } = await startSite();
    await until("all rooms", () => Object.keys(ROOMS).every(isLive));
    surface.send("/valt/room/north-1/start");
    await until("the recording", () => status("north-1")?.status === "recording");
    const sinceMs = systemClock.monotonicMs();
    await bridge.adopt(read({ rooms: { ...ROOMS, "north-1": { server: "south", id: 3 } } }));
    await until("the room", () => status("north-1")?.status === "available");
    const seen = facts
      .filter(({ atMs }) => atMs > sinceMs)
      .flatMap((fact) =>
        fact.kind === "room" && fact.room === "north-1" ? [fact.view.status ?? "unknown"] : [],
      );
    expect(seen).not.toContain("recording");
    surface.send("/valt/room/north-1/start");
    await until("the start", () => south.world.recordings().length === 1);
    expect(north.world.recordings()).toHaveLength(1);
  });

  test("that only gives a server a name leaves its rooms as they are known", async () => {
    const { bridge, facts, both, surface, status, isLive, read } = await startSite();
    await until("all rooms", () => Object.keys(ROOMS).every(isLive));
    surface.send("/valt/room/south-1/start");
    await until("the recording", () => status("south-1")?.status === "recording");
    const sinceMs = systemClock.monotonicMs();
    const rooms = Object.fromEntries(
      Object.entries(ROOMS).map(([name, { server, id }]) => [
        name,
        { server: server === "south" ? "sued" : server, id },
      ]),
    );
    await bridge.adopt(read({ servers: { north: both.north, sued: both.south }, rooms }));
    await rest(1500);
    const seen = facts
      .filter(({ atMs }) => atMs > sinceMs)
      .flatMap((fact) =>
        fact.kind === "room" && fact.room === "south-1" ? [fact.view.status ?? "unknown"] : [],
      );
    expect([...new Set(seen)].filter((one) => one !== "recording")).toEqual([]);
    surface.send("/valt/room/south-1/stop");
    await until("the end", () => status("south-1")?.status === "available");
  });
});

const lineOnly = { surface: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] } };

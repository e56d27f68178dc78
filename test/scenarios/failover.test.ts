import { expect, test } from "vitest";
import type { KeptMark, MarkKeeper } from "../../src/action/mark.ts";
import { volatileKeeper } from "../../src/action/mark.ts";
import { type Gate, startGate } from "../support/gate.ts";
import { mappingText, parse, type Rig, type RigSettings, rest, startRig, until } from "../support/rig.ts";

const ROOM = "/valt/room/interview-1";

interface TwoWays extends Rig {
  readonly first: Gate;
  readonly second: Gate;
}

/** A server that is reached at two addresses, and a bridge that sees its room. */
async function startTwoWays(settings: RigSettings = {}): Promise<TwoWays> {
  const gates: Gate[] = [];
  const rig = await startRig({
    ...settings,
    addresses: async ({ url }) => {
      gates.push(await startGate(url), await startGate(url));
      return gates.map((gate) => gate.url);
    },
  });
  rig.surface.send("/valt/subscribe");
  await until("the room", () => rig.surface.last(`${ROOM}/state`)?.[0] === "available");
  return { ...rig, first: gates[0] as Gate, second: gates[1] as Gate };
}

/** Starts the room and waits until it is known how far it has run. */
async function record({ surface, bridge }: Rig): Promise<void> {
  surface.send(`${ROOM}/start`);
  await until("the recording", () => bridge.status().rooms[0]?.elapsedMs !== undefined);
}

const posts = ({ simulator }: Rig, path: string) => simulator.requests.count(`POST rooms/{r}/${path}`);

test("a server whose first address goes away stays reachable, and is not gone back to by itself", async () => {
  const rig = await startTwoWays();
  const { bridge, surface, first, second } = rig;
  expect(bridge.status().server).toMatchObject({ url: first.url, addresses: [first.url, second.url] });
  expect(second.asked()).toBe(0);
  const states: unknown[] = [];
  await first.shut();
  await until("the other address", () => {
    states.push(bridge.status().server.state);
    return bridge.status().server.url === second.url;
  });
  surface.send(`${ROOM}/start`);
  await until("recording", () => surface.last(`${ROOM}/state`)?.[0] === "recording");
  await first.open();
  const before = first.asked();
  surface.send(`${ROOM}/stop`);
  await until("available", () => surface.last(`${ROOM}/state`)?.[0] === "available");
  expect(first.asked()).toBe(before);
  expect(new Set(states)).toEqual(new Set(["reachable"]));
  expect([posts(rig, "record/start"), posts(rig, "record/stop")]).toEqual([1, 1]);
  expect(rig.facts.filter(({ kind }) => kind === "address")).toMatchObject([
    { address: second.url, before: first.url, why: expect.stringContaining(first.url) },
  ]);
});

test("an address that freezes costs no room its status", async () => {
  const { bridge, first, second } = await startTwoWays({ deadlineMs: 1000, timing: { freshMs: 3000 } });
  const unknown: unknown[] = [];
  first.freeze();
  await until("the other address", () => {
    const [room] = bridge.status().rooms;
    if (room?.knowledge !== "live" || bridge.status().server.state !== "reachable") unknown.push(room);
    return bridge.status().server.url === second.url;
  });
  expect(unknown).toEqual([]);
});

test("both addresses away is an outage that names each, and the one that is back first ends it", async () => {
  const { bridge, first, second, surface } = await startTwoWays();
  await Promise.all([first.shut(), second.shut()]);
  await until("the loss", () => bridge.status().server.state === "lost");
  const { why = "" } = bridge.status().server;
  expect(why).toContain(`${first.url} cannot be reached: nothing listens there`);
  expect(why).toContain(`${second.url} cannot be reached: nothing listens there`);
  await second.open();
  await until("the end of it", () => bridge.status().server.state === "reachable");
  expect(bridge.status().server.url).toBe(second.url);
  await until("the room", () => surface.last(`${ROOM}/state`)?.[0] === "available");
});

test("addresses that take turns: nothing is done twice, and no mark is lost", {
  timeout: 60_000,
}, async () => {
  const rig = await startTwoWays({ timing: { toggleRepeatMs: 0 } });
  const { simulator, surface, facts, first, second } = rig;
  await record(rig);
  const texts: string[] = [];
  for (let round = 0; round < 12; round++) {
    const [up, down] = round % 2 === 0 ? [second, first] : [first, second];
    await up.open();
    if (round % 3 === 2) down.freeze();
    else await down.shut();
    for (let mark = 0; mark < 3; mark++) {
      const text = `${round}-${mark}`;
      texts.push(text);
      surface.send(`${ROOM}/marker`, text);
      await rest(120);
    }
    surface.send(`/valt/room/interview-2/${round % 2 === 0 ? "start" : "stop"}`);
    await rest(400);
    down.thaw();
  }
  await Promise.all([first.open(), second.open()]);
  const marks = () => simulator.world.room(1)?.marks.map(({ text }) => text) ?? [];
  await until("the marks", () => marks().length >= texts.length, 30_000);
  await rest(500);
  expect(marks().toSorted()).toEqual(texts.toSorted());
  // Of every start and stop that was told as done, the server has one; of none it has two.
  const pressed = facts.filter(({ kind }) => kind === "request");
  const sent = posts(rig, "record/start") + posts(rig, "record/stop");
  expect(sent).toBeGreaterThan(1);
  expect(sent).toBeLessThanOrEqual(pressed.length);
});

test("marks that waited for an address are delivered when it is one of a list", async () => {
  const disk = keepingDisk();
  const rig = await startTwoWays({ keeper: disk });
  const { bridge, simulator, surface, first, second } = rig;
  await record(rig);
  await Promise.all([first.shut(), second.shut()]);
  await until("the loss", () => bridge.status().server.state === "lost");
  surface.send(`${ROOM}/marker`, "kept");
  await until("the mark", () => bridge.status().marksWaiting === 1);
  expect(disk.kept.map(({ server }) => server)).toEqual([first.url]);
  await first.open();
  await bridge.adopt(parse(mappingText([second.url, first.url])));
  await until("the delivery", () => simulator.world.room(1)?.marks.length === 1);
  await until("its answer", () => bridge.status().marksWaiting === 0);
});

function keepingDisk(): MarkKeeper & { readonly kept: KeptMark[] } {
  const kept: KeptMark[] = [];
  return {
    ...volatileKeeper,
    kept,
    keep(mark) {
      kept.push(mark);
      return Promise.resolve("kept");
    },
  };
}

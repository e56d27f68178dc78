import { expect, test as it, onTestFinished } from "vitest";
import { type MarkKeeper, volatileKeeper } from "../../src/action/mark.ts";
import { systemClock } from "../../src/base/clock.ts";
import { controlId, deviceId, peerId } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { Bridge } from "../../src/bridge.ts";
import type { Peer } from "../../src/driver/link.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { dial } from "../support/lines.ts";
import { connect, mappingText, parse, until } from "../support/rig.ts";

/*
 * What readers of the reference asked, and what it answers: here on real sockets. A sentence that is changed there is changed
 * here.
 */

const finger: Peer = {
  id: peerId("finger"),
  address: "127.0.0.1",
  delivery: "stream",
  reach: "same-machine",
};
const disk: MarkKeeper = { ...volatileKeeper, keep: () => Promise.resolve("kept") };
const LINE = { kind: "serial", listen: "tcp://127.0.0.1:0" };
const ROOMS = { "exam-1": { id: 1, label: "Exam room 1" }, "exam-2": { id: 2, label: "Exam room 2" } };

async function createServer(): Promise<Simulator> {
  const created = await createSimulator({ rooms: 4 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  return created.value;
}

async function startBridge(url: string, devices: Readonly<Record<string, unknown>>) {
  const facts: Fact[] = [];
  const bridge = new Bridge({
    mapping: parse(mappingText(url, { rooms: ROOMS, extra: { devices } })),
    clock: systemClock,
    log: silentLog,
    facts: [(fact) => facts.push(fact)],
    keeper: disk,
    connect: (server) => connect(server),
    secret: () => undefined,
  });
  bridge.start();
  onTestFinished(() => bridge.close());
  await until("rooms and devices", () => {
    const status = bridge.status();
    return (
      status.rooms.every(({ knowledge }) => knowledge === "live") &&
      status.devices.filter(({ status: { kind } }) => kind === "open").length === Object.keys(devices).length
    );
  });
  const statusOf = (device: string) =>
    bridge.status().devices.find(({ id }) => id === device)?.status ?? { kind: "closed" };
  const portOf = (device: string) => {
    const status = statusOf(device);
    return "productName" in status ? Number(/:(\d+)$/.exec(status.productName)?.[1]) : Number.NaN;
  };
  const touch = (device: string, control: string, kind: "down" | "up") =>
    bridge.touch(deviceId(device), { kind, control: controlId(control) }, finger);
  const press = (device: string, control: string) =>
    [touch(device, control, "down"), touch(device, control, "up")][0];
  const shown = (device: string, control: string) =>
    facts.findLast((fact) => fact.kind === "shown" && fact.device === device && fact.control === control);
  return { bridge, facts, portOf, press, shown };
}

type Started = Awaited<ReturnType<typeof startBridge>>;

function pictureOf({ shown }: Started, device: string, control: string): Buffer | undefined {
  const fact = shown(device, control);
  return fact?.kind === "shown" && fact.frame.kind === "image" ? Buffer.from(fact.frame.rgb) : undefined;
}

it("a line calls a room by its short name until it is called otherwise there, and never by its label", async () => {
  const server = await createServer();
  const { portOf } = await startBridge(server.url, { line: LINE });
  const core = await dial(portOf("line"));
  expect(await core.ask("SUB *")).toBe("OK SUB *");
  expect(core.told().slice(1)).toEqual(["!REC exam-1 IDLE", "!REC exam-2 IDLE"]);
  server.somebodyElse(2, "start");
  await core.hears("!REC exam-2 RECORDING");
  expect(await core.ask("REC? 2")).toContain("OK REC 2 RECORDING");
  server.somebodyElse(2, "stop");
  await core.hears("!REC 2 IDLE");
  expect(await core.ask("REC? Exam room 2")).toBe("ERR 11 SYNTAX");
  const other = await dial(portOf("line"));
  await other.ask("SUB *");
  expect(other.told()).toContain("!REC exam-2 IDLE");
});

it("the rights of a wall are those of its device, in each of its rooms; pages turn without any", async () => {
  const server = await createServer();
  const wall = { kind: "virtual", model: "mini", rooms: "all", may: ["mark"] };
  const site = await startBridge(server.url, { wall });
  server.somebodyElse(2, "start");
  for (const [index, room] of ["exam-1", "exam-2"].entries()) {
    expect(site.press("wall", `key-${index + 1}`)).toBe("taken");
    site.press("wall", "key-1");
    await until("the refusal", () =>
      site.facts.some(
        (fact) =>
          fact.kind === "outcome" &&
          fact.room === room &&
          fact.outcome.kind === "refused" &&
          JSON.stringify(fact.outcome).includes("permitted"),
      ),
    );
    if (room === "exam-2") site.press("wall", "key-3");
    else site.press("wall", "key-6");
  }
  await until("the mark", () => site.facts.some((fact) => fact.kind === "mark" && fact.room === "exam-2"));
  expect(server.world.room(2)?.status).toBe("recording");
});

it("ready is the same picture on a desk, on every page of a wall, and on a panel without a room", async () => {
  const server = await createServer();
  const controls = { "key-6": { look: "ready" } };
  const panel = { kind: "virtual", model: "mini", controls };
  const site = await startBridge(server.url, {
    desk: { ...panel, room: "exam-1" },
    wall: { ...panel, rooms: "all" },
    roomless: panel,
  });
  const pictures = () => ["desk", "wall", "roomless"].map((device) => pictureOf(site, device, "key-6"));
  await until("one picture", () => {
    const [first, ...others] = pictures();
    return first !== undefined && others.every((other) => other?.equals(first));
  });
  await until("readiness", () => site.bridge.status().readiness.state === "ready");
  const before = site.facts.length;
  server.somebodyElse(1, "start");
  await until("the recording", () => site.facts.slice(before).some((fact) => fact.kind === "room"));
  site.press("wall", "key-6");
  expect(site.facts.filter(({ kind }) => kind === "outcome")).toEqual([]);
});

it("a panel of one room in a list keeps its own keys, and is laid out beside them", async () => {
  const server = await createServer();
  const controls = { "key-6": { look: "ready" } };
  const site = await startBridge(server.url, {
    desk: { kind: "virtual", model: "mini", rooms: ["exam-1"], controls },
    bare: { kind: "virtual", model: "mini", room: "exam-1", controls },
  });
  site.press("bare", "key-1");
  site.press("desk", "key-1");
  await until("the outcome", () => site.facts.some(({ kind }) => kind === "outcome"));
  expect(site.facts.filter(({ kind }) => kind === "outcome")).toHaveLength(1);
  expect(server.world.room(1)?.status).toBe("recording");
});

it("of two bridges each shows what the other did, and only the one that started a recording has the alarm", async () => {
  const server = await createServer();
  const [one, two] = [
    await startBridge(server.url, { line: LINE }),
    await startBridge(server.url, { line: LINE }),
  ];
  const [first, second] = [await dial(one.portOf("line")), await dial(two.portOf("line"))];
  await first.ask("SUB *");
  await second.ask("SUB *");
  expect(await first.ask("REC START exam-1")).toBe("OK REC exam-1 RECORDING");
  await second.hears("!REC exam-1 RECORDING");
  // Started twice is started, and a mark of either is in the one recording.
  expect(await second.ask("REC START exam-1")).toBe("OK REC exam-1 RECORDING");
  await second.ask("MARK exam-1 From the second");
  await until("the mark", () => server.world.room(1)?.marks.length === 1);
  expect(await second.ask("REC STOP exam-1")).toBe("OK REC exam-1 IDLE");
  await first.hears("!ALARM exam-1 ON exam-1 stopped recording, and not from a panel");
  expect(second.text()).not.toContain("!ALARM");
});

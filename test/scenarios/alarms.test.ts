import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { controlId, deviceId, peerId } from "../../src/base/identifiers.ts";
import type { Peer } from "../../src/driver/contract.ts";
import { startDecks } from "../support/decks.ts";
import { dial, startListener } from "../support/lines.ts";
import { type RigSettings, rest, startRig, until } from "../support/rig.ts";

const ALARM = "/valt/room/interview-1/alarm";

async function recording(settings: RigSettings = {}) {
  const rig = await startRig(settings);
  const { surface, simulator } = rig;
  surface.send("/valt/subscribe", 60);
  surface.send("/valt/room/interview-1/start");
  await until("recording", () => surface.last("/valt/room/interview-1/state")?.[0] === "recording");
  expect(simulator.world.room(1)?.status).toBe("recording");
  return rig;
}

test("a recording that was started here and ends without anybody here stopping it raises an alarm", async () => {
  const { surface, simulator, bridge } = await recording();
  simulator.somebodyElse(1, "stop", "web-ui");
  const text = "interview-1 stopped recording, and not from a panel";
  await until("the alarm on the link", () => surface.last(ALARM)?.[0] === text);
  expect(bridge.status().alarms).toMatchObject([{ kind: "stopped-elsewhere", room: "interview-1", text }]);

  surface.send("/valt/room/interview-1/start");
  await until("the end of the alarm", () => surface.last(ALARM)?.[0] === "");
  expect(bridge.status().alarms).toEqual([]);
});

test("stopping from here is no alarm, nor is the end of somebody else's recording", async () => {
  const { surface, simulator, bridge } = await recording();
  surface.send("/valt/room/interview-1/stop");
  await until("stopped", () => surface.last("/valt/room/interview-1/state")?.[0] === "available");
  simulator.somebodyElse(1, "start", "scheduler");
  await until("recording", () => surface.last("/valt/room/interview-1/state")?.[0] === "recording");
  simulator.somebodyElse(1, "stop", "scheduler");
  await until("stopped again", () => surface.last("/valt/room/interview-1/state")?.[0] === "available");
  await rest(300);
  expect(bridge.status().alarms).toEqual([]);
});

test("somebody else's recordings count as well where the mapping says so", async () => {
  const { surface, simulator, bridge } = await startRig({ extra: { alarms: { stoppedElsewhere: "all" } } });
  surface.send("/valt/subscribe", 60);
  simulator.somebodyElse(1, "start", "scheduler");
  await until("recording", () => surface.last("/valt/room/interview-1/state")?.[0] === "recording");
  simulator.somebodyElse(1, "stop", "scheduler");
  await until("the alarm", () => bridge.status().alarms.length === 1);
});

test("a stop that failed does not excuse the end of the recording later", async () => {
  const { surface, simulator, bridge } = await recording();
  simulator.fault({ kind: "error", status: 500, path: "rooms/1/record/stop", count: 1 });
  surface.send("/valt/room/interview-1/stop");
  await until("the answer", () => surface.last("/valt/error"));
  await until("nothing under way", () => bridge.status().rooms[0]?.pending === undefined);
  await rest(500);
  simulator.somebodyElse(1, "stop", "web-ui");
  await until("the alarm", () => bridge.status().alarms[0]?.kind === "stopped-elsewhere");
});

test("an alarm is not seen by who may only mark, nor by who was refused", async () => {
  const { surface, simulator, bridge } = await startRig({
    extra: { alarms: { stoppedElsewhere: "all" } },
    device: { may: ["mark"] },
  });
  surface.send("/valt/subscribe", 60);
  simulator.somebodyElse(1, "start", "scheduler");
  await until("recording", () => surface.last("/valt/room/interview-1/state")?.[0] === "recording");
  simulator.somebodyElse(1, "stop", "scheduler");
  await until("the alarm", () => bridge.status().alarms.length === 1);
  surface.send("/valt/room/interview-1/start");
  surface.send("/valt/room/interview-1/marker");
  await until("the answers", () => surface.all("/valt/error").length === 2);
  await rest(100);
  expect(bridge.status().alarms).toMatchObject([{ kind: "stopped-elsewhere" }]);
});

test("a press that comes to nothing puts no alarm away", async () => {
  const { surface, simulator, bridge } = await recording();
  simulator.somebodyElse(1, "stop", "web-ui");
  await until("the alarm", () => bridge.status().alarms.length === 1);
  await simulator.down();
  await until("the outage", () => bridge.status().server.state === "lost");
  surface.send("/valt/room/interview-1/start");
  await until("the answer", () => surface.all("/valt/error").length === 1);
  await rest(100);
  expect(bridge.status().alarms).toMatchObject([{ kind: "stopped-elsewhere" }]);
});

test("what is wrong with the whole site is told to links, also to those that come later", async () => {
  const { surface, bridge } = await startRig();
  bridge.raiseAlarm("disk-nearly-full", "the disk is nearly full");
  surface.send("/valt/subscribe", 60);
  const ofDisk = () => surface.all("/valt/alarm").findLast(({ values }) => values[0] === "disk-nearly-full");
  await until("the alarm", () => ofDisk()?.values[1] === "the disk is nearly full");
  bridge.endAlarm("disk-nearly-full");
  await until("its end", () => ofDisk()?.values[1] === "");
});

test("a control system that talks in lines is told of alarms of its room and of the site", async () => {
  const { bridge, simulator, port } = await startListener();
  const crestron = await dial(port);
  bridge.raiseAlarm("disk-nearly-full", "the disk is nearly full");
  crestron.type("SUB 1\r");
  await crestron.hears("!ALARM disk-nearly-full ON the disk is nearly full");
  expect(await crestron.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  await crestron.hears("!REC 1 RECORDING");
  simulator.somebodyElse(1, "stop", "web-ui");
  await crestron.hears("!ALARM 1 ON interview-1 stopped recording, and not from a panel");
  bridge.endAlarm("disk-nearly-full");
  await crestron.hears("!ALARM disk-nearly-full OFF");
});

test("one lamp tells that the site is ready and wants something to be seen to", async () => {
  const { deck, bridge } = await startDecks({ desk: { controls: { "key-1": { look: "ready" } } } });
  await deck("desk").wait(1, /^green ready "READY"/);
  bridge.raiseAlarm("disk-nearly-full", "the disk is nearly full");
  await until("another lamp", () => !deck("desk").sees(1).startsWith("green"));
  bridge.endAlarm("disk-nearly-full");
  await deck("desk").wait(1, /^green ready "READY"/);
});

test("every alarm is posted to the webhook, which is tried again when it fails", async () => {
  const posted: unknown[] = [];
  let refusals = 1;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += String(part);
    });
    request.on("end", () => {
      const isRefused = refusals-- > 0;
      response.writeHead(isRefused ? 503 : 204).end();
      if (!isRefused) posted.push(JSON.parse(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { simulator } = await recording({
    extra: { alarms: { webhookFrom: "ALARM_ADDRESS" } },
    secrets: { ALARM_ADDRESS: `http://127.0.0.1:${port}/hook?token=hidden` },
  });
  simulator.somebodyElse(1, "stop", "web-ui");
  await until("the post", () => posted.length === 1, 15_000);
  expect(posted[0]).toMatchObject({
    kind: "stopped-elsewhere",
    room: "interview-1",
    state: "raised",
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  });
});

/** Decks on a room whose recording was stopped elsewhere, some time ago. */
async function alarmed(decks: Parameters<typeof startDecks>[0]) {
  const rig = await startDecks(decks, { extra: { alarms: { stoppedElsewhere: "all" } } });
  const { simulator, bridge } = rig;
  simulator.somebodyElse(1, "start", "scheduler");
  await until("recording", () => bridge.status().rooms[0]?.status === "recording");
  simulator.somebodyElse(1, "stop", "scheduler");
  await until("the alarm", () => bridge.status().alarms.length === 1);
  return rig;
}

const starts = { tap: "start", hold: "stop", look: "tally" } as const;

test("a tap on the tally that tells an alarm puts it away and does nothing else; the next one starts", async () => {
  const { simulator, bridge, deck } = await alarmed({
    desk: { room: "interview-1", controls: { "key-1": starts } },
  });
  const desk = deck("desk");
  // Nothing says "Start" beside what the next press does instead.
  await desk.wait(1, /^purple warning "Ready", of Press: clear alarm/);
  expect(desk.saw(1).filter(({ text }) => /"Start", of Press: clear/.test(text))).toEqual([]);
  // Somebody has read it.
  await rest(1200);
  await desk.tap(1);
  await until("the end of the alarm", () => bridge.status().alarms.length === 0);
  await desk.wait(1, /^white warning "Seen: press again"/);
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  await desk.tap(1);
  await desk.wait(1, /^red record "REC/);
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
});

test("a wall says in which of its rooms something happened", async () => {
  const { deck } = await alarmed({ desk: { rooms: ["interview-1", "interview-2"] } });
  await deck("desk").wait(1, /^purple warning "Ready", of Stopped elsewhere, in interview-1/);
  await deck("desk").wait(2, /^green ready "Ready", of interview-2/);
});

test("a press that was on its way when the alarm came acts, and so does a hold", async () => {
  const { simulator, bridge, deck } = await alarmed({
    desk: { room: "interview-1", controls: { "key-1": { ...starts, hold: "lock" } } },
  });
  await deck("desk").tap(1);
  await until("recording", () => simulator.world.room(1)?.status === "recording");
  await until("seen to record", () => bridge.status().rooms[0]?.status === "recording");
  expect(bridge.status().alarms).toEqual([]);
  simulator.somebodyElse(1, "stop", "scheduler");
  await until("the alarm", () => bridge.status().alarms.length === 1);
  await rest(1200);
  await deck("desk").down(1);
  await until("locked", () => simulator.world.room(1)?.status === "locked");
  await until("the end of the alarm", () => bridge.status().alarms.length === 0);
});

test("a key of its own puts an alarm away, and who may only mark does not", async () => {
  const seen = { press: "acknowledge", look: "alarm" };
  const decks = {
    guest: { room: "interview-1", may: ["mark"], controls: { "key-1": starts, "key-2": seen } },
    desk: { room: "interview-1", address: "fake://original", may: ["stop"], controls: { "key-2": seen } },
  };
  const { bridge, deck } = await alarmed(decks);
  await rest(1200);
  for (const key of [1, 2]) {
    await deck("guest").tap(key);
    await deck("guest").wait(key, /^purple warning "Key blocked: call IT"/);
  }
  expect(bridge.status().alarms).toHaveLength(1);
  await deck("desk").wait(2, /^purple warning "Stopped elsewhere"/);
  await deck("desk").tap(2);
  await until("the end of the alarm", () => bridge.status().alarms.length === 0);
  await deck("desk").wait(2, /^white mark "Seen"/);
  await deck("desk").wait(2, "blank");
});

test("a control without a picture acts at once: nothing on it could say that it did not", async () => {
  const controls = { "key-1": starts, "dial-1": { tap: "start" } };
  const { simulator, bridge } = await alarmed({
    desk: { address: "fake://plus", room: "interview-1", controls },
  });
  await rest(1200);
  const from: Peer = {
    id: peerId("console"),
    address: "127.0.0.1",
    reach: "same-machine",
    delivery: "stream",
  };
  for (const kind of ["down", "up"] as const)
    bridge.touch(deviceId("desk"), { kind, control: controlId("dial-1") }, from);
  await until("recording", () => simulator.world.room(1)?.status === "recording");
  await until("no alarm", () => bridge.status().alarms.length === 0);
});

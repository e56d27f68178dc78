import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
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

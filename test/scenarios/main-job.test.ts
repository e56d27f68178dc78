import { expect, test } from "vitest";
import { startRig, until } from "../support/rig.ts";

test("a control system starts, marks, pauses, resumes and stops a recording, and is told the truth each time", async () => {
  const { simulator, surface, bridge } = await startRig();
  surface.send("/valt/subscribe", 60);
  await until("the first state", () => surface.last("/valt/room/interview-1/state")?.[0] === "available");

  surface.send("/valt/room/interview-1/start");
  await until("recording", () => surface.last("/valt/room/interview-1/state")?.[0] === "recording");
  expect(simulator.world.room(1)?.status).toBe("recording");
  expect(simulator.world.room(1)?.recordingName).toMatch(/^interview-1 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  expect(surface.last("/valt/room/interview-1/recording")).toEqual([1]);

  surface.send("/valt/room/interview-1/marker", "She hesitates");
  await until("the mark", () => simulator.world.room(1)?.marks.length === 1);
  expect(simulator.world.room(1)?.marks[0]?.text).toBe("She hesitates");

  surface.send("/valt/room/interview-1/pause");
  await until("paused", () => surface.last("/valt/room/interview-1/state")?.[0] === "paused");
  surface.send("/valt/room/interview-1/resume");
  await until("resumed", () => surface.last("/valt/room/interview-1/state")?.[0] === "recording");
  surface.send("/valt/room/interview-1/stop");
  await until("stopped", () => surface.last("/valt/room/interview-1/state")?.[0] === "available");

  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
  expect(simulator.requests.count("POST rooms/{r}/record/stop")).toBe(1);
  expect(surface.told.filter(({ address }) => address === "/valt/error")).toEqual([]);
  expect(bridge.status().marksWaiting).toBe(0);
});

test("what somebody else does in the room is told as well", async () => {
  const { simulator, surface } = await startRig();
  surface.send("/valt/subscribe", 60);
  await until("the first state", () => surface.last("/valt/room/interview-2/state")?.[0] === "available");
  simulator.somebodyElse(2, "start", "scheduler");
  await until("recording", () => surface.last("/valt/room/interview-2/state")?.[0] === "recording");
  simulator.somebodyElse(2, "stop", "web-ui");
  await until("stopped", () => surface.last("/valt/room/interview-2/state")?.[0] === "available");
});

test("a button on a touch page toggles the recording and its lamp follows the room", async () => {
  const { simulator, surface, bridge } = await startRig({
    device: {
      room: "interview-1",
      targets: "udp://127.0.0.1:9", // replaced below by the subscriber: lamps go to targets
      controls: { "/page/record": { tap: "toggle", look: "tally" } },
    },
  });
  await until("the room", () => bridge.status().rooms[0]?.status === "available");
  surface.send("/page/record", 1.0);
  surface.send("/page/record", 0.0);
  await until("recording", () => simulator.world.room(1)?.status === "recording");
});

import { beforeEach, describe, expect, test } from "vitest";
import { type Rig, startRig, until } from "../support/rig.ts";

let rig: Rig;
const status = () => rig.simulator.world.room(1)?.status;

beforeEach(async () => {
  rig = await startRig();
  await until("the room", () => rig.bridge.status().rooms.every(({ knowledge }) => knowledge === "live"));
});

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);
}

const START = "/valt/room/1/start";
const SET = "/valt/room/1/record";

// The numbers are those of `test/field.md`.
describe("packets of surfaces that others stumble over", () => {
  test("23: switches are floats, 1 and 0", async () => {
    rig.surface.sendBytes(Buffer.concat([text(SET), text(",f"), Buffer.from([0x3f, 0x80, 0, 0])]));
    await until("a start", () => status() === "recording");
    rig.surface.sendBytes(Buffer.concat([text(SET), text(",f"), Buffer.alloc(4)]));
    await until("a stop", () => status() === "available");
  });

  test("24: the same as whole numbers", async () => {
    rig.surface.send(SET, 1);
    await until("a start", () => status() === "recording");
    rig.surface.send(SET, 0);
    await until("a stop", () => status() === "available");
  });

  test("25: the same as type tags T and F", async () => {
    rig.surface.send(SET, true);
    await until("a start", () => status() === "recording");
    rig.surface.send(SET, false);
    await until("a stop", () => status() === "available");
  });

  test("26: more arguments than are wanted", async () => {
    rig.surface.send(START, 1, 0.5, "extra");
    await until("a start", () => status() === "recording");
  });

  test("27: no type tags", async () => {
    rig.surface.sendBytes(text(START));
    await until("a start", () => status() === "recording");
  });

  test("28: an empty text is no yes", async () => {
    rig.surface.send(SET, "");
    await until("an answer", () => rig.surface.all("/valt/error").length > 0);
    expect(status()).toBe("available");
  });

  test("29: a text whose end falls on a boundary, and another behind it", async () => {
    rig.surface.send(START);
    await until("a start", () => status() === "recording");
    rig.surface.send("/valt/room/1/marker", "@content", "ch2");
    const mark = await until("a mark", () => rig.simulator.world.room(1)?.marks[0]);
    expect(mark.text).toMatch(/^@content/);
  });

  test("30: three arguments, whose tags need four more zeros", async () => {
    rig.surface.send(START, 1, 2.5, 3.5);
    await until("a start", () => status() === "recording");
  });

  test("31: a text of several lines is one mark on one line", async () => {
    rig.surface.send(START);
    await until("a start", () => status() === "recording");
    rig.surface.send("/valt/room/1/marker", "Hello,\n\nthird line");
    const mark = await until("a mark", () => rig.simulator.world.room(1)?.marks[0]);
    expect(mark.text).toMatch(/Hello,.*third line/);
    expect(mark.text).not.toMatch(/\n/);
  });

  test("32: a recording that somebody else starts and stops is told", async () => {
    rig.surface.send("/valt/subscribe");
    await until("the idle room", () => rig.surface.all("/valt/room/interview-1/state").length > 0);
    rig.simulator.somebodyElse(1, "start");
    await until("recording", () => rig.surface.last("/valt/room/interview-1/recording")?.[0] === 1);
    rig.simulator.somebodyElse(1, "stop");
    await until("idle", () => rig.surface.last("/valt/room/interview-1/recording")?.[0] === 0);
  });

  test("33: a stop after the longest duration has ended the recording is no failure", async () => {
    const seen = () => rig.bridge.status().rooms[0]?.status;
    rig.simulator.somebodyElse(1, "start", "scheduler");
    await until("the recording", () => seen() === "recording");
    rig.simulator.somebodyElse(1, "stop", "scheduler");
    rig.surface.send("/valt/room/1/stop");
    const answer = await until("an answer", () =>
      rig.surface.told.find(({ address }) => /^\/valt\/(?:ok|error)$/.test(address)),
    );
    expect(answer).toMatchObject({ address: "/valt/ok", values: ["/valt/room/1/stop", "already-so"] });
  });
});

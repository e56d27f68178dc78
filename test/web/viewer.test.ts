import { expect, test } from "vitest";
import type { WebSocket } from "ws";
import { controlId, deviceId } from "../../src/base/identifiers.ts";
import type { Frame } from "../../src/driver/frame.ts";
import { Turns } from "../../src/web/turns.ts";
import { Viewer } from "../../src/web/viewers.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

const DESK = deviceId("desk");
const visitor = { right: "view", session: "test", how: "open-door" } as const;

/** A socket that keeps what it is given, until it is told that it went out. */
function createWire() {
  const sent: (string | Buffer)[] = [];
  const waiting: (() => void)[] = [];
  const wire = {
    readyState: 1,
    OPEN: 1,
    bufferedAmount: 0,
    isTerminated: false,
    send(data: string | Buffer, done?: () => void) {
      sent.push(data);
      if (done !== undefined) waiting.push(done);
    },
    terminate() {
      wire.isTerminated = true;
    },
  };
  const goOut = async () => {
    wire.bufferedAmount = 0;
    for (const done of waiting.splice(0)) done();
    await settle();
  };
  return { wire, sent, goOut };
}

function look() {
  const { wire, sent, goOut } = createWire();
  const viewer = new Viewer(wire as unknown as WebSocket, visitor, new Turns(createFakeClock()));
  viewer.watch(new Set([DESK]));
  const show = (control: string, shade: number) => viewer.show(DESK, controlId(control), picture(shade));
  return { wire, sent, goOut, viewer, show };
}

function picture(shade: number): Frame {
  return { kind: "image", rgb: new Uint8Array(3).fill(shade), widthPx: 1, heightPx: 1 };
}

const nameOf = (packed: string | Buffer | undefined) => (packed as Buffer).subarray(6, 11).toString();

test("of several pictures of one control only the newest is sent", async () => {
  const { sent, show } = look();
  for (let shade = 0; shade < 50; shade++) show("key-1", shade);
  show("key-2", 1);
  await settle();
  expect(sent.map(nameOf)).toEqual(["key-1", "key-2"]);
});

test("a browser that is slow gets fewer pictures, not older ones, and none of its keys starves", async () => {
  const { wire, sent, goOut, show } = look();
  wire.bufferedAmount = 1_000_000;
  show("key-1", 1);
  await settle();
  for (let shade = 2; shade < 30; shade++) for (const control of ["key-1", "key-2"]) show(control, shade);
  await settle();
  expect(sent).toHaveLength(1);
  await goOut();
  expect(sent.map(nameOf)).toEqual(["key-1", "key-1", "key-2"]);
});

test("a browser that takes nothing at all is let go", () => {
  const { wire, viewer } = look();
  wire.bufferedAmount = 100_000_000;
  viewer.send({ type: "lamps", lamps: [] });
  expect(wire.isTerminated).toBe(true);
});

test("lamps travel together as colours and texts", async () => {
  const { sent, viewer } = look();
  viewer.show(DESK, controlId("left"), { kind: "lamp", rgb: [255, 0, 16], blink: "slow" });
  viewer.show(DESK, controlId("line"), { kind: "text", text: "REC" });
  await settle();
  expect(sent.map((text) => JSON.parse(String(text)))).toEqual([
    {
      type: "lamps",
      lamps: [
        { device: "desk", control: "left", color: "#ff0010", blink: "slow" },
        { device: "desk", control: "line", text: "REC" },
      ],
    },
  ]);
});

test("nothing is sent of panels that are not looked at any more", async () => {
  const { sent, viewer, show } = look();
  show("key-1", 1);
  viewer.watch(new Set());
  show("key-2", 1);
  await settle();
  expect(sent).toEqual([]);
});

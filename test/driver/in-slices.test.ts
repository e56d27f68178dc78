import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { type ByteSource, readInSlices } from "../../src/driver/in-slices.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

/** A stream that notes whether it is held back, and a clock on which every slice takes some time. */
function createSetting(sliceMs: number) {
  const clock = createFakeClock();
  let nowMs = 0;
  const slow = { ...clock, monotonicMs: () => nowMs };
  const turns: (() => void)[] = [];
  const lent = { ...slow, soon: (task: () => void) => void turns.push(task) };
  const order: string[] = [];
  return {
    order,
    source(name: string, onSlice: (text: string) => void = () => undefined) {
      const emitter = new EventEmitter();
      const source = Object.assign(emitter, {
        isPaused: false,
        pause: () => {
          source.isPaused = true;
        },
        resume: () => {
          source.isPaused = false;
        },
        send: (text: string) => void emitter.emit("data", Buffer.from(text)),
      });
      void readInSlices(source as ByteSource, lent, (bytes) => {
        nowMs += sliceMs;
        const text = Buffer.from(bytes).toString();
        order.push(`${name}${text.length}`);
        onSlice(text);
      });
      return source;
    },
    /** One turn of the event loop. */
    turn() {
      for (const task of turns.splice(0)) task();
    },
    hasTurns: () => turns.length > 0,
  };
}

test("what is short is taken at once, and nobody is held back", async () => {
  const { source, order, hasTurns } = createSetting(1);
  const one = source("a");
  one.send("x".repeat(512));
  one.send("REC START 1\r");
  expect(order).toEqual(["a512", "a12"]);
  expect(one.isPaused || hasTurns()).toBe(false);
  await settle();
});

test("what is long comes in slices, in turn with others, and its sender is held back meanwhile", () => {
  const { source, order, turn, hasTurns } = createSetting(2);
  const [one, other] = [source("a"), source("b")];
  one.send("x".repeat(1500));
  other.send("y".repeat(1100));
  expect(order).toEqual(["a512", "b512"]);
  expect([one.isPaused, other.isPaused]).toEqual([true, true]);
  turn();
  expect(order.slice(2)).toEqual(["a512", "b512"]);
  turn();
  expect(order.slice(4)).toEqual(["a476", "b76"]);
  expect([one.isPaused, other.isPaused, hasTurns()]).toEqual([false, false, false]);
});

test("what arrives although it is held back waits its turn, and nothing is lost or exchanged", () => {
  let text = "";
  const { source, turn, hasTurns } = createSetting(0);
  const one = source("a", (slice) => {
    text += slice;
  });
  const sent = Array.from({ length: 500 }, (_, index) => `line ${index}\r`);
  for (const part of sent) one.send(part.repeat(3));
  one.send(sent.join(""));
  one.send("the last");
  while (hasTurns()) turn();
  expect(text).toBe(`${sent.map((part) => part.repeat(3)).join("")}${sent.join("")}the last`);
});

test("a slice whose reader throws does not stop the others", () => {
  const { source, order, turn, hasTurns } = createSetting(0);
  const bad = source("a", () => {
    throw new Error("on purpose");
  });
  const good = source("b");
  expect(() => bad.send("x".repeat(2000))).toThrow("on purpose");
  good.send("y".repeat(2000));
  for (let round = 0; hasTurns() && round < 20; round++) {
    try {
      turn();
    } catch (error) {
      expect(String(error)).toBe("Error: on purpose");
    }
  }
  expect(order.filter((slice) => slice.startsWith("b"))).toHaveLength(4);
});

test("of a source that is gone nothing is taken any more", () => {
  const { source, order, turn } = createSetting(0);
  const one = source("a");
  one.send("x".repeat(2000));
  one.emit("close");
  turn();
  expect(order).toEqual(["a512"]);
});

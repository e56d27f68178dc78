import { expect, test } from "vitest";
import { controlId } from "../../src/base/identifiers.ts";
import type { Frame } from "../../src/driver/frame.ts";
import { WriteQueue } from "../../src/panel/write-queue.ts";
import { settle } from "../support/fake-clock.ts";

const text = (words: string): Frame => ({ kind: "text", text: words });
const [A, B, C] = [controlId("a"), controlId("b"), controlId("c")];

function createSetting() {
  const writes: { control: string; frame: Frame; signal: AbortSignal; done(): void; fail(): void }[] = [];
  const failures: unknown[] = [];
  const queue = new WriteQueue({
    write: (control, frame, signal) =>
      new Promise((resolve, reject) => {
        writes.push({ control, frame, signal, done: resolve, fail: () => reject(new Error("unplugged")) });
      }),
    failed: (error) => failures.push(error),
  });
  const shown = () =>
    writes.map(({ control, frame }) => `${control}:${frame.kind === "text" ? frame.text : frame.kind}`);
  return { queue, writes, failures, shown };
}

async function finish(writes: readonly { done(): void }[]): Promise<void> {
  for (let index = 0; index < writes.length; index++) {
    writes[index]!.done();
    await settle();
  }
}

test("a frame is written at once when nothing is on its way", () => {
  const { queue, shown } = createSetting();
  queue.put(A, text("1"));
  expect(shown()).toEqual(["a:1"]);
});

test("frames are written one at a time", async () => {
  const { queue, writes, shown } = createSetting();
  for (const control of [A, B, C]) queue.put(control, text("1"));
  expect(shown()).toEqual(["a:1"]);
  writes[0]!.done();
  await settle();
  expect(shown()).toEqual(["a:1", "b:1"]);
  await finish(writes);
  expect(shown()).toEqual(["a:1", "b:1", "c:1"]);
});

test("only the newest frame of a control is written, however many came meanwhile", async () => {
  const { queue, writes, shown } = createSetting();
  queue.put(A, text("0"));
  for (let count = 1; count <= 1000; count++) queue.put(A, text(String(count)));
  await finish(writes);
  expect(shown()).toEqual(["a:0", "a:1000"]);
});

test("a control that is drawn over keeps its place in the order, so that none starves", async () => {
  const { queue, writes, shown } = createSetting();
  queue.put(A, text("1"));
  queue.put(B, text("1"));
  queue.put(C, text("1"));
  queue.put(B, text("2"));
  await finish(writes);
  expect(shown()).toEqual(["a:1", "b:2", "c:1"]);
});

test("a frame that the control shows already is not written", async () => {
  const { queue, writes, shown } = createSetting();
  queue.put(A, text("1"));
  await finish(writes);
  queue.put(A, text("1"));
  queue.put(B, text("1"));
  queue.put(A, text("2"));
  queue.put(A, text("1"));
  await finish(writes);
  expect(shown()).toEqual(["a:1", "b:1"]);
});

test.each<[what: string, one: Frame, other: Frame]>([
  [
    "colours",
    { kind: "lamp", rgb: [255, 0, 0], blink: "steady" },
    { kind: "lamp", rgb: [255, 0, 1], blink: "steady" },
  ],
  [
    "blinking",
    { kind: "lamp", rgb: [255, 0, 0], blink: "slow" },
    { kind: "lamp", rgb: [255, 0, 0], blink: "fast" },
  ],
  ["texts", text("a"), text("b")],
  [
    "pixels",
    { kind: "image", rgb: Uint8Array.of(0, 0, 128), widthPx: 1, heightPx: 1 },
    { kind: "image", rgb: Uint8Array.of(0, 0, 129), widthPx: 1, heightPx: 1 },
  ],
])("other %s are another frame", async (_, one, other) => {
  const { queue, writes } = createSetting();
  queue.put(A, one);
  await finish(writes);
  queue.put(A, structuredClone(one));
  expect(writes).toHaveLength(1);
  queue.put(A, other);
  expect(writes).toHaveLength(2);
});

test("after forgetting, the same frame is written again", async () => {
  const { queue, writes, shown } = createSetting();
  queue.put(A, text("1"));
  await finish(writes);
  queue.forget();
  queue.put(A, text("1"));
  await finish(writes);
  expect(shown()).toEqual(["a:1", "a:1"]);
});

test("a failure is reported once, and nothing is written afterwards", async () => {
  const { queue, writes, failures, shown } = createSetting();
  queue.put(A, text("1"));
  queue.put(B, text("1"));
  writes[0]!.fail();
  await settle();
  queue.put(C, text("1"));
  await settle();
  expect(failures).toEqual([new Error("unplugged")]);
  expect(shown()).toEqual(["a:1"]);
});

test("closing breaks off the write under way, drops what waits, and reports nothing", async () => {
  const { queue, writes, failures, shown } = createSetting();
  queue.put(A, text("1"));
  queue.put(B, text("1"));
  queue.close();
  expect(writes[0]!.signal.aborted).toBe(true);
  writes[0]!.fail();
  await settle();
  queue.put(C, text("1"));
  queue.close();
  expect(shown()).toEqual(["a:1"]);
  expect(failures).toEqual([]);
});

import { EventEmitter } from "node:events";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Answered, Asked } from "../../src/journal/tasks.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

/** A thread that answers by hand. */
class FakeWorker extends EventEmitter {
  static readonly all: FakeWorker[] = [];
  static fault: Error | undefined;
  readonly options: object;
  readonly posted: (Asked | "end")[] = [];
  /** Whether it keeps the process. */
  isHeld = true;

  constructor(_file: URL, options: object) {
    super();
    if (FakeWorker.fault !== undefined) throw FakeWorker.fault;
    this.options = options;
    FakeWorker.all.push(this);
  }

  postMessage(message: Asked | "end"): void {
    this.posted.push(message);
  }
  ref(): void {
    this.isHeld = true;
  }
  unref(): void {
    this.isHeld = false;
  }
  /** The answer to its last question but so many. */
  answer(value: unknown, before = 0): void {
    this.#say({ id: this.#idOf(before), answer: value });
  }
  fail(kind: "replaced" | "full", before = 0): void {
    this.#say({ id: this.#idOf(before), failure: { kind, message: "" } });
  }
  #idOf(before: number): number {
    return (this.posted.at(-1 - before) as Asked).id;
  }
  #say(answered: Answered): void {
    this.emit("message", answered);
  }
}

beforeEach(() => {
  FakeWorker.all.length = 0;
  FakeWorker.fault = undefined;
});

async function createSetting() {
  vi.resetModules();
  vi.doMock("node:worker_threads", () => ({ Worker: FakeWorker }));
  onTestFinished(() => {
    vi.doUnmock("node:worker_threads");
    vi.resetModules();
  });
  const { createStorage } = await import("../../src/journal/storage.ts");
  const clock = createFakeClock();
  const storage = createStorage(clock);
  const told: unknown[] = [];
  const ask = async () => {
    void storage.ask("check-ledger", null).then((result) => told.push(result.ok || result.failure.message));
    await settle();
  };
  return { clock, storage, told, ask };
}

const worker = (index = 0) => FakeWorker.all[index] as FakeWorker;

describe("the thread of the files", () => {
  test("is begun by the first question, with little memory for what lives shortly", async () => {
    const { ask } = await createSetting();
    expect(FakeWorker.all).toEqual([]);
    await ask();
    await ask();
    expect(FakeWorker.all).toHaveLength(1);
    expect(worker().options).toMatchObject({ resourceLimits: { maxYoungGenerationSizeMb: 4 } });
    expect(worker().posted).toMatchObject([{ task: "check-ledger" }, { task: "check-ledger" }]);
  });

  test("keeps the process exactly as long as a question is open", async () => {
    const { ask, told } = await createSetting();
    await ask();
    await ask();
    worker().answer(null, 1);
    expect(worker().isHeld).toBe(true);
    worker().answer(null);
    expect(worker().isHeld).toBe(false);
    await ask();
    expect(worker().isHeld).toBe(true);
    worker().fail("full");
    await settle();
    expect([told, worker().isHeld]).toEqual([[true, true, ""], false]);
  });

  test.each([
    ["error", new Error("out of memory"), "out of memory"],
    ["exit", 1, "its thread has ended"],
  ])(
    "that ends by an %s fails what is open, and the next question begins another",
    async (event, cause, text) => {
      const { ask, told } = await createSetting();
      await ask();
      worker().emit(event, cause);
      await settle();
      expect(told).toEqual([text]);
      await ask();
      expect(FakeWorker.all).toHaveLength(2);
      // The end of the one before means nothing any more.
      worker().emit("exit", 1);
      worker(1).answer(null);
      await settle();
      expect(told).toEqual([text, true]);
    },
  );

  test("that ends before a question was sent is not begun again for it", async () => {
    const { ask, told } = await createSetting();
    await ask();
    const second = ask();
    worker().emit("exit", 1);
    await second;
    expect([told.length, FakeWorker.all.length]).toEqual([2, 1]);
  });

  test("that cannot be begun fails the question", async () => {
    const { ask, told } = await createSetting();
    FakeWorker.fault = new Error("no thread");
    await ask();
    expect(told).toEqual(["Error: no thread"]);
  });

  test("whose file was replaced is waited for: no other opens the file before it has ended", async () => {
    const { ask, told } = await createSetting();
    await ask();
    await ask();
    worker().fail("replaced", 1);
    await ask();
    expect(told).toEqual(["", "its thread was replaced"]);
    expect([FakeWorker.all.length, worker().isHeld]).toEqual([1, true]);
    worker().emit("exit", 0);
    await settle();
    expect(FakeWorker.all).toHaveLength(2);
    worker(1).answer(null);
    await settle();
    expect(told).toEqual(["", "its thread was replaced", true]);
    // What it says late is of no use.
    expect(() => worker().fail("replaced")).not.toThrow();
  });
});

describe("closing", () => {
  test("is over when the thread has ended by itself", async () => {
    const { ask, storage, told } = await createSetting();
    await ask();
    const over = vi.fn();
    void storage.close().then(over);
    await settle();
    expect([worker().posted.at(-1), over.mock.calls.length]).toEqual(["end", 0]);
    worker().emit("exit", 0);
    await settle();
    expect([told, over.mock.calls.length, worker().isHeld]).toEqual([["its thread has ended"], 1, true]);
  });

  test("leaves a thread that hangs to the end of the process, after a second", async () => {
    const { ask, clock, storage, told } = await createSetting();
    await ask();
    const over = vi.fn();
    void storage.close().then(over);
    await clock.advance(999);
    expect([told, over.mock.calls.length, worker().isHeld]).toEqual([[], 0, true]);
    await clock.advance(1);
    expect([told, over.mock.calls.length, worker().isHeld]).toEqual([["it was closed"], 1, false]);
    expect(() => worker().fail("replaced")).not.toThrow();
  });
});

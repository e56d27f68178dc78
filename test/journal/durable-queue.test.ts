import { describe, expect, test } from "vitest";
import { fail, succeed } from "../../src/base/result.ts";
import type { StorageFailure } from "../../src/journal/database.ts";
import { DurableQueue } from "../../src/journal/durable-queue.ts";
import { createHealthReport } from "../../src/journal/health.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

type Kind = StorageFailure["kind"];

/** A file that fails as it is told to, and writes down what is asked of it. */
function createSetting({ gatherMs = 0, mostWaiting = 2000 } = {}) {
  const clock = createFakeClock();
  const health = createHealthReport(clock);
  const file = {
    opening: undefined as Kind | undefined,
    writing: undefined as Kind | undefined,
    looking: undefined as Kind | undefined,
    /** A mistake of ours in the next write. */
    throws: false,
    /** Until it is let go. */
    hangs: undefined as Promise<void> | undefined,
    opened: (): void => undefined,
    done: [] as string[],
    failed: [] as number[],
  };
  const answer = (kind: Kind | undefined) =>
    kind === undefined ? succeed(undefined) : fail({ kind, message: `it is ${kind}` });
  const queue = new DurableQueue<number>({
    clock,
    health,
    gatherMs,
    mostWaiting,
    open: async (damage) => {
      file.done.push(damage === undefined ? "open" : `open instead of one of which ${damage}`);
      file.opened();
      return answer(file.opening);
    },
    look: async () => {
      file.done.push("look");
      await file.hangs;
      return answer(file.looking);
    },
    write: async (items) => {
      file.done.push(`write ${items.length === 1 ? items[0] : `${items[0]}-${items.at(-1)}`}`);
      await file.hangs;
      if (file.throws) throw new Error("a mistake");
      return answer(file.writing);
    },
    written: (items) => file.done.push(`written ${items.length}`),
    failed: (items) => file.failed.push(...items),
  });
  const deeds = () => file.done.splice(0).filter((deed) => deed !== "look");
  const begin = async () => {
    void queue.start();
    await clock.advance(0);
    file.done.length = 0;
  };
  return { clock, health, file, queue, deeds, begin };
}

test("a mistake that throws neither spins nor ends the record", async () => {
  const clock = createFakeClock();
  const health = createHealthReport(clock);
  const written: string[] = [];
  let tries = 0;
  const queue = new DurableQueue<string>({
    clock,
    health,
    gatherMs: 0,
    mostWaiting: 10,
    open: async () => {
      tries++;
      if (tries <= 4) throw new Error("a mistake");
      return succeed(undefined);
    },
    look: async () => succeed(undefined),
    write: async () => succeed(undefined),
    written: (items) => written.push(...items),
    failed: () => undefined,
  });
  void queue.start();
  queue.put("one");
  await clock.advance(100);
  expect(tries).toBe(1);
  expect(health.current().state).not.toBe("working");
  await clock.advance(10_000);
  expect(written).toEqual(["one"]);
  expect(tries).toBe(5);
  expect(health.current().state).toBe("working");
  expect(await queue.close(1000)).toBe(0);
});

describe("items", () => {
  test("are gathered for a moment and written together, in their order", async () => {
    const { clock, queue, begin, deeds } = createSetting({ gatherMs: 50 });
    await begin();
    queue.put(1);
    await clock.advance(49);
    queue.put(2);
    expect(deeds()).toEqual([]);
    await clock.advance(1);
    expect(deeds()).toEqual(["write 1-2", "written 2"]);
    queue.put(3);
    await clock.advance(50);
    expect(deeds()).toEqual(["write 3", "written 1"]);
  });

  test("are gathered by one timer", async () => {
    const { clock, queue, begin } = createSetting({ gatherMs: 50 });
    await begin();
    const before = clock.timerCount();
    for (const item of [1, 2, 3]) queue.put(item);
    expect(clock.timerCount()).toBe(before + 1);
  });

  test("that somebody waits for wait for no timer", async () => {
    const { queue, begin, deeds } = createSetting();
    await begin();
    queue.put(1);
    await settle();
    expect(deeds()).toEqual(["write 1", "written 1"]);
  });

  test("that somebody waits for are written at once, and those that come meanwhile after them", async () => {
    const { clock, queue, begin, deeds, file } = createSetting();
    await begin();
    let letGo: () => void = () => undefined;
    file.hangs = new Promise((resolve) => {
      letGo = resolve;
    });
    queue.put(1);
    await clock.advance(0);
    for (const item of [2, 3]) queue.put(item);
    await clock.advance(100);
    expect(deeds()).toEqual(["write 1"]);
    letGo();
    await clock.advance(0);
    expect(deeds()).toEqual(["written 1", "write 2-3", "written 2"]);
    expect(queue.size()).toBe(0);
  });

  test("go to the disk five hundred at once", async () => {
    const { clock, queue, begin, deeds } = createSetting({ gatherMs: 10 });
    await begin();
    for (let item = 1; item <= 501; item++) queue.put(item);
    await clock.advance(10);
    expect(deeds()).toEqual(["write 1-500", "written 500", "write 501", "written 1"]);
  });

  test("are refused when there is no room, and when the end has begun", async () => {
    const { queue, file } = createSetting({ mostWaiting: 2 });
    file.opening = "full";
    expect([queue.put(1), queue.put(2), queue.put(3)]).toEqual([true, true, false]);
    const { queue: other } = createSetting();
    void other.close(0);
    expect(other.put(1)).toBe(false);
  });
});

describe("a file that cannot be written", () => {
  test("is opened anew before each try, ever more rarely, until all is written", async () => {
    const { clock, queue, begin, deeds, file, health } = createSetting();
    await begin();
    expect(health.current().state).toBe("working");
    file.writing = "full";
    queue.put(1);
    await clock.advance(0);
    expect(deeds()).toEqual(["write 1"]);
    expect(health.current()).toMatchObject({ state: "degraded", why: "it is full" });
    expect([queue.isOpen(), file.failed]).toEqual([false, [1]]);
    await clock.advance(212);
    expect(deeds()).toEqual([]);
    await clock.advance(1);
    expect(deeds()).toEqual(["open", "write 1"]);
    await clock.advance(424);
    expect(deeds()).toEqual([]);
    file.writing = undefined;
    await clock.advance(1);
    expect(deeds()).toEqual(["open", "write 1", "written 1"]);
    expect(health.current().state).toBe("working");
    file.writing = "full";
    queue.put(2);
    await clock.advance(213);
    expect(deeds(), "as soon as the first time").toEqual(["write 2", "open", "write 2"]);
  });

  test("for long is tried about every ten seconds", async () => {
    const { clock, queue, begin, deeds, file } = createSetting();
    await begin();
    file.writing = "full";
    queue.put(1);
    await clock.advance(60_000);
    deeds();
    await clock.advance(85_000);
    expect(deeds().filter((deed) => deed === "open")).toHaveLength(10);
  });

  test("because of a mistake is opened anew as well", async () => {
    const { clock, queue, begin, deeds, file } = createSetting();
    await begin();
    file.throws = true;
    queue.put(1);
    await clock.advance(0);
    file.throws = false;
    await clock.advance(300);
    expect(deeds()).toEqual(["write 1", "open", "write 1", "written 1"]);
  });

  test("and then does not answer goes on saying why it could not be written", async () => {
    const { clock, queue, begin, file, health } = createSetting();
    await begin();
    file.writing = "full";
    queue.put(1);
    await clock.advance(0);
    file.hangs = new Promise(() => undefined);
    await clock.advance(10_000);
    expect(health.current()).toMatchObject({ state: "degraded", why: "it is full" });
  });

  test("that is damaged is replaced at once", async () => {
    const { clock, queue, begin, deeds, file, health } = createSetting();
    await begin();
    const heard: string[] = [];
    health.onChange(({ state, why }) => heard.push(`${state} ${why}`));
    file.writing = "corrupt";
    file.opened = () => {
      file.writing = undefined;
    };
    queue.put(1);
    await clock.advance(0);
    const anew = "open instead of one of which it is corrupt";
    expect(deeds()).toEqual(["write 1", anew, "write 1", "written 1"]);
    expect(heard).toEqual(["degraded it is corrupt", "working undefined"]);
    file.writing = "full";
    queue.put(2);
    await clock.advance(300);
    expect(deeds().slice(0, 2), "that damage is mended").toEqual(["write 2", "open"]);
  });

  test("and that is damaged each time it is begun anew waits like any other", async () => {
    const { clock, queue, begin, deeds, file, health } = createSetting();
    await begin();
    file.writing = "corrupt";
    let openings = 0;
    file.opened = () => {
      openings++;
      if (openings > 50) file.writing = undefined;
    };
    queue.put(1);
    await clock.advance(212);
    const anew = "open instead of one of which it is corrupt";
    expect(deeds()).toEqual(["write 1", anew, "write 1"]);
    expect(health.current()).toMatchObject({ state: "degraded", why: "it is corrupt" });
    await clock.advance(1);
    expect(deeds()).toEqual([anew, "write 1"]);
  });

  test("because its thread has ended is opened anew at once, and nobody hears of it", async () => {
    const { clock, queue, begin, deeds, file, health } = createSetting();
    await begin();
    const heard: string[] = [];
    health.onChange(({ state }) => heard.push(state));
    file.opened = () => {
      file.writing = undefined;
    };
    for (const item of [1, 2]) {
      file.writing = "stopped";
      queue.put(item);
      await clock.advance(0);
      expect(deeds()).toEqual([`write ${item}`, "open", `write ${item}`, "written 1"]);
    }
    expect(heard).toEqual([]);
  });

  test("because its thread ends again and again waits like any other", async () => {
    const { clock, queue, begin, deeds, file, health } = createSetting();
    await begin();
    file.writing = "stopped";
    queue.put(1);
    await clock.advance(212);
    expect(deeds()).toEqual(["write 1", "open", "write 1"]);
    expect(health.current()).toMatchObject({ state: "degraded", why: "it is stopped" });
  });

  test("that a newer version wrote is off, and stays so until something could be written", async () => {
    const { clock, queue, deeds, file, health } = createSetting();
    file.opening = "newer";
    void queue.start();
    await clock.advance(0);
    expect(health.current()).toMatchObject({ state: "off", why: "it is newer" });
    file.opening = "full";
    await clock.advance(1000);
    expect(health.current()).toMatchObject({ state: "off", why: "it is full" });
    file.opening = undefined;
    await clock.advance(10_000);
    expect(health.current().state).toBe("working");
    expect(deeds().every((deed) => deed === "open")).toBe(true);
  });

  test("for three seconds does not answer, and works again when it has", async () => {
    const { clock, queue, begin, file, health } = createSetting();
    await begin();
    let letGo: () => void = () => undefined;
    file.hangs = new Promise((resolve) => {
      letGo = resolve;
    });
    queue.put(1);
    await clock.advance(2999);
    expect(health.current().state).toBe("working");
    await clock.advance(1);
    expect(health.current()).toMatchObject({ state: "degraded", why: "the disk does not answer" });
    letGo();
    await clock.advance(0);
    expect(health.current().state).toBe("working");
    await clock.advance(10_000);
    expect(health.current().state).toBe("working");
  });
});

test("a start has been tried when the file is open, or could not be opened", async () => {
  for (const kind of [undefined, "full"] as const) {
    const { clock, queue, file } = createSetting();
    file.opening = kind;
    let isTried = false;
    void queue.start().then(() => {
      isTried = true;
    });
    await clock.advance(0);
    expect([isTried, queue.isOpen()]).toEqual([true, kind === undefined]);
  }
});

describe("each second the open file is looked after", () => {
  const looks = (done: readonly string[]) => done.filter((deed) => deed === "look").length;

  test("once at a time, and not before it is open", async () => {
    const { clock, queue, begin, file } = createSetting();
    await clock.advance(5000);
    expect(looks(file.done)).toBe(0);
    await begin();
    await clock.advance(3000);
    expect(looks(file.done)).toBe(3);
    file.hangs = new Promise(() => undefined);
    await clock.advance(5000);
    expect(looks(file.done)).toBe(4);
    void queue.close(0);
    file.hangs = undefined;
  });

  test("and one that is found to be replaced while it is written is opened when that has ended", async () => {
    const { clock, queue, begin, file, deeds } = createSetting();
    await begin();
    let letGo: () => void = () => undefined;
    file.hangs = new Promise((resolve) => {
      letGo = resolve;
    });
    queue.put(1);
    await clock.advance(0);
    file.hangs = undefined;
    file.looking = "replaced";
    await clock.advance(1000);
    file.looking = undefined;
    queue.put(2);
    expect(deeds()).toEqual(["write 1"]);
    letGo();
    await clock.advance(0);
    expect(deeds()).toEqual(["written 1", "open", "write 2", "written 1"]);
  });

  test.each<[Kind, string[], string]>([
    ["replaced", ["open"], "working"],
    ["stopped", ["open"], "working"],
    ["corrupt", ["open instead of one of which it is corrupt"], "working"],
    ["full", [], "working"],
  ])("and one that is %s: %j", async (kind, done, state) => {
    const { clock, begin, file, deeds, health } = createSetting();
    await begin();
    const heard: string[] = [];
    health.onChange(({ state }) => heard.push(state));
    file.looking = kind;
    await clock.advance(1000);
    file.looking = undefined;
    expect(deeds()).toEqual(done);
    expect(health.current().state).toBe(state);
    expect(heard).toEqual(kind === "replaced" ? ["degraded", "working"] : []);
  });
});

describe("at the end", () => {
  test("what waits is written, after a last look", async () => {
    const { clock, queue, begin, file } = createSetting({ gatherMs: 50 });
    await begin();
    queue.put(1);
    const closing = queue.close(1000);
    await clock.advance(0);
    expect(await closing).toBe(0);
    expect(file.done).toEqual(["look", "write 1", "written 1"]);
    await clock.advance(5000);
    expect(file.done).toHaveLength(3);
  });

  test("what cannot be written is counted, after two more tries that nobody waits for", async () => {
    const { clock, queue, begin, file, deeds } = createSetting();
    await begin();
    file.writing = "full";
    queue.put(1);
    queue.put(2);
    await clock.advance(0);
    const closing = queue.close(1000);
    await clock.advance(0);
    expect(await closing).toBe(2);
    expect(deeds()).toEqual(["write 1-2", "open", "write 1-2", "open", "write 1-2"]);
  });

  test("a file that cannot be opened is not written to", async () => {
    const { clock, queue, file, deeds } = createSetting();
    file.opening = "full";
    void queue.start();
    queue.put(1);
    await clock.advance(0);
    const closing = queue.close(1000);
    await clock.advance(0);
    expect(await closing).toBe(1);
    expect(deeds()).toEqual(["open", "open", "open"]);
  });

  test("a disk that hangs is waited for no longer than that", async () => {
    const { clock, queue, begin, file } = createSetting();
    await begin();
    file.hangs = new Promise(() => undefined);
    queue.put(1);
    const closing = queue.close(1000);
    await clock.advance(1000);
    expect(await closing).toBe(1);
  });
});

import { describe, expect, test } from "vitest";
import { createBackoff } from "../../src/base/backoff.ts";
import { pause, readWallTime } from "../../src/base/clock.ts";
import { correlationIds, recordingId } from "../../src/base/identifiers.ts";
import { createLog } from "../../src/base/log.ts";
import { redact, rememberSecret } from "../../src/base/redact.ts";
import { assertNever } from "../../src/base/result.ts";
import { createFakeClock } from "../support/fake-clock.ts";

describe("a back-off", () => {
  const settings = { firstMs: 250, longestMs: 5000, factor: 2, jitter: 0.3 };

  test("grows up to its longest delay, and begins anew after a success", () => {
    const backoff = createBackoff(settings, { chance: () => 0 });
    const next = (count: number) => Array.from({ length: count }, () => backoff.nextMs());
    expect(next(7)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    backoff.reset();
    expect(next(2)).toEqual([250, 500]);
  });

  test("leaves a share to chance, only ever downwards", () => {
    const delays = [0, 0.5, 0.999].map((chance) =>
      createBackoff(settings, { chance: () => chance }).nextMs(),
    );
    expect(delays[0]).toBe(250);
    expect(delays[1]).toBeCloseTo(212.5);
    expect(delays[2]).toBeGreaterThan(175);
  });
});

describe("a pause", () => {
  test("ends when its time is over", async () => {
    const clock = createFakeClock();
    let isOver = false;
    void pause(clock, 100).then(() => {
      isOver = true;
    });
    await clock.advance(99);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(isOver).toBe(true);
  });

  test("ends at once when it is aborted, before or meanwhile, and leaves no timer", async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const waiting = pause(clock, 1000, controller.signal);
    controller.abort();
    await waiting;
    await pause(clock, 1000, controller.signal);
    expect(clock.timerCount()).toBe(0);
  });
});

describe("what is secret", () => {
  test.each([
    ["wrong: 471147.", "wrong: ***."],
    ["wrong...471147", "wrong...***"],
    ["471147 and 471147", "*** and ***"],
    ["1471147, 4711470, 471147.5, 1.471147", "1471147, 4711470, 471147.5, 1.471147"],
  ])("and of digits is hidden in %s, but not within longer numbers", (text, safe) => {
    rememberSecret("471147");
    expect(redact(text)).toBe(safe);
  });

  test.each([
    ["/api/v3/rooms?access_token=abc.def&x=1", "/api/v3/rooms?access_token=***&x=1"],
    ["?access_token=abc", "?access_token=***"],
    ['{"access_token":"abc","x":1}', '{"access_token":"***","x":1}'],
    ['{"password": "a\\"b", "username":"u"}', '{"password": "***", "username":"u"}'],
    ['{"Passcode":"4711"}', '{"Passcode":"***"}'],
    ["https://user:secret@valt.example.com/x", "https://***@valt.example.com/x"],
    ["https://user:sec@ret:@valt.example.com?x=a@b", "https://***@valt.example.com?x=a@b"],
    ["udp://10.0.0.7:9000 and a@b.example", "udp://10.0.0.7:9000 and a@b.example"],
    ["nothing here", "nothing here"],
  ])("is replaced in %s", (text, safe) => {
    expect(redact(text)).toBe(safe);
    expect(redact(redact(text))).toBe(safe);
  });

  test("never reaches the log, in text or fields", () => {
    const lines: string[] = [];
    const log = createLog({ level: "debug", write: (line) => lines.push(line) });
    log.warn("asked /x?access_token=abc", { password: "abc", inner: { url: "https://u:abc@h/" } });
    log.child({ token: "abc" }).info("again");
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain("abc");
    expect(JSON.parse(lines[0]!)).toMatchObject({ msg: "asked /x?access_token=***", password: "***" });
  });
});

test("a log says only what its level lets through", () => {
  const lines: string[] = [];
  const log = createLog({ level: "warn", write: (line) => lines.push(line) });
  log.debug("a");
  log.info("b");
  log.warn("c");
  log.error("d", { why: "e" });
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(["c", "d"]);
});

test("correlation ids are never the same, within a run and across restarts", () => {
  const [first, second] = [correlationIds(1000), correlationIds(1001)];
  const ids = Array.from({ length: 1000 }, () => [first(), second()]).flat();
  expect(new Set(ids).size).toBe(2000);
});

test("a recording's id is text, whether the server has a number or a UUID", () => {
  expect([recordingId(616), recordingId("8d1e")]).toEqual(["616", "8d1e"]);
});

test("wall time reads with two digits everywhere", () => {
  const moment = new Date(2026, 0, 5, 4, 3, 2).getTime();
  expect(readWallTime(moment)).toEqual({ date: "2026-01-05", time: "04:03:02", hour: "04", minute: "03" });
});

test("an impossible case is a bug and says which", () => {
  expect(() => assertNever({ kind: "new" } as never)).toThrow('unexpected case: {"kind":"new"}');
});

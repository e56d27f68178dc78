import { describe, expect, test } from "vitest";
import { hostAndPort, isLoopback, plainAddress } from "../../src/base/address.ts";
import { settledWithin } from "../../src/base/clock.ts";
import { createHeldBytes } from "../../src/base/held-bytes.ts";
import { keepNewest } from "../../src/base/memory.ts";
import { fillPlaceholders, placeholdersIn } from "../../src/base/placeholders.ts";
import { RateLimiter } from "../../src/base/rate-limiter.ts";
import { isRunning } from "../../src/base/running.ts";
import { END, ESC, unescapeSlip } from "../../src/base/slip.ts";
import { createFakeClock } from "../support/fake-clock.ts";

describe("an address", () => {
  test.each([
    ["127.0.0.1", true],
    ["127.8.0.1", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["localhost", true],
    ["127.0.0.1.example", false],
    ["10.0.0.7", false],
    ["fe80::1", false],
  ])("%s means this machine: %s", (address, isThis) => {
    expect(isLoopback(address)).toBe(isThis);
  });

  test.each([
    ["::ffff:10.0.0.7", "10.0.0.7"],
    ["::FFFF:10.0.0.7", "10.0.0.7"],
    ["::ffff:a00:7", "::ffff:a00:7"],
    ["fe80::1%eth0", "fe80::1%eth0"],
  ])("%s is written %s", (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });

  test("of IPv6 stands in brackets before a port", () => {
    expect(hostAndPort({ host: "::1", port: 80 })).toBe("[::1]:80");
    expect(hostAndPort({ host: "box", port: 80 })).toBe("box:80");
  });
});

describe("a rate limiter", () => {
  test("allows a burst, then so many a second, for each key", async () => {
    const clock = createFakeClock();
    const limiter = new RateLimiter({ perSecond: 2, burst: 3 }, clock);
    const take = (key: string) => [1, 2, 3, 4].map(() => limiter.take(key));
    expect(take("a")).toEqual([true, true, true, false]);
    expect(take("b")).toEqual([true, true, true, false]);
    await clock.advance(1000);
    expect(take("a")).toEqual([true, true, false, false]);
    limiter.forget("b");
    expect(take("b")).toEqual([true, true, true, false]);
  });

  test("keeps 4096 keys, and forgets those that were silent longest", () => {
    const limiter = new RateLimiter({ perSecond: 0, burst: 1 }, createFakeClock());
    limiter.take("first");
    limiter.take("second");
    expect(limiter.take("first")).toBe(false);
    for (let count = 0; count < 4095; count++) limiter.take(`other ${count}`);
    expect(limiter.take("first")).toBe(false);
    expect(limiter.take("second")).toBe(true);
  });
});

test("the newest entries are kept", () => {
  const map = new Map([1, 2, 3, 4].map((number) => [number, "x"]));
  keepNewest(map, 2);
  expect([...map.keys()]).toEqual([3, 4]);
  const set = new Set([1, 2]);
  keepNewest(set, 2);
  expect([...set]).toEqual([1, 2]);
});

describe("placeholders", () => {
  test("are filled where they are known, once", () => {
    expect(fillPlaceholders("{a}{b} {c-1} {}", { a: "{b}", b: 2 })).toBe("{b}2 {c-1} {}");
  });

  test("never name what every object has", () => {
    expect(fillPlaceholders("{constructor}", {})).toBe("{constructor}");
  });

  test("are found in their order", () => {
    expect(placeholdersIn("a {b} {c:1} {d-2}")).toEqual(["b", "d-2"]);
  });
});

test.each([
  ["recording", true],
  ["paused", true],
  ["available", false],
  [undefined, false],
])("a room that is %s has a recording: %s", (status, isOne) => {
  expect(isRunning(status)).toBe(isOne);
});

describe("a time limit", () => {
  test("ends with the promise, well or not, and leaves no timer", async () => {
    const clock = createFakeClock();
    await settledWithin(clock, Promise.resolve(1), 1000);
    await settledWithin(clock, Promise.reject(new Error("no")), 1000);
    expect(clock.timerCount()).toBe(0);
  });

  test("ends by itself", async () => {
    const clock = createFakeClock();
    let isOver = false;
    void settledWithin(clock, new Promise(() => undefined), 1000).then(() => {
      isOver = true;
    });
    await clock.advance(999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(isOver).toBe(true);
  });
});

test.each([
  [0xdc, END],
  [0xdd, ESC],
  [0xc0, undefined],
  [undefined, undefined],
])("behind an ESC of SLIP %s stands for %s", (byte, meant) => {
  expect(unescapeSlip(byte)).toBe(meant);
});

test("held bytes come one by one or many at once, and are taken, dropped at the front and erased at the end", () => {
  const held = createHeldBytes();
  held.append(1);
  held.appendAll(Uint8Array.from({ length: 200 }, (_, index) => index));
  expect([held.length, held.at(1), held.at(200), held.at(201)]).toEqual([201, 0, 199, undefined]);
  held.drop(200);
  held.appendAll(Buffer.from("é"));
  held.erase();
  expect([...held.peek()]).toEqual([199]);
  held.append(7);
  expect([[...held.copy(1)], [...held.take()], held.length]).toEqual([[199], [199, 7], 0]);
});

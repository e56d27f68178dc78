import { describe, expect, test } from "vitest";
import { roomName } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { createOutageWatch, mayConcernServer } from "../../src/room/outage.ts";
import type { ValtFailure } from "../../src/valt/failure.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";

const [A, B, C, D] = ["a", "b", "c", "d"].map(roomName) as [never, never, never, never];
const rooms = [A, B, C, D];
const odd: ValtFailure = { kind: "malformed-answer", message: "x", heard: "maybe", again: "later" };

async function createSetting() {
  const clock = createFakeClock();
  const told: string[] = [];
  const log = {
    ...silentLog,
    info: (text: string) => told.push(text),
    warn: (text: string) => told.push(text),
  };
  const watch = createOutageWatch({ clock, log, changed: (server) => told.push(server) });
  const miss = async (room: typeof A, failure: ValtFailure = failures.unreachable, of = rooms) => {
    const sentMs = clock.monotonicMs();
    await clock.advance(10);
    return watch.blame({ room, failure, sentMs }, of);
  };
  const hear = async (room?: typeof A) => {
    await clock.advance(10);
    watch.heard(room);
  };
  for (const room of [A, C, B]) await hear(room);
  return { clock, watch, miss, hear, told };
}

describe("a look without an answer", () => {
  test("makes the room be asked that was heard last", async () => {
    const { miss } = await createSetting();
    expect(await miss(A)).toEqual({ ask: B });
  });

  test("makes no room be asked that was never heard, wherever it stands", async () => {
    const { miss } = await createSetting();
    expect(await miss(A, failures.unreachable, [D, C, B])).toEqual({ ask: B });
  });

  test("and another one by another room are the server's", async () => {
    const { miss } = await createSetting();
    await miss(A);
    expect(await miss(D)).toBe("server");
  });

  test("and another one by the same room are not", async () => {
    const { miss } = await createSetting();
    await miss(A);
    expect(await miss(A)).toEqual({ ask: B });
  });

  test("is the room's when another room was heard since it was sent", async () => {
    const { clock, watch, hear } = await createSetting();
    const sentMs = clock.monotonicMs();
    await hear(C);
    expect(watch.blame({ room: A, failure: failures.lostAnswer, sentMs }, rooms)).toBe("room");
  });

  test("or the list was", async () => {
    const { clock, watch, hear } = await createSetting();
    const sentMs = clock.monotonicMs();
    await hear();
    expect(watch.blame({ room: A, failure: failures.lostAnswer, sentMs }, rooms)).toBe("room");
  });

  test("is not when that was at the moment of sending", async () => {
    const { clock, watch, hear } = await createSetting();
    await hear(C);
    const miss = { room: A, failure: failures.lostAnswer, sentMs: clock.monotonicMs() };
    expect(watch.blame(miss, rooms)).toEqual({ ask: C });
  });

  test("is the room's when it failed before and another one was heard since", async () => {
    const { miss, hear } = await createSetting();
    await miss(A);
    await hear(B);
    expect(await miss(A)).toBe("room");
  });

  test("is nobody's for sure when the room was heard since it failed", async () => {
    const { miss, hear } = await createSetting();
    await miss(A);
    await hear(A);
    expect(await miss(A)).toEqual({ ask: B });
  });

  test("after which the witness is heard makes a later one of another room ask again", async () => {
    const { miss, hear } = await createSetting();
    await miss(A);
    await hear(B);
    expect(await miss(C)).toEqual({ ask: B });
  });

  test("is the server's where there is no other room", async () => {
    const { miss } = await createSetting();
    expect(await miss(A, failures.unreachable, [A])).toBe("server");
  });

  test("is the server's where all others failed before", async () => {
    const { miss } = await createSetting();
    await miss(A, odd);
    await miss(B, odd);
    expect(await miss(C, failures.unreachable, [A, B, C])).toBe("server");
  });
});

describe("an answer that cannot be read", () => {
  test("is the room's as long as one room has not failed", async () => {
    const { miss } = await createSetting();
    expect([await miss(A, odd), await miss(B, odd), await miss(C, odd)]).toEqual(["room", "room", "room"]);
    expect(await miss(D, odd)).toBe("server");
  });

  test("is the room's where all rooms have odd ones, as long as the list is heard", async () => {
    const { miss, hear } = await createSetting();
    for (const room of rooms.slice(0, 3)) await miss(room, odd);
    await hear();
    expect([await miss(D, odd), await miss(A, odd), await miss(A, odd)]).toEqual(["room", "room", "room"]);
  });
});

test("whatever fails during an outage is the server's, until it is heard", async () => {
  const { miss, watch, hear } = await createSetting();
  watch.suffer(failures.unreachable);
  expect(watch.current()).toMatchObject({ failure: failures.unreachable });
  expect(await miss(A, odd)).toBe("server");
  await hear();
  expect(watch.current()).toBeUndefined();
  expect(await miss(B, odd)).toBe("room");
});

test("the server is in doubt from a look without an answer until another room is heard", async () => {
  const { miss, watch, hear } = await createSetting();
  expect(watch.state()).toBe("up");
  await miss(A);
  expect(watch.state()).toBe("in-doubt");
  await hear(B);
  expect(watch.state()).toBe("up");
  watch.suffer(failures.unreachable);
  expect(watch.state()).toBe("down");
});

test("it is told once when the server is lost and once when it is back, and attempts begin anew after that", async () => {
  const { watch, hear, told } = await createSetting();
  const waits = () => [1, 2, 3].map(() => watch.suffer(failures.unreachable));
  const first = waits();
  expect(first).toEqual([212.5, 425, 850]);
  expect(told).toEqual(["server lost", "down"]);
  await hear(A);
  await hear(B);
  expect(told.slice(2)).toEqual(["server back", "up"]);
  expect(waits()).toEqual(first);
});

test("how long the server was lost is logged", async () => {
  const clock = createFakeClock();
  const logged: unknown[] = [];
  const log = { ...silentLog, info: (...line: unknown[]) => logged.push(line) };
  const watch = createOutageWatch({ clock, log, changed: () => undefined });
  await clock.advance(1000);
  watch.suffer(failures.unreachable);
  await clock.advance(2500);
  watch.heard();
  expect(logged).toEqual([["server back", { afterMs: 2500 }]]);
});

test.each([
  [failures.refused, false],
  [failures.notFound, false],
  [{ ...odd, kind: "server-error", httpStatus: 500 } as const, false],
  [{ ...odd, kind: "server-error", httpStatus: 502 } as const, true],
  [{ ...odd, kind: "refused", httpStatus: 403 } as const, false],
  [odd, true],
  [failures.unreachable, true],
  [failures.lostAnswer, true],
])("%o may concern the server: %s", (failure, may) => {
  expect(mayConcernServer(failure)).toBe(may);
});

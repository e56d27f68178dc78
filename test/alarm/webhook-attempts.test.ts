import { afterEach, describe, expect, test, vi } from "vitest";
import { type AlarmKind, describeAlarm } from "../../src/alarm/alarm.ts";
import { Webhook } from "../../src/alarm/webhook.ts";
import { roomName } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

const ADDRESS = "https://chat.example.com/hook/secret-part";

interface Posted {
  readonly atMs: number;
  readonly address: string;
  readonly init: RequestInit;
  answer(status: number): void;
  fail(): void;
}

/** A webhook whose address answers by hand. */
function createSetting(address = ADDRESS) {
  const clock = createFakeClock(new Date(2026, 0, 15, 9, 0, 0).getTime());
  const posted: Posted[] = [];
  const warnings: unknown[][] = [];
  const closing = new AbortController();
  const naming = { address };
  vi.stubGlobal(
    "fetch",
    (to: string, init: RequestInit) =>
      new Promise((resolve, reject) => {
        init.signal?.addEventListener("abort", () => reject(new Error(`aborted ${to}`)));
        posted.push({
          atMs: clock.monotonicMs(),
          address: to,
          init,
          answer: (status) => resolve(new Response(null, { status })),
          fail: () => reject(new Error(`cannot connect to ${to}`)),
        });
      }),
  );
  const webhook = new Webhook({
    hide: (text) => text.replaceAll("0042", "****"),
    clock,
    log: { ...silentLog, warn: (...about) => void warnings.push(about) },
    address: () => (naming.address === "" ? undefined : naming.address),
    signal: closing.signal,
  });
  const alarmOf = (room: string, kind: AlarmKind = "stopped-elsewhere") =>
    describeAlarm(kind, { room: roomName(room), text: `${room} stopped`, sinceWallMs: clock.wallMs() });
  return {
    clock,
    posted,
    warnings,
    closing,
    naming,
    post: (room = "a", state: "raised" | "ended" = "raised") => webhook.post(alarmOf(room), state),
    times: () => posted.map(({ atMs }) => atMs),
  };
}

afterEach(() => vi.unstubAllGlobals());

describe("an alarm is posted", () => {
  test("at once, as JSON, and once when it was taken", async () => {
    const { clock, post, posted, warnings } = createSetting();
    post("interview-1", "ended");
    await clock.advance(0);
    expect(posted).toMatchObject([{ address: ADDRESS, init: { method: "POST", redirect: "error" } }]);
    expect(JSON.parse(String(posted[0]!.init.body))).toMatchObject({
      kind: "stopped-elsewhere",
      room: "interview-1",
      text: "interview-1 stopped",
      state: "ended",
      at: expect.stringContaining("2026-01-15"),
    });
    posted[0]!.answer(204);
    await clock.advance(600_000);
    expect(posted).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test("again after 2, 10 and 60 s where it is refused, and then that is said", async () => {
    const { clock, post, posted, times, warnings } = createSetting();
    post();
    for (const waitMs of [0, 2000, 10_000, 60_000]) {
      await clock.advance(waitMs);
      posted.at(-1)!.answer(503);
      await settle();
    }
    await clock.advance(600_000);
    expect(times()).toEqual([0, 2000, 12_000, 72_000]);
    expect(warnings).toEqual([
      ["an alarm could not be posted", { alarm: "stopped-elsewhere", why: "it was answered with 503" }],
    ]);
  });

  test("again where nobody answers within five seconds, and the request is ended", async () => {
    const { clock, post, posted, times, warnings } = createSetting();
    post();
    await clock.advance(4999);
    expect(posted[0]!.init.signal?.aborted).toBe(false);
    await clock.advance(600_000);
    expect(times()).toEqual([0, 7000, 22_000, 87_000]);
    expect(posted.every(({ init }) => init.signal?.aborted)).toBe(true);
    expect(warnings).toMatchObject([[expect.any(String), { why: "there was no answer" }]]);
  });

  test("without its address in the log, which may hold a secret", async () => {
    const { clock, post, posted, warnings } = createSetting();
    post();
    for (const waitMs of [0, 2000, 10_000, 60_000]) {
      await clock.advance(waitMs);
      posted.at(-1)!.fail();
      await settle();
    }
    expect(warnings).toMatchObject([[expect.any(String), { why: "the address could not be reached" }]]);
    expect(JSON.stringify(warnings)).not.toContain("secret-part");
  });

  test("to nobody where the mapping names no address", async () => {
    const { clock, post, posted, warnings } = createSetting("");
    post();
    await clock.advance(600_000);
    expect([posted, warnings]).toEqual([[], []]);
  });
});

test("a mapping that names no address any more ends the attempts", async () => {
  const { clock, naming, post, posted, warnings } = createSetting();
  post();
  await clock.advance(0);
  naming.address = "";
  posted[0]!.answer(500);
  await clock.advance(600_000);
  expect([posted.length, warnings]).toEqual([1, []]);
});

test("what nobody may read is hidden in an alarm's text", async () => {
  const { clock, post, posted } = createSetting();
  post("room-0042");
  await clock.advance(0);
  expect(JSON.parse(String(posted[0]!.init.body)).text).toBe("room-**** stopped");
});

describe("the end of the bridge", () => {
  test("ends a request that is under way", async () => {
    const { clock, closing, post, posted, warnings } = createSetting();
    post();
    await clock.advance(0);
    closing.abort();
    expect(posted[0]!.init.signal?.aborted).toBe(true);
    await clock.advance(600_000);
    expect([posted.length, warnings]).toEqual([1, []]);
  });

  test("ends the waiting for the next one", async () => {
    const { clock, closing, post, posted, warnings } = createSetting();
    post();
    await clock.advance(0);
    posted[0]!.answer(500);
    await settle();
    closing.abort();
    await clock.advance(600_000);
    expect([posted.length, warnings]).toEqual([1, []]);
  });
});

test("no more than fifty are under way, and when they are done there is room again", async () => {
  const { clock, post, posted, warnings } = createSetting();
  for (let count = 0; count < 51; count++) post(`room-${count}`);
  await clock.advance(0);
  expect(posted).toHaveLength(50);
  expect(warnings).toEqual([
    ["too many alarms under way: one is not posted", { alarm: "stopped-elsewhere" }],
  ]);
  for (const { answer } of posted) answer(200);
  await settle();
  post("one-more");
  await clock.advance(0);
  expect(posted).toHaveLength(51);
});

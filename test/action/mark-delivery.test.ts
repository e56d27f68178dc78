import { describe, expect, test } from "vitest";
import { fromKept, type Mark } from "../../src/action/mark.ts";
import { type Attempt, MarkDelivery } from "../../src/action/mark-delivery.ts";
import type { Estimate } from "../../src/base/estimate.ts";
import { recordingId } from "../../src/base/identifiers.ts";
import { fail, type Result, succeed } from "../../src/base/result.ts";
import type { ReadResult } from "../../src/room/room-reader.ts";
import { type RoomState, unseenRoom } from "../../src/room/room-state.ts";
import { failureOfStatus, type ValtFailure } from "../../src/valt/failure.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";
import { left } from "./marks-setting.ts";

const PRESSED_MS = 100_000;
const TRAILS_MS = 5000;
const [OURS, OTHER] = [recordingId(616), recordingId(700)];
const forbidden = failureOfStatus(403, "Forbidden");
const untellable = { kind: "refused", message: "no such id", heard: "no", again: "never" } as const;
const broken = { kind: "server-error", message: "it failed", heard: "maybe", again: "later" } as const;
const failing = (failure: object) => fail(failure as ValtFailure);

/** The server says so many whole seconds of a recording, asked so long after the press. */
function reading(afterMs: number, timeSeconds?: number, id = OURS): ReadResult {
  const sentMs = PRESSED_MS + afterMs;
  const recording = timeSeconds === undefined ? undefined : { id, timeSeconds };
  return succeed({ sentMs, receivedMs: sentMs + 20, hasRecording: recording !== undefined, recording });
}

/**
 * A mark that was pressed ten seconds ago, 33 s into its recording, which still runs. The server takes everything, and what
 * it is to say otherwise is set by each test.
 */
async function createSetting(made: Partial<Mark> = {}) {
  const clock = createFakeClock(new Date(2026, 0, 15, 9, 0, 0).getTime() - PRESSED_MS);
  await clock.advance(PRESSED_MS + 10_000);
  const server = {
    read: reading(10_000, 43),
    now: { lowMs: 33_000, guessMs: 33_500, highMs: 34_000 } as Estimate | undefined,
    marks: succeed([]) as Result<readonly { text: string; timeSeconds: number }[], ValtFailure>,
    length: fail(failures.notFound) as Result<number, ValtFailure>,
    add: (): Result<unknown, ValtFailure> => succeed({}),
    state: {} as Partial<RoomState>,
  };
  const asked: string[] = [];
  const sent: string[] = [];
  const timed: number[] = [];
  const delivery = new MarkDelivery({
    clock,
    isOnServer: () => true,
    statusTrailsMs: () => TRAILS_MS,
    valt: () => ({
      addMark: async ({ recordingId: id, timeSeconds }) => {
        sent.push(`${id} at ${timeSeconds}`);
        return server.add() as never;
      },
      marks: async () => {
        asked.push("marks");
        return server.marks as never;
      },
      recordingSeconds: async () => {
        asked.push("length");
        return server.length;
      },
    }),
    read: async () => {
      asked.push("room");
      return server.read;
    },
    state: () => ({ ...unseenRoom, ...server.state }),
    elapsed: () => server.now,
    timed: (_, timeSeconds) => timed.push(timeSeconds),
  });
  const kept = { ...left, pressed: { era: "test", atMs: PRESSED_MS } };
  const markOf = (change: Partial<Mark> = {}): Mark => ({
    ...fromKept(kept, clock),
    elapsed: { lowMs: 33_000, guessMs: 33_500, highMs: 34_000 },
    attempt: "first",
    ...made,
    ...change,
  });
  const mark = markOf();
  const attempt = (which = mark): Promise<Attempt> => delivery.attempt(which);
  return { clock, server, asked, sent, timed, delivery, mark, markOf, attempt };
}

/** The outcome of each of so many attempts, in one word. */
async function outcomes(count: number, attempt: () => Promise<Attempt>): Promise<readonly string[]> {
  const words: string[] = [];
  for (let time = 0; time < count; time++) words.push(wordOf(await attempt()));
  return words;
}

function wordOf(result: Attempt): string {
  if (typeof result === "string") return result;
  if ("moved" in result) return "moved";
  return result.ok ? "delivered" : "given up";
}

const messageOf = (result: Attempt) =>
  typeof result === "object" && "ok" in result && !result.ok ? result.failure.message : undefined;

describe("a mark whose place is known", () => {
  const placed = { isPlaced: true } as const;

  test("is sent there without another question", async () => {
    const { attempt, asked, sent } = await createSetting(placed);
    expect(await attempt()).toMatchObject({ ok: true });
    expect([asked, sent]).toEqual([[], ["616 at 33"]]);
  });

  test.each<[what: string, failure: object, word: string]>([
    ["it was refused", failures.refused, "given up"],
    ["no address can carry its recording", untellable, "given up"],
    ["it was refused before it was sent, for now", { ...untellable, again: "later" }, "again-later"],
    ["the server cannot be reached", { ...failures.unreachable, again: "never" }, "again-later"],
    ["its answer did not come in time", failures.lostAnswer, "again-late"],
    ["it could not be sent in time", { ...failures.lostAnswer, heard: "no" }, "again-later"],
    ["the server fails", broken, "again-later"],
  ])("when %s", async (_, failure, word) => {
    const { attempt, server } = await createSetting(placed);
    server.add = () => failing(failure);
    expect(wordOf(await attempt())).toBe(word);
  });

  test("is given up at the twelfth internal error of the server", async () => {
    const { attempt, server } = await createSetting(placed);
    server.add = () => failing({ ...broken, httpStatus: 500 });
    expect(await outcomes(12, attempt)).toEqual([...Array(11).fill("again-later"), "given up"]);
  });

  test("is given up when it could not be sent twelve times, whatever the reason", async () => {
    const { attempt, server } = await createSetting(placed);
    server.add = () => {
      throw new Error("no such method");
    };
    expect(await outcomes(11, attempt)).toEqual(Array(11).fill("again-later"));
    expect(messageOf(await attempt())).toMatch(/no such method/);
  });
});

describe("a mark that may have arrived", () => {
  const unheard = { isPlaced: true, attempt: "unheard" } as const;
  const there = (...seconds: number[]) =>
    succeed(seconds.map((timeSeconds) => ({ text: "before", timeSeconds })));

  test.each<[what: string, failure: object, words: readonly string[]]>([
    ["refuses to", { ...failures.refused, httpStatus: 403 }, [...Array(5).fill("again-later"), "given up"]],
    ["answers oddly", { ...broken, kind: "malformed-answer" }, [...Array(5).fill("again-later"), "given up"]],
    ["fails to", { ...broken, httpStatus: 500 }, [...Array(5).fill("again-later"), "given up"]],
    ["is overloaded", { ...broken, httpStatus: 503 }, Array(8).fill("again-later")],
    ["cannot be reached", failures.unreachable, Array(8).fill("again-later")],
    ["does not know the recording", failures.notFound, ["given up"]],
    ["cannot be asked about the recording", untellable, ["given up"]],
  ])("waits and is not sent as long as the server %s say which marks it has", async (_, failure, words) => {
    const { attempt, server, sent } = await createSetting(unheard);
    server.marks = failing(failure);
    expect(await outcomes(words.length, attempt)).toEqual(words);
    expect(sent).toEqual([]);
  });

  test("is told as delivered or not, with what the server said, when nobody can see it", async () => {
    const { attempt, server } = await createSetting(unheard);
    server.marks = fail(failures.refused);
    await outcomes(5, attempt);
    expect(messageOf(await attempt())).toBe("delivered or not, nobody can see: the server refused");
  });

  test("does not wait again for what the server has denied to the one before, until it tells once", async () => {
    const { attempt, markOf, server } = await createSetting();
    const [first, second, third, fourth] = Array.from({ length: 4 }, () => markOf(unheard));
    server.marks = failing({ ...failures.refused, httpStatus: 403 });
    expect(await outcomes(6, () => attempt(first))).toEqual([...Array(5).fill("again-later"), "given up"]);
    expect(messageOf(await attempt(second))).toMatch(/nobody can see/);
    server.marks = failing({ ...broken, httpStatus: 500 });
    expect(wordOf(await attempt(third))).toBe("again-later");
    server.marks = there(33);
    expect(wordOf(await attempt(third))).toBe("delivered");
    server.marks = failing({ ...failures.refused, httpStatus: 403 });
    expect(wordOf(await attempt(fourth))).toBe("again-later");
  });

  test("is told apart from equal ones that were delivered, sent or found", async () => {
    const { attempt, markOf, server, sent } = await createSetting();
    await attempt(markOf({ isPlaced: true }));
    server.marks = there(33);
    expect(wordOf(await attempt(markOf(unheard)))).toBe("delivered");
    expect(sent).toHaveLength(2);
    server.marks = there(33, 33, 33);
    expect(wordOf(await attempt(markOf(unheard)))).toBe("delivered");
    expect(sent).toHaveLength(2);
    expect(wordOf(await attempt(markOf(unheard)))).toBe("delivered");
    expect(sent).toHaveLength(3);
  });

  test("is found there when the server has one more than was delivered", async () => {
    const { attempt, delivery, server, sent } = await createSetting(unheard);
    delivery.remember({ ...left, timeSeconds: 33 });
    server.marks = there(33, 33);
    expect(wordOf(await attempt())).toBe("delivered");
    expect(sent).toEqual([]);
  });

  test("is told apart until a hundred thousand others were delivered", async () => {
    const { attempt, markOf, delivery, server, sent } = await createSetting();
    delivery.remember({ ...left, timeSeconds: 33 });
    for (let count = 0; count < 100_000; count++) delivery.remember({ ...left, timeSeconds: 100 + count });
    server.marks = there(33);
    await attempt(markOf(unheard));
    expect(sent).toHaveLength(1);
    server.marks = there(33, 33);
    await attempt(markOf(unheard));
    expect(sent).toHaveLength(1);
  });

  test.each([
    [31, "sent"],
    [32, "found"],
    [33, "found"],
    [34, "found"],
    [35, "sent"],
  ])("is looked for around its time once that is known anew: one at %s s is %s", async (second, end) => {
    const { attempt, markOf, server, sent } = await createSetting();
    server.marks = there(second);
    expect(wordOf(await attempt(markOf({ attempt: "unheard", timeSeconds: 20 })))).toBe("delivered");
    expect(sent).toEqual(end === "found" ? [] : ["616 at 33"]);
  });

  test("and was looked for in vain is not looked for again while its place is open", async () => {
    const { attempt, server, asked } = await createSetting({ attempt: "unheard" });
    server.read = fail(failures.unreachable);
    await outcomes(2, attempt);
    expect(asked).toEqual(["marks", "room", "room"]);
  });

  test("in a room whose marks the server failed to tell has as long as the first where they are denied", async () => {
    const { attempt, markOf, server } = await createSetting();
    const [first, second] = [markOf(unheard), markOf(unheard)];
    server.marks = failing({ ...broken, httpStatus: 500 });
    await outcomes(6, () => attempt(first));
    server.marks = failing(forbidden);
    expect(wordOf(await attempt(second))).toBe("again-later");
  });

  test("is looked for under the time that it was sent with, and nowhere else", async () => {
    const { attempt, server, sent, asked } = await createSetting({ attempt: "unheard" });
    server.marks = there(34);
    await attempt();
    expect([sent, asked]).toEqual([["616 at 33"], ["marks", "room"]]);
  });
});

describe("a mark's second", () => {
  test.each([
    [undefined, 33],
    [31, 33],
    [32, 33],
    [33, 33],
    [34, 34],
    [35, 33],
  ])("written down as %s is sent as %s, when it was between 33 and 34 s", async (written, second) => {
    const { attempt, markOf, sent, timed } = await createSetting();
    await attempt(markOf({ timeSeconds: written }));
    expect(sent).toEqual([`616 at ${second}`]);
    expect(timed).toEqual(written === second ? [] : [second]);
  });

  test("is not two seconds from the likeliest, though the bounds allow it", async () => {
    const { attempt, markOf, server, sent } = await createSetting();
    server.now = { lowMs: 32_000, guessMs: 33_500, highMs: 35_000 };
    await attempt(markOf({ timeSeconds: 35, elapsed: undefined }));
    expect(sent).toEqual(["616 at 33"]);
  });

  test("written down stays exactly as long as the bounds allow it", async () => {
    const { attempt, markOf, server, sent } = await createSetting();
    const send = (written: number) => attempt(markOf({ timeSeconds: written, elapsed: undefined }));
    server.now = { lowMs: 33_000, guessMs: 33_500, highMs: 33_900 };
    await send(34);
    server.read = reading(10_000, 44);
    server.now = { lowMs: 33_200, guessMs: 34_100, highMs: 34_200 };
    await send(33);
    expect(sent).toEqual(["616 at 33", "616 at 33"]);
  });

  test("is found out once", async () => {
    const { attempt, mark, server, asked } = await createSetting({ timeSeconds: undefined });
    server.add = () => fail(failures.unreachable);
    await outcomes(2, attempt);
    expect(asked).toEqual(["room"]);
    expect(mark).toMatchObject({ timeSeconds: 33, isPlaced: true });
  });
});

describe("where a mark belongs cannot be told", () => {
  test.each<[what: string, failure: object, word: string]>([
    ["by a room that is not there", failures.notFound, "given up"],
    ["while the server cannot be reached", failures.unreachable, "again-later"],
  ])("%s", async (_, failure, word) => {
    const { attempt, server, sent } = await createSetting();
    server.read = failing(failure);
    expect(wordOf(await attempt())).toBe(word);
    expect(sent).toEqual([]);
  });
});

describe("a mark in a recording that ended unseen", () => {
  async function ended(length: Result<number, ValtFailure>, afterMs = 10_000) {
    const setting = await createSetting();
    Object.assign(setting.server, { length, read: reading(afterMs), now: undefined });
    return setting;
  }

  test.each<[what: string, length: Result<number, ValtFailure>, word: string]>([
    ["is long enough", succeed(33), "delivered"],
    ["is too short", succeed(32), "given up"],
    ["is not known to the server", fail(failures.notFound), "given up"],
    ["cannot be asked about", failing(untellable), "given up"],
    ["the account may not see", failing(forbidden), "given up"],
    ["cannot be asked about now", fail(failures.unreachable), "again"],
  ])("which %s", async (_, length, word) => {
    const { attempt, sent } = await ended(length);
    expect(wordOf(await attempt())).toMatch(word);
    expect(sent).toEqual(word === "delivered" ? ["616 at 33"] : []);
  });

  test("does not hold up those behind it for ever where the server fails to tell its length", async () => {
    const { attempt } = await ended(failing({ ...broken, httpStatus: 500 }));
    const told = await outcomes(6, attempt);
    expect(told).toEqual([...Array(5).fill("again-later"), "given up"]);
  });

  test.each<[what: string, length: Result<number, ValtFailure>, early: string]>([
    ["long enough", succeed(33), "delivered"],
    ["too short", succeed(32), "later"],
    ["not known to the server", fail(failures.notFound), "later"],
  ])("is judged later where the server may trail: %s", async (_, length, early) => {
    const { attempt, server } = await ended(length, TRAILS_MS - 1);
    expect(wordOf(await attempt())).toMatch(early);
    server.read = reading(TRAILS_MS);
    expect(wordOf(await attempt())).toBe(early === "later" ? "given up" : early);
  });

  test.each([
    [33, "given up"],
    [34, "delivered"],
  ])("after a restart, which lasted for %s s", async (seconds, word) => {
    const { attempt, markOf } = await ended(succeed(seconds));
    const { elapsed } = fromKept(left, createFakeClock());
    expect(wordOf(await attempt(markOf({ elapsed })))).toBe(word);
  });

  test("at its second second does not count as within a recording of no length", async () => {
    const { attempt, markOf } = await ended(failing(untellable));
    const elapsed = { lowMs: 1000, guessMs: 1500, highMs: 2000 };
    expect(wordOf(await attempt(markOf({ timeSeconds: 1, elapsed })))).toBe("given up");
  });

  test("at its first second is put there: every recording has one", async () => {
    const { attempt, markOf, sent } = await ended(failing(untellable));
    const elapsed = { lowMs: 0, guessMs: 500, highMs: 1000 };
    expect(wordOf(await attempt(markOf({ timeSeconds: 0, elapsed })))).toBe("delivered");
    expect(sent).toEqual(["616 at 0"]);
  });

  test("is held with the moment of its press and where it may belong", async () => {
    const { attempt, server } = await ended(succeed(32));
    const places = async () => messageOf(await attempt());
    const beginning =
      "cannot be placed: pressed on 2026-01-15 at 09:00:00, when nobody could see the room; perhaps in";
    expect(await places()).toBe(`${beginning} recording 616 at about 33 s`);
    server.read = reading(10_000, 2, OTHER);
    expect(await places()).toBe(`${beginning} recording 616 at about 33 s or recording 700`);
  });

  test("whose time nobody ever knew is not told as one that could be placed by hand", async () => {
    const { attempt, markOf } = await ended(succeed(500));
    const lost = await attempt(markOf({ timeSeconds: undefined, elapsed: undefined }));
    expect(messageOf(lost)).toBe("the recording ended before the server had said how far it had run");
  });

  test("is held with what is known of its time when the recording runs and may have been paused", async () => {
    const { attempt, markOf, server } = await createSetting();
    server.now = undefined;
    const unsure = await attempt(markOf({ timeSeconds: undefined, elapsed: undefined }));
    expect(messageOf(unsure)).toMatch(/perhaps in recording 616 at about \d+ s$/);
  });
});

describe("what the bridge itself knows of a room", () => {
  const start = (recording = OURS, trailsUntilMs = PRESSED_MS + TRAILS_MS - 500) => ({
    answered: {
      command: "start",
      recording,
      pressedAtMs: PRESSED_MS - 600,
      sentMs: PRESSED_MS - 500,
      atMs: PRESSED_MS - 400,
      trailsUntilMs,
    } as RoomState["answered"],
  });
  const stop = { sentMs: PRESSED_MS + 1, atMs: PRESSED_MS + 20 };
  const end = (id = OURS, stopped: typeof stop | undefined = stop) => ({ id, stopped });

  test.each<{
    what: string;
    afterMs?: number;
    length: Result<number, ValtFailure>;
    expected: readonly string[];
  }>([
    { what: "tells how far", length: succeed(33), expected: ["616 at 33"] },
    { what: "may be told better later", length: succeed(31), expected: [] },
    {
      what: "tells of a pause that nobody saw",
      afterMs: TRAILS_MS,
      length: succeed(31),
      expected: ["616 at 31"],
    },
    { what: "may be told later", length: fail(failures.notFound), expected: [] },
    { what: "is not told", afterMs: TRAILS_MS, length: fail(failures.notFound), expected: ["616 at 33"] },
    { what: "cannot be asked now", afterMs: TRAILS_MS, length: fail(failures.unreachable), expected: [] },
    { what: "can never be told", length: failing(untellable), expected: ["616 at 33"] },
    { what: "may not be seen", length: failing(forbidden), expected: ["616 at 33"] },
  ])("a stop from here after the press proves that it ran: its length $what", async (row) => {
    const { afterMs = 50, length, expected } = row;
    const { attempt, server, sent } = await createSetting();
    const ended = [{ id: OTHER, stopped: undefined }, end()];
    Object.assign(server, { read: reading(afterMs), state: { ended }, length });
    await attempt();
    expect(sent).toEqual(expected);
  });

  test("a stop of another recording proves nothing", async () => {
    const { attempt, server, sent } = await createSetting();
    Object.assign(server, { read: reading(10_000), state: { ended: [end(OTHER)] }, length: succeed(32) });
    expect(wordOf(await attempt())).toBe("given up");
    expect(sent).toEqual([]);
  });

  test.each([
    {
      what: "this start may not be shown yet",
      state: start(),
      afterMs: TRAILS_MS - 501,
      questions: ["room"],
    },
    {
      what: "this start would be shown",
      state: start(),
      afterMs: TRAILS_MS - 500,
      questions: ["room", "length"],
    },
    {
      what: "that was another",
      state: start(OTHER),
      afterMs: TRAILS_MS - 501,
      questions: ["room", "length"],
    },
    { what: "nothing was started", state: {}, afterMs: TRAILS_MS - 501, questions: ["room", "length"] },
  ])("where the server shows nothing: $what", async ({ state, afterMs, questions }) => {
    const { attempt, server, asked } = await createSetting();
    Object.assign(server, { read: reading(afterMs), state, length: succeed(40) });
    expect(wordOf(await attempt())).toBe("delivered");
    expect(asked).toEqual(questions);
  });

  test("a recording that has ended is not taken for the one that runs while the server trails", async () => {
    const { attempt, markOf, server, sent } = await createSetting();
    const state = { ...start(OTHER), ended: [end(recordingId(1)), end()] };
    Object.assign(server, { read: reading(50, 20), state, now: undefined });
    expect(wordOf(await attempt(markOf({ recording: OTHER })))).toBe("delivered");
    expect(sent).toEqual(["700 at 33"]);
  });

  test.each([
    [OURS, "prove-later"],
    [OTHER, "delivered"],
  ])("where %s is paused, the time of the mark's own proves that: %s", async (id, word) => {
    const { attempt, server } = await createSetting();
    const known = { id, clock: { pace: "standing" } } as RoomState["recording"];
    Object.assign(server, { read: reading(50, 34), state: { recording: known } });
    expect(wordOf(await attempt())).toBe(word);
  });

  test.each([
    [TRAILS_MS - 1, "prove-later"],
    [TRAILS_MS, "again-later"],
  ])("a recording that is hidden %i ms after the press is asked about %s", async (afterMs, word) => {
    const { attempt, server } = await createSetting();
    const hidden = { sentMs: PRESSED_MS + afterMs, receivedMs: PRESSED_MS + afterMs, hasRecording: true };
    server.read = succeed({ ...hidden, recording: undefined });
    expect(wordOf(await attempt())).toBe(word);
  });

  test("an answer that shows no recording says nothing about the moment of the press", async () => {
    const { attempt, server } = await createSetting();
    const words: string[] = [];
    for (const read of [reading(20), reading(50, 20, OTHER), reading(1050, 21, OTHER)]) {
      server.read = read;
      server.length = fail(failures.unreachable);
      words.push(wordOf(await attempt()));
    }
    expect(words.at(-1)).toBe("moved");
  });

  test("a recording that runs although another was believed to is where the mark belongs", async () => {
    const { clock, attempt, server } = await createSetting();
    let result: Attempt = "again-later";
    for (const afterMs of [50, 1050, TRAILS_MS]) {
      server.read = reading(afterMs, 20 + Math.floor(afterMs / 1000), OTHER);
      if (typeof result === "string") result = await attempt();
      await clock.advance(1000);
    }
    expect(result).toEqual({ moved: { recording: OTHER, timeSeconds: 20 } });
  });
});

import { describe, expect, test } from "vitest";
import {
  type Action,
  briefOutcome,
  explainOutcome,
  type Outcome,
  type RecordingWish,
  refusalTexts,
} from "../../src/action/action.ts";
import { actions, type Permission } from "../../src/action/actions/index.ts";
import { OpenMarkList } from "../../src/action/open-marks.ts";
import { hasSeenRoom, isPermitted } from "../../src/action/permit.ts";
import { createRecordingNamer } from "../../src/action/recording-name.ts";
import { createRepeatGuard } from "../../src/action/repeat-guard.ts";
import { roomName } from "../../src/base/identifiers.ts";
import { printable } from "../../src/base/printable.ts";
import { isSameServer } from "../../src/base/server-address.ts";
import { permissionsOf } from "../../src/mapping/action-schema.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";
import { left } from "./marks-setting.ts";

describe("what each action needs", () => {
  test.each([
    ["start", ["start"]],
    ["stop", ["stop"]],
    ["toggle", ["start", "stop"]],
    ["pause", ["pause"]],
    ["resume", ["resume"]],
    ["toggle-pause", ["pause", "resume"]],
    ["lock", ["lock"]],
    ["unlock", ["unlock"]],
    ["toggle-lock", ["lock", "unlock"]],
    ["mark", ["mark"]],
    ["apply-preset", ["apply-preset"]],
  ] as const)("%s needs %s", (kind, needed) => {
    const action = { kind, room: roomName("a") } as Action;
    expect(isPermitted(action, "everything")).toBe(true);
    expect(isPermitted(action, new Set(needed))).toBe(true);
    for (const one of needed) {
      const others = permissionsOf(actions).filter(
        (permission): permission is Permission => permission !== one,
      );
      expect(isPermitted(action, new Set(others)), `without ${one}`).toBe(false);
    }
  });
});

test("what needs nothing is for everybody but those who can only mark", () => {
  const acknowledge = { kind: "acknowledge" } as const;
  expect(isPermitted(acknowledge, new Set(["mark", "stop"]))).toBe(true);
  expect(isPermitted(acknowledge, new Set(["mark"]))).toBe(false);
  expect(isPermitted(acknowledge, new Set())).toBe(false);
});

describe("somebody who asks for an action has seen the room", () => {
  const room = roomName("a");
  const mark: Action = { kind: "mark", room, text: "Mark", color: "red" };
  const seen = (action: Action, ...may: Permission[]) => hasSeenRoom(action, new Set(may));

  test("when it is permitted and more than marking is", () => {
    expect(hasSeenRoom(mark, "everything")).toBe(true);
    expect(seen(mark, "mark", "stop")).toBe(true);
    expect(seen({ kind: "stop", room }, "stop")).toBe(true);
  });

  test("not when it is refused, nor where nothing but marks may come from", () => {
    expect(seen({ kind: "stop", room }, "mark", "start")).toBe(false);
    expect(seen(mark, "mark")).toBe(false);
  });
});

describe("a repeat guard", () => {
  test("that restarts lets mashing count once, until there is rest", () => {
    const guard = createRepeatGuard(() => 500, "restart");
    expect([0, 400, 800, 1200, 1700].map((atMs) => guard.repeats("a", atMs))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  test("that ignores lets steady pressing count now and then", () => {
    const guard = createRepeatGuard(() => 500, "ignore");
    expect([0, 400, 800, 1200, 1300].map((atMs) => guard.repeats("a", atMs))).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  test("counts what comes again after exactly the quiet time, and then from there", () => {
    for (const kind of ["restart", "ignore"] as const) {
      const guard = createRepeatGuard(() => 500, kind);
      const repeats = [0, 499, 500].map((atMs) => guard.repeats(`${kind} a`, atMs));
      expect(repeats, kind).toEqual([false, true, kind === "restart"]);
    }
  });

  test("keeps different things apart, also when there are very many", () => {
    const guard = createRepeatGuard(() => 500, "ignore");
    for (let count = 0; count < 5000; count++) expect(guard.repeats(`key ${count}`, count)).toBe(false);
    expect(guard.repeats("key 4999", 5000)).toBe(true);
  });
});

test("a recording is named by its wish, or by the room's habit, and counted per room", () => {
  const clock = createFakeClock(new Date(2026, 0, 31, 14, 5, 9).getTime());
  const complete = createRecordingNamer(clock);
  const room = { name: roomName("interview-1"), label: "Interview 1", author: 7, template: undefined };
  const habit = { ...room, recordingName: "{room} {date} {time} #{count} {other}" };
  expect(complete(habit, {})).toEqual({ author: 7, name: "interview-1 2026-01-31 14:05:09 #1 {other}" });
  expect(complete(habit, { name: "Case {count}", author: 9 })).toEqual({ author: 9, name: "Case 2" });
  expect(complete({ ...habit, name: roomName("other") }, {}).name).toContain("other 2026-01-31 14:05:09 #1");
  const short = { ...room, recordingName: "{label} {date} {hour}:{minute}" };
  expect(complete(short, {}).name).toBe("Interview 1 2026-01-31 14:05");
});

test("a recording gets the author and the fields that its room's habit or its wish names, and no others", () => {
  const complete = createRecordingNamer(createFakeClock());
  const room = {
    name: roomName("a"),
    label: "A",
    recordingName: "x",
    author: undefined,
    template: undefined,
  };
  const template = { case: "room" };
  expect(complete(room, {})).toStrictEqual({ name: "x" });
  expect(complete({ ...room, template, author: 7 }, {})).toStrictEqual({ name: "x", author: 7, template });
  expect(complete({ ...room, template }, { template: { case: "wish" } })).toStrictEqual({
    name: "x",
    template: { case: "wish" },
  });
});

describe("what an action writes is printable", () => {
  const room = roomName("a");
  const shown = "x\uFFFDy";
  const toPrintable = (action: Action) =>
    actions.get(action.kind)?.toPrintable?.(action, printable) ?? action;

  test.each(["start", "toggle"] as const)("a %s: its name and its fields, and it gets no others", (kind) => {
    const written = (recording: RecordingWish) => toPrintable({ kind, room, recording });
    const all = { name: "x\u0007y", template: { case: "x\u0007y" }, author: 7 };
    expect(written(all)).toStrictEqual({
      kind,
      room,
      recording: { name: shown, template: { case: shown }, author: 7 },
    });
    expect(written({ name: "x" })).toStrictEqual({ kind, room, recording: { name: "x" } });
    expect(written({ template: {} })).toStrictEqual({ kind, room, recording: { template: {} } });
  });

  test("a mark: its text; and a stop writes nothing", () => {
    const mark: Action = { kind: "mark", room, text: "x\u0007y", color: "red" };
    expect(toPrintable(mark)).toStrictEqual({ ...mark, text: shown });
    expect(toPrintable({ kind: "stop", room })).toStrictEqual({ kind: "stop", room });
  });
});

test.each([
  ["https://valt.example.com", "https://VALT.example.com:443/", true],
  ["valt.example.com", "https://valt.example.com", true],
  ["https://valt.example.com", "https://valt.example.com:8443", false],
  ["https://valt.example.com", "https://other.example.com", false],
  ["https://valt.example.com/one", "https://valt.example.com/two", false],
  ["no address", "no address", true],
  ["no address", "nor this", false],
])("%s and %s are the same server: %s", (one, other, isSame) => {
  expect(isSameServer(one, other)).toBe(isSame);
});

test("the newest ten thousand refused marks are listed, and older ones make room", () => {
  const list = new OpenMarkList();
  const refused = (count: number) => ({ ...left, id: `mark-${count}`, why: "no", refusedWallMs: count });
  for (let count = 1; count <= 10_000; count++) list.refuse(refused(count));
  expect(list.refusedIn(left.room)).toBe(10_000);
  expect(list.settle("mark-1")).toBeDefined();
  list.refuse(refused(10_001));
  list.refuse(refused(10_002));
  expect(list.refusedIn(left.room)).toBe(10_000);
  expect(list.settle("mark-2")).toBeUndefined();
  expect(list.settle("mark-3")).toBeDefined();
});

test("a mark that waits is said to be safe only where it is on the disk", () => {
  expect(explainOutcome({ kind: "waiting", kept: "kept" })).toBe("kept until the server can be reached");
  expect(explainOutcome({ kind: "waiting", kept: "not-kept" })).toMatch(/in memory only/);
});

test("every outcome and every refusal has a sentence for people", () => {
  const outcomes: Outcome[] = [
    { kind: "done" },
    { kind: "already-so" },
    { kind: "waiting", kept: "kept" },
    { kind: "expired" },
    { kind: "failed", failure: failures.refused },
    ...(Object.keys(refusalTexts) as (keyof typeof refusalTexts)[]).map(
      (reason) => ({ kind: "refused", reason }) as const,
    ),
  ];
  const sentences = outcomes.map(explainOutcome);
  expect(new Set(sentences).size).toBe(outcomes.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^\S.*\S$/);
});

test.each<[outcome: Outcome, brief: string]>([
  [{ kind: "refused", reason: "busy" }, "Busy: wait"],
  [{ kind: "expired" }, "Not done: press again"],
  [{ kind: "done" }, "done"],
  [{ kind: "failed", failure: { ...failures.refused, message: "x".repeat(22) } }, "x".repeat(22)],
  [{ kind: "failed", failure: { ...failures.refused, message: "x".repeat(23) } }, "Server refused"],
  [{ kind: "failed", failure: { ...failures.unreachable, message: "short" } }, "No connection: call IT"],
])("on a key %o is a few words: %s", (outcome, brief) => {
  expect(briefOutcome(outcome)).toBe(brief);
});

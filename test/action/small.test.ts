import { describe, expect, test } from "vitest";
import { type Action, explainOutcome, type Outcome, refusalTexts } from "../../src/action/action.ts";
import { hasSeenRoom, isPermitted } from "../../src/action/permit.ts";
import { createRecordingNamer } from "../../src/action/recording-name.ts";
import { createRepeatGuard } from "../../src/action/repeat-guard.ts";
import { roomName } from "../../src/base/identifiers.ts";
import { permissions } from "../../src/mapping/action-schema.ts";
import type { Permission } from "../../src/mapping/mapping.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";

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
      const others = permissions.filter((permission): permission is Permission => permission !== one);
      expect(isPermitted(action, new Set(others)), `without ${one}`).toBe(false);
    }
  });
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

  test("keeps different things apart, also when there are very many", () => {
    const guard = createRepeatGuard(() => 500, "ignore");
    for (let count = 0; count < 5000; count++) expect(guard.repeats(`key ${count}`, count)).toBe(false);
    expect(guard.repeats("key 4999", 5000)).toBe(true);
  });
});

test("a recording is named by its wish, or by the room's habit, and counted per room", () => {
  const clock = createFakeClock(new Date(2026, 0, 31, 14, 5, 9).getTime());
  const complete = createRecordingNamer(clock);
  const room = { name: roomName("interview-1"), author: 7, template: undefined };
  const habit = { ...room, recordingName: "{room} {date} {time} #{count} {other}" };
  expect(complete(habit, {})).toEqual({ author: 7, name: "interview-1 2026-01-31 14:05:09 #1 {other}" });
  expect(complete(habit, { name: "Case {count}", author: 9 })).toEqual({ author: 9, name: "Case 2" });
  expect(complete({ ...habit, name: roomName("other") }, {}).name).toContain("other 2026-01-31 14:05:09 #1");
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

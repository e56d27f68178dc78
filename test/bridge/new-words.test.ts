import { expect, test } from "vitest";
import { z } from "zod";
import { deviceKinds } from "../../devices/index.ts";
import { type ActionKind, tableOf } from "../../src/action/action-kind.ts";
import { actions } from "../../src/action/actions/index.ts";
import { controlId, deviceId, type RoomName } from "../../src/base/identifiers.ts";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import type { GestureRule } from "../../src/gesture/gesture-rule.ts";
import { gestures } from "../../src/gesture/gestures/index.ts";
import { describeBinding } from "../../src/web/describe-binding.ts";
import { until } from "../support/rig.ts";
import { startDesk } from "./desk.ts";

interface Bolt {
  readonly kind: "bolt";
  readonly room: RoomName;
  readonly why: string;
}

/** An action that the bridge does not have: all of it is here. */
const bolt: ActionKind<Bolt> = {
  word: "bolt",
  needs: ["bolt"],
  turn: "at-once",
  look: "lock",
  mapping: {
    keys: () => ({ bolt: z.string().min(1).optional().describe("Bolt the door, and say why.") }),
    read: ({ bolt: why }: { readonly bolt: string }) => ({ kind: "bolt", why }),
    write: ({ why }) => ({ bolt: why }),
    texts: ({ bolt: text }: { readonly bolt: string }) => [{ path: ["bolt"], text, words: [] }],
  },
  fill: (action, fill) => ({ ...action, why: fill(action.why) }),
  run: (_, { call }) => call((valt, limits, room) => valt.lock(room, limits)),
  tells: "bolt {room} because of {why}",
  confirms: "Bolted",
};

/** A gesture that the bridge does not have. */
const tripleTap: GestureRule = {
  word: "triple-tap",
  when: "on three short presses",
  shapes: ["button"],
  strokes: {
    count: 3,
    rank: 3,
    read(strokes, { doubleTapMs }) {
      const last = strokes.at(-1);
      if (strokes.length > 3 || last === undefined) return "impossible";
      if (last.upMs === undefined) return { untilMs: Infinity, after: "impossible" };
      return strokes.length === 3 ? "complete" : { untilMs: last.upMs + doubleTapMs, after: "impossible" };
    },
  },
};

const words = { actions: tableOf([...actions.values(), bolt]), gestures: [...gestures, tripleTap] };
/** The bridge's own and these. */
const world = await createVocabularyLoader(deviceKinds, words)();

const CONTROLS = {
  "key-1": { press: { bolt: "fire" } },
  "key-2": { "triple-tap": "start", "double-tap": { bolt: "two taps" }, doubleTapMs: 400 },
};

const startNewDesk = (desk: object = {}) => startDesk({ controls: CONTROLS, ...desk }, { words, world });

test("a new action is read, permitted, carried out, told and journaled by its own entry", async () => {
  const { bridge, play, rows, outcomes } = await startNewDesk({ may: ["bolt"] });
  const [control] = bridge.panels()[0]!.controls;
  const binding = bridge.bindingOf(deviceId("desk"), controlId("key-1"));
  expect(describeBinding(control!, binding, { actions: words.actions })).toMatchObject({
    gestures: [{ gesture: "press", does: "bolt interview-1 because of fire" }],
    snippet: '"key-1": { "press": { "bolt": "fire", "room": "interview-1" }, "look": "lock" }',
  });
  await play("key-1", "down", "up");
  await until("the outcome", () => outcomes().length === 1);
  expect(outcomes()[0]).toEqual({ kind: "done" });
  await until("the bolted door", () => bridge.status().rooms[0]?.status === "locked");
  const journaled = rows().filter(({ kind }) => ["action", "request", "answer"].includes(kind));
  expect(journaled.map(({ kind, body }) => [kind, body.action ?? body.command])).toEqual([
    ["action", "bolt"],
    ["request", "bolt"],
    ["answer", "bolt"],
  ]);
});

test("a new action is refused to whom it is not permitted", async () => {
  const { play, outcomes } = await startNewDesk({ may: ["mark"] });
  await play("key-1", "down", "up");
  await until("the outcome", () => outcomes().length === 1);
  expect(outcomes()[0]).toEqual({ kind: "refused", reason: "not-permitted" });
});

test("a new gesture is bound and understood by its own entry, and those before it wait for it", async () => {
  const { bridge, play, rows, outcomes } = await startNewDesk();
  await play("key-2", "down", "up", "down", "up", "down", "up");
  await until("the recording", () => bridge.status().rooms[0]?.status === "recording");
  await play("key-2", "down", "up", "down", "up");
  await until("both outcomes", () => outcomes().length === 2);
  const pressed = rows().filter(({ kind }) => kind === "press");
  expect(pressed.map(({ body }) => body.gesture)).toEqual(["triple-tap", "double-tap"]);
});

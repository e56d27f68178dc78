import { describe, expect, it } from "vitest";
import { controlId, deviceId } from "../../src/base/identifiers.ts";
import { type Heard, hideValue, Lesson, type LessonEnd } from "../../src/bridge/lesson.ts";
import type { ControlEvent } from "../../src/driver/contract.ts";
import type { FactBody } from "../../src/journal/fact.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { until } from "../support/rig.ts";
import { startDesk } from "./desk.ts";

const DESK = deviceId("desk");
/** Where a drawn key has the band of its colour. */
const CORNER = { x: 40, y: 3 };
const CONTROLS = {
  "key-1": { press: "toggle", look: "tally" },
  "key-2": { tap: { mark: "x" }, look: "mark" },
};

function listen(by = "web:1") {
  const [heard, ends] = [[] as Heard[], [] as LessonEnd[]];
  const told = () => heard.map(({ control, event }) => `${control} ${event}`);
  const learner = {
    by,
    heard: (what: Heard) => heard.push(what),
    ended: (why: LessonEnd) => ends.push(why),
  };
  return { heard, ends, told, learner };
}

describe("a device that somebody learns", () => {
  it("tells its presses in the place of acting upon them, and acts again afterwards", async () => {
    const desk = await startDesk({ controls: CONTROLS });
    const { told, heard, ends, learner } = listen();
    const begun = desk.bridge.learn(DESK, learner);
    if (!begun.ok) throw new Error(begun.failure);
    expect(desk.bridge.learn(DESK, listen("web:2").learner)).toEqual({ ok: false, failure: "taken" });
    await desk.play("key-1", "down", "up");
    expect(told()).toEqual(["key-1 down", "key-1 up"]);
    expect(heard[0]).toMatchObject({ label: "key 1", shape: "button", output: "image", values: [] });
    expect(desk.presses()).toBe(0);
    begun.value();
    expect(ends).toEqual(["ended"]);
    await desk.play("key-1", "down", "up");
    await until("the recording", () => desk.status() === "recording");
    expect(
      desk
        .rows()
        .flatMap(({ kind, device, author, body }) => (kind === "lesson" ? [[device, author, body]] : [])),
    ).toEqual([
      ["desk", "web:1", { state: "begun" }],
      ["desk", "web:1", { state: "ended" }],
    ]);
  });

  it("shows it on every key but on a tally that is lit, and stops nothing that runs", async () => {
    const desk = await startDesk({ controls: CONTROLS });
    await desk.play("key-1", "down", "up");
    await until("the recording", () => desk.status() === "recording");
    const isRed = ([red = 0, , blue = 0]: readonly number[] = []) => red > 150 && blue < 100;
    await until("the red key", () => isRed(desk.colorOf("key-1", CORNER)));
    const plain = String(desk.colorOf("key-3", CORNER));
    const isPlain = () => String(desk.colorOf("key-3", CORNER)) === plain;
    const begun = desk.bridge.learn(DESK, listen().learner);
    await until("the key that says its name", () => !isPlain());
    expect(isRed(desk.colorOf("key-1", CORNER))).toBe(true);
    await desk.play("key-1", "down", "up");
    if (begun.ok) begun.value();
    await until("the key as it was", isPlain);
    expect(desk.status()).toBe("recording");
    expect(desk.presses()).toBe(1);
  });

  it("gives up what was begun before: neither hold nor tap comes of it", async () => {
    const desk = await startDesk({ controls: { "key-1": { tap: "start", hold: "stop", look: "tally" } } });
    await desk.play("key-1", "down");
    const begun = desk.bridge.learn(DESK, listen().learner);
    if (begun.ok) begun.value();
    await desk.play("key-1", "up");
    await desk.play("key-2", "down", "up");
    expect(desk.presses()).toBe(0);
  });

  it("is refused where there is none", async () => {
    const desk = await startDesk({});
    expect(desk.bridge.learn(deviceId("nobody"), listen().learner)).toMatchObject({ failure: "not-there" });
  });
});

describe("a lesson", () => {
  const setUp = ({ isLocked = false } = {}) => {
    const clock = createFakeClock();
    const facts: FactBody[] = [];
    const state = { isLocked };
    const lesson = new Lesson({
      clock,
      device: DESK,
      record: (fact) => facts.push(fact),
      controls: () => [],
      face: () => ({
        hides: () => state.isLocked,
        isLocked: () => state.isLocked,
        touch: () => "act",
      }),
      show: () => undefined,
    });
    return { clock, facts, state, lesson, ...listen() };
  };
  const press: ControlEvent = { kind: "down", control: controlId("key-1") };

  it("ends after a minute without a press, and not before", async () => {
    const { clock, lesson, learner, ends } = setUp();
    lesson.begin(learner);
    await clock.advance(59_000);
    expect(lesson.takes(press)).toBe(true);
    await clock.advance(59_000);
    expect(ends).toEqual([]);
    await clock.advance(1000);
    expect(ends).toEqual(["quiet"]);
    expect(lesson.takes(press)).toBe(false);
  });

  it("tells no PIN: a locked panel is not learnt, and one that locks itself no more", () => {
    const { lesson, learner, ends, heard, state } = setUp({ isLocked: true });
    expect(lesson.begin(learner)).toEqual({ ok: false, failure: "locked" });
    state.isLocked = false;
    lesson.begin(learner);
    state.isLocked = true;
    expect(lesson.takes(press)).toBe(true);
    expect([heard, ends]).toEqual([[], ["locked"]]);
  });

  it("tells neither cards nor texts, and numbers that are as long as a card's by their length", () => {
    const { lesson, learner, heard, facts } = setUp();
    lesson.begin(learner);
    lesson.takes({ kind: "pulsed", control: controlId("card"), values: ["0004711", 8_000_123, 7, true] });
    lesson.hears({ text: "/card/8000123/start", values: ["hunter2", 1] });
    expect(heard.map(({ control, values }) => [control, values])).toEqual([
      ["card", ["(7 characters)", "(7 digits)", 7, true]],
      ["/card/…/start", ["(7 characters)", 1]],
    ]);
    expect(JSON.stringify(facts)).not.toContain("4711");
    expect(hideValue(9999)).toBe(9999);
  });
});

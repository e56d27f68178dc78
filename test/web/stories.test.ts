import { describe, expect, it } from "vitest";
import { type Cause, refusalTexts } from "../../src/action/action.ts";
import { actions } from "../../src/action/actions/index.ts";
import { controlId, deviceId, peerId, roomName } from "../../src/base/identifiers.ts";
import type { Fact, FactBody } from "../../src/journal/fact.ts";
import { phrases } from "../../src/language/phrases.ts";
import { type Sayable, sayInEnglish } from "../../src/language/told.ts";
import type { RoomView } from "../../src/room/room-view.ts";
import { LinkLines } from "../../src/web/link-lines.ts";
import { Stories, type Timing } from "../../src/web/stories.ts";

const ROOM = roomName("interview-1");
const DESK = deviceId("desk");
const KEY = controlId("key-1");
const frame = { kind: "lamp", rgb: [255, 0, 0], blink: "steady" } as const;

function listen(most = 500) {
  const timings: Timing[] = [];
  const stories = new Stories(most, (timing) => timings.push(timing));
  const happen = (atMs: number, body: FactBody) =>
    stories.take({ atMs, wallMs: 1e12 + atMs, ...body } as Fact);
  return { stories, happen, timings };
}

function causeOf(number: number, more: Partial<Cause> = {}): Cause {
  const correlation = `c-${number}` as Cause["correlation"];
  return {
    correlation,
    device: DESK,
    source: KEY,
    gesture: "tap",
    pressedAtMs: 100,
    completedAtMs: 100,
    ...more,
  };
}

function viewOf(status: RoomView["status"], pending?: RoomView["pending"]): RoomView {
  return { status, pending, knowledge: "live" } as RoomView;
}

describe("stories", () => {
  it("join everything that one press caused, with its timings", () => {
    const { stories, happen, timings } = listen();
    const cause = causeOf(1);
    const { correlation } = cause;
    happen(101, { kind: "press", cause });
    happen(101, { kind: "action", cause, action: "start", room: ROOM });
    happen(103, { kind: "shown", device: DESK, control: KEY, frame });
    happen(104, { kind: "request", correlation, command: "start", room: ROOM });
    happen(150, { kind: "answer", correlation, command: "start", room: ROOM, answer: "accepted" });
    happen(151, { kind: "outcome", correlation, room: ROOM, outcome: { kind: "done" } });
    happen(152, { kind: "shown", device: DESK, control: KEY, frame });
    happen(200, { kind: "room", room: ROOM, view: viewOf("available", "start") });
    happen(300, { kind: "room", room: ROOM, view: viewOf("recording") });
    happen(302, { kind: "shown", device: DESK, control: KEY, frame });
    happen(999, { kind: "shown", device: DESK, control: KEY, frame });
    const [story] = stories.recent();
    expect(story).toMatchObject({ kind: "press", verdict: "done", rooms: [ROOM] });
    expect(sayInEnglish(story?.title ?? "")).toBe("desk: tap key-1");
    expect(story?.steps.map(({ text }) => sayInEnglish(text))).toEqual([
      "tap on key-1",
      "start interview-1",
      "the control shows that it was taken",
      "asked the server: start interview-1",
      "the server answers: accepted",
      "done",
      "the server says: interview-1 is recording",
      "the control shows it",
    ]);
    expect(story?.steps.map(({ what, afterMs }) => [what, afterMs])).toEqual([
      ["touched", 0],
      ["understood", 1],
      ["shown", 3],
      ["asked", 4],
      ["answered", 50],
      ["ended", 51],
      ["seen", 200],
      ["shown", 202],
    ]);
    expect(timings).toEqual([
      { stage: "touch-to-lamp", tookMs: 3 },
      { stage: "touch-to-request", tookMs: 4 },
      { stage: "request-to-answer", tookMs: 46 },
      { stage: "touch-to-confirmed", tookMs: 200 },
    ]);
  });

  it("tell nothing that has no phrase in the site's language, but names and what others said", () => {
    const { stories, happen } = listen();
    const alarm = {
      kind: "alarm",
      alarm: "stopped-elsewhere",
      text: "somebody stopped it",
      room: ROOM,
    } as const;
    happen(1, { kind: "device", device: DESK, state: "lost", text: "unplugged" });
    happen(2, { kind: "stuck", device: DESK, control: KEY });
    happen(3, { ...alarm, state: "raised" });
    happen(4, { ...alarm, state: "ended" });
    happen(5, { kind: "lesson", device: DESK, state: "begun", by: "web:1" });
    happen(6, { kind: "lesson", device: DESK, state: "ended", by: "web:1" });
    const cause = causeOf(1, { gesture: "turn-left" });
    for (const action of actions.keys()) happen(101, { kind: "action", cause, action, room: ROOM });
    for (const reason of Object.keys(refusalTexts) as (keyof typeof refusalTexts)[])
      happen(102, {
        kind: "outcome",
        correlation: cause.correlation,
        room: ROOM,
        outcome: { kind: "refused", reason },
      });
    const said = stories.recent().flatMap(({ title, steps }) => [title, ...steps.map(({ text }) => text)]);
    const known = new Set<string>(phrases);
    const isSaid = (sayable: Sayable): boolean =>
      typeof sayable === "string"
        ? known.has(sayable) || sayable === "somebody stopped it"
        : known.has(sayable.phrase) &&
          Object.values(sayable.values ?? {}).every((value) => typeof value !== "object" || isSaid(value));
    expect(said.filter((one) => !isSaid(one))).toEqual([]);
    expect(said.length).toBeGreaterThan(30);
  });

  it("say why an action was refused", () => {
    const { stories, happen } = listen();
    const cause = causeOf(1);
    happen(101, { kind: "action", cause, action: "start", room: ROOM });
    const outcome = { kind: "refused", reason: "room-locked" } as const;
    happen(101, { kind: "outcome", correlation: cause.correlation, room: ROOM, outcome });
    const [story] = stories.recent();
    expect(story?.verdict).toBe("refused");
    expect(story?.steps.at(-1)?.text).toBe("the room is locked");
  });

  it("credit a press that changed nothing with no later change of its control or room", () => {
    const { stories, happen, timings } = listen();
    const cause = causeOf(1);
    const { correlation } = cause;
    happen(101, { kind: "action", cause, action: "start", room: ROOM });
    happen(104, { kind: "request", correlation, command: "start", room: ROOM });
    happen(151, { kind: "outcome", correlation, room: ROOM, outcome: { kind: "already-so" } });
    happen(160, { kind: "room", room: ROOM, view: viewOf("recording") });
    happen(900, { kind: "shown", device: DESK, control: KEY, frame });
    happen(37_100, { kind: "room", room: ROOM, view: viewOf("available") });
    happen(37_101, { kind: "shown", device: DESK, control: KEY, frame });
    const [story] = stories.recent();
    expect(story?.verdict).toBe("done");
    expect(story?.steps.map(({ what }) => what)).toEqual(["touched", "understood", "asked", "ended"]);
    expect(timings.map(({ stage }) => stage)).toEqual(["touch-to-request"]);
    expect(stories.recent()).toMatchObject([{ id: "c-1" }, { verdict: "news" }]);
  });

  it("credit no press with what its control shows long after", () => {
    const { stories, happen, timings } = listen();
    const cause = causeOf(1);
    happen(101, { kind: "action", cause, action: "start", room: ROOM });
    const outcome = { kind: "refused", reason: "room-locked" } as const;
    happen(102, { kind: "outcome", correlation: cause.correlation, room: ROOM, outcome });
    happen(37_101, { kind: "shown", device: DESK, control: KEY, frame });
    expect(stories.recent()[0]?.steps.at(-1)?.what).toBe("ended");
    expect(timings).toEqual([]);
  });

  it.each([
    ["delivered", "done"],
    ["refused", "refused"],
  ] as const)("are open as long as a mark waits, and when it is %s they are %s", (result, verdict) => {
    const { stories, happen } = listen();
    const cause = causeOf(1);
    const { correlation } = cause;
    happen(101, { kind: "action", cause, action: "mark", room: ROOM });
    const outcome = { kind: "waiting", kept: "kept" } as const;
    happen(102, { kind: "outcome", correlation, room: ROOM, outcome });
    expect(stories.recent()[0]?.verdict).toBe("open");
    happen(60_000, { kind: "mark", correlation, room: ROOM, result, text: "Intake" });
    expect(stories.recent()[0]?.verdict).toBe(verdict);
  });

  it("know what somebody else did from what a press did", () => {
    const { stories, happen } = listen();
    happen(1, { kind: "room", room: ROOM, view: viewOf("available") });
    expect(stories.recent()).toEqual([]);
    happen(2, { kind: "room", room: ROOM, view: viewOf("recording") });
    expect(stories.recent()[0]).toMatchObject({ verdict: "news", rooms: [ROOM] });
  });

  it("are forgotten when there are too many", () => {
    const { stories, happen } = listen(10);
    for (let number = 0; number < 100; number++)
      happen(number, { kind: "action", cause: causeOf(number), action: "stop", room: ROOM });
    expect(stories.recent().map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, index) => `c-${90 + index}`),
    );
    happen(200, {
      kind: "outcome",
      correlation: causeOf(1).correlation,
      room: ROOM,
      outcome: { kind: "done" },
    });
    expect(stories.recent()).toHaveLength(10);
  });

  it("do not change once they are told", () => {
    const { stories, happen } = listen();
    const cause = causeOf(1);
    happen(101, { kind: "action", cause, action: "start", room: ROOM });
    const [told] = stories.takeChanged();
    const steps = told?.steps.length;
    happen(102, { kind: "request", correlation: cause.correlation, command: "start", room: ROOM });
    expect(told?.steps.length).toBe(steps);
  });

  it("are taken once after each change, those only that are still kept", () => {
    const { stories, happen } = listen(2);
    const act = (number: number) =>
      happen(number, { kind: "action", cause: causeOf(number), action: "stop", room: ROOM });
    const taken = () => stories.takeChanged().map(({ id }) => id);
    for (const number of [1, 2, 3]) act(number);
    expect(stories.hasChanged).toBe(true);
    expect(taken()).toEqual(["c-2", "c-3"]);
    expect(stories.hasChanged).toBe(false);
    expect(taken()).toEqual([]);
    act(2);
    expect(taken()).toEqual(["c-2"]);
  });
});

describe("the lines of a link", () => {
  const RACK = deviceId("rack");

  it("are what was told, and what was asked for, but never raw bytes", () => {
    const lines = new LinkLines();
    const take = (body: FactBody) => lines.take({ atMs: 0, wallMs: 5, ...body } as Fact);
    const bytes = Buffer.from("/valt/connect hunter2");
    take({ kind: "wire", device: RACK, direction: "in", channel: "udp", bytes });
    take({
      kind: "action",
      cause: causeOf(1, { device: RACK, source: "/go", gesture: "request", peer: peerId("udp:1") }),
      action: "start",
      room: ROOM,
    });
    take({ kind: "told", device: RACK, to: "targets", message: { text: "/tally", values: [1, "on"] } });
    expect(lines.of(RACK).lines.map(({ direction, text }) => `${direction} ${text}`)).toEqual([
      "in /go",
      'out /tally 1 "on"',
    ]);
    expect(lines.of(RACK).understood).toEqual({ wallMs: 5, does: "start interview-1", outcome: "" });
    const outcome = { kind: "refused", reason: "not-permitted" } as const;
    take({ kind: "outcome", correlation: causeOf(1).correlation, room: ROOM, outcome });
    expect(lines.of(RACK).understood?.outcome).toBe("Key blocked: call IT");
  });

  it("are kept in a small number", () => {
    const lines = new LinkLines();
    for (let number = 0; number < 100; number++) {
      const message = { text: "x".repeat(1000), values: [] };
      lines.take({ atMs: 0, wallMs: 0, kind: "told", device: RACK, to: "targets", message });
    }
    expect(lines.of(RACK).lines.length).toBeLessThanOrEqual(30);
    expect(lines.of(RACK).lines[0]?.text.length).toBeLessThanOrEqual(200);
  });
});

import { describe, expect, test } from "vitest";
import { controlId, type RoomName, roomName } from "../../src/base/identifiers.ts";
import type { ControlDescription, ControlOutput } from "../../src/driver/control.ts";
import type { Blink, Frame } from "../../src/driver/frame.ts";
import { colors, type Look } from "../../src/feedback/look.ts";
import { Painter } from "../../src/panel/painter.ts";
import { createReducer } from "../../src/panel/reduce.ts";
import { WriteQueue } from "../../src/panel/write-queue.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

const ROOM = roomName("interview-1");
const OTHER = roomName("interview-2");

const lampOf = (blink: "by-device" | "by-bridge"): ControlOutput => ({ kind: "lamp", colors: "rgb", blink });

function look(text: string, part: Partial<Look> = {}): Look {
  return {
    color: "red",
    text,
    icon: "none",
    blink: "steady",
    oneColor: "lit",
    caption: "",
    badge: "",
    ...part,
  };
}

interface Shown {
  look: Look;
  ticks: boolean;
  room: RoomName;
}

async function createSetting(outputs: Readonly<Record<string, ControlOutput>>, looks: Record<string, Shown>) {
  const clock = createFakeClock();
  const refreshedAtMs: number[] = [];
  const written: (readonly [atMs: number, control: string, frame: Frame])[] = [];
  const queue = new WriteQueue({
    write: async (control, frame) => {
      written.push([clock.monotonicMs(), control, frame]);
    },
    failed: () => undefined,
  });
  const controls = Object.entries(outputs).map(
    ([id, output]): ControlDescription => ({
      id: controlId(id),
      label: id,
      input: { shape: "none" },
      output,
      place: { area: "nowhere" },
    }),
  );
  const painter = new Painter({
    clock,
    queue,
    controls,
    lookOf: (control) => looks[control],
    progressOf: () => undefined,
    brightness: () => "day",
    refresh: () => void refreshedAtMs.push(clock.monotonicMs()),
    reduce: createReducer(() => ({ colors, images: undefined })),
  });
  await settle();
  const textsOf = (control: string) =>
    written.flatMap(([, id, frame]) => (id === control && frame.kind === "text" ? [frame.text] : []));
  return { clock, painter, written, refreshedAtMs, textsOf, looks };
}

const text: ControlOutput = { kind: "text", columns: 20 };

describe("a painter", () => {
  test("draws everything when it starts, and darkens what has no look", async () => {
    const { written } = await createSetting(
      {
        a: text,
        b: text,
        lamp: lampOf("by-device"),
        key: { kind: "image", widthPx: 1, heightPx: 1 },
        nothing: { kind: "none" },
      },
      {
        a: { look: look("A"), ticks: false, room: ROOM },
        nothing: { look: look("A"), ticks: false, room: ROOM },
      },
    );
    expect(written.map(([, control, frame]) => [control, frame])).toEqual([
      ["a", { kind: "text", text: "A" }],
      ["b", { kind: "text", text: "" }],
      ["lamp", { kind: "lamp", rgb: [0, 0, 0], blink: "steady" }],
      ["key", { kind: "image", rgb: Uint8Array.of(0, 0, 0), widthPx: 1, heightPx: 1 }],
    ]);
  });

  test("draws everything anew each minute, after the device was set up anew", async () => {
    const { clock, written, refreshedAtMs } = await createSetting(
      { a: text },
      { a: { look: look("A"), ticks: false, room: ROOM } },
    );
    await clock.advance(125_000);
    expect(refreshedAtMs).toEqual([60_000, 120_000]);
    expect(written.map(([atMs]) => atMs)).toEqual([0, 60_000, 120_000]);
  });

  test("draws only the controls of a room that changed", async () => {
    const { painter, textsOf, looks } = await createSetting(
      { a: text, b: text },
      {
        a: { look: look("1"), ticks: false, room: ROOM },
        b: { look: look("1"), ticks: false, room: OTHER },
      },
    );
    for (const shown of Object.values(looks)) shown.look = look("2");
    painter.paintRoom(ROOM);
    await settle();
    expect([textsOf("a"), textsOf("b")]).toEqual([["1", "2"], ["1"]]);
  });

  test("draws every second what time alone changes, as long as it does", async () => {
    const { clock, textsOf, looks } = await createSetting(
      { a: text, b: text },
      { a: { look: look("0"), ticks: true, room: ROOM }, b: { look: look("0"), ticks: false, room: ROOM } },
    );
    for (let second = 1; second <= 3; second++) {
      for (const shown of Object.values(looks)) shown.look = look(String(second));
      await clock.advance(1000);
    }
    expect([textsOf("a"), textsOf("b")]).toEqual([["0", "1", "2", "3"], ["0"]]);
    looks.a = { look: look("end"), ticks: false, room: ROOM };
    await clock.advance(1000);
    looks.a = { look: look("unseen"), ticks: false, room: ROOM };
    await clock.advance(5000);
    expect(textsOf("a").at(-1)).toBe("end");
  });

  test("draws everything anew every minute, though nothing changed", async () => {
    const { clock, textsOf } = await createSetting(
      { a: text },
      { a: { look: look("A"), ticks: false, room: ROOM } },
    );
    await clock.advance(59_999);
    expect(textsOf("a")).toEqual(["A"]);
    await clock.advance(1);
    expect(textsOf("a")).toEqual(["A", "A"]);
  });

  test("darkens a control whose look was taken away", async () => {
    const { painter, textsOf, looks } = await createSetting(
      { a: text },
      { a: { look: look("REC"), ticks: false, room: ROOM } },
    );
    delete looks.a;
    painter.paintAll();
    await settle();
    expect(textsOf("a")).toEqual(["REC", ""]);
  });

  test("leaves no timer behind when it is closed, and writes nothing more", async () => {
    const { clock, painter, written } = await createSetting(
      { a: lampOf("by-bridge") },
      { a: { look: look("A", { blink: "fast" }), ticks: true, room: ROOM } },
    );
    painter.close();
    expect(clock.timerCount()).toBe(0);
    const before = written.length;
    painter.paintAll();
    await settle();
    expect(written).toHaveLength(before);
  });
});

describe("blinking", () => {
  test("is left to the device where it can blink by itself", async () => {
    const { clock, written } = await createSetting(
      { a: lampOf("by-device") },
      { a: { look: look("A", { blink: "double" }), ticks: false, room: ROOM } },
    );
    await clock.advance(5000);
    expect(written.map(([, , frame]) => frame)).toEqual([
      { kind: "lamp", rgb: [255, 0, 0], blink: "double" },
    ]);
  });

  test.each<[blink: Blink, pattern: string]>([
    ["steady", "################"],
    ["slow", "####----####----"],
    ["fast", "#-#-#-#-#-#-#-#-"],
    ["double", "#-#-----#-#-----"],
  ])("%s is driven by the bridge, an eighth of a second at a time", async (blink, pattern) => {
    const { clock, written } = await createSetting(
      { a: lampOf("by-bridge") },
      { a: { look: look("A", { blink }), ticks: false, room: ROOM } },
    );
    let seen = "";
    for (let step = 0; step < 16; step++) {
      const frame = written.at(-1)![2];
      expect(frame).toMatchObject({ kind: "lamp", blink: "steady" });
      seen += frame.kind === "lamp" && frame.rgb[0] > 0 ? "#" : "-";
      await clock.advance(125);
    }
    expect(seen).toBe(pattern);
  });

  test("ends when the look is steady again, and its timer with it", async () => {
    const { clock, painter, written, looks } = await createSetting(
      { a: lampOf("by-bridge") },
      { a: { look: look("A", { blink: "fast" }), ticks: false, room: ROOM } },
    );
    const whileBlinking = clock.timerCount();
    looks.a = { look: look("A"), ticks: false, room: ROOM };
    painter.paintRoom(ROOM);
    await clock.advance(500);
    expect(clock.timerCount()).toBe(whileBlinking - 1);
    expect(written.at(-1)![2]).toEqual({ kind: "lamp", rgb: [255, 0, 0], blink: "steady" });
  });
});

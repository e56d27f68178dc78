import { beforeAll, describe, expect, test } from "vitest";
import { controlId } from "../../src/base/identifiers.ts";
import type { ControlDescription } from "../../src/driver/control.ts";
import { colors, type Look, lookConditions } from "../../src/feedback/look.ts";
import { lookPresets } from "../../src/feedback/presets.ts";
import type { DeviceMapping, DimMapping } from "../../src/mapping/mapping.ts";
import { createKeyImages, type KeyImages } from "../../src/panel/key-image/key-image.ts";
import { Painter } from "../../src/panel/painter.ts";
import { PanelFace } from "../../src/panel/panel-face.ts";
import { createReducer } from "../../src/panel/reduce.ts";
import { WriteQueue } from "../../src/panel/write-queue.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { bindingsCalled } from "./panels.ts";

const KEY = controlId("key-1");
const dim: DimMapping = { afterMs: 60_000, wake: "acts" };
const lock = {
  settings: { pin: "12", attempts: 2, refuseMs: 10_000, lockAfterMs: 30_000 },
  keypad: bindingsCalled({ "key-1": "keypad" }),
};

interface Part {
  readonly dim?: DimMapping;
  readonly brightnessAt?: DeviceMapping["brightnessAt"];
  readonly lock?: typeof lock;
  readonly homeAfterMs?: number;
}

function createSetting(part: Part = {}) {
  const clock = createFakeClock();
  const finger = { isDown: false };
  let changes = 0;
  const tools = {
    clock,
    pages: {
      first: bindingsCalled({ "key-1": "first" }),
      others: new Map([["second", bindingsCalled({ "key-1": "second" })]]),
    },
    dim: part.dim,
    brightnessAt: part.brightnessAt ?? [],
    lock: part.lock,
    homeAfterMs: part.homeAfterMs,
    isTouched: () => finger.isDown,
    changed: () => changes++,
  };
  const face = new PanelFace(tools);
  const edited = (to: DimMapping | undefined) => new PanelFace({ ...tools, dim: to }, face);
  const shows = () => face.bindingOf(KEY)?.look?.table.available.text;
  const type = (digits: string) => {
    for (const digit of digits) {
      face.touch();
      face.take({ digit });
    }
  };
  return { clock, face, finger, edited, shows, type, changes: () => changes };
}

describe("pages", () => {
  test("turn when told, back to the first as well, and everything is drawn again", () => {
    const { face, shows, changes } = createSetting();
    const seen = ["second", "second", "first", "nowhere"].map((page) => {
      face.take({ page });
      return shows();
    });
    expect(seen).toEqual(["second", "second", "first", "first"]);
    expect(changes()).toBe(4);
  });

  test("stay where they are, however long nobody comes, on a panel without a PIN", async () => {
    const { clock, face, shows } = createSetting({ dim });
    face.take({ page: "second" });
    await clock.advance(3_600_000);
    face.touch();
    expect(shows()).toBe("second");
  });

  test("go home by themselves when nobody has touched the panel for so long", async () => {
    const { clock, face, shows, changes } = createSetting({ homeAfterMs: 30_000 });
    face.take({ page: "second" });
    await clock.advance(20_000);
    face.touch();
    await clock.advance(29_000);
    expect([shows(), changes()]).toEqual(["second", 1]);
    await clock.advance(2000);
    expect([shows(), changes()]).toEqual(["first", 2]);
    await clock.advance(600_000);
    expect(changes()).toBe(2);
  });

  test("do not go home below a finger, nor until so long after it has gone", async () => {
    const { clock, face, finger, shows } = createSetting({ homeAfterMs: 30_000 });
    face.take({ page: "second" });
    face.touch();
    finger.isDown = true;
    await clock.advance(60_000);
    expect(shows()).toBe("second");
    finger.isDown = false;
    await clock.advance(28_000);
    expect(shows()).toBe("second");
    await clock.advance(3000);
    expect(shows()).toBe("first");
  });

  test("do not turn while a PIN is typed, and are home when it was right", async () => {
    const { clock, type, shows } = createSetting({ lock, homeAfterMs: 5000 });
    type("1");
    await clock.advance(4900);
    expect(shows()).toBe("keypad");
    type("2");
    expect(shows()).toBe("first");
  });

  test("stay home or away as they were when the mapping is edited", async () => {
    const { clock, face, edited, shows } = createSetting({ homeAfterMs: 30_000 });
    face.take({ page: "second" });
    await clock.advance(20_000);
    const after = edited(undefined);
    face.close();
    expect(after.bindingOf(KEY)?.look?.table.available.text).toBe("second");
    await clock.advance(11_000);
    expect(after.bindingOf(KEY)?.look?.table.available.text).toBe("first");
    expect(shows()).toBe("second");
  });

  test("ignore digits where there is no PIN", () => {
    const { face, shows } = createSetting();
    face.take({ digit: "1" });
    expect(shows()).toBe("first");
  });
});

describe("a panel with a PIN", () => {
  test("is a keypad until the PIN is complete", () => {
    const { type, shows } = createSetting({ lock });
    expect(shows()).toBe("keypad");
    type("1");
    expect(shows()).toBe("keypad");
    type("2");
    expect(shows()).toBe("first");
  });

  test("refuses even the right PIN for a while after too many wrong ones", async () => {
    const { clock, type, shows } = createSetting({ lock });
    type("2121");
    type("12");
    expect(shows()).toBe("keypad");
    await clock.advance(9999);
    type("12");
    expect(shows()).toBe("keypad");
    await clock.advance(1);
    type("12");
    expect(shows()).toBe("first");
  });

  test("locks again when nobody touches it, and begins on the first page", async () => {
    const { clock, face, type, shows, changes } = createSetting({ lock });
    type("12");
    face.take({ page: "second" });
    await clock.advance(29_000);
    face.touch();
    await clock.advance(29_000);
    expect(shows()).toBe("second");
    const before = changes();
    await clock.advance(1000);
    expect([shows(), changes()]).toEqual(["keypad", before + 1]);
    type("12");
    expect(shows()).toBe("first");
  });

  test("is not kept open by a touch that comes between the moment and its next look at the clock", async () => {
    const { clock, face, type, shows } = createSetting({ lock });
    await clock.advance(500);
    type("12");
    await clock.advance(30_000 - 500);
    await clock.advance(499);
    expect(shows()).toBe("first");
    await clock.advance(1);
    face.touch();
    expect(shows()).toBe("keypad");
  });
});

describe("a panel that dims", () => {
  test.each([
    ["acts", "act"],
    ["only-wakes", "wake-only"],
  ] as const)("and %s: the first touch lights it and is told to %s, the second acts", async (wake, first) => {
    const { clock, face, changes } = createSetting({ dim: { ...dim, wake } });
    await clock.advance(59_999);
    expect([face.brightness(), changes()]).toEqual(["day", 0]);
    await clock.advance(1);
    expect([face.brightness(), changes()]).toEqual(["night", 1]);
    await clock.advance(600_000);
    expect(changes()).toBe(1);
    expect(face.touch()).toBe(first);
    expect([face.brightness(), changes()]).toEqual(["day", 2]);
    expect(face.touch()).toBe("act");
    await clock.advance(60_000);
    expect(face.brightness()).toBe("night");
  });

  test("stays bright as long as it is used, and always when the mapping names no time", async () => {
    const used = createSetting({ dim });
    for (let touch = 0; touch < 10; touch++) {
      await used.clock.advance(50_000);
      expect(used.face.touch()).toBe("act");
    }
    expect(used.changes()).toBe(0);
    const plain = createSetting();
    await plain.clock.advance(7_200_000);
    expect([plain.face.brightness(), plain.changes()]).toEqual(["day", 0]);
  });

  const hour = { ...dim, afterMs: 3_600_000 };
  test.each([
    { what: "takes dimming away", before: dim, after: undefined, looks: "day" },
    { what: "dims it later", before: dim, after: hour, looks: "day" },
    { what: "dims it sooner", before: hour, after: dim, looks: "night" },
    { what: "begins to dim it", before: undefined, after: dim, looks: "night" },
    { what: "dims it as before", before: dim, after: dim, looks: "night" },
  ])("looks at once as an edit wants it that $what", async ({ before, after, looks }) => {
    const { clock, face, edited } = createSetting({ ...(before && { dim: before }) });
    await clock.advance(600_000);
    expect(face.brightness()).toBe(before === dim ? "night" : "day");
    expect(edited(after).brightness()).toBe(looks);
  });

  test("and has a PIN: a touch that only wakes types nothing", async () => {
    const { clock, face, type, shows } = createSetting({ lock, dim: { ...dim, wake: "only-wakes" } });
    await clock.advance(60_000);
    expect(face.touch()).toBe("wake-only");
    type("12");
    expect(shows()).toBe("first");
  });
});

test("a closed face leaves no timer behind", () => {
  const { clock, face } = createSetting({ dim, lock });
  face.close();
  expect(clock.timerCount()).toBe(0);
});

describe.each(["red-is-recording", "green-is-recording"] as const)("at night, where %s", (convention) => {
  let images: KeyImages;
  beforeAll(async () => {
    images = await createKeyImages();
  });

  test.each(lookConditions)("a tally that says %s is dimmed unless it says recording", async (condition) => {
    const clock = createFakeClock();
    const look: Look = { ...lookPresets[convention].tally![condition], caption: "interview-1", badge: "" };
    const face = new PanelFace({
      clock,
      pages: { first: new Map(), others: new Map() },
      dim,
      brightnessAt: [],
      homeAfterMs: undefined,
      lock: undefined,
      isTouched: () => false,
      changed: () => painter.paintAll(),
    });
    let lightness = Number.NaN;
    const painter = new Painter({
      clock,
      queue: new WriteQueue({
        write: async (_, frame) => {
          if (frame.kind === "image") lightness = frame.rgb.reduce((sum, part) => sum + part, 0);
        },
        failed: () => undefined,
      }),
      controls: [key],
      lookOf: () => ({ look: { ...look, blink: "steady" }, ticks: false, room: undefined }),
      progressOf: () => undefined,
      refresh: () => undefined,
      brightness: () => face.brightness(),
      reduce: createReducer(() => ({ colors, images })),
    });
    await clock.advance(59_000);
    const byDay = lightness;
    await clock.advance(2000);
    expect(face.brightness()).toBe("night");
    if (condition === "recording") expect(lightness).toBe(byDay);
    else expect(lightness).toBeLessThan(byDay * 0.7);
    face.touch();
    await clock.advance(1);
    expect(lightness).toBe(byDay);
  });
});

const key: ControlDescription = {
  id: KEY,
  label: "key 1",
  input: { shape: "button" },
  output: { kind: "image", widthPx: 72, heightPx: 72 },
  place: { area: "keys", column: 0, row: 0 },
};

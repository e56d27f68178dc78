import { describe, expect, it } from "vitest";
import { controlsOf } from "../../../devices/stream-deck/controls.ts";
import { type ModelWord, modelOf, modelWords } from "../../../devices/stream-deck/models.ts";
import type { ControlEvent } from "../../../src/driver/contract.ts";
import { createNotingHost, told } from "../../driver/hid/noting-host.ts";
import { createSkippingClock, openModel } from "./bench.ts";
import { cardReport, keysReport, pushesReport, touchReport, turnsReport, wireIndex } from "./reports.ts";

const having = (isSo: (word: ModelWord) => boolean) => modelWords.filter(isSo);

describe("keys", () => {
  it.each(modelWords)("of %s go down and up, each under its own name", async (word) => {
    const { handle, host } = await openModel(word);
    const buttons = controlsOf(word).filter(({ description }) => description.input.shape === "button");
    for (const [index] of buttons.entries()) {
      handle.report(keysReport(word, [index]));
      handle.report(keysReport(word, []));
    }
    expect(told(host.events)).toEqual(
      buttons.flatMap(({ description: { id } }) => [`down ${id}`, `up ${id}`]),
    );
    expect(host.drops).toEqual([]);
  });

  it("of the first model are counted from the right on the wire", async () => {
    const { handle, host } = await openModel("original");
    handle.report(Buffer.from("010000000001000000000000000000000000", "hex"));
    expect(told(host.events)).toEqual(["down key-1"]);
    expect(wireIndex("original", 0)).toBe(4);
  });

  it("are told apart when several are down, and a report that changes nothing says nothing", async () => {
    const { handle, host } = await openModel("mk2");
    for (const down of [[0], [0, 14], [0, 14], [14], []]) handle.report(keysReport("mk2", down));
    expect(told(host.events)).toEqual(["down key-1", "down key-15", "up key-1", "up key-15"]);
  });

  it("of a Neo include the two sensors beside the window", async () => {
    const { handle, host } = await openModel("neo");
    handle.report(keysReport("neo", [8]));
    handle.report(keysReport("neo", [9]));
    expect(told(host.events)).toEqual(["down sensor-1", "up sensor-1", "down sensor-2"]);
  });
});

describe("keys that were down before", () => {
  it("are held and not pressed when the state comes unasked right after opening", async () => {
    const clock = createSkippingClock();
    const { handle, host } = await openModel("mk2", {}, { host: createNotingHost(clock) });
    handle.report(keysReport("mk2", [3]));
    handle.report(keysReport("mk2", []));
    handle.report(keysReport("mk2", [3]));
    expect(told(host.events)).toEqual(["held key-4", "up key-4", "down key-4"]);
  });

  it("are held and not pressed when they show up beside a fresh press in the first report", async () => {
    const { handle, host } = await openModel("xl");
    handle.report(keysReport("xl", [5, 9]));
    handle.report(keysReport("xl", [5, 9, 1]));
    expect(told(host.events)).toEqual(["held key-6", "held key-10", "down key-2"]);
  });

  it("and dials likewise, apart from the keys", async () => {
    const { handle, host } = await openModel("plus");
    handle.report(keysReport("plus", [0]));
    handle.report(pushesReport([0, 3]));
    handle.report(pushesReport([0]));
    handle.report(pushesReport([0, 1]));
    expect(told(host.events)).toEqual([
      "down key-1",
      "held dial-1",
      "held dial-4",
      "up dial-4",
      "down dial-2",
    ]);
  });

  it("count as pressed when all were seen up first", async () => {
    const { handle, host } = await openModel("plus");
    handle.report(pushesReport([]));
    handle.report(pushesReport([1, 2]));
    expect(told(host.events)).toEqual(["down dial-2", "down dial-3"]);
  });
});

describe("ghosts of a key matrix", () => {
  it("are no presses: the fourth corner of a rectangle of keys that are down", async () => {
    const { handle, host } = await openModel("mk2");
    for (const down of [[0], [0, 3], [0, 3, 5], [0, 3, 5, 8], [0, 3, 5], [0, 3, 5, 9]])
      handle.report(keysReport("mk2", down));
    expect(told(host.events)).toEqual([
      "down key-1",
      "down key-4",
      "down key-6",
      "held key-9",
      "up key-9",
      "down key-10",
    ]);
    expect(host.drops).toEqual(["press that may be a ghost of others"]);
  });

  it("and who is the ghost is not guessed where several keys go down in one report", async () => {
    const { handle, host } = await openModel("xl");
    for (const down of [[0], [0, 1], [0, 1, 8, 9], [0, 1, 8], [0, 1], [0, 1, 8]])
      handle.report(keysReport("xl", down));
    expect(told(host.events)).toEqual([
      "down key-1",
      "down key-2",
      "held key-9",
      "held key-10",
      "up key-10",
      "up key-9",
      "down key-9",
    ]);
  });

  it.each(having((word) => (modelOf(word).layout.keys?.rows ?? 0) > 1))(
    "of %s: two keys at once press nothing, and four in a row one after the other do",
    async (word) => {
      const { handle, host } = await openModel(word);
      const { columns } = modelOf(word).layout.keys!;
      for (const down of [[], [0, 1], []]) handle.report(keysReport(word, down));
      expect(told(host.events)).toEqual(["held key-1", "held key-2", "up key-1", "up key-2"]);
      host.events.length = 0;
      const row = Array.from({ length: columns }, (_, index) => index);
      for (const last of row) handle.report(keysReport(word, row.slice(0, last + 1)));
      expect(told(host.events)).toEqual(row.map((index) => `down key-${index + 1}`));
    },
  );

  it("have no place on a Pedal, whose switches have a wire each", async () => {
    const { handle, host } = await openModel("pedal");
    for (const down of [[], [0, 2]]) handle.report(keysReport("pedal", down));
    expect(told(host.events)).toEqual(["down left", "down right"]);
  });

  it("are the same on a deck that is mounted rotated", async () => {
    const { handle, host } = await openModel("mk2", { rotatedDegrees: 90 });
    for (const down of [[0], [0, 3], [0, 3, 5], [0, 3, 5, 8]]) handle.report(keysReport("mk2", down));
    expect(told(host.events).map((event) => event.split(" ")[0])).toEqual(["down", "down", "down", "held"]);
  });
});

describe("dials", () => {
  it.each(having((word) => "dials" in modelOf(word).layout))("of %s turn and are pushed", async (word) => {
    const { handle, host } = await openModel(word);
    const count = modelOf(word).layout.dials!.count;
    const expected: string[] = [];
    for (let index = 0; index < count; index++) {
      const detents = Array<number>(count).fill(0);
      detents[index] = index % 2 === 0 ? index + 1 : -index - 1;
      handle.report(turnsReport(detents));
      handle.report(pushesReport([index]));
      handle.report(pushesReport([]));
      const id = `dial-${index + 1}`;
      expected.push(`turned ${id} ${detents[index]}`, `down ${id}`, `up ${id}`);
    }
    expect(told(host.events)).toEqual(expected);
  });

  it("report several detents at once, up to the ends of a signed byte", async () => {
    const { handle, host } = await openModel("plus");
    handle.report(turnsReport([127, -128, 0, 1]));
    expect(told(host.events)).toEqual(["turned dial-1 127", "turned dial-2 -128", "turned dial-4 1"]);
  });
});

describe("the touch strip", () => {
  it.each(having((word) => "strip" in modelOf(word).layout))(
    "of %s reports gestures on the segment under them",
    async (word) => {
      const { handle, host } = await openModel(word);
      const { strip, dials } = modelOf(word).layout;
      const widthPx = strip!.widthPx / dials!.count;
      const last = dials!.count;
      handle.report(touchReport(1, [0, 10]));
      handle.report(touchReport(1, [strip!.widthPx - 1, 10]));
      handle.report(touchReport(2, [widthPx, 99]));
      handle.report(touchReport(3, [widthPx + 5, 50], [2, 50]));
      handle.report(touchReport(3, [widthPx - 1, 50], [strip!.widthPx - 1, 50]));
      expect(told(host.events)).toEqual([
        "touched strip-1 tap",
        `touched strip-${last} tap`,
        "touched strip-2 hold",
        "touched strip-2 swipe-left",
        "touched strip-1 swipe-right",
      ]);
    },
  );

  it("takes a slip of the finger for a tap, and nothing between a tap and a swipe for either", async () => {
    const { handle, host } = await openModel("plus");
    handle.report(touchReport(3, [110, 50], [115, 48]));
    handle.report(touchReport(3, [110, 50], [139, 50]));
    handle.report(touchReport(3, [110, 20], [150, 60]));
    handle.report(touchReport(3, [110, 50], [140, 50]));
    expect(told(host.events)).toEqual([
      "touched strip-1 tap",
      "touched strip-1 tap",
      "touched strip-1 swipe-right",
    ]);
  });

  it("says nothing of a touch beyond its end, nor of a swipe straight up", async () => {
    const { handle, host } = await openModel("plus");
    handle.report(touchReport(1, [800, 10]));
    handle.report(touchReport(1, [65_535, 65_535]));
    handle.report(touchReport(3, [10, 90], [10, 5]));
    expect(host.events).toEqual([]);
  });

  it("is not there on a Neo, whose window cannot be touched", async () => {
    const { handle, host } = await openModel("neo");
    handle.report(touchReport(1, [10, 10]));
    expect(host.events).toEqual([]);
  });
});

describe("the card reader", () => {
  it("of a Studio pulses with what the card says", async () => {
    const { handle, host } = await openModel("studio");
    handle.report(cardReport("04A1B2C3D4E5F6"));
    handle.report(cardReport("04A1\0\0"));
    expect(told(host.events)).toEqual(["pulsed card 04A1B2C3D4E5F6", "pulsed card 04A1"]);
  });

  it("is not there on other models", async () => {
    const { handle, host } = await openModel("xl");
    handle.report(cardReport("04A1B2C3D4E5F6"));
    expect(host.events).toEqual([]);
  });
});

describe("reports that cannot be", () => {
  it.each(modelWords)("of %s that are cut invent no release", async (word) => {
    const { handle, host } = await openModel(word);
    const whole = keysReport(word, [0]);
    handle.report(whole);
    const needed = (modelOf(word).protocol === "first" ? 1 : 4) + countButtons(word);
    for (let length = 0; length < needed; length++) handle.report(whole.subarray(0, length));
    expect(host.events).toHaveLength(1);
    expect(host.drops.length).toBe(needed - 1);
    handle.report(whole.subarray(0, needed));
    expect(host.drops.length).toBe(needed - 1);
  });

  it.each(modelWords)("of %s, at random, never throw and only ever speak of its controls", async (word) => {
    const { handle, host, device } = await openModel(word);
    const next = randomNumbers(word.length * 7919 + 1);
    for (let round = 0; round < 4000; round++) handle.report(randomReport(next));
    const ids = new Set(device.panel!.controls.map(({ id }) => id));
    expect(host.events.every(({ control }) => ids.has(control))).toBe(true);
    expect(host.events.length).toBeGreaterThan(0);
    expect(host.events.filter((event) => !isSensible(event))).toEqual([]);
    expect(outOfOrder(host.events)).toEqual([]);
    expect(host.losses).toEqual([]);
  });
});

describe("what came in", () => {
  it("is traced whole, with its report id", async () => {
    const { handle, host } = await openModel("mini");
    const report = keysReport("mini", [2]);
    handle.report(report);
    const last = host.traces.at(-1)!;
    expect(last).toMatchObject({ direction: "in", channel: "hid" });
    expect(Buffer.from(last.bytes)).toEqual(report);
  });
});

function countButtons(word: ModelWord): number {
  return controlsOf(word).filter(({ part }) => part.kind === "button").length;
}

/** A small linear congruential generator, so that a failure can be repeated. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state >>> 8;
  };
}

/** Mostly close to real reports, or they would all be dropped at the first look. */
function randomReport(next: () => number): Buffer {
  const report = Buffer.from(Array.from({ length: next() % 40 }, () => next() % 256));
  if (report.length > 0 && next() % 8 > 0) report[0] = 1;
  if (report.length > 4) {
    report[1] = next() % 6;
    report[4] = next() % 5;
  }
  return report;
}

function isSensible(event: ControlEvent): boolean {
  if (event.kind === "turned") return Number.isInteger(event.detents) && event.detents !== 0;
  return event.kind !== "pulsed" || /^[\x20-\x7e]{1,64}$/.test(String(event.values[0]));
}

/** Downs of what is down already, and ups of what is not. */
function outOfOrder(events: readonly ControlEvent[]): readonly ControlEvent[] {
  const down = new Set<string>();
  return events.filter(({ kind, control }) => {
    if (kind === "up") return !down.delete(control);
    if (kind !== "down" && kind !== "held") return false;
    const isAgain = down.has(control);
    down.add(control);
    return isAgain;
  });
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DEVICE_MODELS,
  type StreamDeck,
  type StreamDeckButtonControlDefinition,
  type StreamDeckEncoderControlDefinition,
} from "@elgato-stream-deck/core";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { controlsOf } from "../../../devices/stream-deck/controls.ts";
import { streamDeck } from "../../../devices/stream-deck/driver.ts";
import { createHidLine } from "../../../devices/stream-deck/hid-line.ts";
import type { DeckLayout, ModelWord } from "../../../devices/stream-deck/models.ts";
import { librarySpecOf, modelOf, modelWords, wordOf } from "../../../devices/stream-deck/models.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { createTestHandle, settingsOf } from "./bench.ts";

describe("the models", () => {
  it("are all that the library has, but for the dock, which is not a deck", () => {
    const ours = modelWords.map((word) => librarySpecOf(word).id as string);
    const theirs = DEVICE_MODELS.map(({ id }) => id as string).filter((id) => id !== "network-dock");
    expect(ours.toSorted()).toEqual(theirs.toSorted());
  });

  it("are found by each of their product ids", () => {
    for (const word of modelWords)
      for (const productId of librarySpecOf(word).productIds)
        expect(wordOf({ vendorId: librarySpecOf(word).vendorId, productId })).toBe(word);
    expect(wordOf({ vendorId: 0x0fd9, productId: 0xffff })).toBeUndefined();
  });

  it.each(modelWords)("%s has the layout that the library knows", async (word) => {
    expect(readLayout(await libraryDeck(word))).toEqual(modelOf(word).layout);
  });
});

describe("the controls", () => {
  it.each(modelWords)("of %s have ids and places of their own", (word) => {
    const controls = controlsOf(word).map(({ description }) => description);
    expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length);
    const placed = controls.filter(({ place }) => place.area !== "nowhere");
    expect(new Set(placed.map(({ place }) => JSON.stringify(place))).size).toBe(placed.length);
  });

  it("are those of the model, or known once it is open", () => {
    const ids = (settings: Record<string, unknown>) => {
      const described = streamDeck.describeControls(settingsOf(settings), []);
      return described === "known-once-open" ? described : described.map(({ id }) => id);
    };
    expect(ids({})).toBe("known-once-open");
    expect(ids({ serialNumber: "AL12H1A00001" })).toBe("known-once-open");
    expect(ids({ model: "pedal" })).toEqual(["left", "middle", "right"]);
    expect(ids({ model: "mini" })).toEqual(["key-1", "key-2", "key-3", "key-4", "key-5", "key-6"]);
    expect(ids({ address: "fake://neo" }).slice(-4)).toEqual(["key-8", "sensor-1", "sensor-2", "window"]);
    expect(ids({ model: "studio" }).slice(-3)).toEqual(["dial-1", "dial-2", "card"]);
  });

  it("say what they are and where: a Stream Deck +", () => {
    const found = controlsOf("plus").map(({ description }) => description);
    expect(found.find(({ id }) => id === "key-7")).toEqual({
      id: "key-7",
      label: "key 7",
      input: { shape: "button" },
      output: { kind: "image", widthPx: 120, heightPx: 120 },
      place: { area: "keys", column: 2, row: 1 },
    });
    expect(found.find(({ id }) => id === "dial-4")).toEqual({
      id: "dial-4",
      label: "dial 4",
      input: { shape: "encoder", push: "button" },
      output: { kind: "none" },
      place: { area: "dials", column: 3, row: 0 },
    });
    expect(found.find(({ id }) => id === "strip-2")).toEqual({
      id: "strip-2",
      label: "strip 2",
      input: { shape: "touch" },
      output: { kind: "image", widthPx: 200, heightPx: 100 },
      place: { area: "strip", column: 1, row: 0 },
    });
  });
});

describe("the README", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../../devices/stream-deck/README.md"), "utf8");

  it("has examples that are right", () => {
    const [, example] = /^```jsonc\n(.*?)^```$/ms.exec(readme)!;
    const devices = parse(`{${example}}`) as Record<string, Record<string, unknown>>;
    expect(Object.keys(devices)).toHaveLength(5);
    for (const { kind, ...settings } of Object.values(devices)) {
      expect(kind).toBe("stream-deck");
      expect(streamDeck.settingsSchema.safeParse(settings).error).toBeUndefined();
    }
  });

  it("counts the models", () => {
    expect(readme).toContain(`all ${modelWords.length} models`);
  });
});

describe("the settings", () => {
  it("are strict, and each is described", () => {
    for (const [name, field] of Object.entries(streamDeck.settingsSchema.shape))
      expect(field.description, name).toMatch(/Default: /);
    expect(streamDeck.settingsSchema.safeParse({ serial: "x" }).success).toBe(false);
  });

  it.each([
    ["tcp://10.0.0.5", true],
    ["tcp://studio.local:5343", true],
    ["tcp://[fe80::1]:5343", true],
    ["fake://xl", true],
    ["udp://10.0.0.5", false],
    ["10.0.0.5", false],
    ["tcp://", false],
  ])("take %s as an address: %s", (address, isFine) => {
    expect(streamDeck.settingsSchema.safeParse({ address }).success).toBe(isFine);
  });
});

async function libraryDeck(word: ModelWord): Promise<StreamDeck> {
  const tools = { clock: systemClock, traced: () => undefined, failed: () => undefined };
  const { device } = createHidLine(createTestHandle(), tools);
  const deck = await librarySpecOf(word).factory(device, { encodeJPEG: async () => new Uint8Array() });
  await deck.close();
  return deck;
}

/** The library's control definitions in the words of our layouts. */
function readLayout({ CONTROLS, HAS_NFC_READER }: StreamDeck): DeckLayout {
  const buttons = CONTROLS.filter((control) => control.type === "button");
  const sensors = buttons.filter(({ feedbackType }) => feedbackType === "rgb").length;
  const screens = CONTROLS.filter((control) => control.type === "lcd-segment");
  const strip = screens.find(({ drawRegions }) => drawRegions);
  const window = screens.find(({ drawRegions }) => !drawRegions);
  return {
    keys: readGrid(buttons.filter(({ feedbackType }) => feedbackType !== "rgb")),
    ...readDials(CONTROLS.filter((control) => control.type === "encoder")),
    ...(strip === undefined ? {} : { strip: readScreen(strip.pixelSize) }),
    ...(sensors === 0 ? {} : { sensors }),
    ...(window === undefined ? {} : { window: readScreen(window.pixelSize) }),
    ...(HAS_NFC_READER ? { reader: "cards" } : {}),
  };
}

/** Also checks that the library counts the way our part numbers do: row by row from the top left. */
function readGrid(keys: readonly StreamDeckButtonControlDefinition[]): NonNullable<DeckLayout["keys"]> {
  const columns = new Set(keys.map(({ column }) => column)).size;
  const rows = new Set(keys.map(({ row }) => row)).size;
  const [first] = keys;
  for (const [at, { index, column, row }] of keys.entries()) {
    expect(index).toBe(at);
    expect([column - first!.column, row - first!.row]).toEqual([at % columns, Math.floor(at / columns)]);
  }
  return first?.feedbackType === "lcd"
    ? { columns, rows, screen: readScreen(first.pixelSize) }
    : { columns, rows };
}

function readDials(dials: readonly StreamDeckEncoderControlDefinition[]): Pick<DeckLayout, "dials"> {
  expect(dials.map(({ index }) => index)).toEqual([...dials.keys()]);
  if (dials.length === 0) return {};
  const haveLamps = dials.every(({ hasLed, ledRingSteps }) => hasLed || ledRingSteps > 0);
  return { dials: { count: dials.length, lamp: haveLamps ? "rgb" : "none" } };
}

function readScreen({ width, height }: { width: number; height: number }) {
  return { widthPx: width, heightPx: height };
}

import { describe, expect, test } from "vitest";
import { assembleVocabulary } from "../../src/bridge/mapping-vocabulary.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { testWorld } from "../support/kinds.ts";

const world = { ...assembleVocabulary(testWorld.kinds), folder: import.meta.dirname };

function findingsOf(parts: Record<string, unknown>) {
  const document = {
    server: { url: "https://valt.example.com", username: "bridge" },
    rooms: { "interview-1": 1 },
    devices: {},
    ...parts,
  };
  const { mapping, problems } = loadMapping(JSON.stringify(document), world);
  return { mapping, told: problems.map(({ severity, message }) => `${severity}: ${message}`) };
}

const panel = (text: string) => ({
  desk: {
    kind: "test-panel",
    room: "interview-1",
    controls: { left: { press: { mark: "x" }, look: { otherwise: { text } } } },
  },
});

describe("letters without a glyph", () => {
  test("are warned of, in looks and in the labels of rooms", () => {
    expect(findingsOf({ devices: panel("ห้อง 1") }).told).toEqual([
      "warning: no font here has a glyph for ห (U+0E2B), ้ (U+0E49), อ (U+0E2D), ง (U+0E07): keys with displays show a box",
    ]);
    const rooms = { "interview-1": { id: 1, label: "कक्ष" } };
    expect(findingsOf({ rooms }).told).toEqual([expect.stringMatching(/^warning: no font .*U\+0915/)]);
  });

  test("are not warned of where there is one", () => {
    for (const text of ["Größe 4", "访谈室\n录制", "面接", "인터뷰 🎉", "Комната"])
      expect(findingsOf({ devices: panel(text) }).told).toEqual([]);
  });
});

describe("the site's own font", () => {
  test("is a file beside the mapping, and a mistake when it is none", () => {
    const { mapping, told } = findingsOf({ font: "./letters.test.ts" });
    expect(mapping).toBeUndefined();
    expect(told).toEqual([expect.stringMatching(/^error: .*letters\.test\.ts is no TrueType/)]);
    const font = "../../node_modules/dejavu-fonts-ttf/ttf/DejaVuSerif.ttf";
    const fine = findingsOf({ font });
    expect([fine.told, fine.mapping?.font?.endsWith("DejaVuSerif.ttf")]).toEqual([[], true]);
  });
});

import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { fitText, type MeasureEm } from "../../../src/panel/key-image/fit-text.ts";
import { createKeyImages, type KeyImages } from "../../../src/panel/key-image/key-image.ts";
import { layOut } from "../../../src/panel/key-image/layout.ts";
import { loadSurfaces } from "../../../src/panel/key-image/surface.ts";
import { blank } from "./scenes.ts";

let measureEm: MeasureEm;
let images: KeyImages;
beforeAll(async () => {
  images = await createKeyImages();
  measureEm = (await loadSurfaces()).of({ widthPx: 1, heightPx: 1 }).measureEm;
});

type TextRoom = Parameters<typeof fitText>[1];
const room: TextRoom = { widthPx: 80, heightPx: 40, largestPx: 20, smallestPx: 10, maxLines: 2 };
const shrink = (text: string, other: Partial<TextRoom> = {}) =>
  fitText(text, { ...room, ...other }, measureEm);
const linesOf = (text: string, other: Partial<TextRoom> = {}) =>
  shrink(text, other).lines.map((line) => line.text);

const word = fc.oneof(
  fc.constantFrom("REC", "1:02:03", "12:31", "Überwachung", "Größe", "Комната", "для", "допросов", "Ğ", "Ầ"),
  fc.constantFrom("Donaudampfschifffahrtsgesellschaft", "interview-room-12", "W".repeat(60), "i".repeat(90)),
  fc.constantFrom(
    "a\u0308",
    "Z\u0351\u0352\u0353\u0354\u0355",
    "مقابلة",
    "会議室",
    "🙂",
    "\u202egnits",
    "\u0000",
    "\t",
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const anyText = fc.array(word, { maxLength: 8 }).map((words) => words.join(" "));

describe("fitting", () => {
  test("a short text stays on one line and is as large as allowed", () => {
    expect(shrink("Pause").lines).toMatchObject([{ text: "Pause", sizePx: 20 }]);
  });

  test("a longer one shrinks a little before it wraps", () => {
    expect(linesOf("Resume it")).toEqual(["Resume it"]);
    expect(linesOf("the room is locked")).toEqual(["the room", "is locked"]);
  });

  test("a word is broken only when nothing else helps, and after its hyphen if it has one", () => {
    expect(linesOf("observation-room-12")).toEqual(["observation-", "room-12"]);
    expect(linesOf("Donaudampfschifffahrt").join("")).toBe("Donaudampfschifffahrt");
  });

  test("no line begins with a sign that stands after a space, as in French", () => {
    expect(linesOf("Réappuyer : annuler")).toEqual(["Réappuyer :", "annuler"]);
    expect(linesOf("Arrêter ? Encore")).toEqual(["Arrêter ?", "Encore"]);
  });

  test("a line break is kept, however the lines would be broken otherwise", () => {
    expect(linesOf("Room\n4")).toEqual(["Room", "4"]);
    expect(linesOf("Room 4\r\n ready")).toEqual(["Room 4", "ready"]);
    expect(linesOf("A\nB\nC", { maxLines: 3 })).toEqual(["A", "B", "C"]);
    expect(linesOf("interview-room-12\nready", { maxLines: 3 })).toEqual(["interview-", "room-12", "ready"]);
    expect(linesOf("REC\n12:31")).toEqual(["REC", "12:31"]);
    expect(linesOf("one\ntwo\n1:02:03", { maxLines: 3 })).toEqual(["one", "two", "1:02:03"]);
  });

  test("and is a space where there is one line only", () => {
    expect(linesOf("Room\n4", { maxLines: 1 })).toEqual(["Room 4"]);
  });

  test("writing without spaces is broken between its letters, which breaks no word", () => {
    expect(shrink("面接室の記録").isBroken).toBe(false);
    expect(linesOf("面接室の記録を開始", { widthPx: 60 })).toHaveLength(2);
    expect(linesOf("인터뷰 녹화", { widthPx: 40 })).toEqual(["인터뷰", "녹화"]);
  });

  test("what does not fit at the smallest size ends with an ellipsis", () => {
    const { lines, isBroken } = shrink("the room is busy with an earlier command, so please wait");
    expect(lines).toHaveLength(2);
    expect(lines[0]?.text).toBe("the room is");
    expect(lines[1]?.text).toMatch(/^busy.*…$/);
    expect(isBroken).toBe(true);
  });

  test("an empty text takes no room", () => {
    expect(shrink(" \n\t ")).toMatchObject({ lines: [], heightPx: 0 });
  });

  test("a text that is longer than any key can show ends with an ellipsis, and says so", () => {
    const { lines, isBroken } = shrink("i".repeat(241), { widthPx: 3000, heightPx: 90, maxLines: 4 });
    expect(isBroken).toBe(true);
    expect(lines.at(-1)?.text).toMatch(/i…$/);
  });

  test("any text stays inside its room, and only a broken one loses anything", () => {
    fc.assert(
      fc.property(
        anyText,
        fc.record({ widthPx: fc.integer({ min: 30, max: 300 }), heightPx: fc.integer({ min: 12, max: 90 }) }),
        fc.integer({ min: 1, max: 4 }),
        (text, box, maxLines) => {
          const { lines, heightPx, isBroken } = shrink(text, { ...box, maxLines });
          expect(lines.length).toBeLessThanOrEqual(Math.max(2, maxLines));
          expect(heightPx).toBeLessThanOrEqual(box.heightPx);
          for (const line of lines) {
            expect(measureEm(line.text) * line.sizePx).toBeLessThanOrEqual(box.widthPx + 0.01);
          }
          const said = (shown: string) => shown.normalize("NFC").replace(/[\s\p{Cc}\p{Cf}\p{Z}]/gu, "");
          if (!isBroken) expect(said(lines.map((line) => line.text).join(""))).toBe(said(text));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("a running time", () => {
  test("stands large on a line of its own", () => {
    const { lines } = shrink("REC 12:31");
    expect(lines.map((line) => line.text)).toEqual(["REC", "12:31"]);
    expect(lines[1]!.sizePx).toBeGreaterThan(1.4 * lines[0]!.sizePx);
  });

  test("keeps its size and its place for an hour", () => {
    const shapes = new Set<string>();
    for (let second = 0; second < 3600; second += 7) {
      const time = `${Math.floor(second / 60)}:${String(second % 60).padStart(2, "0")}`;
      shapes.add(
        JSON.stringify(shrink(`REC ${time}`).lines.map(({ sizePx, baselinePx }) => [sizePx, baselinePx])),
      );
    }
    expect(shapes.size).toBe(1);
  });

  test("has figures that are equally wide", () => {
    const widths = new Set(["11:11", "00:00", "47:38"].map((time) => measureEm(time)));
    expect(widths.size).toBe(1);
  });
});

test("no text, caption or badge reaches the edge of any picture", () => {
  const sizes = [
    [72, 72],
    [80, 80],
    [96, 96],
    [144, 112],
    [200, 100],
    [248, 58],
  ] as const;
  fc.assert(
    fc.property(
      fc.record({
        text: anyText,
        caption: anyText,
        badge: fc.oneof(fc.constant(""), fc.constant("+12"), anyText),
      }),
      fc.constantFrom(...sizes),
      fc.constantFrom("none", "record", "mark", "lock"),
      (words, [widthPx, heightPx], icon) => {
        const picture = { ...blank, color: "cyan", icon } as const;
        const size = { widthPx, heightPx };
        const edge = Math.max(5, Math.round(Math.min(widthPx, heightPx) * 0.08)) - 1;
        const empty = images.draw({ ...picture, text: "", caption: "" }, size);
        const full = images.draw({ ...picture, ...words }, size);
        expect(differingInEdge(empty, full, { ...size, edge })).toBe(0);
      },
    ),
    { numRuns: 100 },
  );
});

function differingInEdge(
  one: Uint8Array,
  other: Uint8Array,
  { widthPx, heightPx, edge }: { widthPx: number; heightPx: number; edge: number },
): number {
  let count = 0;
  for (let index = 0; index < one.length; index += 1) {
    const x = Math.floor(index / 3) % widthPx;
    const y = Math.floor(index / 3 / widthPx);
    const isInside = x >= edge && y >= edge && x < widthPx - edge && y < heightPx - edge;
    if (!isInside && one[index] !== other[index]) count += 1;
  }
  return count;
}

describe("a text of the site's own", () => {
  const recording = {
    ...blank,
    color: "red",
    icon: "record",
    text: "REC 12:31",
    caption: "interview-1",
  } as const;
  const said = (own: string, px: number) => {
    const { text, caption } = layOut({ ...recording, own }, { widthPx: px, heightPx: px }, { measureEm });
    const joined = ({ fitted }: typeof text) => fitted.lines.map((line) => line.text).join(" ");
    return [joined(text), joined(caption)];
  };

  test.each([72, 80, 96, 120])("is large on a key of %i pixels, with the time above it", (px) => {
    expect(said("Dr. Meyer", px)).toEqual(["REC 12:31 Dr. Meyer", "interview-1"]);
  });

  test("stands in the small line where it is too long, and never costs the time", () => {
    expect(said("Besprechungszimmer", 72)[0]).toBe("REC 12:31");
    expect(said("x".repeat(40), 72)[0]).toBe("REC 12:31");
  });
});

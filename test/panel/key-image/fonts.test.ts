import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { readFontChain } from "../../../src/panel/key-image/fonts/font-chain.ts";
import { readFontLetters } from "../../../src/panel/key-image/fonts/font-letters.ts";
import { createKeyImages, type KeyImages } from "../../../src/panel/key-image/key-image.ts";
import { blank } from "./scenes.ts";

const require = createRequire(import.meta.url);
const DEJAVU = require.resolve("dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf");
const SERIF = require.resolve("dejavu-fonts-ttf/ttf/DejaVuSerif.ttf");
const size = { widthPx: 96, heightPx: 96 };

function chainOf(own?: string) {
  const chain = readFontChain(own);
  if (!chain.ok) throw new Error(chain.failure);
  return chain.value;
}

describe("the letters of a font", () => {
  test("are those that it has", () => {
    const has = readFontLetters(readFileSync(DEJAVU))!;
    const told = [..."Aé€ΩЖ…会가🎉"].map((letter) => has(letter.codePointAt(0)!));
    expect(told).toEqual([true, true, true, true, true, true, false, false, false]);
  });

  test("are found in the first font of a collection", () => {
    const font = readFileSync(DEJAVU);
    const header = Buffer.alloc(16);
    header.write("ttcf");
    header.writeUInt32BE(1, 8);
    header.writeUInt32BE(16, 12);
    // Offsets of a font in a collection count from the start of the file.
    const moved = Buffer.from(font);
    for (let index = 0; index < font.readUInt16BE(4); index++) {
      const at = 12 + index * 16 + 8;
      moved.writeUInt32BE(font.readUInt32BE(at) + header.length, at);
    }
    expect(readFontLetters(Buffer.concat([header, moved]))?.(0x41)).toBe(true);
  });

  test("of something else, or of half a font, are none, and never an error", () => {
    expect(readFontLetters(Buffer.from("<html>no font</html>".repeat(9)))).toBeUndefined();
    expect(readFontLetters(Buffer.alloc(0))).toBeUndefined();
    const font = readFileSync(DEJAVU);
    for (const length of [4, 11, 12, 200, 5000]) readFontLetters(font.subarray(0, length));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        readFontLetters(Buffer.from(bytes));
      }),
    );
  });
});

describe("what the key font lacks", () => {
  test.each([
    ["访谈室", "noto-sans-sc"],
    ["訪談室", "noto-sans-"],
    ["面接のへや", "noto-sans-jp"],
    ["인터뷰", "noto-sans-kr"],
    ["🎉📹", "noto-emoji"],
  ])("%s is drawn by %s", (text, font) => {
    const slices = chainOf().slicesFor(text);
    expect(slices.length).toBeGreaterThan(0);
    expect(slices.filter(({ family }) => !family.startsWith(`valt-bridge-${font}`))).toEqual([]);
    expect(chainOf().missingIn(text)).toEqual([]);
  });

  test("a form that Chinese and Japanese write differently is taken from the language of the text", () => {
    const fontsOf = (text: string) =>
      chainOf()
        .slicesFor(text)
        .map(({ family }) => family);
    expect(fontsOf("直").every((family) => family.includes("-sc-"))).toBe(true);
    expect(fontsOf("直す").every((family) => family.includes("-jp-"))).toBe(true);
  });

  test("costs nothing for texts that it has", () => {
    expect(chainOf().slicesFor("REC 12:31 · Überwachung, Комната 4 …")).toEqual([]);
  });

  test("and nobody has is told, each letter once", () => {
    expect(chainOf().missingIn("ห้อง ห้อง A")).toEqual(["ห", "้", "อ", "ง"]);
    expect(chainOf().missingIn("❤️ 👨‍👩‍👧\n")).toEqual([]);
  });

  test("covers what these languages write every day", () => {
    const lettersOf = (encoding: string, [first, last]: readonly [number, number], lowest = 0x40) => {
      const decoder = new TextDecoder(encoding);
      const letters: string[] = [];
      for (let high = first; high <= last; high++)
        for (let low = lowest; low <= 0xfe; low++) letters.push(decoder.decode(Uint8Array.of(high, low)));
      return letters.filter((letter) => /^[\p{Script=Han}\p{Script=Hangul}]$/u.test(letter)).join("");
    };
    const everyday = {
      // The first planes of the national standards, sorted by use.
      gb2312: chainOf().missingIn(lettersOf("gb18030", [0xb0, 0xd7], 0xa1)),
      big5: chainOf().missingIn(lettersOf("big5", [0xa4, 0xc6])),
      jis: chainOf().missingIn(lettersOf("shift_jis", [0x88, 0x9f])),
      ksc: chainOf().missingIn(lettersOf("euc-kr", [0xb0, 0xc8])),
    };
    expect(everyday).toEqual({ gb2312: [], big5: [...RARE_EVEN_THERE], jis: [], ksc: [] });
  });
});

describe("the site's own font", () => {
  test("is asked first, and the others for what it lacks", () => {
    const chain = chainOf(SERIF);
    expect(chain.files.map(({ file }) => file)).toEqual([SERIF, DEJAVU]);
    expect(chain.missingIn("Aé")).toEqual([]);
    expect(chain.slicesFor("面").length).toBe(1);
  });

  test("changes the pictures", async () => {
    const [usual, own] = [await createKeyImages(), await createKeyImages(SERIF)];
    const picture = { ...blank, text: "Record" };
    expect(Buffer.from(own.draw(picture, size)).equals(Buffer.from(usual.draw(picture, size)))).toBe(false);
  });

  test("that is none is refused with a reason", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fonts-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "font.ttf");
    writeFileSync(file, "<html>");
    expect(readFontChain(file)).toMatchObject({ ok: false, failure: expect.stringContaining("no TrueType") });
    const gone = readFontChain(join(folder, "gone.ttf"));
    expect(gone).toMatchObject({ ok: false, failure: expect.stringContaining("ENOENT") });
    await expect(createKeyImages(file)).rejects.toThrow("no TrueType");
  });
});

describe("pictures", () => {
  let images: KeyImages;
  beforeAll(async () => {
    images = await createKeyImages();
  });
  const draw = (text: string) => Buffer.from(images.draw({ ...blank, text }, size));
  /** Letters that nobody has are all drawn as the same box. */
  const box = () => draw("\u{10fffd}");

  test.each(["会", "谈", "訪", "뷰", "🎉", "📹"])("of %s show the letter and no box", (letter) => {
    expect(draw(letter).equals(box())).toBe(false);
    expect(draw(letter).some((byte) => byte > 200)).toBe(true);
  });

  test("of different letters differ, and are as bold as the rest", () => {
    const texts = ["会", "議", "室", "가", "나", "🎉"];
    expect(new Set(texts.map((text) => draw(text).toString("latin1"))).size).toBe(texts.length);
    const inked = draw("室").filter((byte) => byte > 200).length / (96 * 96 * 3);
    expect(inked).toBeGreaterThan(0.025);
  });
});

/** Letters of the first plane of Big5 that Google's cut of Noto leaves out. */
const RARE_EVEN_THERE = "杗姅詨跦穋歜觼鑤";

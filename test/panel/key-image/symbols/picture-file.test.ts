import { deflateSync } from "node:zlib";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type KeptIcon, keptIcons, svgOfIcon } from "../../../../src/panel/key-image/symbols/kept-icons.ts";
import { readPicture } from "../../../../src/panel/key-image/symbols/picture-file.ts";
import { rasterize } from "../../../../src/panel/key-image/symbols/rasterize.ts";
import { chunk, pngOf } from "./pictures.ts";

const svg = (inner: string, root = 'viewBox="0 0 24 24"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${root}>${inner}</svg>`;
const read = (content: string | Buffer) => readPicture(Buffer.from(content));
const faultOf = (content: string | Buffer) => {
  const picture = read(content);
  return picture.ok ? "none" : `${picture.failure.message}; ${picture.failure.hint}`;
};
const library = { createCanvas, loadImage };

async function drawn(content: string | Buffer) {
  const picture = read(content);
  if (!picture.ok) throw new Error(picture.failure.message);
  return rasterize(picture.value, library);
}

/** Of the pixel in the middle. */
async function middleOf(content: string | Buffer): Promise<readonly number[]> {
  const { rgba, widthPx, heightPx } = await drawn(content);
  const at = (Math.floor(heightPx / 2) * widthPx + Math.floor(widthPx / 2)) * 4;
  return [...rgba.subarray(at, at + 4)];
}

const RECT = '<rect width="24" height="24" fill="#00ff00"/>';
const GREEN = [0, 255, 0, 255];

describe("an SVG", () => {
  test.each([
    ["as it is", svg(RECT)],
    [
      "with a declaration, a document type and comments",
      `\ufeff<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "a" "http://x/b.dtd">\n<!-- a > b < c -->${svg(RECT)}`,
    ],
    [
      "with what editors keep for themselves",
      svg(
        `<title>a &amp; b</title><sodipodi:namedview a="1"><b:c/></sodipodi:namedview><metadata><rdf:RDF><x/></rdf:RDF></metadata>${RECT}`,
      ),
    ],
    [
      "with a style in an attribute",
      svg('<rect width="24" height="24" class="a" style="fill:#00ff00;-inkscape-x:url(http://x)"/>').replace(
        ";-inkscape-x:url(http://x)",
        ";foo:1",
      ),
    ],
    [
      "that uses its own parts, by either name",
      svg(`<defs><g id="a">${RECT}</g></defs><use href="#a"/><use xlink:href='#a'/>`),
    ],
    [
      "with a gradient",
      svg(
        '<linearGradient id="g"><stop offset="0" stop-color="#00ff00"/></linearGradient><rect width="24" height="24" fill="url(#g)"/>',
      ),
    ],
    [
      "that is clipped",
      svg(`<clipPath id="c"><rect width="24" height="24"/></clipPath><g clip-path="url('#c')">${RECT}</g>`),
    ],
    ["with a size and no view", svg(RECT, 'width="24px" height="24"')],
    [
      "with a prefix before every name",
      `<svg:svg xmlns:svg="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><svg:g>${RECT}</svg:g></svg:svg>`,
    ],
    ["of gigantic dimensions", svg(RECT, 'width="100000000" height="100000000" viewBox="0 0 24 24"')],
  ])("is drawn %s", async (_, text) => {
    expect(await middleOf(text)).toEqual(GREEN);
  });

  test("keeps its proportion, and is never larger than a key can show", async () => {
    const sizeOf = async (view: string) => {
      const { widthPx, heightPx } = await drawn(svg(RECT, `viewBox="${view}"`));
      return [widthPx, heightPx];
    };
    expect(await sizeOf("0 0 24 24")).toEqual([128, 128]);
    expect(await sizeOf("0,0,400,100")).toEqual([256, 64]);
    expect(await sizeOf("-5 -5 1 900000")).toEqual([1, 128]);
  });

  test.each([
    ["<script>alert(1)</script>", "holds a script; leave it out"],
    ['<rect onclick="alert(1)"/>', 'holds a script ("onclick"); leave it out'],
    ['<image href="data:image/png;base64,AAAA"/>', "holds another picture; save the whole as PNG"],
    ['<image xlink:href="file:///etc/passwd"/>', "holds another picture"],
    [
      '<use xlink:href="http://127.0.0.1/a.svg#b"/>',
      'names something outside of it ("http://127.0.0.1/a.svg#b")',
    ],
    ['<use href=" other.svg#b"/>', "names something outside of it"],
    ['<rect fill="url(http://127.0.0.1/#a)"/>', "names something outside of it"],
    ["<rect style=\"fill: URL( '//127.0.0.1/#a' )\"/>", "names something outside of it"],
    ["<foreignObject><p/></foreignObject>", "holds another document"],
    ["<style>.a{fill:red}</style>", "has a style sheet, which keys do not draw; save it as plain SVG"],
    ["<text>REC</text>", "has letters, which each machine draws in another font; turn them into paths"],
    ["<filter id='f'/>", "has <filter>, which keys do not draw; leave it out, or save it as PNG"],
    ["<animate/>", "has <animate>, which keys do not draw"],
    ["<constructor/>", "has <constructor>, which keys do not draw"],
    ["<svg/>", "has <svg>, which keys do not draw"],
    [`${"<g>".repeat(70)}${"</g>".repeat(70)}`, "is nested too deep"],
    ["<g>".repeat(30_000), "is nested too deep"],
    ["<g><rect></g></rect>", "is a damaged SVG; save it anew"],
    ["<!-- ", "is a damaged SVG"],
    ['<rect width="', "is a damaged SVG"],
    ["<g id='a'><use xlink:href='#a'/></g>", "draws more than 2000 shapes; a key shows 100 pixels"],
    ["<clipPath id='a' clip-path='url(#a)'/>", "draws more than 2000 shapes"],
    [`${RECT.repeat(2001)}`, "draws more than 2000 shapes"],
  ])("with %s is refused", (inner, fault) => {
    expect(faultOf(svg(inner))).toContain(fault);
  });

  test("that multiplies itself by use of use is refused, however few letters that takes", () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `<g id="a${level + 1}">${`<use xlink:href="#a${level}"/>`.repeat(10)}</g>`,
    );
    expect(
      faultOf(svg(`<defs><g id="a0">${RECT}</g>${levels.join("")}</defs><use xlink:href="#a9"/>`)),
    ).toContain("more than 2000 shapes");
  });

  test.each([
    ['<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', "declares entities; save it as plain SVG"],
    ['<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "declares entities"],
  ])("with %s is refused", (prolog, fault) => {
    expect(faultOf(prolog + svg(RECT))).toContain(fault);
  });

  test.each([
    "",
    'width="100%" height="100%"',
    'viewBox="0 0 0 0"',
    'viewBox="0 0 1e30 1"',
    'viewBox="0 0 NaN 1"',
    'viewBox="1 2 3"',
    'width="24"',
  ])("that says no size is refused: %s", (root) => {
    expect(faultOf(svg(RECT, root))).toBe(
      'says no size; give <svg> a "viewBox", or "width" and "height" in numbers',
    );
  });

  test("passes nothing on but words that keys draw, whatever stands in it", () => {
    const word = fc.constantFrom(
      "<svg",
      "<g",
      "<use",
      "<rect",
      "<image",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "</g>",
      "</svg>",
      "/>",
      ">",
      '"',
      "'",
      "=",
      " ",
      "href",
      "xlink:href",
      "fill",
      "style",
      "onload",
      "url(",
      ")",
      "#a",
      "http://x",
      "&lt;",
      "&x;",
      "id",
      "a",
      ";",
      ":",
      "<?",
      "?>",
      "\n",
      "viewBox='0 0 9 9'",
    );
    const text = fc.array(word, { maxLength: 40 }).map((words) => svg(words.join("")));
    fc.assert(
      fc.property(text, (content) => {
        const picture = read(content);
        if (!picture.ok || picture.value.kind !== "svg") return;
        const inner = picture.value.svg.replace(/^<svg xmlns="[^"]*" xmlns:xlink="[^"]*"/, "");
        expect(inner).not.toMatch(/http|onload|<image|&|<!|<\?/);
        expect(inner).not.toMatch(/url\((?!["']?#)|href="(?!#)/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a PNG", () => {
  const png = pngOf({ widthPx: 40, heightPx: 20, color: "#0000ff" });

  test("is drawn as large as it is, up to what a key can show", async () => {
    expect(await drawn(png)).toMatchObject({ widthPx: 40, heightPx: 20 });
    expect(await middleOf(png)).toEqual([0, 0, 255, 255]);
    expect(await drawn(pngOf({ widthPx: 1024, heightPx: 512, color: "red" }))).toMatchObject({
      widthPx: 256,
      heightPx: 128,
    });
  });

  test("loses what is not its pixels", () => {
    const note = chunk("tEXt", Buffer.from("secret\0where"));
    const noted = Buffer.concat([png.subarray(0, 33), note, png.subarray(33)]);
    const picture = read(noted);
    expect(
      picture.ok && picture.value.kind === "png" && Buffer.from(picture.value.bytes).includes("secret"),
    ).toBe(false);
    expect(picture).toEqual(read(png));
  });

  test.each([
    ["a flipped byte", Buffer.from(png).fill(0x55, 50, 51)],
    ["its end missing", png.subarray(0, -12)],
    ["half of it missing", png.subarray(0, png.length / 2)],
    ["its beginning alone", png.subarray(0, 8)],
    ["no header", Buffer.concat([png.subarray(0, 8), png.subarray(33)])],
    ["no pixels", header(0, 9)],
  ])("with %s is refused", (_, bytes) => {
    expect(faultOf(bytes)).toBe("is a damaged PNG; save it anew");
  });

  test("that would be gigantic is refused by its header alone", () => {
    expect(faultOf(header(60_000, 60_000))).toBe(
      "has 60000 x 60000 pixels; 1024 on a side are the most; a key shows 100",
    );
  });

  function header(widthPx: number, heightPx: number): Buffer {
    const data = Buffer.alloc(13);
    data.writeUInt32BE(widthPx, 0);
    data.writeUInt32BE(heightPx, 4);
    data[8] = 8;
    return Buffer.concat([
      png.subarray(0, 8),
      chunk("IHDR", data),
      chunk("IDAT", deflateSync("x")),
      chunk("IEND", Buffer.alloc(0)),
    ]);
  }
});

test.each([
  [
    "a JPEG",
    Buffer.from("ffd8ffe000104a46", "hex"),
    "is a JPEG; PNG and SVG are drawn: save it as one of these",
  ],
  ["a GIF", Buffer.from("GIF89a"), "is a GIF"],
  ["a compressed SVG", Buffer.from("1f8b0800", "hex"), "is a compressed file (SVGZ)"],
  ["a text", Buffer.from("hello"), "is no picture; PNG and SVG are drawn"],
  ["a web page", Buffer.from("<html></html>"), "is no picture"],
  ["nothing", Buffer.alloc(0), "is no picture"],
])("%s is named, and what would be right", (_, bytes, fault) => {
  expect(faultOf(bytes)).toContain(fault);
});

test("every kept icon is a stencil, and each has a shape of its own", async () => {
  const shapes = new Map<string, string>();
  for (const icon of Object.keys(keptIcons) as KeptIcon[]) {
    expect(read(svgOfIcon(icon)).ok, icon).toBe(true);
    const { shades, rgba } = await rasterize({ kind: "icon", icon }, library);
    expect(shades, icon).toBe("stencil");
    const shape = rgba
      .filter((_, index) => index % 4 === 3)
      .map((alpha) => Number(alpha > 127))
      .join("");
    expect(shapes.get(shape), icon).toBeUndefined();
    shapes.set(shape, icon);
  }
});

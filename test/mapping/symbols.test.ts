import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deviceId } from "../../src/base/identifiers.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { tellProblem } from "../../src/mapping/problem.ts";
import { pngOf } from "../panel/key-image/symbols/pictures.ts";
import { testWorld } from "../support/kinds.ts";
import { withDevices } from "./texts.ts";

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>';
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "valt-pictures-"));
  const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, "rooms"));
  write("mother.svg", SVG);
  write("rooms/interview-1.svg", SVG);
  write("rooms/interview-2.svg", `${SVG}\n`);
  write("logo.png", pngOf({ widthPx: 9, heightPx: 9, color: "red" }));
  write("named-wrongly.png", SVG);
  write("photo.png", Buffer.from("ffd8ffe0", "hex"));
  write("large.svg", Buffer.alloc(600_000, " "));
  write("wide.png", pngOf({ widthPx: 2000, heightPx: 1, color: "red" }));
  write("outside.svg", SVG.replace("<path", '<use href="http://example.com/#a"/><path'));
  symlinkSync("/etc/shadow-of-nobody", join(folder, "nowhere.png"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = (controls: string, others = "") =>
  loadMapping(
    withDevices(
      `    "desk": { "kind": "test-panel", "room": "interview-1", "controls": {\n${controls}\n    } }`,
      others,
    ),
    {
      ...testWorld,
      folder,
    },
  );
const key = (part: string) => load(`"left": { "tap": "toggle", "look": "tally", ${part} }`);
const problems = (part: string) =>
  key(part).problems.map((problem) => tellProblem("", problem).slice(1).replace(": ", " "));
function lookOf(loaded: ReturnType<typeof load>) {
  const texts = loaded.problems.map(({ message }) => message);
  const controls = loaded.mapping?.devices.get(deviceId("desk"))?.controls;
  return [...(controls?.values() ?? texts)].map((one) => (typeof one === "string" ? one : one.look))[0];
}

test("a control has an icon by its name, or a picture by its content", () => {
  expect(lookOf(key('"icon": "microphone"'))).toMatchObject({ room: "interview-1", symbol: "microphone" });
  expect(key('"icon": "microphone"').mapping?.symbols).toEqual(
    new Map([["microphone", { kind: "icon", icon: "microphone" }]]),
  );
  for (const [file, kind] of [
    ["logo.png", "png"],
    ["mother.svg", "svg"],
    ["named-wrongly.png", "svg"],
  ] as const) {
    const loaded = key(`"picture": "${file}"`);
    expect(loaded.problems).toEqual([]);
    const [[name, source] = []] = loaded.mapping?.symbols ?? [];
    expect(lookOf(loaded)).toMatchObject({ symbol: name });
    expect([name?.split(" ")[0], source?.kind]).toEqual([file, kind]);
    expect(loaded.pictures).toEqual([file]);
  }
});

test("an icon of the looks is drawn as there, and needs nothing more", () => {
  const loaded = key('"icon": "record"');
  expect(lookOf(loaded)).toMatchObject({ symbol: "record" });
  expect(loaded.mapping?.symbols.size).toBe(0);
});

test("a picture that is edited has another name, and a file that many show is read once", () => {
  const nameOf = () => lookOf(key('"picture": "rooms/interview-1.svg"'));
  const before = nameOf();
  expect(nameOf()).toEqual(before);
  writeFileSync(join(folder, "rooms/interview-1.svg"), SVG.replace("M0 0", "M1 1"));
  expect(nameOf()).not.toEqual(before);
  const two = load(
    '"left": { "look": "tally", "picture": "logo.png" }, "middle": { "look": "tally", "picture": "logo.png" }',
  );
  expect(two.mapping?.symbols.size).toBe(1);
});

test("a panel with words in braces has a picture for each of its rooms", () => {
  const { mapping, problems: found } = loadMapping(
    `{ "server": { "url": "https://valt.example.com", "username": "bridge" },
    "panels": { "wall": { "kind": "test-panel", "room": "{room}", "controls": { "left": { "tap": "start", "hold": "stop", "look": "tally", "picture": "rooms/{room}.svg" } } } },
    "rooms": { "interview-{n:1..2}": { "id": "{n}", "devices": { "wall-{n}": { "use": "wall" } } } } }`,
    { ...testWorld, folder },
  );
  expect(found).toEqual([]);
  expect([...(mapping?.symbols.keys() ?? [])].map((name) => name.split(" ")[0])).toEqual([
    "rooms/interview-1.svg",
    "rooms/interview-2.svg",
  ]);
});

test("a control without a look shows its icon, its text, and nothing of a room", () => {
  const look = lookOf(load('"left": { "tap": { "page": "first" }, "icon": "home", "text": "Home" }'));
  expect(look).toMatchObject({ room: undefined, symbol: "home", text: "Home" });
  expect(look).toMatchObject({ table: { available: { color: "gray", icon: "none", text: "" } } });
});

test("a look of the site's own has a kept icon, too", () => {
  const look = lookOf(
    load(
      '"left": { "look": { "recording": { "icon": "record" }, "otherwise": { "icon": "brain", "text": "x" } } }',
    ),
  );
  expect(look).toMatchObject({
    table: { recording: { icon: "record" }, available: { icon: "none", symbol: "brain" } },
  });
});

test.each([
  [
    '"icon": "micro"',
    '6:53 error: "micro" is not one of the words that fit here (did you mean "microphone"?)',
  ],
  ['"icon": "hart"', '6:53 error: "hart" is not one of the words that fit here (did you mean "heart"?)'],
  ['"icon": "none"', '"none" is not one of the words that fit here'],
  ['"picture": "mothr.svg"', '6:56 error: the file "mothr.svg" is not there (it stands beside the mapping)'],
  ['"picture": "nowhere.png"', 'the file "nowhere.png" is not there'],
  ['"picture": "rooms"', 'the file "rooms" is a folder'],
  [
    '"picture": "../logo.png"',
    '6:56 error: "../logo.png" is not beside the mapping (it stands in the same folder or below)',
  ],
  ['"picture": "/etc/logo.png"', '"/etc/logo.png" is not beside the mapping'],
  [
    '"picture": "photo.png"',
    'the file "photo.png" is a JPEG (PNG and SVG are drawn: save it as one of these)',
  ],
  ['"picture": "large.svg"', 'the file "large.svg" is longer than 512 KiB'],
  [
    '"picture": "wide.png"',
    'the file "wide.png" has 2000 x 1 pixels (1024 on a side are the most; a key shows 100)',
  ],
  [
    '"picture": "outside.svg"',
    'the file "outside.svg" names something outside of it ("http://example.com/#a")',
  ],
  [
    '"icon": "heart", "picture": "logo.png"',
    "6:62 error: a control shows an icon or a picture, and here are both",
  ],
])("with %s the mapping is refused, with the place and what would be right", (part, problem) => {
  expect(problems(part)).toEqual([expect.stringContaining(problem)]);
});

test("pictures are bounded together, and in number", () => {
  const many = (count: number, name: (index: number) => string) =>
    load(
      Array.from(
        { length: count },
        (_, index) => `"k${index}": { "look": "tally", "picture": "${name(index)}" }`,
      ).join(","),
    );
  expect(many(201, (index) => `${index}.svg`).problems.map(({ message }) => message)).toContain(
    "there are more than 200 pictures",
  );
  for (let index = 0; index < 17; index += 1)
    writeFileSync(join(folder, `big-${index}.svg`), `${SVG}${" ".repeat(500_000)}`);
  expect(many(17, (index) => `big-${index}.svg`).problems.map(({ message }) => message)).toContain(
    "all pictures together are larger than 8 MiB",
  );
});

import { expect, test } from "vitest";
import { deviceKinds } from "../../devices/index.ts";
import { checkPictures } from "../../src/bridge/check-pictures.ts";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { locate, tellProblem } from "../../src/mapping/problem.ts";
import { openMapping } from "../../src/mapping/source/open.ts";

const load = createVocabularyLoader(deviceKinds);

interface Site {
  readonly rooms?: string;
  readonly device?: string;
  readonly others?: string;
}

/** What `check` says of a panel with displays, all devices being on line 5. */
async function told({
  rooms = '"interview-1": 4',
  device = "",
  others = "",
}: Site): Promise<readonly string[]> {
  const text = `{
"server": { "url": "https://valt.example.com", "username": "bridge" },
"rooms": { ${rooms} },${others}
"devices": {
"desk": { "kind": "stream-deck", "serialNumber": "AL1", "room": "interview-1", ${device} }
} }`;
  const source = openMapping(text);
  const { mapping, problems } = loadMapping(source, await load(source));
  expect(problems.map((problem) => tellProblem("m", problem))).toEqual([]);
  if (mapping === undefined) throw new Error("a sound mapping was expected");
  return locate(source, await checkPictures(mapping)).map((problem) => tellProblem("m", problem));
}

const keys = (control: string, model = "mini") =>
  `"model": "${model}", "controls": { "key-1": { ${control} } }`;
const TALLY = '"tap": "toggle", "look": "tally"';

test("a free text that does not fit its key on the model named is told with the model's pixels", async () => {
  const long = '"text": "Besprechungsaufzeichnung"';
  expect(await told({ device: keys(`${TALLY}, ${long}`) })).toEqual([
    'm:5:164: warning: "Besprechungsaufzeichnung" is too long for a display of 80 × 80 pixels: it stands in the small line (shorten it)',
  ]);
  expect(await told({ device: keys(`${TALLY}, "text": "Session"`) })).toEqual([]);
});

test("the text of a key without a look is measured, too", async () => {
  const text = '"text": "Besprechungsaufzeichnung", "icon": "handshake"';
  expect(await told({ device: keys(`"tap": "toggle", ${text}`) })).toEqual([
    expect.stringContaining('"Besprechungsaufzeichnung" is too long for a display of 80 × 80 pixels'),
  ]);
  expect(await told({ device: keys(text.replace("Besprechungsaufzeichnung", "Session")) })).toEqual([]);
});

test("a text for which the look has no place is told", async () => {
  const look = '"look": { "recording": { "color": "red" }, "otherwise": { "color": "gray" } }';
  expect(await told({ device: keys(`"tap": "toggle", ${look}, "text": "Break"`) })).toEqual([
    expect.stringContaining(
      'nothing shows "Break": it takes the place of the look\'s text, and this look has none (give the look a "text")',
    ),
  ]);
});

test("one that fits one model and not another is told of the other alone", async () => {
  const device = (model: string) => keys(`${TALLY}, "text": "Besprechung"`, model);
  expect(await told({ device: device("mini") })).toEqual([]);
  expect(await told({ device: device("mk2") })).toEqual([expect.stringContaining("72 × 72 pixels")]);
});

test("the text of a look of the site is told with what becomes of it", async () => {
  const look =
    '"look": { "otherwise": { "text": "Videosprechstundenaufnahme läuft jetzt gerade in {label} seit {elapsed}" } }';
  const found = await told({ device: keys(`"tap": "toggle", ${look}`) });
  expect(found[0]).toMatch(
    /^m:5:\d+: warning: "Videosprechstundenaufnahme läuft .*" does not fit on a display of 80 × 80 pixels: it becomes ".*…?" \(shorten it\)$/,
  );
});

test("a label that does not fit the small line is told where it stands: at the room or at the control", async () => {
  const label = "Interview room with the long name of its donor";
  const ofRoom = await told({
    rooms: `"interview-1": { "id": 4, "label": "${label}" }`,
    device: keys(TALLY),
  });
  expect(ofRoom).toEqual([expect.stringMatching(/^m:3:47: warning: "Interview room .* as its small line/)]);
  const ofControl = await told({ device: keys(`${TALLY}, "label": "${label}"`) });
  expect(ofControl).toEqual([
    expect.stringMatching(/^m:5:165: warning: "Interview room .* as its small line/),
  ]);
});

test("words of the site are measured in its language, on the looks of the bridge", async () => {
  const words = '"language": "de", "words": { "Ready": "Betriebsbereitschaft", "PAUSED": "Kurz" },';
  expect(await told({ device: keys(TALLY), others: words })).toEqual([
    'm:3:69: warning: "Betriebsbereitschaft" above "Starten" does not fit on a display of 80 × 80 pixels: it becomes "Starten" (shorten it)',
  ]);
});

test.each([
  ["#777777", "letters on it", "record"],
  ["#1a1a1a", "the symbol on a dark key", "ready"],
])("%s is told where it gives %s too little contrast", async (color, what, icon) => {
  const look = `"look": { "otherwise": { "color": "${color}", "icon": "${icon}", "text": "On" } }`;
  expect(await told({ device: keys(`"tap": "toggle", ${look}`) })).toEqual([
    expect.stringMatching(
      new RegExp(`"${color}" gives ${what} a contrast of [1-4]\\.\\d:1 where (?:3|4\\.5):1 is needed`),
    ),
  ]);
});

test("colours of good contrast, the bridge's own looks in every language, and lamps are told nothing", async () => {
  for (const color of ["#c00000", "#ffee00", "#ffffff", "red"])
    expect(
      await told({
        device: keys(
          `"tap": "toggle", "look": { "otherwise": { "color": "${color}", "icon": "record", "text": "On" } }`,
        ),
      }),
    ).toEqual([]);
  for (const language of ["en", "de", "fr", "es", "nl"])
    for (const model of ["mini", "mk2", "plus", "xl", "neo"])
      expect(
        await told({ device: `"model": "${model}", "language": "${language}"` }),
        `${language} ${model}`,
      ).toEqual([]);
});

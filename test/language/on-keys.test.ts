import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { modelOf, modelWords } from "../../devices/stream-deck/models.ts";
import { failureBriefs, refusalBriefs } from "../../src/action/action.ts";
import { alarmKinds, describeAlarm } from "../../src/alarm/alarm.ts";
import { createLanguage, type Language, languageTags } from "../../src/language/language.ts";
import type { Phrase } from "../../src/language/phrases.ts";
import { createKeyImages, type KeyImages } from "../../src/panel/key-image/key-image.ts";
import { layOut } from "../../src/panel/key-image/layout.ts";
import type { KeyPicture, PictureSize } from "../../src/panel/key-image/picture.ts";
import { loadSurfaces } from "../../src/panel/key-image/surface.ts";
import { blank } from "../panel/key-image/scenes.ts";
import { difference, readSheet, writeSheet } from "../panel/key-image/sheet.ts";

let images: KeyImages;
let surfaces: Awaited<ReturnType<typeof loadSurfaces>>;
beforeAll(async () => {
  images = await createKeyImages();
  surfaces = await loadSurfaces();
});

/** Of every model that has displays: its keys, a part of its strip, its window. */
const sizes = [
  ...new Map(
    modelWords
      .map((word) => modelOf(word).layout)
      .flatMap(({ keys, strip, dials, window }) => {
        const part = strip && { ...strip, widthPx: strip.widthPx / (dials?.count ?? 1) };
        return [keys?.screen, part, window].filter((size) => size !== undefined);
      })
      .map((size): [string, PictureSize] => [`${size.widthPx}x${size.heightPx}`, size]),
  ).values(),
];

const alarmWords = (kind: ReturnType<typeof alarmKinds>[number]) =>
  describeAlarm(kind, { room: undefined, text: "", sinceWallMs: 0 }).words as Phrase;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Short texts of failures, commands and states, as they stand on a key. */
const alone: readonly Phrase[] = [
  ...(Object.values({ ...refusalBriefs, ...failureBriefs }) as Phrase[]),
  "Not done: press again",
  ...(["starting", "stopping", "pausing", "resuming", "locking", "unlocking", "checking"] as const),
  ...(["Ready", "READY", "LOCKED", "PREPARED", "RECORDING", "PAUSED", "Mark", "Pause", "Resume"] as const),
  ...(["Lock", "Unlock", "Hold to mark", "Hold to pause", "Hold to lock", "Hold to unlock"] as const),
  "Hold to resume",
  "More",
  "Rooms",
  "Seen: press again",
  "Seen",
  "Marked ✓ {elapsed}",
  ...(["room mixed up", "1 device missing", "{count} devices missing"] as const),
];
const soon: readonly Phrase[] = [
  ...(["Starts in {seconds} s", "Stops in {seconds} s", "Pauses in {seconds} s"] as const),
  ...(["Resumes in {seconds} s", "Locks in {seconds} s", "Unlocks in {seconds} s"] as const),
  ...(["Marks in {seconds} s", "In {seconds} s"] as const),
];
const offered: readonly (readonly [text: Phrase, state: Phrase])[] = [
  ["Start", "Ready"],
  ["Start", "PREPARED"],
  ["Unlock", "LOCKED"],
  ["Resume", "PAUSED {elapsed}"],
  ["Hold to start", "Ready"],
  ["Hold to stop", "REC {elapsed}"],
];

describe.each(languageTags)("in %s", (tag) => {
  const language = createLanguage(tag);
  const said = (phrase: Phrase) =>
    capital(language.say(phrase, { elapsed: "12:31", age: "12:31", count: 18 }));

  test.each([...new Set([...alone, "No contact yet" as const])])(
    '"%s" is whole on every display',
    (phrase) => {
      const shown = { color: "purple", icon: "warning", text: said(phrase) } as const;
      for (const size of sizes) expectWhole({ ...shown, caption: "interview-1" }, size);
    },
  );

  test.each(["8 s", "42 s", "59 min", "24 h"])(
    "that nothing was heard for %s is whole on every display",
    (age) => {
      const shown = {
        color: "purple",
        icon: "offline",
        text: language.say("No contact for {age}", { age }),
      } as const;
      for (const size of sizes) {
        expectWhole({ ...shown, caption: "interview-1" }, size);
        expect(linesOf({ ...shown, caption: "interview-1" }, size).caption).not.toBe("");
      }
    },
  );

  test.each(soon)('"%s" is whole on every display, and what a press does below', (phrase) => {
    const caption = language.say("Press again: cancel");
    for (const seconds of [1, 42, 300]) {
      const shown = {
        color: "yellow",
        icon: "none",
        text: language.say(phrase, { seconds }),
        caption,
      } as const;
      for (const size of sizes) {
        expectWhole(shown, size);
        expect(linesOf(shown, size).caption, `${size.widthPx}`).toBe(caption);
      }
    }
  });

  test.each(["Start", "Stop", "Pause", "Resume", "Lock", "Unlock"] as const)(
    "what %s wants before it is done is whole on every display",
    (phrase) => {
      const action = language.say(phrase);
      const texts = [
        language.say("{action}: press again", { action }),
        language.say("Cancelled"),
        language.say("Not started"),
        language.say("Hold {control} too", { control: "key-32" }),
      ];
      for (const text of texts)
        for (const size of sizes)
          expectWhole({ color: "yellow", icon: "wait", text, caption: "interview-1" }, size);
    },
  );

  test.each(offered)('"%s" is whole on every display, and "%s" above it', (text, state) => {
    for (const size of sizes)
      expectWhole({ color: "green", icon: "ready", text: said(text), state: said(state) }, size);
  });

  test.each(["Press: send later", "{count} waiting", "Not possible"] as const)(
    '"%s" is whole below what a key does',
    (phrase) => {
      for (const text of [said("Mark"), said("Pause"), said("Unlock")]) {
        const shown = { color: "purple", icon: "mark", text, caption: said(phrase), badge: "+1" } as const;
        for (const size of sizes) expect(linesOf(shown, size).caption).toBe(shown.caption);
      }
    },
  );

  test.each(alarmKinds("site").map(alarmWords))('"%s" is whole on the key of the site', (words) => {
    const shown = { color: "orange", icon: "warning", text: said(words), badge: "+1" } as const;
    for (const size of sizes) expectWhole(shown, size);
  });

  test.each([...alarmKinds("room").map(alarmWords), "Hold to stop" as const, "Press: clear alarm" as const])(
    '"%s" is whole below a running time',
    (words) => {
      for (const text of ["REC 12:31", "REC 1:23:45", said("Start")]) {
        const shown = { color: "red", icon: "record", text, caption: said(words) } as const;
        for (const size of sizes) {
          expectWhole(shown, size);
          expect(linesOf(shown, size).caption, `${size.widthPx}`).toBe(shown.caption);
        }
      }
    },
  );

  test.each(alarmKinds("room").map(alarmWords))('"%s" is whole on every display beside its room', (words) => {
    const texts = ["REC 12:31", "REC 1:23:45", said("PAUSED {elapsed}"), said("Ready"), said("PREPARED")];
    const names = ["Interview 1", "interview-1", "Exam room 12", "Simulation 3"];
    for (const size of sizes)
      for (const text of texts)
        for (const name of names) {
          const shown = { color: "purple", icon: "warning", text, name, caption: said(words) } as const;
          const lines = linesOf(shown, size);
          const where = `${size.widthPx}x${size.heightPx} ${text} ${name}`;
          expect(lines.caption, where).toBe(shown.caption);
          expect(lines.text, where).toBe(`${name} ${text}`);
          expect(lines.isBroken, where).toBe(false);
        }
  });
});

function linesOf(shown: Partial<KeyPicture>, size: PictureSize) {
  const { text, caption } = layOut({ ...blank, ...shown }, size, surfaces.of(size));
  const joined = ({ fitted }: typeof text) => fitted.lines.map((line) => line.text).join(" ");
  return { text: joined(text), caption: joined(caption), isBroken: text.fitted.isBroken };
}

function expectWhole(shown: Partial<KeyPicture>, size: PictureSize): void {
  const whole = [shown.state, shown.text].filter((part) => part !== undefined).join(" ");
  const { text, isBroken } = linesOf(shown, size);
  expect({ text, isBroken }, `${size.widthPx}x${size.heightPx}`).toEqual({ text: whole, isBroken: false });
}

/** What people meet most, drawn in every language. */
const scenesIn = ({ say }: Language): readonly KeyPicture[] => {
  const shown: readonly Partial<KeyPicture>[] = [
    { color: "green", icon: "ready", text: say("Start"), state: say("Ready") },
    {
      color: "red",
      icon: "record",
      text: say("REC {elapsed}", { elapsed: "0:03" }),
      caption: say("Hold to stop"),
    },
    {
      color: "red",
      icon: "record",
      text: say("Hold to stop"),
      state: say("REC {elapsed}", { elapsed: "0:42" }),
    },
    { color: "orange", icon: "pause", text: say("PAUSED {elapsed}", { elapsed: "12:31" }) },
    { color: "yellow", icon: "wait", text: capital(say("starting")) },
    { color: "purple", icon: "warning", text: say("Not done: press again") },
    { color: "purple", icon: "offline", text: say("No contact for {age}", { age: "42 s" }) },
  ];
  return shown.map((picture) => ({ ...blank, caption: "Interview 1", ...picture }));
};

test("keys in every language are drawn as they were approved", async () => {
  const size = { widthPx: 72, heightPx: 72 };
  const sheet = { size, columns: 7, spacingPx: 10 };
  const cells = languageTags.flatMap((tag) =>
    scenesIn(createLanguage(tag)).map((picture) => images.draw(picture, size)),
  );
  const file = fileURLToPath(new URL("pictures/keys.png", import.meta.url));
  if (process.env.UPDATE_SNAPSHOTS === "1") writeSheet(file, { ...sheet, cells });
  const approved = await readSheet(file, sheet, cells.length);
  const differences = cells.map((cell, index) => difference(cell, approved[index]!));
  expect(differences.filter((mean) => mean > 0.5)).toEqual([]);
  expect(new Set(cells.map((cell) => Buffer.from(cell).toString("base64"))).size).toBeGreaterThan(30);
});

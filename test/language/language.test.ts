import { expect, test } from "vitest";
import { actions } from "../../src/action/actions/index.ts";
import { placeholdersIn } from "../../src/base/placeholders.ts";
import { createLanguage, languageTags } from "../../src/language/language.ts";
import { type Phrase, phrases } from "../../src/language/phrases.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { world } from "../support/rig.ts";

test.each(languageTags)("every phrase of %s keeps its placeholders", (tag) => {
  const { table } = createLanguage(tag);
  const lost = phrases.filter(
    (phrase) => placeholdersIn(phrase).toSorted().join() !== placeholdersIn(table[phrase]).toSorted().join(),
  );
  expect(lost).toEqual([]);
});

/** Words that stood beside the one that each language uses for the same thing; products and commands keep their names. */
const OTHER_WORDS = {
  de: /\bMapping\b|Konfiguration|\bPlatte\b|\bDrücke\b|\bgefragt\b/i,
  fr: /\bmapping\b|affect|passerelle|\bVerrouillée|repérer/i,
  es: /\bmapping\b|configuración|\bmáquina|\bavisos?\b|equipos\b/i,
  nl: /\bmapping\b|configuratie|ruimten\b|markers|bezorgd|\bmist\b|\bsinds \{age/i,
} as const;

test.each(["de", "fr", "es", "nl"] as const)("%s has one word for one thing", (tag) => {
  const { table } = createLanguage(tag);
  const texts = Object.values(table).map((text) => text.replace("rooms <mapping>", ""));
  expect(texts.filter((text) => OTHER_WORDS[tag].test(text))).toEqual([]);
});

/** What one word cannot mean without people being misled. */
const APART: readonly (readonly [Phrase, Phrase])[] = [
  ["Health", "State"],
  ["Lock", "Locked"],
  ["lock", "locked"],
  ["Connecting", "Login"],
  ["down", "out"],
  ["up", "under way"],
  ["RECORDING", "under way"],
  ["Since", "From"],
  ["locking", "LOCKED"],
  ["unlocking", "Being opened …"],
  ["starting", "Start"],
  ["resuming", "Resume"],
];

test.each(languageTags)("%s keeps apart what differs", (tag) => {
  const { table } = createLanguage(tag);
  const said = (phrase: Phrase) => table[phrase].toLowerCase().replace(/[ .…]+$/, "");
  const mixed = APART.filter(([one, other]) => said(one) === said(other));
  expect(mixed).toEqual([]);
});

test("French has another word for keeping a file than for recording a room", () => {
  const { table } = createLanguage("fr");
  const saving = phrases.filter((phrase) => /^Save|saved|saving/i.test(phrase));
  expect(saving.map((phrase) => table[phrase]).filter((text) => /enregistr/i.test(text))).toEqual([]);
});

test("what actions tell of themselves is in every language", () => {
  const told = [...actions.values()].flatMap(({ tells, tellsBriefly = tells, confirms = tells }) => [
    ...[tells, tellsBriefly, confirms],
  ]);
  expect(told.filter((text) => !(phrases as readonly string[]).includes(text))).toEqual([]);
});

test("a site's own words come before the language's, and other texts stay", () => {
  const language = createLanguage("de", { Ready: "Frei" });
  expect(language.say("Ready")).toBe("Frei");
  expect(language.say("REC {elapsed}", { elapsed: "0:42" })).toBe("REC 0:42");
  expect(language.translate("No connection: call IT")).toBe("Keine Verbindung: IT rufen");
  expect(language.translate("Room is under repair")).toBe("Room is under repair");
});

test("an unknown phrase is told with its place, and the one that was probably meant", () => {
  const text = JSON.stringify({
    server: { url: "https://valt.example.org", username: "panel-bridge" },
    rooms: { "interview-1": 1 },
    devices: {},
    words: { Redy: "Frei" },
  });
  const { problems } = loadMapping(text.replace('"words"', '\n  "words"'), world);
  const [problem] = problems.filter(({ message }) => message.includes("Redy"));
  expect(problem).toMatchObject({ severity: "error", line: 2, column: 12 });
  expect(problem?.hint).toContain("Ready");
});

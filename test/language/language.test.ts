import { expect, test } from "vitest";
import { actions } from "../../src/action/actions/index.ts";
import { placeholdersIn } from "../../src/base/placeholders.ts";
import { createLanguage, languageTags } from "../../src/language/language.ts";
import { phrases } from "../../src/language/phrases.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { world } from "../support/rig.ts";

test.each(languageTags)("every phrase of %s keeps its placeholders", (tag) => {
  const { table } = createLanguage(tag);
  const lost = phrases.filter(
    (phrase) => placeholdersIn(phrase).toSorted().join() !== placeholdersIn(table[phrase]).toSorted().join(),
  );
  expect(lost).toEqual([]);
});

test("what actions tell of themselves is in every language", () => {
  const told = [...actions.values()].flatMap(({ tells, tellsBriefly = tells }) => [tells, tellsBriefly]);
  expect(told.filter((text) => !(phrases as readonly string[]).includes(text))).toEqual([]);
});

test("a site's own words come before the language's, and other texts stay", () => {
  const language = createLanguage("de", { Ready: "Frei" });
  expect(language.say("Ready")).toBe("Frei");
  expect(language.say("REC {elapsed}", { elapsed: "0:42" })).toBe("REC 0:42");
  expect(language.translate("Server away")).toBe("Server nicht da");
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

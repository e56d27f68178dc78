import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readMapping } from "../../src/cli/mapping/mapping-file.ts";
import { scratch } from "../cli/valt-bridge.ts";
import { loadVocabulary } from "../support/rig.ts";

const text = readFileSync(join(import.meta.dirname, "../../mappings/recipes.md"), "utf8");
const recipes = text.split(/^## /m).slice(1);

/** Complete mappings of a recipe, and the tables beside them. */
function blocksOf(recipe: string) {
  return [...recipe.matchAll(/^```(\S+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", name, body = ""]) => ({ language, name, body }),
  );
}

test.each(recipes.map((recipe) => [recipe.split("\n")[0] ?? "", recipe]))("%s", async (_title, recipe) => {
  const { write } = scratch();
  const blocks = blocksOf(recipe);
  for (const { name, body } of blocks) if (name !== undefined) write(name, body);
  const mappings = blocks.filter(({ language }) => language === "jsonc");
  expect(mappings).toHaveLength(1);
  for (const { body } of mappings) {
    const { mapping, problems } = await readMapping(write("site.jsonc", body), loadVocabulary);
    expect(problems.map(({ severity, message, hint }) => `${severity}: ${message} ${hint ?? ""}`)).toEqual(
      [],
    );
    expect(mapping?.devices.size).toBeGreaterThan(0);
  }
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readMapping } from "../../src/cli/mapping/mapping-file.ts";
import { loadVocabulary } from "../support/rig.ts";
import { command } from "./in-process.ts";
import { scratch } from "./valt-bridge.ts";

const MAPPINGS = join(import.meta.dirname, "../../mappings");
const examples = readdirSync(MAPPINGS).filter((name) => name.endsWith(".jsonc"));

test.each(examples)("what %s becomes is printed as a mapping that says the same", async (name) => {
  const { code, out } = await command(["check", "--expanded", join(MAPPINGS, name)]);
  expect(code).toBe(0);
  const before = await readMapping(join(MAPPINGS, name), loadVocabulary);
  const after = await readMapping(scratch().write("expanded.jsonc", out), loadVocabulary);
  const errors = after.problems.filter(({ severity }) => severity === "error");
  expect(errors).toEqual([]);
  expect([...(after.mapping?.rooms.values() ?? [])]).toEqual([...(before.mapping?.rooms.values() ?? [])]);
  expect([...(after.mapping?.devices.keys() ?? [])]).toEqual([...(before.mapping?.devices.keys() ?? [])]);
});

test("each room and each device has a line of its own", async () => {
  const { out } = await command(["check", "--expanded", join(MAPPINGS, "clinic.jsonc")]);
  expect(out).toContain(
    '\n    "exam-12": { "id": 112, "serverName": "Exam 12", "label": "Exam room 12" }\n  },\n',
  );
  expect(readFileSync(join(MAPPINGS, "clinic.jsonc"), "utf8")).not.toContain("exam-12");
});

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applyMutant, findMutants } from "./mutants.ts";
import { copyProject, type ProjectCopy } from "./project-copy.ts";

/**
 * `MUTATE=src/gesture npx vitest run test/mutation` breaks the files of a folder (or one file), one place after the other,
 * and tells which breaks no test notices. `MUTATE_TESTS` names other test files or folders than the usual ones.
 */
const { MUTATE: mutated, MUTATE_TESTS: otherTests } = process.env;
const ROOT = join(import.meta.dirname, "../..");
/** What nobody could notice: file, what stands there and what instead, and why, by tabs. */
const EQUIVALENT = join(import.meta.dirname, "equivalent.tsv");
const A_DAY_MS = 86_400_000;

describe("mutants", () => {
  test("are found in code only, each with another text", () => {
    const source = 'import { a } from "1";\nif (a(1) < 2 && !b) void c.go();\nconst d: 3 | true = x ?? y;\n';
    const found = findMutants(source);
    expect(found.map(({ line, what }) => `${line}: ${what}`)).toEqual([
      "2: a(1) < 2 && !b -> true",
      "2: a(1) < 2 && !b -> false",
      "2: 1 -> 0",
      "2: < -> <=",
      "2: < -> >=",
      "2: 2 -> 0",
      "2: 2 -> 4",
      "2: && -> ||",
      "2: !b -> b",
      "2: void c.go(); -> ;",
      "3: x ?? y -> x",
    ]);
    for (const mutant of found) expect(applyMutant(source, mutant)).not.toBe(source);
  });
});

test.runIf(mutated !== undefined)(
  "no mutant survives but those that nobody could notice",
  async () => {
    const copy = copyProject();
    try {
      const survivors = await mutate(copy, mutated ?? "");
      expect(survivors).toEqual([]);
    } finally {
      copy.remove();
    }
  },
  A_DAY_MS,
);

async function mutate(copy: ProjectCopy, path: string): Promise<readonly string[]> {
  const survivors: string[] = [];
  const tests = otherTests?.split(" ") ?? [`test/${path.split("/")[1]}`];
  const runsBuilt = path.startsWith("src/journal");
  expect(copy.build(), "the copy must build").toBe(true);
  const beganMs = Date.now();
  expect(await copy.test(tests, A_DAY_MS), "the tests must pass before anything is broken").toBe("passed");
  const mostMs = 3 * (Date.now() - beganMs) + 10_000;
  const known = readEquivalents();
  let count = 0;
  for (const file of filesOf(path)) {
    const source = copy.read(file);
    for (const mutant of findMutants(source)) {
      if (known.has(`${file}\t${mutant.what}`)) continue;
      count++;
      copy.write(file, applyMutant(source, mutant));
      if (runsBuilt) copy.build();
      if ((await copy.test(tests, mostMs)) !== "passed") continue;
      survivors.push(`${file}:${mutant.line}\t${mutant.what}`);
      console.log(`survived: ${survivors.at(-1)}`);
    }
    copy.write(file, source);
    if (runsBuilt) copy.build();
    const killed = count - survivors.length;
    console.log(
      `${file}: ${killed} of ${count} so far (${((100 * killed) / Math.max(1, count)).toFixed(1)} %)`,
    );
  }
  return survivors;
}

function filesOf(path: string): readonly string[] {
  if (statSync(join(ROOT, path)).isFile()) return [path];
  const found = readdirSync(join(ROOT, path), { recursive: true, encoding: "utf8" });
  return found.filter((file) => file.endsWith(".ts")).map((file) => `${path}/${file}`);
}

function readEquivalents(): ReadonlySet<string> {
  const lines = readFileSync(EQUIVALENT, "utf8").split("\n");
  return new Set(lines.map((line) => line.split("\t").slice(0, 2).join("\t")));
}

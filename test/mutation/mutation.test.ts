import { appendFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { findMutants, instrument, type Mutant } from "./mutants.ts";
import type { News, Plan } from "./plan.ts";
import { copyProject, type ProjectCopy } from "./project-copy.ts";

/** See README.md. */
const {
  MUTATE: mutated,
  MUTATE_TESTS: otherTests,
  MUTATE_QUICK: quickMs,
  MUTATE_ALSO: alsoTests,
  MUTATE_PART: part = "1/1",
  MUTATE_OUT: outFile,
} = process.env;
const ROOT = join(import.meta.dirname, "../..");
/** What nobody could notice: the line's text, what stands there and what instead, and why, by tabs. */
const EQUIVALENT = join(import.meta.dirname, "equivalent.tsv");
const A_DAY_MS = 86_400_000;

describe("mutants", () => {
  const source =
    'import { a } from "1";\nif (a(1) < 2 && !b) void c.go(1 + 1);\nconst d: 3 | true = x ?? { 1: y };\n';
  const found = findMutants(source);

  test("are found in code only, each with another text", () => {
    expect(found.map(({ line, what }) => `${line}: ${what}`)).toEqual([
      "2: a(1) < 2 && !b -> true",
      "2: a(1) < 2 && !b -> false",
      "2: && -> ||",
      "2: < -> <=",
      "2: < -> >=",
      "2: 1 -> 0",
      "2: 2 -> 0",
      "2: 2 -> 4",
      "2: !b -> b",
      "2: void c.go(1 + 1); -> ;",
      "2: + -> -",
      "2: 1 -> 0 (2)",
      "2: 1 -> 0 (3)",
      "3: x ?? { 1: y } -> x",
    ]);
  });

  test("stand in their file all at once, and each does what it says", () => {
    const source = "return first(3) + 1 < 5 && !last ? 4 - n++ : (m ??= 7);";
    const mutants = findMutants(`function f() {${source}}`).map(({ start, end, ...rest }) => ({
      ...rest,
      start,
      end,
    }));
    expect(mutants.length).toBeGreaterThan(10);
    for (const [index, { start, end, to }] of mutants.entries()) {
      const whole = `function f() {${source}}`;
      const inputs = "let n = 1, m, last = false; const first = (x) => x;";
      const run = (text: string) => new Function("__broken", `${inputs} ${text} return [f(), n, m];`);
      const all = run(instrument(whole, mutants, 1));
      expect(all((id: number) => id === index + 1)).toEqual(
        run(whole.slice(0, start) + to + whole.slice(end))(),
      );
    }
  });
});

interface Numbered extends Mutant {
  readonly file: string;
}

test.runIf(mutated !== undefined)(
  "no mutant survives but those that nobody could notice",
  async () => {
    const copy = copyProject();
    try {
      expect(await mutate(copy, (mutated ?? "").split(" "))).toEqual([]);
    } finally {
      copy.remove();
    }
  },
  A_DAY_MS,
);

async function mutate(copy: ProjectCopy, paths: readonly string[]): Promise<readonly string[]> {
  const beganMs = Date.now();
  const files = paths.flatMap((path) => filesUnder(path, ".ts"));
  const folders = new Set(files.map((file) => `test/${file.split("/")[1]}`));
  const mutants: Numbered[] = [];
  for (const file of files) {
    const found = findMutants(readFileSync(join(ROOT, file), "utf8"));
    copy.spoil(file, found, mutants.length + 1);
    mutants.push(...found.map((mutant) => ({ ...mutant, file })));
  }
  copy.build();
  const isKnown = knownEquivalents(mutants);
  const asked = takePart(mutants.map((_, index) => index + 1));
  const ids = asked.filter((id) => !isKnown(mutants[id - 1]!));
  const tests = testsUnder(otherTests?.split(" ") ?? [...folders]);
  let alive = await tryAll(copy, { tests, quickMs: Number(quickMs ?? A_DAY_MS) }, ids);
  if (alsoTests !== undefined && alive.length > 0) {
    copy.forgetMap();
    alive = await tryAll(copy, { tests: testsUnder(alsoTests.split(" ")), quickMs: A_DAY_MS }, alive);
  }
  tellScores(mutants, { asked, tried: ids, alive });
  const tookS = (Date.now() - beganMs) / 1000;
  console.log(`${tookS.toFixed(0)} s, ${(tookS / Math.max(1, ids.length)).toFixed(2)} s a mutant`);
  const lines = alive.map((id) => mutants[id - 1]!).map((one) => `${one.file}:${one.line}\t${keyOf(one)}`);
  if (outFile !== undefined) appendFileSync(outFile, lines.map((line) => `${line}\n`).join(""));
  return lines;
}

/** Process after process, until all are tried. Those that live. */
async function tryAll(
  copy: ProjectCopy,
  { tests, quickMs }: Pick<Plan, "tests" | "quickMs">,
  ids: readonly number[],
): Promise<readonly number[]> {
  const alive: number[] = [];
  let doubtful: readonly number[] = [];
  let waiting = ids;
  while (waiting.length + doubtful.length > 0) {
    const mutants = waiting.length > 0 ? waiting : doubtful;
    const told = readNews(
      await copy.try({ tests, mutants, quickMs, sealEvery: waiting.length > 0 ? 25 : 1 }),
    );
    alive.push(...told.alive);
    // The first of a process had nothing before it that could have harmed its tests.
    const first = mutants === doubtful ? mutants.slice(0, 1) : [];
    const settled = new Set([...told.alive, ...told.killed, ...first]);
    waiting = waiting.filter((id) => !settled.has(id) && !told.doubtful.includes(id));
    doubtful = [...new Set([...told.doubtful, ...doubtful])].filter((id) => !settled.has(id));
    console.log(`${waiting.length + doubtful.length} to try, ${alive.length} alive so far`);
  }
  return alive.sort((one, other) => one - other);
}

function readNews(news: readonly News[]) {
  const alive: number[] = [];
  const killed: number[] = [];
  const doubtful: number[] = [];
  let unsealed: number[] = [];
  for (const one of news) {
    if (one.type === "gave-up") throw new Error(one.why);
    if (one.type === "survived") alive.push(one.id);
    if (one.type === "killed") unsealed.push(one.id);
    if (one.type !== "sealed" && one.type !== "spoilt") continue;
    (one.type === "sealed" ? killed : doubtful).push(...unsealed);
    unsealed = [];
  }
  const last = news.at(-1);
  if (last === undefined) throw new Error("the tests did not begin; MUTATE_SHOW=1 shows why");
  // It went on without end, or took the process with it.
  if (last.type === "began") killed.push(last.id);
  return { alive, killed, doubtful };
}

/** The third of five, for instance. */
function takePart(ids: readonly number[]): readonly number[] {
  const [which = 1, of = 1] = part.split("/").map(Number);
  return ids.slice(((which - 1) * ids.length) / of, (which * ids.length) / of);
}

interface Tally {
  /** Of these, all that are not known to be equivalent are tried. */
  readonly asked: readonly number[];
  readonly tried: readonly number[];
  readonly alive: readonly number[];
}

function tellScores(mutants: readonly Numbered[], { asked, tried, alive }: Tally): void {
  const files = [...new Set(asked.map((id) => mutants[id - 1]!.file))];
  const places = [...new Set(files.map((file) => dirname(file))), ...files];
  for (const place of places) {
    const isThere = (id: number) => `${mutants[id - 1]?.file}/`.startsWith(`${place}/`);
    const all = asked.filter(isThere).length;
    const count = tried.filter(isThere).length;
    const killed = count - alive.filter(isThere).length;
    const percent = ((100 * killed) / Math.max(1, count)).toFixed(1);
    console.log(`${place}: ${killed} of ${count} killed (${percent} %), ${all - count} equivalent`);
  }
}

function filesUnder(path: string, ending: string): readonly string[] {
  if (statSync(join(ROOT, path)).isFile()) return [path];
  const found = readdirSync(join(ROOT, path), { recursive: true, encoding: "utf8" });
  return found.filter((file) => file.endsWith(ending)).map((file) => `${path}/${file}`);
}

function testsUnder(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => filesUnder(path, ".test.ts"));
}

/** Without its file, so that a row outlives moves. */
function keyOf({ text, what }: Mutant): string {
  return [text, what].join("\t");
}

/** A row that fits several files counts in none. */
function knownEquivalents(mutants: readonly Numbered[]): (mutant: Mutant) => boolean {
  const rows = readFileSync(EQUIVALENT, "utf8").trim().split("\n").slice(1);
  const keys = new Set(rows.map((row) => row.split("\t").slice(0, 2).join("\t")));
  const texts = filesUnder("src", ".ts").map((file) => readFileSync(join(ROOT, file), "utf8"));
  for (const key of keys) {
    const files = new Set(mutants.filter((mutant) => keyOf(mutant) === key).map(({ file }) => file));
    if (files.size > 1) keys.delete(key);
    if (files.size > 1) console.log(`in ${[...files].join(" and ")}, so it counts in none: ${key}`);
    const [text = ""] = key.split("\t");
    if (!texts.some((whole) => whole.includes(text))) console.log(`not there any more: ${key}`);
  }
  return (mutant) => keys.has(keyOf(mutant));
}

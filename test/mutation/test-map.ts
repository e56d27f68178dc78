import { existsSync, readFileSync, rmSync } from "node:fs";
import type { RunnerTask, RunnerTestCase } from "vitest";
import type { VitestTestRunner } from "vitest/runners";
import { ProjectRunner } from "./project-runner.ts";
import { mutantSwitch, switchTo } from "./switch.ts";

/** Which tests come to which mutants, and how long each takes. */
export interface TestMap {
  /** By test file: the ids of its tests. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
  readonly tookMs: Readonly<Record<string, number>>;
  /** By mutant: the ids of its tests. */
  readonly reached: Readonly<Record<number, readonly string[]>>;
  /** Mutants that are come to while a module is loaded: these need it loaded anew. */
  readonly atLoad: readonly number[];
}

/** The map without the tests that take longer than this. */
export function onlyQuick(map: TestMap, mostMs: number): TestMap {
  const isQuick = (id: string) => (map.tookMs[id] ?? 0) <= mostMs;
  const tests = Object.entries(map.tests).map(([file, ids]) => [file, ids.filter(isQuick)]);
  return { ...map, tests: Object.fromEntries(tests) };
}

/** Runs all tests once, without a mutant. Throws when one fails. */
export async function mapTests(
  files: readonly string[],
  seenFile: string,
  outer: VitestTestRunner,
): Promise<TestMap> {
  const runner = new MappingRunner(outer, seenFile);
  const tests: Record<string, readonly string[]> = {};
  const tookMs: Record<string, number> = {};
  switchTo(0, seenFile);
  mutantSwitch.seen = (id) => runner.here.add(id);
  for (const path of files) {
    const file = await runner.run(path);
    if (runner.failed !== undefined) throw new Error(`red without a mutant: ${runner.failed.name}`);
    const cases = file === undefined ? [] : testsOf(file);
    tests[path] = cases.map(({ id }) => id);
    for (const { id, result } of cases) tookMs[id] = Math.ceil(result?.duration ?? 0);
    for (const test of tests[path]) runner.reach(test, runner.outsideTests);
  }
  mutantSwitch.seen = undefined;
  switchTo(0);
  const reached = Object.fromEntries([...runner.reached].map(([id, those]) => [id, [...those]]));
  return { tests, tookMs, reached, atLoad: [...runner.atLoad] };
}

class MappingRunner extends ProjectRunner {
  /** What was come to lately. */
  here = new Set<number>();
  /** What was come to in this file by hooks, and by what goes on between the tests. */
  outsideTests = new Set<number>();
  readonly reached = new Map<number, Set<string>>();
  readonly atLoad = new Set<number>();
  readonly #seenFile: string;

  constructor(outer: VitestTestRunner, seenFile: string) {
    super(outer);
    this.#seenFile = seenFile;
  }

  reach(test: string, ids: Iterable<number>): void {
    for (const id of ids) this.reached.set(id, (this.reached.get(id) ?? new Set()).add(test));
  }

  override async importFile(path: string): Promise<unknown> {
    this.#take();
    this.outsideTests = new Set();
    const imported = await super.importFile(path);
    for (const id of this.#take()) this.atLoad.add(id);
    return imported;
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    for (const id of this.#take()) this.outsideTests.add(id);
    await super.onBeforeRunTask(test);
  }

  override onAfterRunTask(test: RunnerTestCase): void {
    this.reach(test.id, this.#take());
    super.onAfterRunTask(test);
  }

  override async onAfterRunSuite(): Promise<void> {
    for (const id of this.#take()) this.outsideTests.add(id);
  }

  #take(): ReadonlySet<number> {
    const taken = this.here;
    this.here = new Set();
    if (existsSync(this.#seenFile)) {
      for (const id of readFileSync(this.#seenFile, "utf8").trim().split("\n")) taken.add(Number(id));
      rmSync(this.#seenFile);
    }
    return taken;
  }
}

function testsOf(task: RunnerTask): readonly RunnerTestCase[] {
  return "tasks" in task ? task.tasks.flatMap(testsOf) : [task];
}

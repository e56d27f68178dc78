import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { configureGlobal } from "fast-check";
import { vi } from "vitest";
import { VitestTestRunner } from "vitest/runners";
import type { News, Plan } from "./plan.ts";
import { ProjectRunner } from "./project-runner.ts";
import { switchTo } from "./switch.ts";
import { mapTests, onlyQuick, type TestMap } from "./test-map.ts";

const BEAT_MS = 250;
const MOST_LIKELY = 5;
/** Before the tests put their own clock in its place. */
const every = globalThis.setInterval;

/** `vitest` begins with `entrance.ts`, and what is done after it is this. */
// biome-ignore lint/style/noDefaultExport: vitest takes a runner from there
export default class MutantRunner extends VitestTestRunner {
  override async onAfterRunFiles(): Promise<void> {
    super.onAfterRunFiles();
    const plan: Plan = JSON.parse(readFileSync(process.env.MUTATION_PLAN ?? "", "utf8"));
    // The same examples each time. To look for the smallest one takes long, and nobody reads it here.
    configureGlobal({ seed: 1, endOnFailure: true });
    every(() => beat(plan), BEAT_MS).unref();
    const tell = (news: News) => appendFileSync(plan.newsFile, `${JSON.stringify(news)}\n`);
    try {
      await tryMutants(plan, new Trial(this, onlyQuick(await readMap(plan, this), plan.quickMs)), tell);
    } catch (error) {
      tell({ type: "gave-up", why: String(error) });
    }
  }
}

/** Ends the process when nobody waits for it any more. */
function beat({ beatFile, parent }: Plan): void {
  try {
    process.kill(parent, 0);
    writeFileSync(beatFile, "");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}

async function readMap(plan: Plan, outer: VitestTestRunner): Promise<TestMap> {
  if (existsSync(plan.mapFile)) return JSON.parse(readFileSync(plan.mapFile, "utf8"));
  const map = await mapTests(plan.tests, plan.seenFile, outer);
  writeFileSync(plan.mapFile, JSON.stringify(map));
  return map;
}

/** Ends early where the process may not be what it was: after a test that goes on beyond its time. */
async function tryMutants(plan: Plan, trial: Trial, tell: (news: News) => void): Promise<void> {
  let unsealed = 0;
  for (const id of plan.mutants) {
    tell({ type: "began", id });
    const runner = await trial.of(id);
    const { failed } = runner;
    tell(failed === undefined ? { type: "survived", id } : { type: "killed", id, by: failed.name });
    if (failed === undefined) continue;
    if (await runner.goesOn()) break;
    if (++unsealed < plan.sealEvery) continue;
    if (!(await trial.passes())) return tell({ type: "spoilt" });
    tell({ type: "sealed" });
    unsealed = 0;
  }
  tell({ type: (await trial.passes()) ? "sealed" : "spoilt" });
}

class Trial {
  readonly #outer: VitestTestRunner;
  readonly #map: TestMap;
  readonly #killers = new Set<string>();
  /** The tests that killed last, the newest first: they are likely to kill the mutants that stand beside. */
  #likely: readonly string[] = [];
  #errors = 0;

  constructor(outer: VitestTestRunner, map: TestMap) {
    this.#outer = outer;
    this.#map = map;
    for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, () => this.#errors++);
  }

  async of(id: number): Promise<ProjectRunner> {
    const first = await this.#tryMutant(id);
    if (first.failed !== undefined || first.errors === 0) return first;
    // An error that nobody handles may come from the mutant before: only one that comes again kills.
    const second = await this.#tryMutant(id);
    if (second.errors > 0) second.failed ??= { id: "", name: "an error that nobody handles" };
    return second;
  }

  /** Whether the tests that killed lately pass without a mutant. */
  async passes(): Promise<boolean> {
    const { failed } = await this.#run(this.#killers);
    this.#killers.clear();
    return failed === undefined;
  }

  async #tryMutant(id: number): Promise<ProjectRunner> {
    const errorsBefore = this.#errors;
    const isAtLoad = this.#map.atLoad.includes(id);
    switchTo(id);
    if (isAtLoad) vi.resetModules();
    const runner = await this.#run(isAtLoad ? undefined : new Set(this.#map.reached[id]));
    switchTo(0);
    if (isAtLoad) vi.resetModules();
    runner.errors = this.#errors - errorsBefore;
    if (runner.failed !== undefined) this.#noteKiller(runner.failed.id);
    return runner;
  }

  #noteKiller(id: string): void {
    this.#killers.add(id);
    this.#likely = [id, ...this.#likely.filter((other) => other !== id)].slice(0, MOST_LIKELY);
  }

  /** These tests, or all of them: those that killed lately, then the others. */
  async #run(tests: ReadonlySet<string> | undefined): Promise<ProjectRunner> {
    const { tookMs } = this.#map;
    const runner = new ProjectRunner(this.#outer);
    runner.mostMs = (test) => 1_000 + 5 * (tookMs[test] ?? 0);
    const isWanted = (id: string) => tests?.has(id) ?? true;
    const isLikely = (id: string) => this.#likely.includes(id);
    const files = [
      ...this.#filesWith((id) => isWanted(id) && isLikely(id)),
      ...this.#filesWith((id) => isWanted(id) && !isLikely(id)),
    ];
    for (const { file, ids } of files) {
      if (runner.failed === undefined) await runner.run(file, ids);
    }
    return runner;
  }

  /** The quickest files first. */
  #filesWith(isWanted: (id: string) => boolean) {
    const { tests, tookMs } = this.#map;
    return Object.entries(tests)
      .map(([file, all]) => ({ file, ids: all.filter(isWanted) }))
      .filter(({ ids }) => ids.length > 0)
      .map((one) => ({ ...one, ms: one.ids.reduce((sum, id) => sum + (tookMs[id] ?? 0), 0) }))
      .sort((one, other) => one.ms - other.ms);
  }
}

import { startTests } from "@vitest/runner";
import { type RunnerTestCase, type RunnerTestFile, vi } from "vitest";
import { VitestTestRunner } from "vitest/runners";

interface Module {
  readonly id: string;
}

/** What vitest keeps to itself. */
interface Insides {
  readonly moduleRunner: { import(path: string): Promise<unknown> };
  readonly workerState: {
    readonly evaluatedModules: {
      getModuleById(id: string): Module | undefined;
      invalidateModule(module: Module): void;
    };
  };
}

/** Before the tests put their own clocks in the place of these. */
const { setTimeout: later, clearTimeout: notLater } = globalThis;

const END_WITHIN_MS = 2_000;

/** Runs test files as often as it is asked to in one process, and tells nobody but its caller. */
export class ProjectRunner extends VitestTestRunner {
  /** The most that a test may take, by its id. */
  mostMs: (id: string) => number = () => 60_000;
  /** The first test or file that failed, and its id. All after it are skipped. */
  failed: { readonly id: string; readonly name: string } | undefined;
  /** How many errors nobody handled. */
  errors = 0;
  /** The test that went on beyond its time, as it may still do. */
  #late: Promise<unknown> = Promise.resolve();

  constructor(outer: VitestTestRunner) {
    super(outer.config);
    Object.assign(this, { _otel: (outer as unknown as { readonly _otel: unknown })._otel });
    Object.defineProperty(this, "moduleRunner", { value: insidesOf(outer).moduleRunner });
  }

  /** Runs these tests of a file, all when none are named. */
  async run(filepath: string, testIds?: readonly string[]): Promise<RunnerTestFile | undefined> {
    const specification = testIds === undefined ? { filepath } : { filepath, testIds: [...testIds] };
    const [file] = await startTests([specification], this);
    if (file?.result?.state === "fail") this.failed ??= file;
    vi.useRealTimers();
    vi.resetConfig();
    vi.restoreAllMocks();
    return file;
  }

  override importFile(path: string): unknown {
    const { moduleRunner, workerState } = insidesOf(this);
    const module = workerState.evaluatedModules.getModuleById(path);
    if (module !== undefined) workerState.evaluatedModules.invalidateModule(module);
    return moduleRunner.import(path);
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    if (this.failed !== undefined) test.mode = "skip";
    await super.onBeforeRunTask(test);
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const mostMs = this.mostMs(test.id);
    const running = Promise.resolve(VitestTestRunner.getTestFn(test)());
    if (await endsWithin(running, mostMs)) return running;
    this.#late = running;
    throw new Error(`more than ${mostMs} ms`);
  }

  /** Whether a test goes on. Most loops end soon when their mutant is off. */
  async goesOn(): Promise<boolean> {
    return !(await endsWithin(this.#late, END_WITHIN_MS));
  }

  override onAfterRunTask(test: RunnerTestCase): void {
    super.onAfterRunTask(test);
    if (test.result?.state === "fail")
      this.failed ??= { id: test.id, name: `${test.file.name}: ${test.name}` };
  }

  // No snapshots are written.
  override async onAfterRunSuite(): Promise<void> {}
}

async function endsWithin(running: Promise<unknown>, mostMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = later(() => resolve(false), mostMs);
  });
  const ended = running.then(
    () => true,
    () => true,
  );
  const isInTime = await Promise.race([ended, tooLate]);
  notLater(timer);
  return isInTime;
}

function insidesOf(runner: VitestTestRunner): Insides {
  return runner as unknown as Insides;
}

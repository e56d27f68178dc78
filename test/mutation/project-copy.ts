import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { instrument, type Mutant } from "./mutants.ts";
import type { News, Plan } from "./plan.ts";

const ROOT = join(import.meta.dirname, "../..");
const START_WITHIN_MS = 60_000;
/** A process that says nothing for this long has an endless loop. */
const MOST_SILENT_MS = 8_000;

/** The project in a folder of its own, with all mutants in its files, each behind a switch. */
export interface ProjectCopy {
  readonly folder: string;
  /** Puts these mutants, numbered from `firstId`, into the file. */
  spoil(file: string, mutants: readonly Mutant[], firstId: number): void;
  /** Builds the program, which the journal's thread runs from. */
  build(): void;
  /** Tries mutants in a process of their own, until all are tried or it ends; what it told. */
  try(plan: Pick<Plan, "tests" | "mutants" | "quickMs" | "sealEvery">): Promise<readonly News[]>;
  /** The next trial finds out anew which tests come to which mutants. */
  forgetMap(): void;
  remove(): void;
}

export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), "valt-mutation-"));
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const files = listed.split("\n").filter((file) => file !== "" && existsSync(join(ROOT, file)));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const own = (name: string) => join(folder, "dist", name);
  const paths = { mapFile: own("map"), newsFile: own("news"), beatFile: own("beat"), seenFile: own("seen") };
  mkdirSync(join(folder, "dist"));
  mkdirSync(join(folder, "tmp"));

  return {
    folder,
    spoil(file, mutants, firstId) {
      const path = join(folder, file);
      const from = relative(dirname(path), join(folder, "test/mutation/switch.ts"));
      const text = instrument(readFileSync(path, "utf8"), mutants, firstId);
      writeFileSync(path, `import { broken as __broken } from "${from}"; ${text}`);
    },
    build() {
      const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
      execFileSync(process.execPath, [compiler, "-p", "src", "--noCheck"], { cwd: folder });
    },
    async try(work) {
      const plan: Plan = {
        ...paths,
        ...work,
        parent: process.pid,
        tests: work.tests.map((file) => join(folder, file)),
      };
      writeFileSync(own("plan"), JSON.stringify(plan));
      writeFileSync(paths.newsFile, "");
      rmSync(paths.beatFile, { force: true });
      await runWorker(folder, own("plan"), paths.beatFile);
      const lines = readFileSync(paths.newsFile, "utf8").split("\n");
      return lines.filter((line) => line !== "").map((line): News => JSON.parse(line));
    },
    forgetMap: () => rmSync(paths.mapFile, { force: true }),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function runWorker(folder: string, plan: string, beatFile: string): Promise<void> {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", "--config", "test/mutation/vitest.config.ts"], {
    cwd: folder,
    stdio: process.env.MUTATE_SHOW === undefined ? "ignore" : "inherit",
    detached: true,
    env: {
      ...process.env,
      MUTATE: undefined,
      VITEST: undefined,
      MUTATION_PLAN: plan,
      UNTIL_MS: "1500",
      // What broken tests leave behind goes with the copy.
      TMPDIR: join(folder, "tmp"),
    },
  });
  const startedMs = Date.now();
  const watch = setInterval(() => {
    const beatMs = existsSync(beatFile) ? statSync(beatFile).mtimeMs : startedMs + START_WITHIN_MS;
    if (Date.now() - beatMs > MOST_SILENT_MS) kill();
  }, 500);
  function kill() {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // All of it has ended.
    }
  }
  return new Promise((resolve) => {
    child.once("exit", () => {
      clearInterval(watch);
      kill();
      resolve();
    });
  });
}

import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** How the tests ended: with a failure, without one, or not in time. */
export type Ending = "failed" | "passed" | "too-late";

/** The project in a folder of its own, where its files may be spoilt. */
export interface ProjectCopy {
  read(file: string): string;
  write(file: string, text: string): void;
  /** Builds the program anew, which the journal's thread runs from; false when that is not possible. */
  build(): boolean;
  /** Runs these test files, and stops at the first failure. */
  test(files: readonly string[], mostMs: number): Promise<Ending>;
  remove(): void;
}

export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), "valt-mutation-"));
  const listed = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" });
  const files = listed.split("\n").filter((file) => file !== "" && existsSync(join(ROOT, file)));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const run = (program: string, ...parameters: readonly string[]) =>
    spawn(process.execPath, [join(ROOT, "node_modules", program), ...parameters], {
      cwd: folder,
      stdio: "ignore",
      detached: true,
      env: { ...process.env, MUTATE: undefined, VITEST: undefined },
    });

  return {
    read: (file) => readFileSync(join(folder, file), "utf8"),
    write: (file, text) => writeFileSync(join(folder, file), text),
    build() {
      try {
        const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
        execFileSync(process.execPath, [compiler, "-p", "tsconfig.build.json", "--noCheck"], { cwd: folder });
        return true;
      } catch {
        return false;
      }
    },
    test(tests, mostMs) {
      const child = run("vitest/vitest.mjs", "run", "--bail=1", "--no-color", ...tests);
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
          resolve("too-late");
        }, mostMs);
        child.once("exit", (code) => {
          clearTimeout(timer);
          resolve(code === 0 ? "passed" : "failed");
        });
      });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

import type { Fault, Finding, Path } from "../../../src/base/document/finding.ts";
import { compileFill, type Fill } from "./fill.ts";
import { type CompiledMatch, compileMatch, type LetterCase } from "./match.ts";

/** Compiles the templates of one profile, and notes what is wrong with them instead of stopping. */
export interface Compiler {
  readonly values: ReadonlyMap<string, string>;
  /** The ids of all controls. */
  readonly controls: ReadonlySet<string>;
  match(template: string, path: Path): CompiledMatch;
  /** `names` is what the template may name besides the values. */
  fill(template: string, names: readonly string[], path: Path): Fill;
  report(path: Path, fault: Fault): void;
}

interface CompilerWords {
  readonly values: ReadonlyMap<string, string>;
  readonly letterCase: LetterCase;
  readonly controls: ReadonlySet<string>;
}

/** Compiles with these words; `tell` hears what is wrong. */
export function createCompiler(words: CompilerWords, tell: (finding: Finding) => void): Compiler {
  const { values, controls } = words;
  const report = (path: Path, fault: Fault) => tell({ ...fault, path });
  return {
    values,
    controls,
    report,
    match(template, path) {
      const compiled = compileMatch(template, words);
      if (compiled.ok) return compiled.value;
      report(path, compiled.failure);
      return { names: [], match: () => undefined };
    },
    fill(template, names, path) {
      const compiled = compileFill(template, { values, names });
      if (compiled.ok) return compiled.value;
      report(path, compiled.failure);
      return () => undefined;
    },
  };
}

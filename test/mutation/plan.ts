/** What a process that tries mutants is told: `MUTATION_PLAN` names a JSON file of this form. */
export interface Plan {
  /** The process that waits for it. */
  readonly parent: number;
  /** Test files, as absolute paths. */
  readonly tests: readonly string[];
  /** In this order; the switch's numbers. */
  readonly mutants: readonly number[];
  /** Tests that take longer are left out. */
  readonly quickMs: number;
  /** After so many that were killed, the tests that did it are run without a mutant. */
  readonly sealEvery: number;
  /** Where the map of what runs what is, once it is made. */
  readonly mapFile: string;
  /** One line of JSON for each thing that is known. */
  readonly newsFile: string;
  /** Written every quarter of a second, as long as nothing runs without end. */
  readonly beatFile: string;
  /** Where threads and processes of the built program tell which mutants they came to. */
  readonly seenFile: string;
}

/** What it tells, in its order. */
export type News =
  | { readonly type: "gave-up"; readonly why: string }
  | { readonly type: "began"; readonly id: number }
  | { readonly type: "killed"; readonly id: number; readonly by: string }
  | { readonly type: "survived"; readonly id: number }
  /** What was killed since the last seal counts: the tests that did it pass without a mutant. */
  | { readonly type: "sealed" }
  /** It does not: a mutant has spoilt the process for the tests after it. */
  | { readonly type: "spoilt" };

import { redact } from "../base/redact.ts";
import type { Problem } from "../mapping/problem.ts";
import type { ProblemInfo } from "./page/protocol.ts";

/** A problem of the mapping for the page. */
export function describeProblem({ hint = "", message, ...problem }: Problem): ProblemInfo {
  return { ...problem, message: redact(message), hint: redact(hint) };
}

import type { ProblemInfo } from "./protocol.ts";
import { say } from "./words.ts";

interface ProblemsProps {
  readonly problems: readonly ProblemInfo[];
  /** Shows the place; a problem for which it gives nothing has a place that cannot be shown. */
  goTo(problem: ProblemInfo): void;
  /** Whether places in the files beside the mapping can be shown. */
  readonly reach?: "all" | "mapping";
}

/** What is wrong in a mapping, with the places. */
export function Problems({ problems, goTo, reach = "all" }: ProblemsProps) {
  if (problems.length === 0) return null;
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li key={keyOf(problem)} data-severity={problem.severity}>
          {reach === "mapping" && problem.file !== undefined ? (
            <span class="problem-place">{placeOf(problem)}</span>
          ) : (
            <button type="button" class="problem-place quiet" onClick={() => goTo(problem)}>
              {placeOf(problem)}
            </button>
          )}
          <b>{problem.severity === "error" ? say("error") : say("warning")}:</b>{" "}
          <span lang="en">
            {problem.message} {problem.hint !== "" && <em>({problem.hint})</em>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function keyOf({ file, line, column, message }: ProblemInfo): string {
  return `${file}:${line}:${column} ${message}`;
}

function placeOf({ file, line, column }: ProblemInfo): string {
  return file === undefined
    ? say("Line {line}, column {column}", { line, column })
    : `${file}, ${say("line {line}, column {column}", { line, column })}`;
}

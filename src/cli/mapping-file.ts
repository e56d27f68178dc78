import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { loadMapping } from "../mapping/load.ts";
import type { Mapping, MappingWorld } from "../mapping/mapping.ts";
import { type Problem, tellProblem } from "../mapping/problem.ts";
import { findServerFault } from "./connect.ts";
import { complain, style } from "./terminal.ts";

export interface ReadMapping {
  readonly mapping: Mapping | undefined;
  readonly problems: readonly Problem[];
}

/** Reads and checks a mapping file; a file that cannot be read is a problem like any other. */
export function readMapping(file: string, world: MappingWorld): ReadMapping {
  try {
    const findFault = (server: Mapping["server"]) => findServerFault(server, file);
    return loadMapping(readFileSync(file, "utf8"), {
      ...world,
      folder: dirname(file),
      findServerFault: findFault,
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      mapping: undefined,
      problems: [{ severity: "error", line: 1, column: 1, message, hint: undefined }],
    };
  }
}

export function complainAbout(file: string, problems: readonly Problem[]): void {
  for (const problem of problems) {
    const color = problem.severity === "error" ? "red" : "yellow";
    complain(style(color, tellProblem(file, problem), process.stderr));
  }
}

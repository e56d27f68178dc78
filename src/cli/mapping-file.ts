import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { loadMapping } from "../mapping/load.ts";
import type { Mapping, WorldLoader } from "../mapping/mapping.ts";
import { type Problem, tellProblem } from "../mapping/problem.ts";
import { findServerFault } from "./connect.ts";
import { complain, style } from "./terminal.ts";

export interface ReadMapping {
  /** Empty when the file could not be read. */
  readonly text: string;
  readonly mapping: Mapping | undefined;
  readonly problems: readonly Problem[];
}

/** Reads and checks a mapping file; a file that cannot be read is a problem like any other. */
export async function readMapping(file: string, loadWorld: WorldLoader): Promise<ReadMapping> {
  try {
    const text = readFileSync(file, "utf8");
    const loaded = loadMapping(text, {
      ...(await loadWorld(text)),
      folder: dirname(file),
      findServerFault: (server) => findServerFault(server, file),
    });
    return { text, ...loaded };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      text: "",
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

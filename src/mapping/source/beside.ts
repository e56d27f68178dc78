import { join } from "node:path";
import type { Fault } from "../../base/document/finding.ts";
import { fail, type Result, succeed } from "../../base/result.ts";

const OUTSIDE = /^[/\\]|^[A-Za-z]:|^(?:[^/\\]*[/\\])*\.\.(?:[/\\]|$)/;

/** The path of a file that a mapping names: in the mapping's folder or below. */
export function findBeside(name: string, folder: string | undefined): Result<string, Fault> {
  if (folder === undefined)
    return fail({ message: `"${name}" is beside no file`, hint: "this mapping is no file" });
  if (name === "" || OUTSIDE.test(name))
    return fail({
      message: `"${name}" is not beside the mapping`,
      hint: "it stands in the same folder or below",
    });
  return succeed(join(folder, name));
}

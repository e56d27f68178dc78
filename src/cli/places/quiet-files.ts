import { readdirSync, readFileSync, realpathSync } from "node:fs";

/** For looking around in what may not be there, may not be read, or ends while it is looked at: nothing then. */

/** Names in the folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The file's text. */
export function textIn(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Where links lead; the path itself where they lead nowhere. */
export function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

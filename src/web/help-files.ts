import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The reference as the build has written it, for this module as a source and as it was built. */
const FOLDER = new URL(
  import.meta.url.includes("/dist/") ? "../../help/" : "../../dist/help/",
  import.meta.url,
);
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
};

interface HelpFile {
  readonly text: string;
  readonly type: string;
}

/** A file of the reference, which the build has written; nothing where there is none of this name. */
export async function readHelpFile(name: string): Promise<HelpFile | undefined> {
  const [, ending = ""] = /^[a-z0-9-]{1,40}\.([a-z]{1,4})$/.exec(name) ?? [];
  const type = TYPES[ending];
  if (type === undefined) return undefined;
  try {
    return { text: await readFile(fileURLToPath(new URL(name, FOLDER)), "utf8"), type };
  } catch {
    return undefined;
  }
}

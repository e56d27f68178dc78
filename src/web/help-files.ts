import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { escapeHtml } from "../base/html.ts";
import type { Language } from "../language/language.ts";

/** The reference as the build has written it, for this module as a source and as it was built. */
const FOLDER = new URL(
  import.meta.url.includes("/dist/") ? "../../help/" : "../../dist/help/",
  import.meta.url,
);
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
};

/** Where the list of pages begins. */
const PAGES = '<nav aria-label="Pages"><ul>';

interface HelpFile {
  readonly text: string;
  readonly type: string;
}

/**
 * A file of the reference, which the build has written; nothing where there is none of this name. Its pages lead back to
 * the console, of which the files know nothing: they are read from a disk, too.
 */
export async function readHelpFile(name: string, { tag, say }: Language): Promise<HelpFile | undefined> {
  const [, ending = ""] = /^[a-z0-9-]{1,40}\.([a-z]{1,4})$/.exec(name) ?? [];
  const type = TYPES[ending];
  if (type === undefined) return undefined;
  try {
    const text = await readFile(fileURLToPath(new URL(name, FOLDER)), "utf8");
    const back = `<li><a href="../" lang="${tag}">${escapeHtml(say("Back to the console"))}</a></li>`;
    return { text: text.replace(PAGES, (pages) => pages + back), type };
  } catch {
    return undefined;
  }
}

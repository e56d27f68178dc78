import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { errorText } from "../base/error-text.ts";
import { fail, type Result, succeed } from "../base/result.ts";

/** One file of the page, ready to be sent. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly gzipped: Uint8Array;
  /** Follows from its text. */
  readonly version: string;
}

/** What browsers load, by path: `/page/main.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** All modules of the page, joined. */
export const PROGRAM = "/page/main.js";
/** Runs in any browser, and is no module. */
export const STARTER = "/page/starter.js";
export const STYLE = "/page/style.css";

/** The editor of the mapping, loaded when somebody edits. */
export const EDITOR = "/page/editor.js";

/** The first steps, while there is no mapping. */
export const SETUP = "/page/setup.js";

/** Where the build puts what is served as these. */
const SCRIPTS = [
  [PROGRAM, "console.js"],
  [STARTER, "starter.js"],
  [EDITOR, "editor-program.js"],
  [SETUP, "setup-program.js"],
] as const;

/** Reads the built page: its program, its style sheets and pictures. */
export function readPageFiles(): Result<PageFiles, { readonly message: string }> {
  try {
    const folder = builtFolder();
    const scripts = SCRIPTS.map(
      ([path, name]) => [path, pack("text/javascript", readFileSync(join(folder, name), "utf8"))] as const,
    );
    const pictures = ["icon.svg", "icon-red.svg", "icon-green.svg", "console.webmanifest"].map(
      (name) =>
        [`/page/${name}`, pack(typeOf(name), readFileSync(join(sourceFolder(), name), "utf8"))] as const,
    );
    return succeed(new Map([...scripts, [STYLE, pack("text/css", readStyles())], ...pictures]));
  } catch (error) {
    return fail({ message: `${NOT_BUILT}: ${errorText(error)}` });
  }
}

/** The path with which a browser may keep the file for good: another text has another one. */
export function addressOf(files: PageFiles, path: string): string {
  const file = files.get(path);
  return file === undefined ? `.${path}` : `.${path}?v=${file.version}`;
}

const NOT_BUILT = "the console's page is not built; npm run build does it";

/** Beside this module when it is built; else where the build puts it. */
function builtFolder(): string {
  const isBuilt = import.meta.url.endsWith(".js");
  return fileURLToPath(new URL(isBuilt ? "./page" : "../../dist/src/web/page", import.meta.url));
}

/** Style sheets and pictures are not compiled: they are served as they stand in the sources. */
function sourceFolder(): string {
  const isBuilt = import.meta.url.endsWith(".js");
  return fileURLToPath(new URL(isBuilt ? "../../../src/web/page" : "./page", import.meta.url));
}

function readStyles(): string {
  const names = readdirSync(sourceFolder()).filter((name) => name.endsWith(".css"));
  return names
    .toSorted()
    .map((name) => readFileSync(join(sourceFolder(), name), "utf8"))
    .join("\n");
}

function typeOf(name: string): string {
  return name.endsWith(".svg") ? "image/svg+xml" : "application/manifest+json";
}

function pack(type: string, text: string): PageFile {
  const bytes = Buffer.from(text);
  const version = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { type: `${type}; charset=utf-8`, bytes, gzipped: gzipSync(bytes, { level: 9 }), version };
}

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
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
  readonly etag: string;
}

/** What browsers load. */
export interface PageFiles {
  /** By path: `/page/main.js`. */
  readonly byPath: ReadonlyMap<string, PageFile>;
  /** The modules of the page itself, for loading them ahead. */
  readonly modules: readonly string[];
}

/** Names that the page's modules import, and where they are served below the console's own path. */
export const IMPORTS = {
  preact: "./lib/preact.js",
  "preact/hooks": "./lib/preact-hooks.js",
  "preact/jsx-runtime": "./lib/preact-jsx-runtime.js",
  // What the page shares with the command line; seen from the folder above `page/`.
  "../base/csv.js": "./lib/csv.js",
} as const;

/** Runs in any browser, and is no module. */
export const STARTER = "/page/starter.js";

/** Reads the built page: the modules that `tsc` made of `page/`, its style sheets, and preact as it is installed. */
export function readPageFiles(): Result<PageFiles, { readonly message: string }> {
  try {
    const folder = builtFolder();
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const modules = names.filter((name) => name.endsWith(".js")).map((name) => name.replaceAll("\\", "/"));
    if (!modules.includes("main.js")) return fail({ message: NOT_BUILT });
    const byPath = new Map<string, PageFile>();
    for (const name of modules)
      byPath.set(
        `/page/${name}`,
        pack("text/javascript", withoutMap(readFileSync(join(folder, name), "utf8"))),
      );
    byPath.set("/page/style.css", pack("text/css", readStyles()));
    for (const name of ["icon.svg", "icon-green.svg", "console.webmanifest"])
      byPath.set(`/page/${name}`, pack(typeOf(name), readFileSync(join(sourceFolder(), name), "utf8")));
    const require = createRequire(import.meta.url);
    for (const [name, path] of Object.entries(IMPORTS)) {
      const file = name.startsWith(".") ? join(folder, "..", name) : require.resolve(name);
      byPath.set(path.slice(1), pack("text/javascript", withoutMap(readFileSync(file, "utf8"))));
    }
    const paths = modules.map((name) => `/page/${name}`);
    return succeed({ byPath, modules: paths.filter((path) => path !== STARTER) });
  } catch (error) {
    return fail({ message: `${NOT_BUILT}: ${errorText(error)}` });
  }
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

function withoutMap(text: string): string {
  return text.replace(/^\/\/# sourceMappingURL=.*$/m, "");
}

function typeOf(name: string): string {
  return name.endsWith(".svg") ? "image/svg+xml" : "application/manifest+json";
}

function pack(type: string, text: string): PageFile {
  const bytes = Buffer.from(text);
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  return { type: `${type}; charset=utf-8`, bytes, gzipped: gzipSync(bytes, { level: 9 }), etag };
}

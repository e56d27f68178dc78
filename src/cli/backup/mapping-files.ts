import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { visit } from "jsonc-parser";
import type { Part } from "../../base/document/part.ts";
import { errorText } from "../../base/error-text.ts";
import { openMapping } from "../../mapping/source/open.ts";
import type { LeftOut } from "./manifest.ts";

/** A file that a mapping reads, by its path from the mapping's folder, with slashes. */
interface NamedFile {
  readonly path: string;
  readonly bytes: Buffer;
}

interface NamedFiles {
  /** The mapping first. */
  readonly files: readonly NamedFile[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * A mapping, and every file in its folder or below that a text in it names, whichever word of whichever driver that is:
 * includes, tables, profiles, font, pictures, certificates. Files that are named in those count too. Throws where the mapping
 * cannot be read.
 */
export function findNamedFiles(mappingFile: string): NamedFiles {
  const folder = dirname(mappingFile);
  const files: NamedFile[] = [{ path: basename(mappingFile), bytes: readFileSync(mappingFile) }];
  const leftOut = new Map<string, LeftOut>();
  const seen = new Set([mappingFile]);
  for (const { path, bytes } of files)
    for (const text of [
      ...textsIn(path, bytes),
      ...(path === basename(mappingFile) ? filledIn(bytes, folder) : []),
    ]) {
      const file = resolve(folder, text);
      if (seen.has(file) || !isFile(file)) continue;
      seen.add(file);
      const found = readNamed(file, folder);
      if ("why" in found) leftOut.set(file, found);
      else files.push(found);
    }
  return { files, leftOut: [...leftOut.values()] };
}

function readNamed(file: string, folder: string): NamedFile | LeftOut {
  const path = relative(folder, file);
  if (isAbsolute(path) || path.startsWith("..")) return { what: file, why: "it is not beside the mapping" };
  if (isSecret(file, path)) return { what: file, why: "secrets are not saved" };
  try {
    const bytes = readFileSync(file);
    if (bytes.includes("PRIVATE KEY-----")) return { what: file, why: "private keys are not saved" };
    return { path: path.replaceAll(sep, "/"), bytes };
  } catch (error) {
    return { what: file, why: `it cannot be read: ${errorText(error)}` };
  }
}

/** Whether people write such a file; fonts and pictures are copied byte for byte. */
export function isText(path: string): boolean {
  return /\.(?:jsonc?|csv|txt|pem|crt|cer)$/i.test(path);
}

/** A file from which secrets are read, or that is one by its name. */
function isSecret(file: string, path: string): boolean {
  const real = realpathSync(file);
  const { CREDENTIALS_DIRECTORY } = process.env;
  const named = Object.entries(process.env).flatMap(([name, value]) =>
    name.endsWith("_FILE") ? [value] : [],
  );
  if (named.some((one) => one !== undefined && resolve(one) === file)) return true;
  if (CREDENTIALS_DIRECTORY !== undefined && real.startsWith(resolve(CREDENTIALS_DIRECTORY))) return true;
  const names = path.toLowerCase().split(sep);
  const name = names.at(-1) ?? "";
  const isNamedSo = SECRET_ENDINGS.some((ending) => name.endsWith(ending)) || name.startsWith(".env");
  return isNamedSo || names.slice(0, -1).includes("secrets");
}

const SECRET_ENDINGS = [".env", ".key", ".p12", ".pfx", ".jks"];

/** Texts of a mapping that may be names of files once its words in braces are filled in, such as a picture for each room. */
function filledIn(bytes: Buffer, folder: string): readonly string[] {
  const { root } = openMapping(bytes.toString("utf8"), folder);
  return root === undefined ? [] : textsBelow(root).filter((text) => NAME.test(text));
}

function textsBelow(part: Part): readonly string[] {
  if (part.kind === "scalar") return typeof part.value === "string" ? [part.value] : [];
  const inner = part.kind === "list" ? part.items : part.entries.map((entry) => entry.part);
  return inner.flatMap(textsBelow);
}

/** Texts that may be names of files, in a document of JSON or a table. */
function textsIn(path: string, bytes: Buffer): readonly string[] {
  const texts: string[] = [];
  const add = (value: unknown) => {
    if (typeof value === "string" && NAME.test(value)) texts.push(value);
  };
  if (/\.jsonc?$/i.test(path)) visit(bytes.toString("utf8"), { onLiteralValue: add }, READ_AS);
  else if (/\.csv$/i.test(path))
    for (const cell of bytes.toString("utf8").split(/["\r\n\t,;]/)) add(cell.trim());
  return texts;
}

const READ_AS = { allowTrailingComma: true };
/** With a folder before it or an ending. */
const NAME = /^[^\0]{0,1000}[./\\][^\0]{1,255}$/;

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

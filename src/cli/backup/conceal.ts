import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rememberSecret } from "../../base/redact.ts";
import { createConceal } from "../../journal/conceal.ts";
import { findConfidential } from "../../journal/confidential.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { findSecret, secretNamesOf, secretsSoFar } from "../mapping/secrets.ts";
import { namesIn } from "../places/quiet-files.ts";

/** Overwrites in one line what nobody may read there. */
export type HideLine = (line: string) => string;

/** Where the Debian package keeps the secrets of the service; root can read them, and a log may have been written under them. */
const SERVICE_SECRETS = "/etc/valt-bridge/secrets";

/**
 * For what leaves the site: what the journal would overwrite, and besides whatever this process can find out to be a secret,
 * what follows a word such as `PASS` in quotes, and what stands behind the `?` of an address. It hides too much rather than
 * too little.
 */
export function createHideLine(mapping: Mapping | undefined): HideLine {
  const found = [...environmentSecrets(), ...serviceSecrets()];
  for (const secret of found) rememberSecret(secret);
  // What is read is hidden from then on.
  for (const { name } of mapping === undefined ? [] : secretNamesOf(mapping)) findSecret(name);
  for (const name of CONSOLE_TOKENS) findSecret(name);
  const conceal = createConceal(() => [...secretsSoFar(), ...found]);
  return (line) => withoutTyped(withoutCredentials(String(conceal(line))));
}

const CONSOLE_TOKENS = ["VALT_CONSOLE_TOKEN", "VALT_CONSOLE_VIEW_TOKEN", "VALT_CONSOLE_EDIT_TOKEN"];

/** By what variables are usually called. */
const SECRET_VARIABLE = /pass|pin|token|secret|key|credential|webhook|auth/i;
const SHORTEST = 4;

function environmentSecrets(): readonly string[] {
  return Object.entries(process.env).flatMap(([name, value = ""]) => {
    if (!SECRET_VARIABLE.test(name) || value.length < SHORTEST) return [];
    if (!name.endsWith("_FILE")) return [value];
    const read = findSecret(name.slice(0, -"_FILE".length));
    return read.ok ? [read.value] : [];
  });
}

function serviceSecrets(): readonly string[] {
  return namesIn(SERVICE_SECRETS).flatMap((name) => {
    try {
      const text = readFileSync(join(SERVICE_SECRETS, name), "utf8").trim();
      return text.length < SHORTEST ? [] : [text];
    } catch {
      return [];
    }
  });
}

/** A piece of a line without spaces and quotes, such as an address. */
const PIECE = /[^\s"']+/g;
/** As it stands in a header. */
const HEADER = /\b(?:authorization|x-api-key|bearer|basic|cookie)\b/gi;
/** What stands between the name of a header and its value. */
const GAP = /^["']?\s{0,8}[:=]?\s{1,8}/;
const VALUE = /^[^\s"',]{1,4096}/;
const SECOND_VALUE = /^\s{1,8}[\w+/=.-]{8,4096}/;

function withoutCredentials(line: string): string {
  return withoutHeaders(line.replace(PIECE, withoutQuery));
}

/** User info is known to `redact`; a query may carry whatever a service calls its key. */
function withoutQuery(piece: string): string {
  const scheme = piece.indexOf("://");
  const query = scheme < 0 ? -1 : piece.slice(scheme).search(/[?#]/);
  return query < 0 ? piece : `${piece.slice(0, scheme + query + 1)}***`;
}

function withoutHeaders(line: string): string {
  let told = "";
  let from = 0;
  for (const { 0: name, index } of line.matchAll(HEADER)) {
    if (index < from) continue;
    const start = index + name.length;
    const gap = GAP.exec(line.slice(start, start + 32))?.[0];
    const value = gap === undefined ? undefined : VALUE.exec(line.slice(start + gap.length))?.[0];
    if (gap === undefined || value === undefined) continue;
    const end = start + gap.length + value.length;
    told += `${line.slice(from, start + gap.length)}***`;
    from = end + (SECOND_VALUE.exec(line.slice(end))?.[0].length ?? 0);
  }
  return told + line.slice(from);
}

const ASSIGNED = /\b(pass(?:word|code|wd)?|pin|token|secret|api-?key)(\s{0,8}[=:]\s{0,8})[^\s"',}]+/gi;

/** What somebody typed behind a word that asks for a passcode, wherever a line quotes it. */
function withoutTyped(line: string): string {
  return quotedParts(line)
    .map(({ text, isQuoted }) => {
      const end = isQuoted ? findConfidential(text) : undefined;
      return end === undefined || text.slice(end).trim() === "" ? text : `${text.slice(0, end)} ***`;
    })
    .join("")
    .replace(ASSIGNED, "$1$2***");
}

interface Part {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** A quotation mark with the backslashes before it: a text of JSON within another one has more of them. */
const MARK = /\\{0,16}"/g;

/** Quotation marks within a quoted text that are looked beyond. */
const MOST_WITHIN = 64;

/** The line in its order, cut at its quotation marks: what stands between two equal ones is quoted. */
function quotedParts(line: string): readonly Part[] {
  const marks = [...line.matchAll(MARK)].map(({ 0: text, index }) => ({ text, index }));
  const parts: Part[] = [];
  let from = 0;
  for (let at = 0; at < marks.length; at++) {
    const mark = marks[at];
    const within = marks.slice(at + 1, at + 1 + MOST_WITHIN).findIndex(({ text }) => text === mark?.text);
    const end = marks[at + 1 + within];
    if (mark === undefined || within < 0 || end === undefined) continue;
    const start = mark.index + mark.text.length;
    parts.push({ text: line.slice(from, start), isQuoted: false });
    parts.push({ text: line.slice(start, end.index), isQuoted: true });
    from = end.index;
    at += 1 + within;
  }
  return [...parts, { text: line.slice(from), isQuoted: false }];
}

/** Every text in a value, but for names and hashes of ours by which things are found. */
export function hideIn(value: unknown, hide: HideLine): unknown {
  if (typeof value === "string") return hide(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => hideIn(item, hide));
  const fields = Object.entries(value).map(([key, inner]) => {
    const isSecret = SECRET_FIELD.test(key) && typeof inner !== "object";
    const isOurs = OURS.has(key) && typeof inner === "string";
    return [hide(key), isSecret ? "***" : isOurs ? inner : hideIn(inner, hide)];
  });
  return Object.fromEntries(fields);
}

const SECRET_FIELD = /^(?:password|passcode|pin|token|access_token|secret)$/i;
const OURS = new Set(["mapping", "recording", "hash", "run", "correlation", "picture", "sha256", "time"]);

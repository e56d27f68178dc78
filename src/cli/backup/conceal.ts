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

const CONSOLE_TOKENS = ["VALT_CONSOLE_TOKEN", "VALT_CONSOLE_VIEW_TOKEN"];

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

/** User info is known to `redact`; a query may carry whatever a service calls its key. */
const QUERY = /(:\/\/[^\s"'?#]*[?#])[^\s"']+/g;
/** As it stands in a header. */
const HEADER =
  /\b(authorization|x-api-key|bearer|basic|cookie)(["']?\s*[:=]?\s+)[^\s"',]+(?:\s+[\w+/=.-]{8,})?/gi;

function withoutCredentials(line: string): string {
  return line.replace(QUERY, "$1***").replace(HEADER, "$1$2***");
}

/** Quoted texts, also those within a text of JSON. */
const QUOTED = /(\\*")((?:(?!\1).)*)\1/g;
const ASSIGNED = /\b(pass(?:word|code|wd)?|pin|token|secret|api-?key)(\s*[=:]\s*)[^\s"',}]+/gi;

/** What somebody typed behind a word that asks for a passcode, wherever a line quotes it. */
function withoutTyped(line: string): string {
  const quoted = line.replace(QUOTED, (whole, mark: string, text: string) => {
    const end = findConfidential(text);
    return end === undefined || text.slice(end).trim() === ""
      ? whole
      : `${mark}${text.slice(0, end)} ***${mark}`;
  });
  return quoted.replace(ASSIGNED, "$1$2***");
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

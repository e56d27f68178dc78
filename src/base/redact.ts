import { printable } from "./printable.ts";

const TOKEN_IN_QUERY = /(access_token=)[^&\s"']+/g;
const SECRET_FIELD = /("(?:access_token|password|passcode|secret|token)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
const USER_INFO_IN_URL = /:\/\/[^/?#\s"']*@/g;

/** Shorter ones stand by chance in many texts; they are kept out of them where they are used. */
const SHORTEST_KNOWN = 6;
const MOST_KNOWN = 100;
const known = new Map<string, readonly string[]>();

/** From now on `redact` overwrites this text too, as it stands and encoded for an address, JSON or base64. */
export function rememberSecret(secret: string): void {
  if (isTooShortToHide(secret) || known.has(secret) || known.size >= MOST_KNOWN) return;
  known.set(secret, formsOf(secret));
}

/** Whether `rememberSecret` leaves it alone, so that it may stand in a log. */
export function isTooShortToHide(secret: string): boolean {
  return secret.length < SHORTEST_KNOWN;
}

/** Replaces tokens, passwords, user info in URLs and remembered secrets by `***`; idempotent. */
export function redact(text: string): string {
  let clean = text
    .replace(TOKEN_IN_QUERY, "$1***")
    .replace(SECRET_FIELD, '$1"***"')
    .replace(USER_INFO_IN_URL, "://***@");
  for (const forms of known.values()) for (const form of forms) clean = overwrite(clean, form);
  return clean;
}

/** A secret as it may stand in a text, itself first. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const inUrl = encodeURIComponent(printable(secret));
  const inForm = inUrl.replaceAll("%20", "+");
  const encoded = [...base64Of(bytes, "base64"), ...base64Of(bytes, "base64url")];
  return [...new Set([secret, json, JSON.stringify(json).slice(1, -1), inUrl, inForm, ...encoded])];
}

/** What its base64 has in any case, with up to two other bytes before it, as in `user:password`. */
function base64Of(bytes: Buffer, encoding: "base64" | "base64url"): readonly string[] {
  if (bytes.length < SHORTEST_KNOWN) return [];
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString(encoding);
    const firstWhole = Math.ceil((before * 8) / 6);
    const lastWhole = Math.floor(((before + bytes.length) * 8) / 6);
    return text.slice(firstWhole, lastWhole);
  });
}

function overwrite(text: string, form: string): string {
  if (!text.includes(form)) return text;
  if (!/^\d+$/.test(form)) return text.replaceAll(form, "***");
  const parts = text.split(form);
  const isKept = (index: number) => isNumberAround(parts[index - 1] ?? "", parts[index] ?? "");
  return parts.map((part, index) => (index === 0 ? "" : isKept(index) ? form : "***") + part).join("");
}

/** A secret of digits is no part of a longer number. */
function isNumberAround(before: string, after: string): boolean {
  return /\d\.?$/.test(before.slice(-2)) || /^\.?\d/.test(after);
}

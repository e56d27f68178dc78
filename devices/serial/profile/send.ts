import type { z } from "zod";
import type { Path } from "../../../src/base/document/finding.ts";
import { createSeal } from "../framing/checksum.ts";
import { bytesOf } from "../framing/cutter.ts";
import type { Compiler } from "./compiler.ts";
import type { SendDocument } from "./document.ts";
import type { Fill } from "./fill.ts";
import type { Bindings } from "./match.ts";

/** The bytes of a message; nothing when a number was needed and there is none, or it does not fit a byte. */
export type Encode = (bindings: Bindings) => Uint8Array | undefined;

interface SendWords {
  readonly compiler: Compiler;
  /** What the message may name besides the values. */
  readonly names: readonly string[];
  /** What texts and JSON end with. */
  readonly end: string;
}

/** Makes the function that gives the bytes of a message; what is wrong is reported with its path. */
export function compileSend(send: SendDocument, words: SendWords, path: Path): Encode {
  if (typeof send === "string") {
    const fill = words.compiler.fill(send, words.names, path);
    return (bindings) => encodeText(fill(bindings), words.end);
  }
  if ("bytes" in send) return compileBytes(send, words, path);
  const build = compileJson(send.json, words, [...path, "json"]);
  return (bindings) => encodeText(JSON.stringify(build(bindings)), words.end);
}

function encodeText(text: string | undefined, end: string): Uint8Array | undefined {
  return text === undefined ? undefined : new TextEncoder().encode(text + end);
}

function compileBytes(send: Extract<SendDocument, { bytes: unknown }>, words: SendWords, path: Path): Encode {
  const seal = send.checksum && createSeal(send.checksum);
  const parts = send.bytes.map((byte, index): Encode => {
    if (typeof byte === "string") {
      const fixed = Buffer.from(byte.replaceAll(" ", ""), "hex");
      return () => fixed;
    }
    const fill = words.compiler.fill(byte.value, words.names, [...path, "bytes", index, "value"]);
    return (bindings) => encodeByte(fill(bindings));
  });
  return (bindings) => {
    const filled = parts.map((encode) => encode(bindings));
    if (filled.includes(undefined)) return undefined;
    const content = Buffer.concat(filled.filter((bytes) => bytes !== undefined));
    const sum = seal === undefined ? bytesOf("") : seal(content);
    return sum && Buffer.concat([content, sum]);
  };
}

function encodeByte(text: string | undefined): Uint8Array | undefined {
  const value = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= 0 && value <= 255 ? Uint8Array.of(value) : undefined;
}

type Json = z.output<ReturnType<typeof z.json>>;

/** A text that is a single field becomes a number or a truth value where it reads as one. */
function compileJson(json: Json, words: SendWords, path: Path): (bindings: Bindings) => Json | undefined {
  if (typeof json === "string") {
    const fill = words.compiler.fill(json, words.names, path);
    return /^\{[^{}]*\}$/.test(json) ? (bindings) => readScalar(fill, bindings) : fill;
  }
  if (json === null || typeof json !== "object") return () => json;
  if (Array.isArray(json)) {
    const entries = json.map((entry, index) => compileJson(entry, words, [...path, index]));
    return (bindings) => entries.map((build) => build(bindings) ?? null);
  }
  const fields = Object.entries(json).map(
    ([key, value]) => [key, compileJson(value, words, [...path, key])] as const,
  );
  return (bindings) => Object.fromEntries(fields.map(([key, build]) => [key, build(bindings) ?? null]));
}

function readScalar(fill: Fill, bindings: Bindings): Json | undefined {
  const text = fill(bindings);
  if (text === "true" || text === "false") return text === "true";
  return text !== undefined && /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text) ? Number(text) : text;
}

import { fail, type Result, succeed } from "../../base/result.ts";
import { readTextFile } from "../../base/text-file.ts";

const MOST_BYTES = 1_048_576;
const PEM = "-----BEGIN ";

/** A certificate or a key as a text that people save with whatever editor; else why it is none, as a sentence. */
export function readPemFile(file: string): Result<string, string> {
  const read = readTextFile(file, MOST_BYTES);
  if (!read.ok) {
    const { what, hint } = read.failure;
    return fail(`${file} ${what}${hint === undefined ? "" : `: ${hint}`}`);
  }
  if (!read.value.includes(PEM)) return fail(`${file} is no PEM file: nothing in it begins with ${PEM}`);
  return succeed(read.value);
}

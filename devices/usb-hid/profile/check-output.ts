import type { Finding, Path } from "../../../src/base/document/finding.ts";
import { hintFor } from "../../../src/base/suggest.ts";
import { controlId } from "../../../src/driver/contract.ts";
import { checksumSize, countBytes, frameLength } from "../write/encode-frame.ts";
import { lampsOf } from "../write/lamps.ts";
import { findDenied } from "./denied.ts";
import type { ByteRule, FrameRule } from "./frame-grammar.ts";
import type { FrameOrName, LampRule, LampStep } from "./lamp-grammar.ts";
import type { Profile } from "./profile.ts";
import { lampVariables, numberOf, STEP, variablesIn, variableWords } from "./variables.ts";

const MOST_FRAMES = 64;
const MOST_BYTES = 4096;

/** Frames: their names, lengths, variables and commands. */
export function checkOutput(profile: Profile): readonly Finding[] {
  const uses = usesOf(profile);
  const frames = uses.filter((use): use is FrameUse => typeof use.frame !== "string");
  const sizes = frames.map(({ frame }) => countBytes(frame.bytes));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const findings: Finding[] = [];
  if (frames.length > MOST_FRAMES)
    findings.push({ path: ["output"], message: `${frames.length} frames; ${MOST_FRAMES} are the most` });
  if (bytes > MOST_BYTES)
    findings.push({ path: ["output"], message: `${bytes} bytes in frames; ${MOST_BYTES} are the most` });
  return [
    ...findings,
    ...frames.flatMap((use) => checkFrame(use, profile)),
    ...uses.flatMap((use) => checkName(use, profile)),
    ...uses.flatMap((use) => checkVariables(use, profile)),
    ...checkLamps(profile),
  ];
}

interface Use {
  readonly path: Path;
  readonly frame: FrameOrName;
  /** Whose variables it may use; nothing outside of lamps. Absent where a frame is only named. */
  readonly lamp?: LampRule | "none";
}
interface FrameUse extends Use {
  readonly frame: FrameRule;
}

/** Every place at which a frame stands or is named. */
function usesOf({ input, output }: Profile): readonly Use[] {
  const poll = input?.poll?.send;
  const list = (path: Path, frames: readonly FrameOrName[] = []): Use[] =>
    frames.map((frame, index) => ({ path: [...path, index], frame, lamp: "none" }));
  return [
    ...(poll === undefined ? [] : [{ path: ["input", "poll", "send"], frame: poll, lamp: "none" as const }]),
    ...Object.entries(output?.frames ?? {}).map(([name, frame]) => ({
      path: ["output", "frames", name],
      frame,
    })),
    ...list(["output", "init"], output?.init),
    ...list(["output", "close"], output?.close),
    ...list(["output", "keepAlive", "frames"], output?.keepAlive?.frames),
    ...Object.entries(output?.lamps ?? {}).flatMap(([name, lamp]) =>
      lamp.set.map((step, index) => usedBy(step, lamp, ["output", "lamps", name, "set", index])),
    ),
  ];
}

function usedBy(step: LampStep, lamp: LampRule, path: Path): Use {
  if (typeof step === "string" || !("when" in step)) return { path, frame: step, lamp };
  return { path: [...path, "frame"], frame: step.frame, lamp };
}

function checkFrame({ frame, path }: FrameUse, { match, input, output }: Profile): readonly Finding[] {
  const findings: Finding[] = [];
  const length = frameLength(frame, output?.length);
  const size = countBytes(frame.bytes);
  if (size > length)
    findings.push({
      path: [...path, "bytes"],
      message: `${size} bytes; the report has ${length} without its id`,
    });
  if (frame.via === "output" && output?.length !== undefined && length > output.length)
    findings.push({
      path: [...path, "length"],
      message: `is more than the output's length, ${output.length}`,
    });
  // What goes to evdev is an event and no report of the maker's.
  const denied = input?.evdev === undefined ? findDenied(frame, match) : undefined;
  if (denied !== undefined) findings.push({ path: [...path, "bytes"], message: denied });
  const { checksum } = frame;
  if (checksum === undefined) return findings;
  if (
    checksum.at + checksumSize(checksum.kind) > length ||
    checksum.to >= length ||
    checksum.from > checksum.to
  )
    findings.push({
      path: [...path, "checksum"],
      message: `does not fit into ${length} bytes; "from" comes before "to", offsets count from 0 without the id`,
    });
  return findings;
}

function checkName({ frame, path }: Use, { output }: Profile): readonly Finding[] {
  const known = Object.keys(output?.frames ?? {});
  if (typeof frame !== "string" || known.includes(frame)) return [];
  return [{ path, message: `there is no frame "${frame}" in "frames"`, hint: hintFor(frame, known) }];
}

function checkVariables({ frame, path, lamp }: Use, { output, ...profile }: Profile): readonly Finding[] {
  const rule = typeof frame === "string" ? output?.frames[frame] : frame;
  if (rule === undefined || lamp === undefined) return [];
  const own = lamp === "none" ? [] : [...lampVariables, ...Object.keys(lamp.vars)];
  const ids = lampsOf({ ...profile, output }).map(({ id }) => id);
  return variablesIn(rule.bytes).flatMap(({ variable, isRepeated }) => {
    const [id = "", part] = variable.split(":");
    const isKnown =
      part === undefined
        ? own.includes(variable) || (variable === STEP && isRepeated)
        : ids.includes(controlId(id)) && lampVariables.some((known) => known === part);
    if (isKnown) return [];
    const hint =
      lamp === "none" ? 'here only those of lamps are known, such as "lamp:red"' : hintFor(variable, own);
    return [{ path, message: `the variable "${variable}" is not known`, hint }];
  });
}

function checkLamps({ output }: Profile): readonly Finding[] {
  const entries = Object.entries(output?.lamps ?? {});
  const findings = entries.flatMap(([name, lamp]) => checkLamp(name, lamp));
  const tables = usesOfTables(output?.frames ?? {}, entries);
  return [...findings, ...tables];
}

function checkLamp(name: string, lamp: LampRule): readonly Finding[] {
  const path = ["output", "lamps", name];
  const findings: Finding[] = [];
  const isTemplate = name.includes("{");
  if (isTemplate !== (lamp.count !== undefined))
    findings.push({
      path,
      message: isTemplate
        ? '"count" is missing: how many lamps the template makes'
        : '"count" needs a template such as "key-{n}"',
    });
  if (typeof lamp.can === "object" && Object.keys(lamp.can.palette).length === 0)
    findings.push({ path: [...path, "can"], message: "the palette has no colour" });
  return [...findings, ...lamp.set.flatMap((step, index) => checkStep(step, lamp, [...path, "set", index]))];
}

function checkStep(step: LampStep, lamp: LampRule, path: Path): readonly Finding[] {
  if (typeof step === "string" || !("when" in step)) return [];
  const known = [...lampVariables, ...Object.keys(lamp.vars)];
  return Object.entries(step.when).flatMap(([variable, wanted]): readonly Finding[] => {
    const place = [...path, "when", variable];
    if (!known.includes(variable))
      return [{ path: place, at: "key", message: `the variable "${variable}" is not known` }];
    return (Array.isArray(wanted) ? wanted : [wanted])
      .filter((word) => numberOf(variable, word) === undefined)
      .map((word) => ({
        path: place,
        message: `"${word}" is no value of "${variable}"${wordsFor(variable)}`,
      }));
  });
}

function wordsFor(variable: string): string {
  const words = variableWords[variable.slice(variable.indexOf(":") + 1)];
  return words === undefined ? "; numbers are" : `; there are ${words.join(", ")}`;
}

/** Tables must know every word that can occur. */
function usesOfTables(
  frames: Readonly<Record<string, FrameRule>>,
  lamps: readonly (readonly [string, LampRule])[],
): readonly Finding[] {
  const inFrames = Object.entries(frames).map(([name, frame]) => ({
    path: ["output", "frames", name],
    frame,
  }));
  const inLamps = lamps.flatMap(([name, lamp]) =>
    lamp.set.flatMap((step, index) => {
      const { frame, path } = usedBy(step, lamp, ["output", "lamps", name, "set", index]);
      return typeof frame === "string" ? [] : [{ path, frame }];
    }),
  );
  return [...inFrames, ...inLamps].flatMap(({ path, frame }) => checkTables(frame.bytes, [...path, "bytes"]));
}

function checkTables(bytes: readonly ByteRule[], path: Path): readonly Finding[] {
  return bytes.flatMap((byte, index) => {
    if (typeof byte !== "object") return [];
    if ("repeat" in byte) return checkTables(byte.bytes, [...path, index, "bytes"]);
    if (!("map" in byte)) return [];
    const place = [...path, index, "of"];
    const strange = Object.keys(byte.of).filter((word) => numberOf(byte.map, word) === undefined);
    const told = strange.map((word) => ({
      path: [...place, word],
      at: "key" as const,
      message: `"${word}" is no value of "${byte.map}"${wordsFor(byte.map)}`,
    }));
    const words = variableWords[byte.map.slice(byte.map.indexOf(":") + 1)] ?? [];
    const numbers = Object.keys(byte.of).map((word) => numberOf(byte.map, word));
    const missing =
      byte.otherwise === undefined ? words.filter((_, number) => !numbers.includes(number)) : [];
    if (missing.length === 0) return told;
    return [...told, { path: place, message: `lacks ${missing.join(", ")}; add them, or "otherwise"` }];
  });
}

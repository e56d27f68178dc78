import { applyEdits, type Edit, findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import { parsePart } from "../base/document/parse.ts";
import type { ObjectPart } from "../base/document/part.ts";
import { stepsAfter } from "./source/modernize.ts";
import type { MappingSource } from "./source/open.ts";
import { steps as allSteps, newestVersion, type Rewording, type Step } from "./source/steps.ts";

/** A file of a mapping that is written otherwise in the newest version. */
interface UpgradedFile {
  /** As the mapping names it; absent for the mapping itself. */
  readonly name?: string;
  readonly before: string;
  readonly after: string;
}

/**
 * The files of a mapping in the words of the newest version, those that change: the included ones first, the mapping with
 * its `"version"` last, so that half of it is never taken for the whole. Comments and everything else stay as they are.
 */
export function upgradeMapping(
  { files, version }: Pick<MappingSource, "files" | "version">,
  steps: readonly Step[] = allSteps,
): readonly UpgradedFile[] {
  const missing = stepsAfter(version, steps);
  if (missing.length === 0) return [];
  const [main, ...included] = files.filter(({ isTable }) => isTable !== true);
  const upgraded = included.map((file) => ({ ...file, after: reword(file.text, missing) }));
  if (main !== undefined) upgraded.push({ ...main, after: sayVersion(reword(main.text, missing)) });
  return upgraded
    .filter(({ text, after }) => text !== after)
    .map(({ name, text, after }) => ({ ...(name === undefined ? {} : { name }), before: text, after }));
}

function reword(text: string, steps: readonly Step[]): string {
  return steps.reduce((former, step) => {
    const file = readFile(former);
    const root = parseTree(former);
    if (file === undefined || root === undefined) return former;
    return applyEdits(
      former,
      step.reword(file).flatMap((rewording) => editsFor(root, rewording)),
    );
  }, text);
}

function readFile(text: string): ObjectPart | undefined {
  const part = parsePart(text, { file: 0, report: () => undefined });
  return part?.kind === "object" ? part : undefined;
}

/** Only the words themselves are written over: whatever stands between them stays. */
function editsFor(root: Node, { path, entries }: Rewording): readonly Edit[] {
  const value = findNodeAtLocation(root, [...path]);
  const key = value?.parent?.children?.[0];
  const [first, ...others] = entries;
  if (value === undefined || key === undefined || first === undefined) return [];
  const behind = others.map((one) => `, ${JSON.stringify(one.key)}: ${JSON.stringify(one.value)}`).join("");
  return [
    over(key, JSON.stringify(first.key)),
    ...(first.value === undefined ? [] : [over(value, JSON.stringify(first.value))]),
    ...(behind === "" ? [] : [{ offset: value.offset + value.length, length: 0, content: behind }]),
  ];
}

function over({ offset, length }: Node, content: string): Edit {
  return { offset, length, content };
}

/** As the first entry, below whatever is written above all entries. */
function sayVersion(text: string): string {
  const root = parseTree(text);
  const said = root && findNodeAtLocation(root, ["version"]);
  if (said !== undefined) return applyEdits(text, [over(said, String(newestVersion))]);
  const first = root?.children?.[0];
  if (first === undefined) return text;
  const { offset } = first;
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const isOnLineOfItsOwn = before.trim() === "" && before.length < offset;
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = isOnLineOfItsOwn ? `${eol}${before}` : " ";
  return applyEdits(text, [{ offset, length: 0, content: `"version": ${newestVersion},${gap}` }]);
}

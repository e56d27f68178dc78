import { createHash } from "node:crypto";
import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { compileMapping } from "./compile.ts";
import { explainIssues } from "./explain.ts";
import type { Mapping, MappingWorld } from "./mapping.ts";
import { type Finding, locate, type Path, type Problem, placeOf } from "./problem.ts";
import { pruneFaults } from "./prune.ts";
import { buildMappingSchema } from "./schema.ts";

/** A mapping is present exactly when none of the problems is an error. */
export interface LoadedMapping {
  readonly mapping: Mapping | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a mapping file: JSON with comments and trailing commas. All problems are found at once. */
export function loadMapping(text: string, world: MappingWorld): LoadedMapping {
  const slips: ParseError[] = [];
  const root = parseTree(text, slips, { allowTrailingComma: true });
  if (slips.length > 0 || root === undefined)
    return { mapping: undefined, problems: syntaxProblems(text, slips) };
  const findings: Finding[] = findDuplicates(root, []);
  const document = plainValue(root);
  const schema = buildMappingSchema(world);
  const parsed = schema.safeParse(document);
  const fingerprint = createHash("sha256").update(text).digest("hex");
  const report = (finding: Finding) => findings.push(finding);
  let mapping: Mapping | undefined;
  if (parsed.success) mapping = compileMapping({ document: parsed.data, world, fingerprint, report });
  else {
    const { issues } = parsed.error;
    findings.push(...explainIssues(issues, schema, document));
    const rest = schema.safeParse(pruneFaults(document, issues));
    if (rest.success) compileMapping({ document: rest.data, world, fingerprint, report });
  }
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return { mapping, problems: locate(text, root, findings) };
  // What a warning misses may stand in a part that is wrong: beside errors, warnings are guesses.
  return { mapping: undefined, problems: locate(text, root, errors) };
}

function syntaxProblems(text: string, errors: readonly ParseError[]): readonly Problem[] {
  const lineStarts = [0];
  for (let index = 0; index < text.length; index++) if (text[index] === "\n") lineStarts.push(index + 1);
  const found = errors.map(({ error, offset }) => ({
    severity: "error" as const,
    ...placeOf(offset, lineStarts),
    message: `not valid JSON here: ${printParseErrorCode(error)
      .replace(/(?<!^)([A-Z])/g, " $1")
      .toLowerCase()}`,
    hint: "comments and trailing commas are fine; names and texts need double quotes",
  }));
  if (found.length > 0) return found;
  return [{ severity: "error", line: 1, column: 1, message: "the file is empty", hint: undefined }];
}

/** JSON lets the last of two equal keys win in silence: here that would be a lost binding. */
function findDuplicates(node: Node, path: Path): Finding[] {
  const children = node.children ?? [];
  if (node.type === "array")
    return children.flatMap((child, index) => findDuplicates(child, [...path, index]));
  if (node.type !== "object") return [];
  const seen = new Set<string>();
  return children.flatMap((property) => {
    const [key, value] = property.children ?? [];
    const name = String(key?.value);
    const place = [...path, name];
    const inside = value === undefined ? [] : findDuplicates(value, place);
    if (!seen.has(name)) {
      seen.add(name);
      return inside;
    }
    const message = `"${name}" stands here twice: only one of them would count`;
    return [
      {
        severity: "error",
        path: place,
        at: "key",
        message,
        hint: "keep one, or put both actions into a list",
      },
      ...inside,
    ];
  });
}

/** Like `getNodeValue`, but a key such as `__proto__` stays an ordinary key. */
function plainValue(node: Node): unknown {
  const children = node.children ?? [];
  if (node.type === "array") return children.map(plainValue);
  if (node.type !== "object") return node.value;
  const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const property of children) {
    const [key, inner] = property.children ?? [];
    if (key !== undefined && inner !== undefined) value[String(key.value)] = plainValue(inner);
  }
  return value;
}

import type { Finding, Path } from "../../../src/base/document/finding.ts";
import type { ControlRule } from "./control-grammar.ts";
import { bitCount, controlsOf, lastByte } from "./control-rules.ts";
import type { Field } from "./field.ts";
import type { ManyRule } from "./numbering.ts";
import type { Profile } from "./profile.ts";

const MOST_CONTROLS = 512;

/** Offsets against the report's length, names that are told apart. */
export function checkControls({ input }: Profile): readonly Finding[] {
  const length = input?.length ?? Number.POSITIVE_INFINITY;
  const findings: Finding[] = [];
  const places = new Map<string, ControlRule["kind"][]>();
  const unit = input?.unitId;
  if (unit !== undefined) findings.push(...checkField(unit, length, ["input", "unitId"]));
  for (const [index, report] of (input?.reports ?? []).entries()) {
    const path = ["input", "reports", index];
    for (const [at, condition] of report.when.entries())
      findings.push(...checkField(condition, length, [...path, "when", at]));
    for (const [at, rule] of report.controls.entries()) {
      const place = [...path, "controls", at];
      findings.push(...checkRule(rule, length, place));
      findings.push(...(isNamed(rule) ? checkNames(rule, places, place) : []));
    }
  }
  if (places.size > MOST_CONTROLS)
    findings.push({
      path: ["input"],
      message: `makes ${places.size} controls; ${MOST_CONTROLS} are the most`,
    });
  return findings;
}

function checkField({ at, size, mask }: Field, length: number, path: Path): readonly Finding[] {
  const findings: Finding[] = [];
  if (at + size > length)
    findings.push({
      path: [...path, "at"],
      message: `reads byte ${at + size - 1}; the report has ${length}, counted from 0`,
    });
  if (mask !== undefined && mask >= 256 ** size)
    findings.push({
      path: [...path, "mask"],
      message: `is wider than the field; make "size" more than ${size}`,
    });
  return findings;
}

function checkRule(rule: ControlRule, length: number, path: Path): readonly Finding[] {
  switch (rule.kind) {
    case "event":
      return (["down", "up", "click"] as const).flatMap((moment) =>
        (rule[moment] ?? []).flatMap((condition, index) =>
          checkField(condition, length, [...path, moment, index]),
        ),
      );
    case "bits":
      return [
        ...checkEnd(rule, length, path),
        ...checkBits(rule, path),
        ...checkMany(rule, bitCount(rule), path),
      ];
    case "bytes":
      return [...checkEnd(rule, length, path), ...checkMany(rule, rule.count, path)];
    case "usages":
      return checkEnd(rule, length, path);
    case "value":
      return [
        ...checkField(rule, length, path),
        ...(rule.from === rule.to ? [{ path: [...path, "to"], message: 'must differ from "from"' }] : []),
      ];
    case "button":
    case "delta":
    case "hat":
      return checkField(rule, length, path);
  }
}

function checkEnd(rule: ControlRule, length: number, path: Path): readonly Finding[] {
  const end = lastByte(rule);
  if (end <= length) return [];
  return [
    { path: [...path, "at"], message: `reads byte ${end - 1}; the report has ${length}, counted from 0` },
  ];
}

function checkBits(rule: Extract<ControlRule, { kind: "bits" }>, path: Path): readonly Finding[] {
  const { bytes, firstBit, perByte = 8 - firstBit, count = 0 } = rule;
  if (firstBit + perByte > 8)
    return [
      {
        path: [...path, "perByte"],
        message: `a byte has 8 bits; at most ${8 - firstBit} from bit ${firstBit}`,
      },
    ];
  if (count > bytes * perByte)
    return [
      { path: [...path, "count"], message: `there are only ${bytes * perByte} bits; make "bytes" more` },
    ];
  return [];
}

function checkMany(rule: ManyRule, count: number, path: Path): readonly Finding[] {
  const { id, ids, labels } = rule;
  if ((id === undefined) === (ids === undefined))
    return [{ path, message: 'needs exactly one of "id", a template such as "key-{n}", and "ids"' }];
  const skipped = rule.skip.filter((number) => number >= rule.first && number < rule.first + count).length;
  const named = count - skipped;
  const lists = { ids, labels };
  return (["ids", "labels"] as const).flatMap((key) => {
    const list = lists[key];
    if (list === undefined || list.length === named) return [];
    return [{ path: [...path, key], message: `has ${list.length} entries for ${named} controls` }];
  });
}

function isNamed(rule: ControlRule): boolean {
  return (rule.kind !== "bits" && rule.kind !== "bytes") || rule.id !== undefined || rule.ids !== undefined;
}

function checkNames(
  rule: ControlRule,
  places: Map<string, ControlRule["kind"][]>,
  path: Path,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { id } of controlsOf(rule)) {
    if (!/^[a-z0-9]+(?:[-_][a-z0-9]+)*$/.test(id))
      findings.push({
        path: [...path, "id"],
        message: `makes the id "${id}"; templates hold {n}, {column} and {row}`,
      });
    const others = places.get(id) ?? [];
    places.set(id, [...others, rule.kind]);
    // A dial and its push are one control.
    const isPush = others.length === 1 && [...others, rule.kind].toSorted().join() === "button,delta";
    if (others.length > 0 && !isPush)
      findings.push({ path, message: `"${id}" is made twice; ids must differ, so use {n} or other "ids"` });
  }
  return findings.slice(0, MOST_TOLD);
}

// One slip in a template makes hundreds of equal ids.
const MOST_TOLD = 3;

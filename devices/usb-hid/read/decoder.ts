import type { ControlEvent } from "../../../src/driver/contract.ts";
import type { Decoder, DecoderTools } from "../find/source.ts";
import { describeReports, lastByte } from "../profile/control-rules.ts";
import type { Profile, ReportRule } from "../profile/profile.ts";
import { createReader, type Reader } from "./control-readers.ts";
import { compileConditions, compileField } from "./read-field.ts";

/**
 * Executes a profile's report rules. Without tools, as in tests of byte vectors: a first report with one key down is
 * a press, and what is dropped is nobody's business.
 */
export function createDecoder(profile: Profile, tools: DecoderTools = calm): Decoder {
  const rules = (profile.input?.reports ?? []).map(compileRule);
  const readUnitId = profile.input?.unitId === undefined ? undefined : compileField(profile.input.unitId);
  let unitId: number | undefined;
  let isShortTold = false;
  const tellShort = (length: number, needs: number) => {
    if (!isShortTold) tools.dropped(`the rest of a report of ${length} bytes where ${needs} are needed`);
    isShortTold = true;
  };
  return {
    controls: describeReports(profile),
    isStateOnly: !rules.some(({ readers }) => readers.some(({ repeats }) => repeats)),
    unitId: () => unitId,
    decode(report) {
      const fitting = rules.filter((rule) => rule.fits(report));
      const last = fitting.findIndex(({ continues }) => !continues);
      const meant = last < 0 ? fitting : fitting.slice(0, last + 1);
      // What is there is read; controls beyond its end stay as they were.
      const short = meant.find(({ needs }) => report.length < needs);
      if (short !== undefined) tellShort(report.length, short.needs);
      if (meant.length > 0) unitId = readUnitId?.(report) ?? unitId;
      return join(meant.map((rule) => readRule(rule, report, tools)));
    },
  };
}

const NOTHING: readonly ControlEvent[] = [];
const calm: DecoderTools = { tellsHeld: () => false, dropped: () => undefined };

interface CompiledRule {
  fits(report: Uint8Array): boolean;
  /** Bytes that a report must have to be read as a whole. */
  readonly needs: number;
  readonly continues: boolean;
  readonly readers: readonly Reader[];
  isFirst: boolean;
}

function compileRule(rule: ReportRule): CompiledRule {
  const holds = compileConditions(rule.when);
  const { id } = rule;
  return {
    fits: (report) => (id === undefined || report[0] === id) && holds(report),
    needs: Math.max(1, ...rule.controls.map(lastByte)),
    continues: rule.continue,
    readers: rule.controls.map(createReader),
    isFirst: true,
  };
}

/**
 * A report holds the state of all keys: those that were down before opening first show up beside a fresh press.
 * Which of them is fresh cannot be told, so none of several counts as a press.
 */
function readRule(rule: CompiledRule, report: Uint8Array, tools: DecoderTools): readonly ControlEvent[] {
  const { isFirst } = rule;
  rule.isFirst = false;
  if (!isFirst) return readAll(rule.readers, report);
  const states = readAll(
    rule.readers.filter(({ isState }) => isState),
    report,
  );
  const others = readAll(
    rule.readers.filter(({ isState }) => !isState),
    report,
  );
  const isHeld = tools.tellsHeld();
  if (!isHeld && states.filter(({ kind }) => kind === "down").length < 2) return [...states, ...others];
  const held = states.map(({ control }) => ({ kind: "held", control }) as const);
  return isHeld ? held : [...held, ...others];
}

function readAll(readers: readonly Reader[], report: Uint8Array): readonly ControlEvent[] {
  return join(readers.map((reader) => reader.read(report)));
}

function join(found: readonly (readonly ControlEvent[])[]): readonly ControlEvent[] {
  const full = found.filter(({ length }) => length > 0);
  return full.length < 2 ? (full[0] ?? NOTHING) : full.flat();
}

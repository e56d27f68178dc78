import { type ControlEvent, controlId } from "../../../src/driver/contract.ts";
import type { ControlRule, RuleOf } from "../profile/control-grammar.ts";
import { directions, keyBits, lastByte } from "../profile/control-rules.ts";
import { numberControls } from "../profile/numbering.ts";
import { compileConditions, compileField } from "./read-field.ts";

/** What one control rule makes of one report after the other. */
export interface Reader {
  /** The events by difference to the report before; a key that is down in the first one counts as `down`. */
  read(report: Uint8Array): readonly ControlEvent[];
  /** Whether two equal reports in a row mean two events. */
  readonly repeats: boolean;
  /** Whether a first `down` may tell of a key that was held before. */
  readonly isState: boolean;
}

/** Makes the reader of a rule; readers remember what they saw. */
export function createReader(rule: ControlRule): Reader {
  switch (rule.kind) {
    case "button":
      return readState([{ id: rule.id, needs: lastByte(rule), isDown: compileButton(rule) }]);
    case "bits":
      return readState(
        keyBits(rule).map(({ key, byte, bit }) => ({
          id: key.id,
          needs: byte + 1,
          isDown: (report) => (((report[byte] ?? 0) >> bit) & 1) !== Number(rule.invert),
        })),
      );
    case "bytes":
      return readState(
        numberControls(rule, rule.count).map(({ id, index }) => ({
          id,
          needs: rule.at + index + 1,
          isDown: byteTest(rule, index),
        })),
      );
    case "usages":
      return readUsages(rule);
    case "hat":
      return readState(hatTests(rule));
    case "event":
      return readMoments(rule);
    case "value":
      return readPosition(rule);
    case "delta":
      return rule.wrap === undefined ? readSteps(rule) : readCounter(rule, rule.wrap);
  }
}

const NOTHING: readonly ControlEvent[] = [];

interface KeyTest {
  readonly id: string;
  /** Bytes that a report must have to tell of it. */
  readonly needs: number;
  isDown(report: Uint8Array): boolean;
}

function readState(tests: readonly KeyTest[]): Reader {
  const keys = tests.map(({ id, ...test }) => ({ ...test, control: controlId(id), wasDown: false }));
  return {
    repeats: false,
    isState: true,
    read(report) {
      let events: ControlEvent[] | undefined;
      for (const key of keys) {
        if (report.length < key.needs) continue;
        const isDown = key.isDown(report);
        if (isDown === key.wasDown) continue;
        key.wasDown = isDown;
        events ??= [];
        events.push({ kind: isDown ? "down" : "up", control: key.control });
      }
      return events ?? NOTHING;
    },
  };
}

function compileButton(rule: RuleOf<"button">): (report: Uint8Array) => boolean {
  const read = compileField(rule);
  const { equals, invert } = rule;
  return (report) => {
    const number = read(report) ?? 0;
    return (equals === undefined ? number !== 0 : number === equals) !== invert;
  };
}

function byteTest({ at, equals, invert }: RuleOf<"bytes">, index: number): (report: Uint8Array) => boolean {
  return (report) => {
    const byte = report[at + index] ?? 0;
    return (equals === undefined ? byte !== 0 : byte === equals) !== invert;
  };
}

function hatTests(rule: RuleOf<"hat">): readonly KeyTest[] {
  const read = compileField(rule);
  const { id, top, directions: known } = rule;
  const eighths = 8 / known;
  return directions.map((direction, order) => ({
    id: `${id}-${direction}`,
    needs: lastByte(rule),
    isDown(report) {
      const turn = ((read(report) ?? top + known) - top) * eighths;
      if (turn < 0 || turn > 7) return false;
      // A diagonal is both of its neighbours.
      const apart = Math.abs(turn - order * 2);
      return apart <= 1 || apart >= 7;
    },
  }));
}

// Keyboards fill the list with this when more keys are down than it holds (HID Usage Tables, Keyboard ErrorRollOver).
const ROLL_OVER = 1;

function readUsages(rule: RuleOf<"usages">): Reader {
  const { at, count, size, keys } = rule;
  const needs = lastByte(rule);
  const fields = Array.from({ length: count }, (_, index) =>
    compileField({ at: at + index * size, size, endian: "little", signed: false }),
  );
  const down = new Set<number>();
  const state = readState(
    Object.entries(keys).map(([code, id]) => ({ id, needs: 0, isDown: () => down.has(Number(code)) })),
  );
  return {
    ...state,
    read(report) {
      if (report.length < needs) return NOTHING;
      const codes = fields.map((read) => read(report) ?? 0);
      if (codes.includes(ROLL_OVER)) return NOTHING;
      down.clear();
      for (const code of codes) down.add(code);
      return state.read(report);
    },
  };
}

function readMoments(rule: RuleOf<"event">): Reader {
  const { id, down, up, click } = rule;
  const needs = lastByte(rule);
  const control = controlId(id);
  const moments = [
    { kind: "down" as const, holds: compileConditions(down ?? []), isMeant: down !== undefined },
    { kind: "up" as const, holds: compileConditions(up ?? []), isMeant: up !== undefined },
    { kind: "click" as const, holds: compileConditions(click ?? []), isMeant: click !== undefined },
  ].filter(({ isMeant }) => isMeant);
  // A touch that was under way at the beginning is not known, and its end is none of ours.
  let last: "down" | "up" | "click" | "other" = "other";
  let isDown = false;
  return {
    repeats: false,
    isState: false,
    read(report) {
      if (report.length < needs) return NOTHING;
      const now = moments.find(({ holds }) => holds(report))?.kind ?? "other";
      const before = last;
      last = now;
      if (now === "click") return before === "click" ? NOTHING : [{ kind: "pulsed", control, values: [] }];
      if (now === "other" || (now === "down") === isDown) return NOTHING;
      isDown = now === "down";
      return [{ kind: now, control }];
    },
  };
}

function readPosition(rule: RuleOf<"value">): Reader {
  const read = compileField(rule);
  const { from, to, deadBand } = rule;
  const control = controlId(rule.id);
  const isEnd = (number: number) => number === from || number === to;
  /** The number that was told last. */
  let last: number | undefined;
  return {
    repeats: false,
    isState: false,
    read(report) {
      const found = read(report);
      if (found === undefined) return NOTHING;
      const number = Math.min(Math.max(from, to), Math.max(Math.min(from, to), found));
      // Where it stood at first was not a movement, and neither is what trembles. The ends are always told.
      const isFirst = last === undefined;
      const movedBy = Math.abs(number - (last ?? number));
      if (!isFirst && movedBy <= deadBand && !(isEnd(number) && movedBy > 0)) return NOTHING;
      last = number;
      return isFirst ? NOTHING : [{ kind: "moved", control, fraction: (number - from) / (to - from) }];
    },
  };
}

function readSteps(rule: RuleOf<"delta">): Reader {
  const read = compileField(rule);
  const detents = countDetents(rule);
  return { repeats: true, isState: false, read: (report) => detents(read(report) ?? 0) };
}

function readCounter(rule: RuleOf<"delta">, wrap: number): Reader {
  const read = compileField(rule);
  const detents = countDetents(rule);
  let last: number | undefined;
  return {
    repeats: false,
    isState: false,
    read(report) {
      const number = read(report);
      if (number === undefined) return NOTHING;
      const before = last ?? number;
      last = number;
      const forward = (((number - before) % wrap) + wrap) % wrap;
      // The shorter way round: nobody turns half a counter between two reports.
      return detents(forward > wrap / 2 ? forward - wrap : forward);
    },
  };
}

function countDetents({
  id,
  perDetent,
  reverse,
}: RuleOf<"delta">): (steps: number) => readonly ControlEvent[] {
  const control = controlId(id);
  let rest = 0;
  return (steps) => {
    rest += reverse ? -steps : steps;
    const detents = Math.trunc(rest / perDetent);
    rest -= detents * perDetent;
    return detents === 0 ? NOTHING : [{ kind: "turned", control, detents }];
  };
}

import type { Condition, Field } from "../profile/field.ts";

/** Reads a number out of a report; a report that is too short has none. */
type ReadField = (report: Uint8Array) => number | undefined;

/** Makes the function that reads a field; the mask's lowest bit is shifted down to bit 0. */
export function compileField({ at, size, endian, mask, signed }: Field): ReadField {
  const wide = size * 8;
  const shift = mask === undefined ? 0 : 31 - Math.clz32(mask & -mask);
  const width = mask === undefined ? wide : 32 - Math.clz32(mask >>> shift);
  const [first, step] = endian === "little" ? [at + size - 1, -1] : [at, 1];
  return (report) => {
    if (report.length < at + size) return undefined;
    let number = 0;
    for (let count = 0; count < size; count += 1) number = number * 256 + (report[first + count * step] ?? 0);
    if (mask !== undefined) number = (number & mask) >>> shift;
    return signed && number >= 2 ** (width - 1) ? number - 2 ** width : number;
  };
}

/** Whether all conditions hold; a report that is too short meets none. */
export function compileConditions(conditions: readonly Condition[]): (report: Uint8Array) => boolean {
  const tests = conditions.map(compileCondition);
  return (report) => tests.every((test) => test(report));
}

function compileCondition(condition: Condition): (report: Uint8Array) => boolean {
  const read = compileField(condition);
  const { equals, not, in: list, atLeast = -Infinity, atMost = Infinity } = condition;
  return (report) => {
    const number = read(report);
    if (number === undefined || number < atLeast || number > atMost) return false;
    if (equals !== undefined && number !== equals) return false;
    return number !== not && (list === undefined || list.includes(number));
  };
}

import { z } from "zod";
import { lazy } from "../../../src/base/memory.ts";

/** A number from 0 to `most`, also as a text such as `"0xb5"`: JSON knows no hexadecimal. */
export function wholeNumber(most: number) {
  const wish = `a whole number from 0 to ${most}, or hexadecimal as in "0xb5"`;
  return z
    .union([z.int().min(0, wish).max(most, wish), z.string().regex(/^0x[0-9a-f]+$/i, wish)], { error: wish })
    .transform(Number)
    .refine((number) => number <= most, `a whole number from 0 to ${most} (0x${most.toString(16)})`);
}

// High-speed interrupt endpoints carry 1024 bytes at most (USB 2.0, 5.7.3).
/** Bytes of a report. */
export const LONGEST_REPORT = 1024;

/** The parts of a field, for controls that are one. */
export const fieldShape = lazy(() => ({
  at: z
    .int()
    .min(0)
    .max(LONGEST_REPORT - 1)
    .describe("Offset of the first byte; a numbered report's id stands at 0."),
  size: z.int().min(1).max(4).default(1).describe("Bytes. Default: 1."),
  endian: z
    .enum(["little", "big"])
    .default("little")
    .describe("Which byte comes first, of several. Default: little."),
  mask: wholeNumber(0xffffffff)
    .refine((mask) => mask > 0, "a mask with at least one bit")
    .optional()
    .describe("The bits that count, shifted down to the lowest. Default: all."),
  signed: z.boolean().default(false).describe("Whether the highest bit is a sign. Default: false."),
}));

/** A number inside of a report. */
export const fieldSchema = lazy(() => z.strictObject(fieldShape()));
export type Field = z.output<ReturnType<typeof fieldSchema>>;

const anyNumber = lazy(() =>
  z.union(
    [
      z.int(),
      z
        .string()
        .regex(/^0x[0-9a-f]{1,8}$/i)
        .transform(Number),
    ],
    { error: 'a whole number, or hexadecimal as in "0xb5"' },
  ),
);

/** A field and what it must be; all that is said must be true. */
export const conditionSchema = lazy(() =>
  z
    .strictObject({
      ...fieldShape(),
      equals: anyNumber().optional(),
      not: anyNumber().optional(),
      in: z.array(anyNumber()).min(1).max(64).optional(),
      atLeast: anyNumber().optional(),
      atMost: anyNumber().optional(),
    })
    .refine(
      ({ equals, not, in: list, atLeast, atMost }) =>
        [equals, not, list, atLeast, atMost].some((wish) => wish !== undefined),
      'a condition says one of "equals", "not", "in", "atLeast", "atMost"',
    ),
);
export type Condition = z.output<ReturnType<typeof conditionSchema>>;

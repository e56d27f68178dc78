import { z } from "zod";
import { lazy } from "../../../src/base/memory.ts";
import { LONGEST_REPORT, wholeNumber } from "./field.ts";

/** The name of something that is filled in: see `variables.ts` for what there is. */
const variable = lazy(() =>
  z
    .string()
    .regex(
      /^[a-z][A-Za-z0-9_-]*(?::[a-zA-Z]+)?$/,
      'a variable such as "red", or hexadecimal as in "0xb5"; of another lamp "lamp-2:red"',
    ),
);
const amount = lazy(() =>
  z.union(
    [
      z.int().min(-0x80000000).max(0xffffffff),
      z
        .string()
        .regex(/^0x[0-9a-f]{1,8}$/i)
        .transform(Number),
      variable(),
    ],
    { error: 'a number, hexadecimal as in "0xb5", or a variable such as "red"' },
  ),
);
export type Amount = z.output<ReturnType<typeof amount>>;

const size = lazy(() => z.int().min(1).max(4).default(1));
const endian = lazy(() => z.enum(["little", "big"]).default("big"));
const operations = [
  "set",
  "add",
  "subtract",
  "multiply",
  "divide",
  "modulo",
  "and",
  "or",
  "xor",
  "shiftLeft",
  "shiftRight",
  "atLeast",
  "atMost",
] as const;
export type Operation = (typeof operations)[number];

/** From a range that begins at 0 to another, rounded: `[255, 100]` makes percent of a colour. */
const scaled = lazy(() =>
  z.strictObject({
    variable: variable(),
    scale: z.tuple([z.int().min(1).max(65_535), z.int().min(1).max(65_535)]),
    size: size(),
    endian: endian(),
  }),
);
/** Steps of arithmetic on whole numbers, from left to right, beginning at 0. */
const expression = lazy(() =>
  z.strictObject({
    expression: z
      .array(z.tuple([z.enum(operations), amount()]))
      .min(1)
      .max(16),
    size: size(),
    endian: endian(),
  }),
);
/** A byte put together of numbers narrower than itself. */
const packed = lazy(() =>
  z.strictObject({
    bits: z
      .array(z.strictObject({ shift: z.int().min(0).max(7), width: z.int().min(1).max(8), value: amount() }))
      .min(1)
      .max(8),
    xor: wholeNumber(255).default(0),
  }),
);
/** A table; the words of `state` and `blink` or numbers lead to a byte. */
const mapped = lazy(() =>
  z.strictObject({
    map: variable(),
    of: z.record(z.string().regex(/^(?:[a-z]+|\d{1,10}|0x[0-9a-f]{1,8})$/i), wholeNumber(255)),
    otherwise: wholeNumber(255).optional(),
  }),
);
const forms =
  'a number from 0 to 255, "0xb5", a variable such as "red", or one of { variable, scale }, { expression }, { bits }, { map, of }, { repeat, bytes } and nothing else in it';
const literal = lazy(() => z.int().min(0, forms).max(255, forms));
const hexadecimal = lazy(() =>
  z
    .string()
    .regex(/^0x[0-9a-f]{1,2}$/i)
    .transform(Number),
);
const plainForms = lazy(
  () => [literal(), hexadecimal(), variable(), scaled(), expression(), packed(), mapped()] as const,
);
const plainByte = lazy(() => z.union(plainForms(), { error: forms }));
/** Bytes several times over; `step` counts from 0. */
const repeated = lazy(() =>
  z.strictObject({
    repeat: z.int().min(1).max(LONGEST_REPORT),
    bytes: z.array(plainByte()).min(1).max(64),
  }),
);
const byte = lazy(() => z.union([...plainForms(), repeated()], { error: forms }));
export type PlainByte = z.output<ReturnType<typeof plainByte>>;
export type ByteRule = z.output<ReturnType<typeof byte>>;

const checksum = lazy(() =>
  z.strictObject({
    kind: z.enum(["sum8", "negative8", "xor8", "sum16-big", "sum16-little", "crc16-modbus", "crc16-ccitt"]),
    from: z.int().min(0).max(LONGEST_REPORT),
    to: z.int().min(0).max(LONGEST_REPORT).describe("The last byte that counts."),
    at: z.int().min(0).max(LONGEST_REPORT).describe("Where it stands; two bytes for the 16-bit ones."),
  }),
);
export type Checksum = z.output<ReturnType<typeof checksum>>;

/** One report to the device. All offsets count without the id byte, which is put in front of it when it is sent. */
export const frameSchema = lazy(() =>
  z.strictObject({
    via: z.enum(["output", "feature"]).default("output"),
    id: wholeNumber(255)
      .default(0)
      .describe("The report's id; 0 where reports are not numbered. Default: 0."),
    length: z
      .int()
      .min(1)
      .max(LONGEST_REPORT)
      .optional()
      .describe("Filled up with zeros to this. Default: the output's length."),
    bytes: z.array(byte()).min(0).max(LONGEST_REPORT),
    checksum: checksum().optional(),
  }),
);
export type FrameRule = z.output<ReturnType<typeof frameSchema>>;

import { z } from "zod";

/** Bytes as text: each character up to U+00FF is one byte, so that `\r\n` and `\u0002` read as they are. */
function bytesSchema(longest: number) {
  return z.string().min(1).max(longest).refine(isBytes, "every character must be one byte, up to U+00FF");
}

function isBytes(text: string): boolean {
  return [...text].every((character) => character.charCodeAt(0) <= 0xff);
}

/** Which checksum a frame has, over which of its bytes, and where. */
export const checksumSchema = z
  .strictObject({
    kind: z
      .enum(["sum8", "neg8", "xor8", "sum16", "crc16-modbus", "crc16-ccitt", "modbus-lrc"])
      .describe(
        "How it is reckoned: sum of bytes, its two's complement, exclusive or, 16-bit sum, the two usual CRCs, or Modbus ASCII's LRC (neg8 over the bytes that the hex text stands for).",
      ),
    written: z
      .enum(["binary", "hex"])
      .default("binary")
      .describe("As bytes, or as hex digits of either case. Default: binary; modbus-lrc is always hex."),
    byteOrder: z
      .enum(["big", "little"])
      .optional()
      .describe("Of a 16-bit one. Default: little for crc16-modbus, big for the others."),
    covers: z
      .enum(["payload", "all"])
      .default("payload")
      .describe(
        "What it is reckoned over: what stands between the framing bytes, or the leading framing bytes too. Default: payload.",
      ),
    from: z
      .int()
      .min(0)
      .max(64)
      .default(0)
      .describe("How many covered bytes are left out at the front. Default: 0."),
  })
  .describe("The check at the end of each frame; a frame that fails it is dropped.");

const common = {
  longestBytes: z
    .int()
    .min(1)
    .max(65_536)
    .default(256)
    .describe("A longer frame is thrown away whole, up to its end. Default: 256."),
  quietMs: z
    .number()
    .min(1)
    .max(60_000)
    .optional()
    .describe(
      "How long a frame may pause. Default: 500 for text; for binary three characters, but at least 100, since adapters and networks deliver in bursts.",
    ),
  whenQuiet: z
    .enum(["drop", "forget", "frame", "wait"])
    .default("drop")
    .describe(
      "What becomes of a frame that pauses too long: dropped and counted, forgotten silently, taken as whole, or waited for. Default: drop.",
    ),
  checksum: checksumSchema.optional(),
};

const delimiterSchema = z.strictObject({
  kind: z.literal("delimiter").describe("Frames end with a mark, as lines do."),
  ends: z
    .array(bytesSchema(4))
    .min(1)
    .max(8)
    .default(["\r", "\n"])
    .describe("The marks; any of them ends a frame. Default: CR or LF, thus CRLF too."),
  start: bytesSchema(4).optional().describe("What a frame begins with; what stands before it is noise."),
  prompts: z
    .array(bytesSchema(32))
    .max(8)
    .default([])
    .describe(
      "What the device writes before a line without ending it, such as `QNET> `: left out. Default: none.",
    ),
  content: z
    .enum(["text", "binary"])
    .default("text")
    .describe(
      "In text, control characters before a line are noise and within a line spoil it, backspace takes the last character back, telnet negotiation is taken out, and empty lines are nothing. Default: text.",
    ),
  ...common,
});

const bracketsSchema = z.strictObject({
  kind: z.literal("brackets").describe("Frames stand between two bytes, such as STX and ETX."),
  start: bytesSchema(1).default("\u0002").describe("The byte before. Default: STX."),
  end: bytesSchema(1).default("\u0003").describe("The byte after. Default: ETX."),
  escape: bytesSchema(1)
    .optional()
    .describe("The byte that says: the next one is content. Often DLE (\\u0010)."),
  escapeXor: z
    .int()
    .min(0)
    .max(255)
    .default(0)
    .describe("What an escaped byte is exclusive-ored with. Default: 0, it stands as it is."),
  checksumPlace: z
    .enum(["before-end", "after-end"])
    .default("before-end")
    .describe("Where the checksum stands; after the end, it covers the end too. Default: before-end."),
  ...common,
});

const fixedSchema = z.strictObject({
  kind: z.literal("fixed").describe("Frames have one length."),
  lengthBytes: z.int().min(1).max(4096).describe("Length of a whole frame, sync and checksum included."),
  sync: bytesSchema(4)
    .optional()
    .describe("What every frame begins with: finds the place again after noise."),
  ...common,
});

const lengthPrefixedSchema = z.strictObject({
  kind: z.literal("length-prefixed").describe("Frames say how long they are."),
  sync: bytesSchema(4)
    .optional()
    .describe("What every frame begins with: finds the place again after noise."),
  lengthAt: z
    .int()
    .min(0)
    .max(16)
    .default(0)
    .describe("Where the length stands, from the frame's first byte. Default: 0."),
  lengthBytes: z
    .union([z.literal(1), z.literal(2), z.literal(4)])
    .default(1)
    .describe("How many bytes the length has. Default: 1."),
  byteOrder: z.enum(["big", "little"]).default("big").describe("Of a length of several bytes. Default: big."),
  addBytes: z
    .int()
    .min(-16)
    .max(64)
    .describe("What is added to the length to get the whole frame, sync, length and checksum included."),
  skipBytes: z
    .int()
    .min(0)
    .max(32)
    .default(0)
    .describe("How many bytes after the sync are left out. Default: 0."),
  ...common,
});

const idleSchema = z.strictObject({
  kind: z.literal("idle").describe("Frames end with silence."),
  gapMs: z.number().min(1).max(10_000).describe("How long the silence is."),
  content: z.enum(["text", "binary"]).default("binary").describe("As for delimiters. Default: binary."),
  longestBytes: common.longestBytes,
  checksum: common.checksum,
});

const slipSchema = z.strictObject({
  kind: z.literal("slip").describe("SLIP, RFC 1055: C0 on one or both sides, DB escapes."),
  ...common,
});

const patternSchema = z.strictObject({
  kind: z
    .literal("pattern")
    .describe("Frames have no end of their own: each ends as soon as it has one of these forms."),
  patterns: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(16)
    .describe("Characters, and `{digit}`, `{digits}` (one or more), `{letter}`, `{any}`; `{{` is a brace."),
  content: z.enum(["text", "binary"]).default("text").describe("As for delimiters. Default: text."),
  ...common,
});

/** How a stream of bytes is cut into frames; strict and described, for mapping files and for profiles. */
export const frameSchema = z.discriminatedUnion("kind", [
  delimiterSchema,
  bracketsSchema,
  fixedSchema,
  lengthPrefixedSchema,
  idleSchema,
  slipSchema,
  patternSchema,
]);

/** Extron's Simple Instruction Set has a framing of its own, which only its dialect uses. */
interface SisFrame {
  readonly kind: "sis";
}

/** How the messages of a device are told apart, as a profile or the mapping says it. */
export type FrameSetting = z.output<typeof frameSchema>;
/** The same, and the form of SIS commands that a dialect alone may ask for. */
export type FrameSpec = FrameSetting | SisFrame;
/** One checksum as it is set. */
export type ChecksumSpec = z.output<typeof checksumSchema>;
/** The setting of one kind of frame. */
export type FrameOf<Kind extends FrameSetting["kind"]> = Extract<FrameSetting, { kind: Kind }>;

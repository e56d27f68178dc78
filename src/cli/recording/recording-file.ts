import { createHash } from "node:crypto";
import { parse } from "jsonc-parser";
import { z } from "zod";
import { fail, type Result, succeed } from "../../base/result.ts";
import type { Fact } from "../../journal/fact.ts";

const header = z.strictObject({
  recording: z.literal(1),
  kind: z.string(),
  settings: z.record(z.string(), z.unknown()),
  named: z.array(z.string()).default([]),
  /** The device as its mapping had it; without it only the built-in commands are understood. */
  device: z.record(z.string(), z.unknown()).optional(),
  rooms: z.record(z.string(), z.unknown()).optional(),
});

const atMs = z.number().min(0);
const asked = z.strictObject({ room: z.string(), command: z.string(), text: z.string().optional() });
const line = z.union([
  z.strictObject({ atMs, in: z.string().regex(/^([0-9a-f]{2})*$/), channel: z.string() }),
  z.strictObject({ atMs, out: z.string(), channel: z.string() }),
  z.strictObject({ atMs, shown: z.string(), frame: z.record(z.string(), z.unknown()) }),
  z.strictObject({ atMs, asked }),
]);

/**
 * What a device sent (`in`, raw bytes as hex), what was sent to it (`out`), what it showed, and what
 * the server was asked because of it. One JSON object a line, the first one describes the device.
 */
export interface Recording {
  readonly header: z.output<typeof header>;
  readonly lines: readonly RecordingLine[];
}

/** One thing that happened: what a device sent, what was asked of it, or what it showed. */
export type RecordingLine = z.output<typeof line>;
export type Asked = z.output<typeof asked>;

/** Reads a recording (JSON lines, the first one describes the device); fails with the line that cannot be read. */
export function parseRecording(text: string): Result<Recording, { readonly message: string }> {
  const [first = "", ...rest] = text.split("\n").filter((one) => one.trim() !== "");
  const described = header.safeParse(parse(first));
  if (!described.success) return fail({ message: `line 1: ${z.prettifyError(described.error)}` });
  const lines: RecordingLine[] = [];
  for (const [index, one] of rest.entries()) {
    const parsed = line.safeParse(parse(one));
    if (!parsed.success) return fail({ message: `line ${index + 2}: ${z.prettifyError(parsed.error)}` });
    lines.push(parsed.data);
  }
  return succeed({ header: described.data, lines });
}

/** The line for a fact, where it belongs into a recording; its bytes are as they came. */
export function lineOf(fact: Fact, startMs: number): RecordingLine | undefined {
  const at = Math.max(0, Math.round((fact.atMs - startMs) * 10) / 10);
  switch (fact.kind) {
    case "wire": {
      const hex = Buffer.from(fact.bytes).toString("hex");
      return fact.direction === "in"
        ? { atMs: at, in: hex, channel: fact.channel }
        : { atMs: at, out: hex, channel: fact.channel };
    }
    case "shown":
      return { atMs: at, shown: fact.control, frame: plainFrame(fact.frame) };
    case "request":
      return { atMs: at, asked: { room: fact.room, command: fact.command } };
    case "mark":
      return { atMs: at, asked: { room: fact.room, command: "mark", text: fact.text } };
    default:
      return undefined;
  }
}

/** Pictures by the fingerprint of their pixels: a recording says which one was shown, not how it looked. */
function plainFrame(frame: Extract<Fact, { kind: "shown" }>["frame"]): Record<string, unknown> {
  if (frame.kind !== "image") return { ...frame };
  const { kind, widthPx, heightPx, rgb } = frame;
  return { kind, widthPx, heightPx, sha256: createHash("sha256").update(rgb).digest("hex") };
}

/** A frame that a control showed. */
export interface Shown {
  readonly control: string;
  readonly frame: Readonly<Record<string, unknown>>;
}

/**
 * Controls whose recorded frames were not shown again in their order. Frames in between do not count: how
 * often a key blinks while it waits depends on how fast the server was.
 */
export function findUnshown(recorded: readonly Shown[], replayed: readonly Shown[]): readonly string[] {
  const controls = [...new Set(recorded.map(({ control }) => control))];
  return controls.filter((control) => {
    const printsOf = (all: readonly Shown[]) =>
      all.filter((one) => one.control === control).map(({ frame }) => JSON.stringify(frame));
    const wanted = printsOf(recorded);
    let found = 0;
    for (const print of printsOf(replayed)) if (print === wanted[found]) found++;
    return found < wanted.length;
  });
}

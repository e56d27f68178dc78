import type { OscArgument } from "../../../devices/osc/message.ts";
import type { PacketReading } from "../../../devices/osc/packet.ts";

/** Joins text, lists of bytes, and hex that is written as `0x2f61 0000`. */
export function bytes(...parts: readonly (string | readonly number[] | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part !== "string") return Buffer.from(part as readonly number[]);
      return part.startsWith("0x")
        ? Buffer.from(part.slice(2).replaceAll(" ", ""), "hex")
        : Buffer.from(part);
    }),
  );
}

/** An OSC string, written by hand and not by the codec under test. */
export function padded(text: string): Buffer {
  const content = Buffer.from(text);
  return Buffer.concat([content, Buffer.alloc(4 - (content.length % 4))]);
}

/** A well-formed message: address, tags without the comma, then the arguments' bytes as they are. */
export function message(address: string, tags = "", ...args: readonly Uint8Array[]): Buffer {
  return Buffer.concat([padded(address), padded(`,${tags}`), ...args]);
}

export function int32(value: number): Buffer {
  const part = Buffer.alloc(4);
  part.writeInt32BE(value);
  return part;
}

export function float32(value: number): Buffer {
  const part = Buffer.alloc(4);
  part.writeFloatBE(value);
  return part;
}

export function float64(value: number): Buffer {
  const part = Buffer.alloc(8);
  part.writeDoubleBE(value);
  return part;
}

export function int64(value: bigint): Buffer {
  const part = Buffer.alloc(8);
  part.writeBigInt64BE(value);
  return part;
}

export const IMMEDIATELY = bytes("0x0000000000000001");

export function timeTag(wallMs: number): Buffer {
  const part = Buffer.alloc(8);
  part.writeUInt32BE(Math.floor(wallMs / 1000) + 2_208_988_800);
  part.writeUInt32BE(Math.floor(((wallMs % 1000) / 1000) * 2 ** 32), 4);
  return part;
}

export function bundle(time: Uint8Array, ...elements: readonly Uint8Array[]): Buffer {
  return Buffer.concat([
    bytes("#bundle", [0]),
    time,
    ...elements.flatMap((element) => [int32(element.length), element]),
  ]);
}

/** What was read, as lines: `/address tag:value tag:value`. */
export function readable(reading: PacketReading): readonly string[] {
  if (reading.kind === "unreadable") return [];
  return reading.messages.map(({ message: { address, args } }) => [address, ...args.map(word)].join(" "));
}

function word(argument: OscArgument): string {
  return `${argument.tag}:${JSON.stringify(argument.value)}`;
}

import { countBytes } from "../write/encode-frame.ts";
import type { ByteRule, FrameRule } from "./frame-grammar.ts";
import type { MatchRule } from "./profile.ts";

/** Bytes of a maker's protocol that tell the device what to do, and what they must not be. */
interface Guard {
  readonly vids: readonly string[];
  /** Offsets in the frame at which a command stands, without the id byte. */
  readonly at: readonly number[];
  /** The bits that tell the command. */
  readonly mask: number;
  isDenied(command: number): boolean;
  readonly why: string;
}

const kuandoSteps = [0, 8, 16, 24, 32, 40, 48];
/** Write commands of Delcom's data sheet that change lamps, buzzer, counter and pins, and store nothing. */
const delcomCommands = [0x02, 0x0c, 0x13, 0x14, 0x15, 0x16, 0x17, 0x19, 0x22, 0x26, 0x46, 0x48];

const guards: readonly Guard[] = [
  {
    vids: ["05f3"],
    at: [0],
    mask: 0xff,
    // Save lamps, unit id, product id, restart (P.I. Engineering, X-keys data reports).
    isDenied: (command) => [0xc7, 0xbd, 0xcc, 0xee].includes(command),
    why: "it wears out the memory of an X-keys, changes its identity or restarts it",
  },
  {
    vids: ["27b8"],
    at: [0],
    mask: 0xff,
    // 'W' saves the pattern, 'G' starts the bootloader, 'L' locks it, 'E' erases (todbot/blink1).
    isDenied: (command) => ["W", "G", "L", "E"].includes(String.fromCharCode(command)),
    why: "it writes the memory of a blink(1) or starts its bootloader",
  },
  {
    vids: ["27bb"],
    at: kuandoSteps,
    mask: 0xf0,
    isDenied: (command) => command === 0x40 || command === 0x20,
    why: "it restarts a Busylight or starts its bootloader",
  },
  {
    vids: ["0fc5"],
    at: [0],
    mask: 0xff,
    isDenied: (command) => !delcomCommands.includes(command),
    why: "it is none of the write commands of a Delcom lamp that are known to store nothing",
  },
];

/** What a frame must not say to a device that one of the matches may mean; nothing if it is fine. */
export function findDenied(frame: FrameRule, matches: readonly MatchRule[]): string | undefined {
  const vids = matches.map(({ vid }) => vid);
  for (const guard of guards) {
    // A match without vendor means every vendor.
    if (!vids.some((vid) => vid === undefined || guard.vids.includes(vid))) continue;
    for (const at of guard.at) {
      const byte = byteAt(frame.bytes, at);
      if (byte === undefined) continue;
      if (typeof byte !== "number")
        return `byte ${at} is a command to this maker's devices and must be a number`;
      if (guard.isDenied(byte & guard.mask))
        return `byte ${at} must not be 0x${byte.toString(16)}: ${guard.why}`;
    }
  }
  return undefined;
}

/** The rule that makes the byte at an offset. */
function byteAt(bytes: readonly ByteRule[], at: number): ByteRule | undefined {
  let start = 0;
  for (const byte of bytes) {
    const length = countBytes([byte]);
    if (at < start + length) {
      if (typeof byte !== "object" || !("repeat" in byte)) return byte;
      return byteAt(byte.bytes, (at - start) % countBytes(byte.bytes));
    }
    start += length;
  }
  return undefined;
}

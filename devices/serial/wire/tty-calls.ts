import type { PortParameters } from "../settings.ts";
import type { InputLines } from "./wire.ts";

/** What the port library does not offer and the operating system does. Linux only. */
export interface TtyCalls {
  /**
   * Marks damaged bytes and breaks in what is read (PARMRK), leaves DTR alone when the port is closed (HUPCL off; the
   * library only ever sets it), and sets mark or space parity. False when the port refused.
   */
  prepare(fileDescriptor: number, parity: PortParameters["parity"]): boolean;
  /** Undefined when the port has no modem lines, or is gone. */
  readInputs(fileDescriptor: number): Promise<InputLines | undefined>;
}

// Numbers of asm-generic/ioctls.h and termbits.h: the same on x64, arm64 and arm.
const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TIOCMGET = 0x5415;
const IGNPAR = 0o4;
const PARMRK = 0o10;
const INPCK = 0o20;
const PARENB = 0o400;
const PARODD = 0o1000;
const HUPCL = 0o2000;
const CMSPAR = 0o10000000000;
const INPUT_FLAGS_AT = 0;
const CONTROL_FLAGS_AT = 8;
const TERMIOS_BYTES = 64;
const MODEM_BITS = { cts: 0x020, dcd: 0x040, ri: 0x080, dsr: 0x100 } as const;

type Ioctl = {
  (fileDescriptor: number, request: number, argument: Buffer): number;
  async(
    fileDescriptor: number,
    request: number,
    argument: Buffer,
    done: (error: unknown, result: number) => void,
  ): void;
};

/** Undefined where these calls are not known or cannot be made: then damage, breaks and RI go unseen. */
export async function loadTtyCalls(): Promise<TtyCalls | undefined> {
  if (process.platform !== "linux" || !["x64", "arm64", "arm"].includes(process.arch)) return undefined;
  try {
    const { default: koffi } = await import("koffi");
    // Declared with its third argument, since calls with any number of them cannot be made beside the main thread; on
    // these machines both are made alike.
    const ioctl: Ioctl = koffi.load(null).func("int ioctl(int fd, unsigned long request, void *argument)");
    return {
      prepare: (fileDescriptor, parity) => prepare(ioctl, fileDescriptor, parity),
      readInputs: (fileDescriptor) => readInputs(ioctl, fileDescriptor),
    };
  } catch {
    return undefined;
  }
}

function prepare(ioctl: Ioctl, fileDescriptor: number, parity: PortParameters["parity"]): boolean {
  const termios = Buffer.alloc(TERMIOS_BYTES);
  if (ioctl(fileDescriptor, TCGETS, termios) !== 0) return false;
  const input = (termios.readUInt32LE(INPUT_FLAGS_AT) & ~IGNPAR) | PARMRK | INPCK;
  termios.writeUInt32LE(input >>> 0, INPUT_FLAGS_AT);
  const control = withParity(termios.readUInt32LE(CONTROL_FLAGS_AT) & ~HUPCL, parity);
  termios.writeUInt32LE(control >>> 0, CONTROL_FLAGS_AT);
  return ioctl(fileDescriptor, TCSETS, termios) === 0;
}

/** The library leaves a sticky parity of the last program in place, and knows no mark and space. */
function withParity(control: number, parity: PortParameters["parity"]): number {
  if (parity === "mark") return control | PARENB | CMSPAR | PARODD;
  if (parity === "space") return (control | PARENB | CMSPAR) & ~PARODD;
  return control & ~CMSPAR;
}

/** Over USB this asks the adapter, which may take its time: never on the main thread. */
function readInputs(ioctl: Ioctl, fileDescriptor: number): Promise<InputLines | undefined> {
  const answer = Buffer.alloc(4);
  return new Promise((resolve) => {
    ioctl.async(fileDescriptor, TIOCMGET, answer, (error, result) => {
      if (result !== 0 || error) return resolve(undefined);
      const bits = answer.readUInt32LE(0);
      const isOn = (line: keyof typeof MODEM_BITS) => (bits & MODEM_BITS[line]) !== 0;
      resolve({ cts: isOn("cts"), dsr: isOn("dsr"), dcd: isOn("dcd"), ri: isOn("ri") });
    });
  });
}

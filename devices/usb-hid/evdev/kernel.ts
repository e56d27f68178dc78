import type { KoffiFunc } from "koffi";
import { errorText } from "../../../src/base/error-text.ts";
import { fail, type Result, succeed } from "../../../src/driver/contract.ts";

/** What the input layer can be asked besides reading: the calls that Node has no words for. */
export interface InputKernel {
  /** Keeps the keys from everybody else. `taken` means that another program did so before. */
  grab(descriptor: number): "grabbed" | "taken" | "refused";
  /** Lets records carry the monotonic clock, which nobody sets; false where they keep wall time. */
  useMonotonicClock(descriptor: number): boolean;
  /** One bit a key, by its code; undefined when this is no input device. */
  keysDown(descriptor: number): Uint8Array | undefined;
  /** Waits in a thread until one is readable, at most `limitMs`; answers for each whether it is. */
  awaitReadable(descriptors: readonly number[], limitMs: number): Promise<readonly boolean[]>;
  /** A counter that is readable once something was written to it; throws when there are no descriptors left. */
  createWakeUp(): number;
}

/** The C library, through koffi, loaded here and not before; says why when that fails. */
export async function loadInputKernel(): Promise<Result<InputKernel, string>> {
  if (process.platform !== "linux") return fail("keyboards are read through Linux's input layer");
  try {
    // The process itself has the C library, whatever it is called on this system.
    const library = (await import("koffi")).default.load(null);
    return succeed(
      bind({
        control: library.func("int ioctl(int descriptor, unsigned long request, ...)"),
        poll: library.func("int poll(uint8_t *descriptors, unsigned long count, int limitMs)"),
        eventCounter: library.func("int eventfd(unsigned int start, int flags)"),
      }),
    );
  } catch (error) {
    return fail(errorText(error));
  }
}

interface LibraryCalls {
  readonly control: KoffiFunc<(descriptor: number, request: number, type: string, value: unknown) => number>;
  readonly poll: KoffiFunc<(descriptors: Uint8Array, count: number, limitMs: number) => number>;
  readonly eventCounter: KoffiFunc<(start: number, flags: number) => number>;
}

// Requests and flags of linux/input.h, poll.h and sys/eventfd.h, as all but MIPS, PowerPC and SPARC number them.
const EVIOCGRAB = 0x40044590;
const EVIOCSCLOCKID = 0x400445a0;
/** CLOCK_MONOTONIC of time.h, as the one 32-bit number that the request reads. */
const MONOTONIC = Uint8Array.of(1, 0, 0, 0);
const EVIOCGKEY_96_BYTES = 0x80604518;
/** 768 keys (KEY_CNT). */
const KEY_BYTES = 96;
const POLLIN = 1;
const POLLFD_BYTES = 8;
const EFD_NONBLOCK_CLOEXEC = 0x80800;

function bind({ control, poll, eventCounter }: LibraryCalls): InputKernel {
  return {
    grab(descriptor) {
      if (control(descriptor, EVIOCGRAB, "long", 1) === 0) return "grabbed";
      // A second grab is refused with EBUSY; what is no input device refuses every grab (drivers/input/evdev.c).
      return this.keysDown(descriptor) === undefined ? "refused" : "taken";
    },
    useMonotonicClock: (descriptor) => control(descriptor, EVIOCSCLOCKID, "uint8_t *", MONOTONIC) === 0,
    keysDown(descriptor) {
      const keys = new Uint8Array(KEY_BYTES);
      return control(descriptor, EVIOCGKEY_96_BYTES, "uint8_t *", keys) < 0 ? undefined : keys;
    },
    awaitReadable(descriptors, limitMs) {
      const wanted = Buffer.alloc(descriptors.length * POLLFD_BYTES);
      for (const [index, descriptor] of descriptors.entries()) {
        wanted.writeInt32LE(descriptor, index * POLLFD_BYTES);
        wanted.writeInt16LE(POLLIN, index * POLLFD_BYTES + 4);
      }
      return new Promise((resolve, reject) => {
        poll.async(wanted, descriptors.length, limitMs, (error: unknown) => {
          if (error !== null && error !== undefined) return reject(error);
          // A device that is gone is readable too: reading says so.
          resolve(descriptors.map((_, index) => wanted.readInt16LE(index * POLLFD_BYTES + 6) !== 0));
        });
      });
    },
    createWakeUp() {
      const counter = eventCounter(0, EFD_NONBLOCK_CLOEXEC);
      if (counter < 0) throw new Error("too many open files");
      return counter;
    },
  };
}

import type { Socket } from "node:net";
import { platform } from "node:os";
import type { Cancel, Clock } from "../base/clock.ts";

/** How long after the first connection they are marked: what does it is not needed for a start, and takes time to load. */
const MARKS_AFTER_MS = 1000;

/** `SOL_SOCKET` and `SO_LINGER` in seconds, by platform. Those of macOS are from its headers, and not tried (unverified). */
const NUMBERS: Readonly<Record<string, readonly [level: number, option: number]>> = {
  linux: [1, 13],
  darwin: [0xffff, 0x1080],
};

/** Switched on, with no time at all: `struct linger`. */
const NO_TIME = new Int32Array([1, 0]);

type Mark = (socket: Socket) => void;

/**
 * Has the kernel reset connections whose process is killed, as `ResettingSocket` does for those that are closed: without
 * that it goes on sending what they had written, for up to a minute and a half. The returned function takes a connection
 * that stands. Where the C library cannot be called nothing is marked.
 */
export function createDeathMark(clock: Pick<Clock, "after">): Mark {
  const open = new Set<Socket>();
  let mark: Mark | undefined;
  let cancel: Cancel | undefined;
  return (socket) => {
    if (mark !== undefined) return mark(socket);
    open.add(socket);
    socket.once("close", () => {
      if (!open.delete(socket) || open.size > 0) return;
      cancel?.();
      cancel = undefined;
    });
    cancel ??= clock.after(MARKS_AFTER_MS, async () => {
      mark = await loadMark();
      for (const one of open) mark(one);
      open.clear();
    });
  };
}

async function loadMark(): Promise<Mark> {
  const [level, option] = NUMBERS[platform()] ?? [];
  if (level === undefined) return () => undefined;
  try {
    const { default: koffi } = await import("koffi");
    const set = koffi
      .load(null)
      .func("int setsockopt(int fd, int level, int option, void *value, unsigned int bytes)");
    return (socket) => {
      const descriptor = descriptorOf(socket);
      if (descriptor >= 0) set(descriptor, level, option, NO_TIME, NO_TIME.byteLength);
    };
  } catch {
    return () => undefined;
  }
}

/** Of what Node has beneath a socket; -1 once it is closed. Not documented, and there in all versions until 26. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as { _handle?: { readonly fd?: number } | null };
  return handle?.fd ?? -1;
}

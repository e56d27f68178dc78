import type { Socket } from "node:net";
import { platform } from "node:os";
import type { Cancel, Clock } from "../base/clock.ts";

/** How long after the first connection it is set: what sets it takes time to load, and no start needs it. */
const SET_AFTER_MS = 1000;

/** `SOL_SOCKET` and `SO_LINGER` in seconds, by platform. Those of macOS are from its headers, and not tried (unverified). */
const NUMBERS: Readonly<Record<string, readonly [level: number, option: number]>> = {
  linux: [1, 13],
  darwin: [0xffff, 0x1080],
};

/** `struct linger`: switched on, 0 s. */
const ZERO_SECONDS = new Int32Array([1, 0]);

type SetLinger = (socket: Socket) => void;

/**
 * Has the kernel reset connections whose process is killed, as `ResettingSocket` does with those that are closed. Without that
 * it sends what they had written for up to a minute and a half (`SO_LINGER`, socket(7)). The returned function takes a
 * connection that is open. Where the C library cannot be called it does nothing.
 */
export function createResetWhenKilled(clock: Pick<Clock, "after">): SetLinger {
  const open = new Set<Socket>();
  let setLinger: SetLinger | undefined;
  let cancel: Cancel | undefined;
  return (socket) => {
    if (setLinger !== undefined) return setLinger(socket);
    open.add(socket);
    socket.once("close", () => {
      if (!open.delete(socket) || open.size > 0) return;
      cancel?.();
      cancel = undefined;
    });
    cancel ??= clock.after(SET_AFTER_MS, async () => {
      setLinger = await loadSetLinger();
      for (const one of open) setLinger(one);
      open.clear();
    });
  };
}

async function loadSetLinger(): Promise<SetLinger> {
  const [level, option] = NUMBERS[platform()] ?? [];
  if (level === undefined) return () => undefined;
  try {
    const { default: koffi } = await import("koffi");
    const set = koffi
      .load(null)
      .func("int setsockopt(int fd, int level, int option, void *value, unsigned int bytes)");
    return (socket) => {
      const descriptor = descriptorOf(socket);
      if (descriptor >= 0) set(descriptor, level, option, ZERO_SECONDS, ZERO_SECONDS.byteLength);
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

import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { descriptorOf } from "../../src/base/kept-sockets.ts";

/** libuv takes at most so many datagrams of one handle from the kernel in one turn of the event loop (`uv__udp_recvmsg`). */
export const FULL_TURN = 32;
/** Further handles of the same socket: a turn takes five hundred datagrams then. */
const MORE_HANDLES = 15;

// Numbers of fcntl.h and sys/socket.h: those of all Linux but MIPS and SPARC.
const F_DUPFD_CLOEXEC = 1030;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;

/** Calls of the C library. */
interface Calls {
  /** Another descriptor of the same socket, which is closed when another program is started. */
  duplicate(descriptor: number): number;
  /** To open a descriptor, libuv allows others to bind its address: any program could then read what is sent to it. */
  keepAddress(descriptor: number): void;
}

/**
 * Reads a socket by more handles as soon as a flood fills whole turns. Its datagrams wait in one queue in the kernel, whoever
 * sent them: 32 a turn, in turns of 30 ms, are fewer than what comes, so a press waited behind seconds of a flood. The order stays. Linux
 * only, and where the C library can be called; elsewhere the socket is read as before. Returns what closes the handles.
 */
export function readFasterInFloods(
  socket: Socket,
  settings: { readonly isShared: boolean; onDatagram(bytes: Uint8Array, from: RemoteInfo): void },
): () => void {
  const { isShared, onDatagram } = settings;
  const more: Socket[] = [];
  let isClosed = process.platform !== "linux";
  let thisTurn = 0;

  const count = () => {
    if (thisTurn++ === 0) setImmediate(() => (thisTurn = 0));
    if (thisTurn < FULL_TURN) return;
    socket.off("message", count);
    void add();
  };
  if (!isClosed) socket.on("message", count);

  async function add(): Promise<void> {
    const calls = await loadCalls();
    const descriptor = descriptorOf(socket);
    if (isClosed || calls === undefined || descriptor === undefined) return;
    for (let made = 0; made < MORE_HANDLES; made++) {
      const copy = calls.duplicate(descriptor);
      if (copy < 0) return;
      const handle = createSocket(socket.address().family === "IPv6" ? "udp6" : "udp4");
      handle.on("message", onDatagram);
      // The first handle tells what is wrong with the socket.
      handle.on("error", () => undefined);
      handle.bind({ fd: copy });
      if (!isShared) calls.keepAddress(copy);
      more.push(handle);
    }
  }

  return () => {
    isClosed = true;
    for (const handle of more.splice(0)) handle.close();
  };
}

async function loadCalls(): Promise<Calls | undefined> {
  try {
    const library = (await import("koffi")).default.load(null);
    const control = library.func("int fcntl(int descriptor, int command, ...)");
    const set = library.func(
      "int setsockopt(int descriptor, int level, int option, void *value, unsigned int bytes)",
    );
    const off = new Int32Array(1);
    return {
      duplicate: (descriptor) => control(descriptor, F_DUPFD_CLOEXEC, "int", 3),
      keepAddress: (descriptor) => void set(descriptor, SOL_SOCKET, SO_REUSEADDR, off, off.byteLength),
    };
  } catch {
    return undefined;
  }
}

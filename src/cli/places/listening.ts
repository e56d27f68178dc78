import { connect, type Server } from "node:net";

/** Nobody is there any more. */
const DEAD = ["ECONNREFUSED", "ENOENT", "ENOTSOCK"];

/** Whether a process has this local socket, be it stopped or hung, or with too many who wait for it (unix(7)). */
export function isListenedTo(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", ({ code }: NodeJS.ErrnoException) => resolve(!DEAD.includes(code ?? "")));
  });
}

/** For this user alone, whatever the umask: the socket is made during this very call, and only then has its mode. */
export function listenAlone(server: Server, address: string, listening: () => void): void {
  const usual = process.umask(0o177);
  try {
    server.listen(address, listening);
  } finally {
    process.umask(usual);
  }
}

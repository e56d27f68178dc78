import { errorText } from "../../base/error-text.ts";
import { fail, type Result, succeed } from "../../base/result.ts";

/**
 * Tells systemd something, with a copy of a descriptor (sd_notify(3)); why it could not be told, `EAGAIN` when it has no time now.
 */
export type TellManager = (text: string, descriptor: number | undefined) => string | undefined;

// Numbers of sys/socket.h: those of all Linux but MIPS and SPARC.
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0x80002;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_NOSIGNAL_DONTWAIT = 0x4040;
const INT_BYTES = 4;

/**
 * Opens the socket at which systemd listens. Through koffi, since Node has no datagram sockets of the local kind and passes
 * descriptors to nobody but its own kind.
 */
export async function openManagerSocket(address: string): Promise<Result<TellManager, string>> {
  if (process.platform !== "linux") return fail("systemd is on Linux only");
  try {
    const koffi = (await import("koffi")).default;
    const library = koffi.load(null);
    const part = koffi.struct({ bytes: "uint8_t *", length: "size_t" });
    const control = koffi.struct({ length: "size_t", level: "int", type: "int", descriptor: "int" });
    const header = koffi.struct({
      address: "uint8_t *",
      addressLength: "uint32_t",
      parts: koffi.pointer(part),
      partCount: "size_t",
      control: koffi.pointer(control),
      controlLength: "size_t",
      flags: "int",
    });
    const sendMessage = library.func("sendmsg", "long", ["int", koffi.pointer(header), "int"]);
    const socket = library.func("int socket(int domain, int type, int protocol)")(
      AF_UNIX,
      SOCK_DGRAM_CLOEXEC,
      0,
    );
    if (socket < 0) return fail("no socket is left");
    const to = localAddress(address);
    return succeed((text, descriptor) => {
      const bytes = Buffer.from(text);
      const passed = {
        length: koffi.offsetof(control, "descriptor") + INT_BYTES,
        level: SOL_SOCKET,
        type: SCM_RIGHTS,
        descriptor,
      };
      const message = {
        address: to,
        addressLength: to.length,
        parts: [{ bytes, length: bytes.length }],
        partCount: 1,
        control: descriptor === undefined ? null : [passed],
        controlLength: descriptor === undefined ? 0 : koffi.sizeof(control),
        flags: 0,
      };
      if (Number(sendMessage(socket, message, MSG_NOSIGNAL_DONTWAIT)) >= 0) return undefined;
      const number = koffi.errno();
      return Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0] ?? `error ${number}`;
    });
  } catch (error) {
    return fail(errorText(error));
  }
}

/** struct sockaddr_un: a path, or a name without a file, which is written with an @ and begins with a zero byte (unix(7)). */
function localAddress(address: string): Buffer {
  const family = Buffer.alloc(2);
  new Uint16Array(family.buffer, family.byteOffset, 1)[0] = AF_UNIX;
  const isAbstract = address.startsWith("@");
  const name = isAbstract ? `\0${address.slice(1)}` : `${address}\0`;
  return Buffer.concat([family, Buffer.from(name)]);
}

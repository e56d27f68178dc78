import type { Socket } from "node:net";
import { cleanLater, tcpServer } from "./bench.ts";

const IAC = 255;
const [WILL, DO, DONT, SB, SE] = [251, 253, 254, 250, 240];
const COM_PORT = 44;

/** Data, a doubled 255, a subnegotiation, or an offer with its option. */
const ITEM = /^(?:([^\xff]+)|\xff(\xff)|\xff\xfa((?:[^\xff]|\xff\xff)*)\xff\xf0|\xff([\xfb-\xfe])([\s\S]))/;

export interface FarServerSettings {
  /** `never`: it refuses the option; `silent`: it says nothing at all. */
  readonly comPort?: "willing" | "never" | "silent";
  /** The rate that it sets, whatever it is asked for. */
  readonly onlyBaud?: number;
}

/** A device server with RFC 2217, written from the RFC and not from the driver. */
export interface FarServer {
  readonly port: number;
  /** Every command of the option that it was given, as hex. */
  readonly commands: string[];
  /** Data that came for the line, unescaped. */
  received(): string;
  /** Data from the line. */
  line(text: string): void;
  /** State of the inputs: DCD 128, RI 64, DSR 32, CTS 16. */
  modem(state: number): void;
  /** State of the line: break 16, framing 8, parity 4, overrun 2. */
  lineState(state: number): void;
  tell(command: number): void;
  /** Bytes as they are. */
  raw(bytes: Uint8Array): void;
  cut(): void;
}

export async function farServer({
  comPort = "willing",
  onlyBaud,
}: FarServerSettings = {}): Promise<FarServer> {
  const commands: string[] = [];
  let data = "";
  let current: Socket | undefined;
  const tellBytes = (...bytes: number[]) => {
    const doubled = bytes.flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte]));
    current?.write(Uint8Array.of(IAC, SB, COM_PORT, ...doubled, IAC, SE));
  };
  function obey(bytes: readonly number[]): void {
    const [option, command = 0, ...value] = bytes;
    if (option !== COM_PORT) return;
    commands.push(Buffer.from([command, ...value]).toString("hex"));
    if (command === 1 && onlyBaud !== undefined) {
      const rate = Buffer.alloc(4);
      rate.writeUInt32BE(onlyBaud);
      tellBytes(101, ...rate);
    } else tellBytes(command + 100, ...value);
  }
  function agree(verb: string, option: string): void {
    if (verb !== "\xfb" || option.charCodeAt(0) !== COM_PORT) return;
    current?.write(Uint8Array.of(IAC, comPort === "never" ? DONT : DO, COM_PORT));
  }
  /** What is left after the first item of the stream; undefined while that is not whole. */
  function takeOne(unread: string): string | undefined {
    const [whole, text, doubled, told, verb = "", option = ""] = ITEM.exec(unread) ?? [];
    if (whole === undefined) return undefined;
    if (told !== undefined) obey([...Buffer.from(told.replaceAll("\xff\xff", "\xff"), "latin1")]);
    else if (verb !== "") agree(verb, option);
    else data += text ?? doubled ?? "";
    return unread.slice(whole.length);
  }
  const server = await tcpServer((socket) => {
    current = socket;
    if (comPort === "silent") return;
    socket.write(Uint8Array.of(IAC, WILL, 0, IAC, DO, 0));
    let unread = "";
    socket.on("data", (chunk) => {
      unread += chunk.toString("latin1");
      for (let rest = takeOne(unread); rest !== undefined; rest = takeOne(unread)) unread = rest;
    });
  });
  cleanLater(() => current?.destroy());
  return {
    port: server.port,
    commands,
    received: () => data,
    line: (text) => void current?.write(Buffer.from(text.replaceAll("\xff", "\xff\xff"), "latin1")),
    modem: (state) => tellBytes(107, state),
    lineState: (state) => tellBytes(106, state),
    tell: (command) => tellBytes(command),
    raw: (bytes) => void current?.write(bytes),
    cut: () => current?.destroy(),
  };
}

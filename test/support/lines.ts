import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { mappingText, parse, type Rig, type RigSettings, startRig, until } from "./rig.ts";

/** Sockets are real and the machine is shared: generous, since no test measures time by it. */
const PATIENCE_MS = 10_000;

/** A bridge with one serial line beside the usual OSC page. */
export interface LineRig extends Rig {
  /** Where the line listens; not a number when it does not. */
  readonly port: number;
  /** How often something was dropped on the line, by reason. */
  dropped(): Readonly<Record<string, number>>;
  /** The mapping was edited and says this about the line now. */
  adopt(edited: Readonly<Record<string, unknown>>): Promise<void>;
}

export async function startLine(
  line: Readonly<Record<string, unknown>>,
  settings: RigSettings = {},
): Promise<LineRig> {
  const withLine = (device: Readonly<Record<string, unknown>>): RigSettings => ({
    ...settings,
    extra: {
      devices: {
        surface: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] },
        line: { kind: "serial", ...device },
      },
      ...settings.extra,
    },
  });
  const rig = await startRig(withLine(line));
  const find = () => rig.bridge.status().devices.find(({ id }) => id === "line");
  const opened = await until("the line", () => {
    const status = find()?.status;
    return status?.kind === "open" ? status : undefined;
  });
  await until("the rooms", () => rig.bridge.status().rooms.every(({ knowledge }) => knowledge === "live"));
  return {
    ...rig,
    port: Number(/:(\d+)$/.exec(opened.productName)?.[1]),
    dropped: () => find()?.dropped ?? {},
    adopt: (edited) =>
      rig.bridge.adopt(
        parse(
          mappingText(
            rig.simulator.url,
            withLine({ ...("listen" in line ? { listen: line.listen } : {}), ...edited }),
          ),
        ),
      ),
  };
}

/** The same on a TCP port of its own, for control systems on this machine. */
export function startListener(
  line: Readonly<Record<string, unknown>> = {},
  settings: RigSettings = {},
): Promise<LineRig> {
  return startLine({ listen: "tcp://127.0.0.1:0", ...line }, settings);
}

/** The control system's end of a line, as a programmer's terminal would show it. */
export interface Terminal {
  /** Written as it stands, terminator included. */
  type(text: string | Uint8Array): void;
  /** Everything received so far. */
  text(): string;
  /** Whole lines received so far. */
  lines(): readonly string[];
  /** Lines that are answers: those that do not begin with `!`. */
  answers(): readonly string[];
  /** Lines that were told unasked. */
  told(): readonly string[];
  /** Types a line, and waits for one more answer. */
  ask(line: string): Promise<string>;
  /** Waits for a text among all that was received. */
  hears(text: string): Promise<void>;
  hasEnded(): boolean;
  hangUp(): void;
}

/** `from` is the address of the caller: Linux has all of 127.0.0.0/8. */
export async function dial(port: number, host = "127.0.0.1", from?: string): Promise<Terminal> {
  const socket: Socket = connect({ port, host, ...(from === undefined ? {} : { localAddress: from }) });
  await once(socket, "connect");
  let hasEnded = false;
  socket.once("close", () => {
    hasEnded = true;
  });
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  return createTerminal({
    write: (bytes) => void socket.write(bytes),
    follow: (took) => void socket.on("data", took),
    hasEnded: () => hasEnded,
    hangUp: () => socket.destroy(),
  });
}

export interface TerminalEnd {
  write(bytes: string | Uint8Array): void;
  follow(took: (bytes: Buffer) => void): void;
  hasEnded(): boolean;
  hangUp(): void;
}

export function createTerminal(end: TerminalEnd): Terminal {
  let received = "";
  end.follow((bytes) => {
    received += bytes.toString("utf8");
  });
  const lines = () =>
    received
      .split(/\r?\n/)
      .slice(0, -1)
      .filter((line) => line !== "");
  const answers = () => lines().filter((line) => !line.startsWith("!"));
  const type: Terminal["type"] = (text) => end.write(text);
  return {
    type,
    text: () => received,
    lines,
    answers,
    told: () => lines().filter((line) => line.startsWith("!")),
    async ask(line) {
      const before = answers().length;
      type(`${line}\r`);
      return until(`an answer to ${line}`, () => answers()[before], PATIENCE_MS);
    },
    async hears(text) {
      await until(
        `${JSON.stringify(text)} in ${JSON.stringify(received)}`,
        () => received.includes(text),
        PATIENCE_MS,
      );
    },
    hasEnded: end.hasEnded,
    hangUp: end.hangUp,
  };
}

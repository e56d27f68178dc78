import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fstatSync } from "node:fs";
import { join } from "node:path";
import koffi from "koffi";
import { onTestFinished } from "vitest";
import { until } from "./rig.ts";

/** Stands for systemd: hears what a service tells it, keeps its descriptors, and passes them to the next process. */
export interface ServiceManager {
  readonly told: readonly string[];
  /** What it keeps, by name, in the order in which it came. */
  kept(): readonly string[];
  /** Starts the process, or the next one after the one before has ended. */
  start(): ChildProcess;
  /** SIGTERM, then the next process, as `systemctl restart` does. */
  restart(): Promise<ChildProcess>;
  /** Ends it, and keeps what is kept. */
  end(signal: NodeJS.Signals): Promise<void>;
}

interface Service {
  readonly folder: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  output(text: string): void;
}

interface Kept {
  readonly name: string;
  readonly descriptor: number;
}

/** Two processes at once are never started; what is kept is closed when the test ends. */
export function createServiceManager({ folder, command, environment, output }: Service): ServiceManager {
  const address = join(folder, "notify");
  const receive = openNotifySocket(address);
  const told: string[] = [];
  let kept: readonly Kept[] = [];
  let child: ChildProcess | undefined;

  function hear(): void {
    for (let next = receive(); next !== undefined; next = receive()) take(next.text, next.descriptor);
  }

  function take(text: string, descriptor: number | undefined): void {
    told.push(text);
    const lines = new Map(text.split("\n").map((line) => line.split("=", 2) as [string, string]));
    const name = lines.get("FDNAME") ?? "";
    if (lines.get("FDSTOREREMOVE") === "1") discard((one) => one.name === name);
    if (descriptor === undefined) return;
    const isKnown = kept.some((one) => isSameSocket(one.descriptor, descriptor));
    if (lines.get("FDSTORE") === "1" && !isKnown) kept = [...kept, { name, descriptor }];
    else closeSync(descriptor);
  }

  function discard(isMeant: (one: Kept) => boolean): void {
    for (const { descriptor } of kept.filter(isMeant)) closeSync(descriptor);
    kept = kept.filter((one) => !isMeant(one));
  }

  function start(): ChildProcess {
    hear();
    const names = kept.map(({ name }) => name).join(":");
    const passed = kept.map(({ descriptor }) => descriptor);
    // The number of the process is known to itself only.
    const script = 'LISTEN_PID=$$ exec "$@"';
    child = spawn("/bin/sh", ["-c", script, "sh", ...command], {
      env: {
        ...process.env,
        ...environment,
        NOTIFY_SOCKET: address,
        ...(passed.length === 0 ? {} : { LISTEN_FDS: String(passed.length), LISTEN_FDNAMES: names }),
      },
      stdio: ["ignore", "pipe", "pipe", ...passed],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => output(chunk.toString()));
    return child;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    if (ending === undefined) return;
    ending.kill(signal);
    await until("the process to end", () => ending.exitCode !== null || ending.signalCode !== null, 15_000);
    hear();
  }

  const listening = setInterval(hear, 5);
  onTestFinished(() => {
    clearInterval(listening);
    child?.kill("SIGKILL");
    discard(() => true);
  });
  return {
    told,
    kept: () => kept.map(({ name }) => decodeURIComponent(name)),
    start,
    end,
    async restart() {
      await end("SIGTERM");
      return start();
    },
  };
}

function isSameSocket(one: number, other: number): boolean {
  const [a, b] = [fstatSync(one), fstatSync(other)];
  return a.isSocket() && b.isSocket() && a.ino === b.ino;
}

interface Heard {
  readonly text: string;
  readonly descriptor: number | undefined;
}

const MSG_DONTWAIT_CLOEXEC = 0x40000040;
const SOCK_DGRAM = 2;
const AF_UNIX = 1;
const LONGEST_MESSAGE = 65_536;

/** A datagram socket of the local kind; gives what has come, one message a call. Of 64-bit Linux. */
function openNotifySocket(path: string): () => Heard | undefined {
  const library = koffi.load(null);
  const socket = library.func("int socket(int domain, int type, int protocol)")(AF_UNIX, SOCK_DGRAM, 0);
  const name = Buffer.concat([Buffer.from(Uint16Array.of(AF_UNIX).buffer), Buffer.from(`${path}\0`)]);
  const bound = library.func("int bind(int fd, uint8_t *address, uint32_t length)")(
    socket,
    name,
    name.length,
  );
  if (bound !== 0) throw new Error(`no socket at ${path}`);
  const receive = library.func("long recvmsg(int fd, uint8_t *message, int flags)");
  onTestFinished(() => closeSync(socket));
  const bytes = Buffer.alloc(LONGEST_MESSAGE);
  const control = Buffer.alloc(64);
  const parts = Buffer.alloc(16);
  parts.writeBigUInt64LE(BigInt(bytes.length), 8);
  const message = Buffer.alloc(56);
  message.writeBigUInt64LE(1n, 24);
  return () => {
    control.fill(0);
    parts.writeBigUInt64LE(koffi.address(bytes), 0);
    message.writeBigUInt64LE(koffi.address(control), 32);
    message.writeBigUInt64LE(BigInt(control.length), 40);
    // Written each time, so that what it points to is not cleared away.
    message.writeBigUInt64LE(koffi.address(parts), 16);
    const length = Number(receive(socket, message, MSG_DONTWAIT_CLOEXEC));
    if (length < 0) return undefined;
    const hasDescriptor = message.readBigUInt64LE(40) > 0n;
    return {
      text: bytes.toString("utf8", 0, length),
      descriptor: hasDescriptor ? control.readInt32LE(16) : undefined,
    };
  };
}

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { rest } from "../support/rig.ts";

/** The built program, as people run it. */
const PROGRAM = join(import.meta.dirname, "../../dist/src/main.js");

/** A machine on which the product runs: a mapping file, its state folder, and what it is told in variables. */
export interface Site {
  readonly folder: string;
  /** Where the bridge keeps journal and marks. */
  readonly stateFolder: string;
  readonly mappingFile: string;
  /** Starts the bridge; `words` are added to the command line. */
  start(...words: string[]): Product;
  /** The same with words for Node itself. */
  startWith(nodeWords: readonly string[], ...words: string[]): Product;
  /** The same below another program, which hands its process over to Node: such as one that watches what it does. */
  startUnder(program: readonly string[]): Product;
  /** Starts another command of the product that runs until it is stopped. */
  begin(...words: string[]): Product;
  /** Runs another command of the product to its end. */
  run(...words: string[]): Promise<Ended>;
  remove(): void;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** One process of the bridge. */
export interface Product {
  readonly pid: number;
  /** What it wrote so far. */
  out(): string;
  err(): string;
  hasEnded(): boolean;
  /** What `valt-bridge status` would be told; nothing while nobody answers. */
  status(): Promise<ProductStatus | undefined>;
  /** The TCP or UDP port on which a device listens, once it does. */
  port(device: string, scheme?: "tcp" | "udp"): Promise<number>;
  kill(): Promise<void>;
  /** As the service manager stops it. */
  stop(): Promise<void>;
}

export interface ProductStatus {
  readonly marksWaiting: number;
  readonly server: { readonly state: string; readonly why?: string };
  readonly readiness: {
    readonly state: string;
    readonly checks: readonly { readonly name: string; readonly state: string; readonly text: string }[];
  };
  readonly alarms: readonly { readonly kind: string; readonly text: string }[];
  readonly rooms: readonly { readonly name: string; readonly knowledge: string; readonly status?: string }[];
  readonly devices: readonly {
    readonly id: string;
    readonly status: { readonly kind: string; readonly productName?: string };
  }[];
  readonly records: {
    readonly journal: { readonly state: string; readonly why?: string };
    readonly marks: { readonly state: string; readonly why?: string };
  };
}

export interface SiteSettings {
  readonly mapping: object;
  /** Added to the environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Where journal and marks are kept; default a folder of the site's own. */
  readonly stateHome?: string;
}

export function createSite({ mapping, variables = {}, stateHome }: SiteSettings): Site {
  const folder = mkdtempSync(join(tmpdir(), "valt-bridge-trust-"));
  const home = stateHome ?? join(folder, "state");
  const runtime = join(folder, "run");
  mkdirSync(runtime, { mode: 0o700 });
  mkdirSync(home, { recursive: true });
  const mappingFile = join(folder, "mapping.jsonc");
  writeFileSync(mappingFile, JSON.stringify(mapping));
  const env = {
    ...process.env,
    VALT_PASSWORD: "simulator",
    XDG_STATE_HOME: home,
    XDG_RUNTIME_DIR: runtime,
    ...variables,
  };
  const launch = (program: string, words: readonly string[]) =>
    spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  const begin = (words: readonly string[], nodeWords: readonly string[] = []) =>
    launch(process.execPath, [...nodeWords, PROGRAM, ...words]);
  const socket = join(runtime, `valt-bridge-${userInfo().username}-default.sock`);
  return {
    folder,
    stateFolder: join(home, "valt-panel-bridge", "default"),
    mappingFile,
    start: (...words) => watchProduct(begin(["run", mappingFile, ...words]), socket),
    startWith: (nodeWords, ...words) =>
      watchProduct(begin(["run", mappingFile, ...words], nodeWords), socket),
    startUnder: ([program = "", ...words]) =>
      watchProduct(launch(program, [...words, process.execPath, PROGRAM, "run", mappingFile]), socket),
    begin: (...words) => watchProduct(begin(words), socket),
    async run(...words) {
      const child = begin(words);
      const read = collect(child);
      const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
      return { code, ...read() };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function collect(child: ChildProcess): () => { readonly out: string; readonly err: string } {
  let [out, err] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  return () => ({ out, err });
}

/** A machine that is shared may starve a process for long. */
const PATIENCE_MS = 90_000;

function watchProduct(child: ChildProcess, socket: string): Product {
  const read = collect(child);
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      hasEnded = true;
      resolve();
    });
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  const status = () => askForStatus(socket);
  return {
    pid: child.pid ?? 0,
    out: () => read().out,
    err: () => read().err,
    hasEnded: () => hasEnded,
    status,
    async port(device, scheme = "tcp") {
      const pattern = new RegExp(`${scheme}://[^ ]+:(\\d+)`);
      let seen = "nothing";
      const look = async () => {
        if (hasEnded) throw new Error(`the bridge has ended: ${read().err}`);
        const one = (await status())?.devices.find(({ id }) => id === device);
        seen = JSON.stringify(one);
        return one?.status.kind === "open" && pattern.exec(one.status.productName ?? "")?.[1];
      };
      return Number(
        await asked("the port", look).catch((error: Error) => {
          throw new Error(`${error.message}; ${device} is ${seen}; it said ${read().err}`);
        }),
      );
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}

function askForStatus(socketPath: string): Promise<ProductStatus | undefined> {
  return new Promise((resolve) => {
    const asking = request({ socketPath, path: "/status", timeout: 5000 }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on("end", () => resolve(JSON.parse(text) as ProductStatus));
      answer.on("error", () => resolve(undefined));
    });
    asking.on("error", () => resolve(undefined));
    asking.on("timeout", () => asking.destroy());
    asking.end();
  });
}

/** Asks until there is an answer; gives up loudly. */
export async function asked<Value>(
  what: string,
  ask: () => Promise<Value | undefined | false>,
  withinMs = PATIENCE_MS,
): Promise<Value> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > endMs) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await rest(25);
  }
}

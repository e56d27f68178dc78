import { spawn } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import type { FromBridge, ToBridge } from "../../src/web/page/messages.ts";
import { asked } from "../trust/product.ts";
import { type Attacked, type AttackSettings, startAttacked } from "./support.ts";

export const TOKENS = { press: "press-token-0123456789", view: "view-token-0123456789" };

export interface AttackedConsole extends Attacked {
  readonly url: string;
}

/** The built program with its console on loopback, where a token is needed. */
export async function startAttackedConsole(settings: AttackSettings): Promise<AttackedConsole> {
  const attacked = await startAttacked({
    ...settings,
    variables: {
      VALT_CONSOLE_TOKEN: TOKENS.press,
      VALT_CONSOLE_VIEW_TOKEN: TOKENS.view,
      ...settings.variables,
    },
    words: ["--console", "127.0.0.1:0", ...(settings.words ?? [])],
  });
  const { product } = attacked;
  const url = await asked(
    "the console",
    async () =>
      /http:\/\/127\.0\.0\.1:\d+/.exec(
        (product.out() + product.err()).split("\n").find((line) => line.includes("web console open")) ?? "",
      )?.[0],
  );
  return { ...attacked, url };
}

export interface Page {
  /** What the bridge said, oldest first. */
  readonly told: FromBridge[];
  say(message: ToBridge): void;
  /** The code with which the bridge ended it. */
  endedWith(): number | undefined;
  close(): void;
}

/** A page without a browser. Rejects with the status when it is turned away. */
export function openPage(url: string, token: string, options: ClientOptions = {}): Promise<Page> {
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, { origin: url, headers, ...options });
  onTestFinished(() => socket.terminate());
  const told: FromBridge[] = [];
  let code: number | undefined;
  socket.on("message", (data, isBinary) => {
    if (!isBinary) told.push(JSON.parse(String(data)) as FromBridge);
  });
  socket.on("close", (reason) => {
    code = reason;
  });
  const page: Page = {
    told,
    say: (message) => socket.send(JSON.stringify(message)),
    endedWith: () => code,
    close: () => socket.close(),
  };
  return new Promise((resolve, reject) => {
    socket.on("open", () => resolve(page));
    socket.on("unexpected-response", (_, answer) => reject(new Error(String(answer.statusCode))));
    socket.on("error", reject);
  });
}

export interface Flood {
  /** How much there was so far. */
  count(): number;
  pause(): void;
  goOn(): void;
  end(): void;
}

/** In a process of its own: its work must hold up nobody who is watched. */
export function startFlood(program: string, words: readonly string[]): Flood {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let counted = 0;
  child.stdout.on("data", (bytes: Buffer) => {
    counted = Number(bytes.toString().trim().split("\n").at(-1));
  });
  return {
    count: () => counted,
    pause: () => void child.kill("SIGSTOP"),
    goOn: () => void child.kill("SIGCONT"),
    end: () => void child.kill("SIGKILL"),
  };
}

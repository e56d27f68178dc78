import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../../base/clock.ts";
import { errorText } from "../../../base/error-text.ts";
import type { Log } from "../../../base/log.ts";
import type { Bitmap, SymbolSource } from "./symbol.ts";

/** What the process is given, the quickest first. */
export type ToDraw = readonly (readonly [name: string, source: SymbolSource])[];
/** What it answers for each. */
export type Drawn =
  | { readonly name: string; readonly bitmap: Bitmap }
  | { readonly name: string; readonly why: string };

interface Tools {
  readonly clock: Clock;
  readonly log: Log;
}

/** For one symbol, the start of the process included: it stands behind everything else on a machine that may be busy. */
const DRAW_WITHIN_MS = 10_000;
/** Behind everything else on the machine. */
const PATIENT = 10;
const ORDER = ["icon", "png", "svg"];

/**
 * Draws symbols in a process of its own, and hands each over as it is drawn. Never rejects: what cannot be drawn, takes too
 * long or ends the process is logged, and its control shows all the rest.
 */
export async function drawSymbols(
  symbols: ReadonlyMap<string, SymbolSource>,
  tools: Tools,
  take: (name: string, bitmap: Bitmap) => void,
): Promise<void> {
  const inOrder = [...symbols].sort(
    ([, one], [, other]) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind),
  );
  const left = new Map(inOrder);
  const failed = (name: string, why: string) => {
    left.delete(name);
    tools.log.error("a picture is not shown", { picture: name, why });
  };
  const drawn = (one: Drawn) => {
    if ("why" in one) return failed(one.name, one.why);
    left.delete(one.name);
    take(one.name, one.bitmap);
  };
  while (left.size > 0) {
    const why = await drawUntilItEnds([...left], tools.clock, drawn);
    // It was at the first that is left; the others get another process.
    const [stuck] = left.keys();
    if (stuck !== undefined) failed(stuck, why);
  }
}

/** Resolves when the process has ended, with why it has not done all. */
function drawUntilItEnds(symbols: ToDraw, clock: Clock, drawn: (one: Drawn) => void): Promise<string> {
  return new Promise((resolve) => {
    try {
      const child = fork(processFile(), {
        serialization: "advanced",
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        execArgv: [],
      });
      let why = "it ended the process that draws";
      const giveUp = () => {
        why = `it was not drawn within ${DRAW_WITHIN_MS / 1000} s`;
        child.kill("SIGKILL");
      };
      let cancel = clock.after(DRAW_WITHIN_MS, giveUp);
      const end = (told: string) => {
        cancel();
        resolve(told);
      };
      child.on("message", (one: Drawn) => {
        cancel();
        cancel = clock.after(DRAW_WITHIN_MS, giveUp);
        drawn(one);
      });
      child.on("error", (error) => end(errorText(error)));
      child.on("exit", () => end(why));
      child.send(symbols);
      child.unref();
      child.channel?.unref();
      if (child.pid !== undefined) setPriority(child.pid, PATIENT);
    } catch (error) {
      resolve(errorText(error));
    }
  });
}

/** A process needs JavaScript. Run from TypeScript, as by the tests, it is the built file: Node 20 strips no types. */
function processFile(): URL {
  if (import.meta.url.endsWith(".js")) return new URL("./process.js", import.meta.url);
  const built = new URL("../../../../dist/src/panel/key-image/symbols/process.js", import.meta.url);
  if (!existsSync(fileURLToPath(built)))
    throw new Error("the process for pictures is not built: npm run build");
  return built;
}

#!/usr/bin/env node
/** The program begins in `start.ts`. What Node has compiled is kept before that is loaded, for the next start. */
import { mkdirSync } from "node:fs";
import * as nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/** From Node 22.1 on. */
interface CompileCache {
  enableCompileCache?(folder: string): unknown;
  flushCompileCache?(): void;
}

/** The end of the process keeps it too, but nobody knows how that will end. */
const KEEP_AFTER_MS = 30_000;

keepCompiled(nodeModule as CompileCache);
await import("./start.ts");

function keepCompiled({ enableCompileCache, flushCompileCache }: CompileCache): void {
  if (enableCompileCache === undefined) return;
  try {
    const folder = join(cacheFolder(), "valt-panel-bridge", "compiled");
    // What lies there is executed: only this account may write to it.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    enableCompileCache(folder);
    setTimeout(() => flushCompileCache?.(), KEEP_AFTER_MS).unref();
  } catch {
    // Starting takes longer without.
  }
}

function cacheFolder(): string {
  const { CACHE_DIRECTORY, XDG_CACHE_HOME } = process.env;
  const managed = CACHE_DIRECTORY?.split(":")[0];
  if (managed !== undefined && managed !== "") return managed;
  return XDG_CACHE_HOME?.startsWith("/") === true ? XDG_CACHE_HOME : join(homedir(), ".cache");
}

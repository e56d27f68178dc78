#!/usr/bin/env node
import { deviceKinds } from "../devices/index.ts";
import { redact } from "./base/redact.ts";
import { createProgram } from "./cli/program.ts";
import type { Surroundings } from "./cli/surroundings.ts";
import { complain } from "./cli/terminal.ts";
import { createWorldLoader } from "./world.ts";

const stopping = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => stopping.abort());

// A bug in one place must not darken every panel: it is reported, and the rest goes on.
for (const name of ["unhandledRejection", "uncaughtException"] as const)
  process.on(name, (reason: unknown) => complain(`unexpected: ${redact(String(reason))}`));

const surroundings: Surroundings = {
  loadWorld: createWorldLoader(deviceKinds),
  signal: stopping.signal,
  serveConsole: async (wanted) => (await import("./web/console.ts")).serveConsole(wanted),
};
const program = await createProgram(process.argv[2], surroundings);
await program.parseAsync();

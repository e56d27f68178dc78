#!/usr/bin/env node
import { deviceKinds } from "../devices/index.ts";
import { createProgram } from "./cli/program.ts";
import { assembleWorld } from "./world.ts";

const stopping = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => stopping.abort());

const surroundings = { world: assembleWorld(deviceKinds), signal: stopping.signal };
const program = await createProgram(process.argv[2], surroundings);
await program.parseAsync();

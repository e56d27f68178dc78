import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The mapping that `npm start` runs on. */
export const DEMO_TEXT = readFileSync(join(import.meta.dirname, "../../mappings/demo.jsonc"), "utf8");

const QUICK = { activePollMs: 200, idlePollMs: 200, requestsPerSecond: 1000, freshMs: 600 };

/**
 * The same for whoever must not mind another demo on this machine: it listens on any port that is free.
 * It also looks more often, so that a test need not wait for a server that was down.
 */
export const DEMO_ON_FREE_PORTS = DEMO_TEXT.replace("./mapping.schema.json", "")
  .replace('"rooms": {', `"timing": ${JSON.stringify(QUICK)},\n  "rooms": {`)
  .replace(/127\.0\.0\.1:90\d\d/g, "127.0.0.1:0")
  .replace(/("targets": "udp:\/\/127\.0\.0\.1:)0/g, (_, start: string) => `${start}9`);

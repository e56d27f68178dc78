import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The mapping that `npm start` runs on. */
export const DEMO_TEXT = readFileSync(join(import.meta.dirname, "../../mappings/demo.jsonc"), "utf8");

/** The same for whoever must not mind another demo on this machine: it listens on any port that is free. */
export const DEMO_ON_FREE_PORTS = DEMO_TEXT.replace("./mapping.schema.json", "")
  .replace(/127\.0\.0\.1:90\d\d/g, "127.0.0.1:0")
  .replace(/("targets": "udp:\/\/127\.0\.0\.1:)0/g, (_, start: string) => `${start}9`);

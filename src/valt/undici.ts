import { createRequire } from "node:module";
import type undici from "undici";

/**
 * The two parts of undici that are used. Its index also loads fetch, caches and web sockets, which
 * took 75 ms of a start-up that is to take 600; the version is pinned, so the paths are.
 */
const load = createRequire(import.meta.url);

export const Client: typeof undici.Client = load("undici/lib/dispatcher/client");
export const buildConnector: typeof undici.buildConnector = load("undici/lib/core/connect");

/**
 * The two parts of undici that are used. Its index also loads fetch, caches and web sockets, which
 * took 75 ms of a start-up that is to take 600; the version is pinned, so the paths are.
 */
import buildConnector from "undici/lib/core/connect.js";
import Client from "undici/lib/dispatcher/client.js";

export { buildConnector, Client };

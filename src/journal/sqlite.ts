import { isBuiltin } from "node:module";

type Sqlite = Pick<typeof import("@photostructure/sqlite"), "DatabaseSync">;

/** Node's own, without a flag from 22.13 on. */
const OF_NODE: string = "node:sqlite";

/**
 * SQLite with one interface from two places: the package, which is the same for every Node, and Node's own where the
 * package has no build for the platform, such as 32-bit ARM. Throws where there is neither.
 */
export const { DatabaseSync } = await loadSqlite();

async function loadSqlite(): Promise<Sqlite> {
  try {
    return await import("@photostructure/sqlite");
  } catch (error) {
    if (!isBuiltin(OF_NODE)) throw error;
    return (await import(OF_NODE)) as Sqlite;
  }
}

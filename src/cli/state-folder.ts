import { homedir } from "node:os";
import { join } from "node:path";

const NAME = "valt-panel-bridge";

/**
 * Where a bridge keeps what must survive it: the service manager's state directory, or the user's, and in it a
 * folder for each instance. systemd separates several directories by colons; the first is the unit's own.
 */
export function stateFolder(instance: string): string {
  const { STATE_DIRECTORY, XDG_STATE_HOME } = process.env;
  const managed = STATE_DIRECTORY?.split(":")[0];
  if (managed !== undefined && managed !== "") return join(managed, instance);
  const home = XDG_STATE_HOME?.startsWith("/") === true ? XDG_STATE_HOME : join(homedir(), ".local/state");
  return join(home, NAME, instance);
}

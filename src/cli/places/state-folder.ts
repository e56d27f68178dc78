import { statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

const NAME = "valt-panel-bridge";

/**
 * Where a bridge keeps what must survive it: the service manager's state directory, or the user's, and in it a
 * folder for each instance. systemd separates several directories by colons; the first is the unit's own. On Windows a colon
 * follows the drive.
 */
export function stateFolder(instance: string): string {
  const { STATE_DIRECTORY, XDG_STATE_HOME } = process.env;
  const managed = STATE_DIRECTORY?.split(delimiter)[0];
  if (managed !== undefined && managed !== "") return join(managed, instance);
  const home =
    XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME)
      ? XDG_STATE_HOME
      : join(homedir(), ".local/state");
  return join(home, NAME, instance);
}

/**
 * Why others could put something into the folder, in words that follow on its name; nothing where only `owners` can. A
 * system without such owners, as Windows, is not judged.
 */
export function findIntruder(
  folder: string,
  owners: "us-or-root" | "anyone" = "us-or-root",
): string | undefined {
  const own = process.geteuid?.();
  if (own === undefined) return undefined;
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return "is not there";
  if (!stats.isDirectory()) return "is no folder";
  if (owners === "us-or-root" && stats.uid !== own && stats.uid !== 0) return "belongs to another account";
  return (stats.mode & WRITTEN_BY_OTHERS) === 0 ? undefined : "can be written to by other accounts";
}

const WRITTEN_BY_OTHERS = 0o022;

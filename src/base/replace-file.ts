import { chmod, chown, mkdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes a file that its owner alone may read, in a folder that is made where there is none. A new file takes the place of the
 * old one, so that a killed process leaves either of them whole. Rejects with the system's error.
 */
export async function replaceFile(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = join(folder, `${name}.new`);
  await writeFile(fresh, text, { mode: 0o600 });
  await rename(fresh, join(folder, name));
}

/**
 * Writes a file that is there already, which keeps its owner, group and rights; behind a link, the file that the link leads
 * to. As whole as {@link replaceFile}. Rejects with the system's error.
 */
export async function rewriteFile(path: string, text: string): Promise<void> {
  const file = await realpath(path);
  const { mode, uid, gid } = await stat(file);
  const fresh = `${file}.new`;
  // Of one that was killed, or somebody's link to elsewhere.
  await rm(fresh, { force: true });
  try {
    await writeFile(fresh, text, { mode: 0o600, flag: "wx" });
    const made = await stat(fresh);
    if (made.uid !== uid || made.gid !== gid) await chown(fresh, uid, gid);
    await chmod(fresh, mode & 0o7777);
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

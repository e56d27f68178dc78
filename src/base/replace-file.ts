import { mkdir, rename, writeFile } from "node:fs/promises";
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

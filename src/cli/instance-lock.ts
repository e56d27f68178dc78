import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { systemClock, within } from "../base/clock.ts";

/** `taken`: a process that lives has it. `unknown`: this system cannot say. */
export type Lock = { readonly kind: "held"; release(): void } | { readonly kind: "taken" | "unknown" };

/**
 * Makes this process the only one that works on the state folder. On Linux the name of an abstract socket does that
 * (unix(7)): it needs no file, is kept while its holder is stopped or hangs, and goes with it, however it ends. It is
 * seen within one network namespace only, so not from one container to another.
 */
export async function lockFolder(folder: string): Promise<Lock> {
  if (process.platform !== "linux") return { kind: "unknown" };
  const name = `\0valt-bridge-${createHash("sha256")
    .update(await locate(folder))
    .digest("hex")}`;
  const server = createServer((visitor) => visitor.destroy()).unref();
  return new Promise((resolve) => {
    server.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ kind: error.code === "EADDRINUSE" ? "taken" : "unknown" }),
    );
    server.listen(name, () => resolve({ kind: "held", release: () => server.close() }));
  });
}

const DISK_WITHIN_MS = 1000;

/** The same folder has one name, whatever links lead to it; a disk that does not answer holds nobody up. */
async function locate(folder: string): Promise<string> {
  const found = await within(systemClock, resolveLinks(folder), DISK_WITHIN_MS);
  return found === "too-late" ? folder : found;
}

/** Also of a folder that is still to be made. */
async function resolveLinks(path: string): Promise<string> {
  if (path === dirname(path)) return path;
  return realpath(path).catch(async () => join(await resolveLinks(dirname(path)), basename(path)));
}

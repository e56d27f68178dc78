import { existsSync, type FSWatcher, watch } from "node:fs";

// The file appears, and udev sets its owner and its links a few milliseconds later.
const SETTLE_MS = 250;

/**
 * Calls `arrived` after an input device was plugged in; never where there are no input files (other systems), and
 * the supervisor finds it by trying now and then. The folder itself may appear later, with the first device.
 */
export function watchInputArrivals(arrived: () => void, signal: AbortSignal, folder = "/dev/input"): void {
  let settling: NodeJS.Timeout | undefined;
  let inner: FSWatcher | undefined;
  const settle = () => {
    clearTimeout(settling);
    settling = setTimeout(arrived, SETTLE_MS);
  };
  const follow = () => {
    inner ??= watchFor(folder, signal, (name) => {
      if (name.startsWith("event") && existsSync(`${folder}/${name}`)) settle();
    });
  };
  watchFor(folder.slice(0, folder.lastIndexOf("/")), signal, (name) => {
    if (name !== folder.slice(folder.lastIndexOf("/") + 1)) return;
    if (existsSync(folder)) {
      follow();
      settle();
    } else {
      inner?.close();
      inner = undefined;
    }
  });
  follow();
  signal.addEventListener("abort", () => clearTimeout(settling), { once: true });
}

function watchFor(folder: string, signal: AbortSignal, seen: (name: string) => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { signal, persistent: false }, (_, name) => {
      if (name !== null) seen(name);
    });
    watcher.on("error", () => undefined);
    return watcher;
  } catch {
    // No such folder, or no watches left.
    return undefined;
  }
}

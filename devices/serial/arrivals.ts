import { existsSync, type FSWatcher, watch } from "node:fs";

// The node appears, udev sets its owner a few milliseconds later, and makes the by-id name after that.
const SETTLE_MS = 250;
/** A slow udev makes the folder of names seconds after the node. */
const LOOKS_FOR_NAMES = 20;
const PORTS = /^(?:tty(?:USB|ACM|AMA|S|XR|MXUSB|O|mxc|UL|LP)\d+|serial)$/;
const NAMES = "serial/by-id";

/** Calls `arrived` after a serial port was plugged in, where ports have files; elsewhere never. */
export function watchArrivals(arrived: () => void, signal: AbortSignal, folder = "/dev"): void {
  const fresh = new Set<string>();
  let settling: NodeJS.Timeout | undefined;
  let awaiting: NodeJS.Timeout | undefined;
  let names: FSWatcher | undefined;

  function note(path: string): void {
    fresh.add(path);
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLE_MS);
  }

  function settle(): void {
    followNames();
    // What was unplugged is reported as well.
    const isThere = [...fresh].some((path) => existsSync(path));
    fresh.clear();
    if (!isThere) return;
    arrived();
    awaitNames(LOOKS_FOR_NAMES);
  }

  /** Until there is a folder, it cannot be watched; what is in it by then has arrived. */
  function awaitNames(looks: number): void {
    clearTimeout(awaiting);
    if (names !== undefined || looks === 0) return;
    awaiting = setTimeout(() => {
      followNames();
      if (names !== undefined) arrived();
      else awaitNames(looks - 1);
    }, SETTLE_MS);
  }

  /** A slow udev names a port long after its node has come. The folder of names comes and goes with the first and the last. */
  function followNames(): void {
    names?.close();
    names = watchFolder(`${folder}/${NAMES}`, (name) => note(`${folder}/${NAMES}/${name}`));
  }

  const nodes = watchFolder(folder, (name) => {
    if (PORTS.test(name)) note(`${folder}/${name}`);
  });
  followNames();
  const stop = () => {
    clearTimeout(settling);
    clearTimeout(awaiting);
    nodes?.close();
    names?.close();
  };
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
}

/** Undefined where there is no such folder, or where no watches are left: then arrivals go unnoticed. */
function watchFolder(folder: string, changed: (name: string) => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name !== null) changed(name);
    });
    watcher.on("error", () => undefined);
    return watcher;
  } catch {
    return undefined;
  }
}

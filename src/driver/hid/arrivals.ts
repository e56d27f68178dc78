import { existsSync, watch } from "node:fs";
import { systemClock } from "../../base/clock.ts";

// The node appears, and udev sets its owner a few milliseconds later.
const SETTLE_MS = 250;

/**
 * Calls `arrived` after a HID device was plugged in, where those have files (Linux); elsewhere never, and the
 * supervisor finds it by trying now and then.
 */
export function watchArrivals(arrived: () => void, signal: AbortSignal, folder = "/dev"): void {
  const fresh = new Set<string>();
  let stopSettling = () => {};
  const settle = () => {
    // What was unplugged is reported as well.
    const isThere = [...fresh].some((name) => existsSync(`${folder}/${name}`));
    fresh.clear();
    if (isThere) arrived();
  };
  try {
    const watcher = watch(folder, { signal, persistent: false }, (_, name) => {
      if (name === null || !name.startsWith("hidraw")) return;
      fresh.add(name);
      stopSettling();
      stopSettling = systemClock.after(SETTLE_MS, settle);
    });
    watcher.on("error", () => undefined);
    signal.addEventListener("abort", () => stopSettling(), { once: true });
  } catch {
    // No such folder, or no watches left: arrivals go unnoticed here.
  }
}

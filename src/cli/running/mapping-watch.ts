import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Cancel, Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";

interface MappingWatchTools {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The file, or one beside it that it may name, may say something else now. */
  changed(): void;
}

const SETTLE_MS = 150;
/** How often it is asked what is under the file's name. */
const LOOK_MS = 1000;

/**
 * Editors replace files, and profiles may lie beside: the folder is watched, and a burst of events is one edit. Tools that
 * configure machines replace whole folders or the links that lead there, which nobody hears who watches the old one: so
 * it is also looked at what the name leads to.
 */
export function watchMapping({ file, clock, log, signal, changed }: MappingWatchTools): void {
  const folder = dirname(file);
  let cancel: Cancel = () => undefined;
  let watcher: FSWatcher | undefined;
  let seen: Identity | undefined;
  let isLooking = false;
  let isWarned = false;

  function settle(): void {
    cancel();
    cancel = clock.after(SETTLE_MS, () => void (signal.aborted || changed()));
  }

  function watchFolder(): void {
    watcher?.close();
    try {
      watcher = watch(folder, (_, name) => {
        if (name === null || name === basename(file) || /\.(?:jsonc?|csv)$/.test(name)) settle();
      });
      watcher.on("error", warn);
    } catch (error) {
      warn(error);
    }
  }

  /** What is looked at is found all the same, only later. */
  function warn(error: unknown): void {
    if (!isWarned) log.warn("the folder of the mapping is not watched", { why: String(error) });
    isWarned = true;
  }

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    const found = await identify(file, folder);
    isLooking = false;
    // Between the old one and the new one there may be none.
    if (found === undefined || signal.aborted) return;
    const before = seen;
    seen = found;
    if (before === undefined) return;
    if (before.folder !== found.folder) watchFolder();
    if (before.folder !== found.folder || before.file !== found.file) settle();
  }

  watchFolder();
  void look();
  const stop = clock.every(LOOK_MS, () => void look());
  signal.addEventListener(
    "abort",
    () => {
      stop();
      cancel();
      watcher?.close();
    },
    { once: true },
  );
}

interface Identity {
  readonly file: string;
  readonly folder: string;
}

/** Through all links; a file that was written to is another one, a folder is not. */
async function identify(file: string, folder: string): Promise<Identity | undefined> {
  try {
    const [one, place] = await Promise.all([stat(file, { bigint: true }), stat(folder, { bigint: true })]);
    return {
      file: [one.dev, one.ino, one.size, one.mtimeNs, one.ctimeNs].join(),
      folder: [place.dev, place.ino].join(),
    };
  } catch {
    return undefined;
  }
}

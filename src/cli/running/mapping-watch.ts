import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Cancel, Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";

interface MappingWatchTools {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Further files that the mapping names by now, by their paths. */
  beside(): readonly string[];
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
export function watchMapping({ file, clock, log, signal, beside, changed }: MappingWatchTools): void {
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
        const isNamed = () => beside().some((one) => one === join(folder, name ?? ""));
        if (name === null || name === basename(file) || /\.(?:jsonc?|csv)$/.test(name) || isNamed()) settle();
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
    const found = await identify(file, { folder, beside: beside() });
    isLooking = false;
    // Between the old one and the new one there may be none.
    if (found === undefined || signal.aborted) return;
    const before = seen;
    seen = found;
    if (before === undefined) return;
    if (before.folder !== found.folder) watchFolder();
    const isSame = before.file === found.file && !isEdited(before.beside, found.beside);
    if (before.folder !== found.folder || !isSame) settle();
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
  readonly beside: ReadonlyMap<string, string>;
}

/** Whether a file that is named before and after is another one. */
function isEdited(before: Identity["beside"], after: Identity["beside"]): boolean {
  return [...after].some(([file, one]) => before.has(file) && before.get(file) !== one);
}

/** Through all links; a file that was written to is another one, a folder is not. */
async function identify(
  file: string,
  { folder, beside }: { readonly folder: string; readonly beside: readonly string[] },
): Promise<Identity | undefined> {
  try {
    const [one, place] = await Promise.all([stampOf(file), stat(folder, { bigint: true })]);
    const others = beside.map(async (other) => [other, await stampOf(other).catch(() => "none")] as const);
    return {
      file: one,
      folder: [place.dev, place.ino].join(),
      beside: new Map(await Promise.all(others)),
    };
  } catch {
    return undefined;
  }
}

async function stampOf(file: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join();
}

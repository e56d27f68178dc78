import type { DeliveredMark, KeptMark, MarkEnd, MarkKeeper } from "../../src/action/mark.ts";
import { rememberStarted, type StartedRecordings } from "../../src/alarm/started.ts";
import type { Clock } from "../../src/base/clock.ts";

/** What is on the disk of the campaign's machine: it outlives every bridge. */
export interface Disk {
  state: "fine" | "full";
  readonly rows: Map<string, { mark: KeptMark; state: "waiting" | MarkEnd; why: string }>;
  /** Recordings that were started here. */
  readonly started: StartedRecordings;
  /** A keeper for one life of a bridge: what it has not written when that ends is lost. */
  createKeeper(clock: Clock): MarkKeeper;
}

/** Of a mark, or of what was started here. */
export const WRITE_MS = 8;
const TRIED_AGAIN_MS = 1000;

export function createDisk(): Disk {
  const disk: Disk = {
    state: "fine",
    rows: new Map(),
    started: rememberStarted(),
    createKeeper(clock) {
      /** What could not be written: it is tried again, as the product's queue does. */
      const unwritten = new Map<string, { mark: KeptMark; written: (() => void) | undefined }>();
      const write = (mark: KeptMark) => void disk.rows.set(mark.id, { mark, state: "waiting", why: "" });
      const tryAgain = () => {
        if (disk.state === "full") return;
        for (const { mark, written } of unwritten.values()) {
          write(mark);
          written?.();
        }
        unwritten.clear();
      };
      clock.every(TRIED_AGAIN_MS, tryAgain);
      return {
        keep: (mark, written) =>
          new Promise((resolve) => {
            clock.after(WRITE_MS, () => {
              if (disk.state === "full") {
                unwritten.set(mark.id, { mark, written });
                return resolve("not-kept");
              }
              write(mark);
              resolve("kept");
            });
          }),
        note(id, timeSeconds) {
          clock.after(WRITE_MS, () => {
            const held = unwritten.get(id) ?? disk.rows.get(id);
            if (held !== undefined) held.mark = { ...held.mark, timeSeconds };
          });
        },
        settle(id, result, why) {
          clock.after(WRITE_MS, () => {
            unwritten.delete(id);
            const row = disk.rows.get(id);
            if (row !== undefined) Object.assign(row, { state: result, why });
          });
        },
        async load() {
          const rows = [...disk.rows.values()];
          const waiting = rows.filter(({ state }) => state === "waiting").map(({ mark }) => mark);
          const delivered = rows
            .filter(({ state, mark }) => state === "delivered" && mark.timeSeconds !== undefined)
            .map(({ mark }) => mark as DeliveredMark);
          const refused = rows
            .filter(({ state }) => state === "refused")
            .map(({ mark, why }) => ({ ...mark, why, refusedWallMs: 0 }));
          return { waiting, delivered, refused };
        },
      };
    },
  };
  return disk;
}

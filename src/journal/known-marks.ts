import type { LeftMarks } from "../action/mark.ts";
import { keepNewest } from "../base/memory.ts";
import type { LedgerChange } from "./ledger-file.ts";

/** Far more than wait at once. The oldest are forgotten here first, which takes them off no disk. */
const MOST_KNOWN = 200_000;

/** What the file of marks has to hold for people who are still concerned: to write it again if the file is lost. */
export class KnownMarks {
  readonly #changes = new Map<string, readonly LedgerChange[]>();

  /** What the file had before this process. */
  load({ waiting, refused }: LeftMarks): void {
    for (const mark of [...refused, ...waiting]) this.note({ kind: "keep", mark });
    for (const { id, why, refusedWallMs: wallMs } of refused)
      this.note({ kind: "settle", id, result: "refused", why, wallMs });
  }

  note(change: LedgerChange): void {
    const id = change.kind === "keep" ? change.mark.id : change.id;
    const isOver = change.kind === "settle" && change.result !== "refused";
    if (isOver) this.#changes.delete(id);
    else this.#changes.set(id, [...(this.#changes.get(id) ?? []), change]);
    keepNewest(this.#changes, MOST_KNOWN);
  }

  /** Marks that wait or were refused, as what wrote them; written twice it changes nothing. */
  changes(): readonly LedgerChange[] {
    return [...this.#changes.values()].flat();
  }
}

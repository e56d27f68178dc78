import type { Clock } from "../base/clock.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { Row } from "./chain.ts";
import type { Fact } from "./fact.ts";
import { reviveFact } from "./revive.ts";
import { createStorage } from "./storage.ts";

/** From this moment up to that one, itself excluded; in milliseconds since 1970. */
export interface Range {
  readonly sinceWallMs: number;
  readonly untilWallMs: number;
}

/** What the journal has of a range of time. */
export interface Past {
  /** Oldest first; each with the run of the bridge in which it happened, since monotonic times compare within one. */
  readonly facts: readonly { readonly run: string; readonly fact: Fact }[];
  /** Whether the range has older ones that were left out. */
  readonly isCut: boolean;
}

const MOST_AT_ONCE = 250;
const MOST_ROWS = 5000;

/**
 * Reads the newest 5000 rows of a range in a thread of its own, so that neither a press nor a mark waits for it, and hands
 * them over in pieces that are small for whoever goes on meanwhile. Fails where there is no journal to read.
 */
export async function readPast(
  clock: Clock,
  folder: string,
  range: Range,
): Promise<Result<Past, { readonly message: string }>> {
  const storage = createStorage(clock);
  const facts: Past["facts"][number][] = [];
  let count = 0;
  let oldest: Row | undefined;
  let isCut = true;
  while (count < MOST_ROWS) {
    const beforeSequence = oldest?.sequence ?? Number.MAX_SAFE_INTEGER;
    const question = { folder, ...range, beforeSequence, most: MOST_AT_ONCE };
    const read = await storage.ask("read-journal", question);
    if (!read.ok) {
      await storage.close();
      return fail(read.failure);
    }
    for (const row of read.value) {
      const fact = reviveFact(row);
      if (fact !== undefined) facts.push({ run: row.run, fact });
    }
    count += read.value.length;
    oldest = read.value.at(-1);
    if (read.value.length < MOST_AT_ONCE) {
      isCut = false;
      break;
    }
  }
  await storage.close();
  return succeed({ facts: facts.toReversed(), isCut });
}

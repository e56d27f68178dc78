import { keepNewest } from "../base/memory.ts";
import type { KeptMark, Mark, OpenMarks, RefusedMark, ServerMarks } from "./mark.ts";

/** At a few hundred bytes each: some megabytes. Older ones are on the disk, and only there. */
const MOST_REFUSED = 10_000;

/** A mark on its way, and as it was when it was made. */
export interface OnItsWay {
  readonly made: KeptMark;
  readonly mark: Pick<Mark, "timeSeconds">;
}

/** Marks that nobody delivers: refused ones that nobody has settled, oldest refusal first, and those for other servers. */
export class OpenMarkList {
  readonly #refused = new Map<string, RefusedMark>();
  #elsewhere: OnItsWay[] = [];

  refuse(mark: RefusedMark): void {
    this.#refused.set(mark.id, mark);
    keepNewest(this.#refused, MOST_REFUSED);
  }

  /** It waits for the mapping to name its server again. */
  setAside(one: OnItsWay): void {
    this.#elsewhere.push(one);
  }

  /** Takes those off the list whose server is there now, in the order in which they were set aside. */
  takeBack(isThere: (mark: KeptMark) => boolean): readonly OnItsWay[] {
    const before = this.#elsewhere;
    const back = new Set(before.filter(({ made }) => isThere(made)));
    this.#elsewhere = before.filter((one) => !back.has(one));
    return [...back];
  }

  /** A sentence about those that wait for servers that the mapping does not name, the same however many they are. */
  tellElsewhere(): string | undefined {
    const servers = [...new Set(this.#elsewhere.map(({ made }) => made.server))];
    if (servers.length === 0) return undefined;
    return `marks wait for a server that the mapping does not name: ${servers.join(", ")}`;
  }

  /** Takes a refused one off the list; nothing when there is none of that id. */
  settle(id: string): RefusedMark | undefined {
    const mark = this.#refused.get(id);
    this.#refused.delete(id);
    return mark;
  }

  refusedIn(room: string): number {
    return [...this.#refused.values()].filter((mark) => mark.room === room).length;
  }

  /** Together with those that are being delivered; at most so many of each kind. */
  report(delivering: readonly (readonly OnItsWay[])[], most: number): OpenMarks {
    const lanes = [...delivering, this.#elsewhere];
    const newest = lanes
      .flatMap((lane) => lane.slice(-most))
      .map(({ made, mark }) => ({ ...made, timeSeconds: mark.timeSeconds }));
    return {
      servers: count(lanes, this.#refused.values()),
      waiting: newest.toSorted((one, other) => other.pressedWallMs - one.pressedWallMs).slice(0, most),
      refused: [...this.#refused.values()].slice(-most).reverse(),
    };
  }
}

function count(
  waiting: readonly (readonly OnItsWay[])[],
  refused: Iterable<RefusedMark>,
): readonly ServerMarks[] {
  const counts = new Map<string, { server: string; waiting: number; refused: number }>();
  const of = (server: string) => {
    const known = counts.get(server) ?? { server, waiting: 0, refused: 0 };
    counts.set(server, known);
    return known;
  };
  for (const lane of waiting) for (const { made } of lane) of(made.server).waiting++;
  for (const { server } of refused) of(server).refused++;
  return [...counts.values()];
}

import { type Clock, pause } from "../base/clock.ts";
import type { Past } from "../journal/past.ts";
import type { Story } from "./page/protocol.ts";
import { Stories } from "./stories.ts";

/** At most so many stories, as many facts at a time: whatever else waits comes between. */
const MOST_STORIES = 500;
const MOST_AT_ONCE = 200;

/** The stories of the past as they would have been told then, oldest first. */
export async function tellPast({ facts }: Past, clock: Clock): Promise<readonly Story[]> {
  const told: Story[] = [];
  let run: string | undefined;
  let stories = new Stories(MOST_STORIES, () => undefined);
  for (const [index, one] of facts.entries()) {
    if (one.run !== run) {
      told.push(...stories.recent());
      stories = new Stories(MOST_STORIES, () => undefined);
      run = one.run;
    }
    stories.take(one.fact);
    if (index % MOST_AT_ONCE === MOST_AT_ONCE - 1) await pause(clock, 0);
  }
  // Of two runs, both count their own news.
  return [...told, ...stories.recent()]
    .slice(-MOST_STORIES)
    .map((story, index) => ({ ...story, id: `past-${index}` }));
}

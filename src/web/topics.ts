import type { ConsoleSource } from "../bridge/console-source.ts";
import type { Fact } from "../journal/fact.ts";
import { describeMarks } from "./describe-marks.ts";
import type { FaultSwitches } from "./fault-switches.ts";
import type { Metrics } from "./metrics.ts";
import type { Topic, TopicMessages } from "./page/pages.ts";
import type { Recordings } from "./recordings.ts";
import type { Stories } from "./stories.ts";

/** How the pages that follow a topic are told about it. */
export interface TopicProvider<Message> {
  /** All that is known: for who begins to follow; without `news` also for the others, whenever it is another one. */
  whole?(): Message | undefined | Promise<Message>;
  /** What came since it was asked last. */
  news?(): Message | undefined;
  /** When the others are told: once a second at most, or also at once after facts that change much. */
  readonly pace: "each-second" | "at-once";
  /** What a fact says at once. */
  tell?(fact: Fact): Message | undefined;
}

/** Where what is told comes from. */
interface TopicSources {
  readonly source: ConsoleSource;
  readonly stories: Stories;
  readonly recordings: Recordings;
  readonly metrics: Metrics;
  /** In the demo only. */
  readonly switches: FaultSwitches | undefined;
}

/** The topics of the pages' table, and where what is told of them comes from. */
export function createTopics({ source, stories, recordings, metrics, switches }: TopicSources): {
  readonly [Each in Topic]: TopicProvider<TopicMessages[Each]>;
} {
  let logged = 0;
  return {
    activity: {
      pace: "at-once",
      whole: () => ({ type: "stories", stories: stories.recent().slice(-MOST_TOLD) }),
      news: () => {
        const changed = stories.takeChanged();
        return changed.length === 0 ? undefined : { type: "stories", stories: changed };
      },
    },
    // Told by the session of the page that learns.
    learn: { pace: "at-once" },
    latency: {
      pace: "each-second",
      whole: async () => ({ type: "latency", histograms: await metrics.histograms() }),
    },
    marks: { pace: "at-once", whole: () => ({ type: "marks", marks: describeMarks(source.status()) }) },
    log: {
      pace: "each-second",
      whole: () => ({ type: "log", lines: source.log() }),
      news: () => {
        const lines = source.log().filter(({ number }) => number > logged);
        logged = lines.at(-1)?.number ?? logged;
        return lines.length === 0 ? undefined : { type: "log", lines };
      },
    },
    kiosks: { pace: "at-once", whole: () => ({ type: "kiosks", kiosks: source.kiosks.list() }) },
    recordings: {
      pace: "at-once",
      whole: () => ({ type: "recordings", recordings: recordings.describe() }),
    },
    simulator: {
      pace: "each-second",
      whole: () => switches && { type: "simulator", simulator: switches.describe() },
    },
  };
}

const MOST_TOLD = 200;

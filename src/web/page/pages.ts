import type {
  HistogramInfo,
  KioskInfo,
  LessonInfo,
  LogLineInfo,
  MarksInfo,
  RecordingInfo,
  SimulatorInfo,
  Story,
} from "./protocol.ts";

/**
 * Every page of the console. The page itself is `pages/<name>.tsx`, which exports `Page`; router, bar, server and
 * subscriptions read this table. What the bridge tells of a topic stands in `../topics.ts`.
 */
const PAGES = {
  panels: { path: "/", title: "Panels", right: "view", place: "bar", topics: {} },
  rooms: { path: "/rooms", title: "Rooms", right: "view", place: "bar", topics: { recordings: "shown" } },
  activity: {
    path: "/activity",
    title: "Activity",
    right: "view",
    place: "bar",
    topics: { activity: "shown" },
  },
  mapping: { path: "/mapping", title: "Mapping", right: "view", place: "bar", topics: { learn: "asked" } },
  health: {
    path: "/health",
    title: "Health",
    right: "view",
    place: "bar",
    topics: { latency: "shown", marks: "shown", log: "shown" },
  },
  tablets: {
    path: "/tablets",
    title: "Tablets",
    right: "press",
    place: "bar",
    topics: { kiosks: "shown" },
  },
  simulator: {
    path: "/simulator",
    title: "Simulator",
    right: "view",
    place: "demo",
    topics: { simulator: "shown" },
  },
  /** The panel of a tablet's link. */
  kiosk: { path: "/kiosk", title: "Panel", right: "view", place: "alone", topics: {} },
  panel: { path: "/panel/:device", title: "Panel", right: "view", place: "alone", topics: {} },
} as const satisfies Readonly<Record<string, PageEntry>>;

/** What pages read beside what every page is told: the message of each topic. */
export interface TopicMessages {
  /** New stories and those that went on; oldest first. */
  readonly activity: { readonly type: "stories"; readonly stories: readonly Story[] };
  /** What a device reported that this page learns, or that it is learnt no more; told to nobody else. */
  readonly learn: { readonly type: "lesson"; readonly lesson: LessonInfo };
  readonly latency: { readonly type: "latency"; readonly histograms: readonly HistogramInfo[] };
  readonly marks: { readonly type: "marks"; readonly marks: MarksInfo };
  /** Those of the last lines of the log that were not told yet. */
  readonly log: { readonly type: "log"; readonly lines: readonly LogLineInfo[] };
  readonly kiosks: { readonly type: "kiosks"; readonly kiosks: readonly KioskInfo[] };
  readonly recordings: { readonly type: "recordings"; readonly recordings: readonly RecordingInfo[] };
  readonly simulator: { readonly type: "simulator"; readonly simulator: SimulatorInfo };
}

/** What a page can follow. */
export type Topic = keyof TopicMessages;
/** A message of any topic. */
export type TopicMessage = TopicMessages[Topic];
/** The file of a page, without its ending. */
export type PageName = keyof typeof PAGES;

/** What the table says of a page. */
export interface PageEntry {
  /** Below the console's own path. `:name` at the end is a part that the page is given. */
  readonly path: string;
  /** In the bar and in the browser's title; of a page with a part, the part is its title. */
  readonly title: string;
  /** What a session must be allowed to open it and to follow its topics. */
  readonly right: "view" | "press";
  /** In the bar; there in the demo only; or with the whole screen, and no bar. */
  readonly place: "bar" | "demo" | "alone";
  /** Followed as long as the page is shown, or when the page asks for it. */
  readonly topics: Readonly<Partial<Record<Topic, "shown" | "asked">>>;
}

/** An entry of the table with its name. */
export interface Page extends PageEntry {
  readonly name: PageName;
}

/** The pages with their names, in the order of the bar. */
export function listPages(): readonly Page[] {
  return Object.entries(PAGES).map(([name, entry]) => ({ name: name as PageName, ...entry }));
}

/** Whether a session with this right may see what needs the other. */
export function mayOpen({ right }: Pick<PageEntry, "right">, own: PageEntry["right"] | "edit"): boolean {
  return right === "view" || own !== "view";
}

/** The topics that a session with this right may follow: those of the pages that it may open. */
export function topicsFor(own: PageEntry["right"] | "edit"): ReadonlySet<Topic> {
  const open = listPages().filter((page) => mayOpen(page, own));
  return new Set(open.flatMap(({ topics }) => Object.keys(topics) as Topic[]));
}

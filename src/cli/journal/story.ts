import { readWallTime } from "../../base/clock.ts";
import type { Row } from "../../journal/chain.ts";
import { style } from "../terminal.ts";

interface Story {
  readonly first: Row;
  readonly lines: string[];
}

type Body = Readonly<Record<string, unknown>>;

/** What belongs to a press comes within this time; what comes later is told as a story of its own. */
const STORY_MS = 60_000;
/** How long what a room or a panel shows is taken for the consequence of the last press on it. */
const CONSEQUENCE_MS = 10_000;

/**
 * Rows as lines for people, a press and all that came of it together: `+` stands before what carries its
 * correlation, `~` before what its room or its panel showed soon after.
 */
export function* tellStories(rows: Iterable<Row>): Generator<string> {
  const open = new Map<string, Story>();
  let stories: Story[] = [];
  for (const row of rows) {
    const due = stories.findIndex(({ first }) => row.wallMs - first.wallMs <= STORY_MS);
    const done = stories.splice(0, due === -1 ? stories.length : due);
    for (const story of done) {
      yield* story.lines;
      for (const [key, other] of open) if (other === story) open.delete(key);
    }
    const story = tell(row, open);
    if (story !== undefined) stories.push(story);
  }
  for (const story of stories) yield* story.lines;
  stories = [];
}

/** Adds the row to the story that it belongs to, or returns a new one. */
function tell(row: Row, open: Map<string, Story>): Story | undefined {
  const own = row.correlation === null ? undefined : open.get(row.correlation);
  const place = row.room === null ? `device ${row.device}` : `room ${row.room}`;
  const near = row.correlation === null ? open.get(place) : undefined;
  const isNear = near !== undefined && row.wallMs - near.first.wallMs <= CONSEQUENCE_MS;
  if (own !== undefined) own.lines.push(`  ${offset("+", row, own)}  ${describeRow(row)}`);
  else if (isNear) near.lines.push(`  ${offset("~", row, near)}  ${describeRow(row)}`);
  const story = own ?? { first: row, lines: [`${style("dim", moment(row))}  ${describeRow(row)}`] };
  if (row.correlation !== null) {
    open.set(row.correlation, story);
    if (row.room !== null) open.set(`room ${row.room}`, story);
    if (row.device !== null) open.set(`device ${row.device}`, story);
  }
  return own !== undefined || isNear ? undefined : story;
}

function moment({ wallMs }: Row): string {
  const { date, time } = readWallTime(wallMs);
  return `${date} ${time}.${String(wallMs % 1000).padStart(3, "0")}`;
}

/** Monotonic times compare within one run of the bridge only. */
function offset(sign: string, row: Row, { first }: Story): string {
  const afterMs = row.run === first.run ? row.atMs - first.atMs : row.wallMs - first.wallMs;
  return style("dim", `${sign}${Math.round(afterMs)} ms`.padStart(9));
}

function describeRow(row: Row): string {
  const body = readBody(row);
  return describers[row.kind]?.(body, row) ?? `${row.kind} ${row.body}`;
}

function readBody({ body }: Row): Body {
  try {
    return JSON.parse(body) as Body;
  } catch {
    return {};
  }
}

const describers: Readonly<Record<string, (body: Body, row: Row) => string>> = {
  opened: ({ news }) => (news === undefined ? "the bridge opens its journal" : `journal: ${plain(news)}`),
  closed: () => "the bridge closes its journal",
  pruned: ({ through }) => `journal: rows up to ${through} removed for their age or number`,
  gap: ({ lost, why }) => `journal: ${lost} facts were not written: ${why}`,
  device: ({ state, text }, { device }) => `${device} ${state}: ${text}`,
  stuck: ({ control }, { device }) => `${device} ${control} is stuck`,
  press: ({ source, gesture }, { device, author }) => `${device} ${source}: ${gesture}${by(author)}`,
  action: ({ source, gesture, action }, { device, author, room }) =>
    `${device} ${source} (${gesture})${by(author)} asks for ${style("bold", String(action))} in ${room}`,
  request: ({ command }, { room }) => `the server is asked to ${command} ${room}`,
  answer: ({ command, answer }) => `the server answers ${command}: ${answer}`,
  refusals: ({ action, reason, number }, { device, author, room }) => {
    const what = [device, action, room && `in ${room}`].filter(Boolean).join(" ");
    return `${what}${by(author)}: refused ${number} times more, ${reason}`;
  },
  alarm: ({ alarm, state, text }) => `alarm ${alarm} ${state}: ${text}`,
  outcome: ({ kind, reason, message, recording }) =>
    `outcome: ${[kind, reason, message, recording && `recording ${recording}`].filter(Boolean).join(", ")}`,
  mark: ({ result, text, recording, timeSeconds, why }, { author }) => {
    const place = [recording && `recording ${recording}`, timeSeconds !== undefined && `at ${timeSeconds} s`];
    return `mark "${text}" ${result}${by(author)} ${[...place, why].filter(Boolean).join(", ")}`.trimEnd();
  },
  room: ({ knowledge, status, pending, recording, why, trouble }, { room }) => {
    const parts = [pending && `${pending} pending`, recording && `recording ${recording}`, why, trouble];
    return [`${room} is ${status ?? knowledge}`, ...parts.filter(Boolean)].join(", ");
  },
  shown: ({ control, text, lamp, picture }, { device }) =>
    `${device} ${control} shows ${text ?? lamp ?? `picture ${picture}`}`,
  told: ({ to, text, values }, { device }) => `${device} tells ${to}: ${text} ${plain(values)}`.trimEnd(),
};

function by(author: string | null): string {
  return author === null ? "" : ` by ${author}`;
}

function plain(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}

import { quote } from "../../base/csv.ts";
import type { Story } from "./protocol.ts";
import { after } from "./time.tsx";
import { tellInEnglish } from "./words.ts";

/** Kinds of files that stories can be kept in. */
export type ExportKind = "csv" | "json";

const COLUMNS = ["time", "title", "verdict", "rooms", "device", "peer", "tookMs", "steps"] as const;

/** What is seen, oldest first, as a file that a browser saves. */
export function saveStories(stories: readonly Story[], kind: ExportKind): void {
  const told = stories.map(inEnglish);
  const text = kind === "csv" ? toCsv(told) : JSON.stringify(told, undefined, 2);
  const type = kind === "csv" ? "text/csv;charset=utf-8" : "application/json";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = `activity.${kind}`;
  link.click();
  // Browsers begin to save it some time later.
  after(60_000, () => URL.revokeObjectURL(link.href));
}

/** Whatever language the site speaks, files read the same. */
function inEnglish({ title, steps, ...story }: Story) {
  return {
    ...story,
    title: tellInEnglish(title),
    steps: steps.map((step) => ({ ...step, text: tellInEnglish(step.text) })),
  };
}

/** One story a line; spreadsheets want a mark at the beginning to read UTF-8. */
function toCsv(stories: readonly ReturnType<typeof inEnglish>[]): string {
  const lines = stories.map((story) => {
    const cells = {
      ...story,
      time: new Date(story.wallMs).toISOString(),
      rooms: story.rooms.join(" "),
      tookMs: Math.round(story.steps.at(-1)?.afterMs ?? 0),
      steps: story.steps.map(({ afterMs, text }) => `${Math.round(afterMs)} ms ${text}`).join(" / "),
    };
    return COLUMNS.map((column) => quote(cells[column])).join(",");
  });
  return `\ufeff${[COLUMNS.join(","), ...lines].join("\r\n")}\r\n`;
}

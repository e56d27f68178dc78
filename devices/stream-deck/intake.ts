import type { LcdPosition, StreamDeck } from "@elgato-stream-deck/core";
import { errorText } from "../../src/base/error-text.ts";
import type { Clock, ControlEvent, ControlId, TouchGesture } from "../../src/driver/contract.ts";
import type { Turn } from "../../src/driver/hid/turn.ts";
import type { DeckControl, Part } from "./controls.ts";
import { createGhostGuard } from "./ghosts.ts";
import type { ModelWord } from "./models.ts";
import { readReportKind } from "./report.ts";
import { readSwipe } from "./swipe.ts";

interface IntakeTools {
  readonly clock: Clock;
  /** A first state that arrives sooner than this was not caused by a finger that came down since. */
  readonly unaskedWithinMs: number;
  feed(report: Uint8Array): void;
  emit(event: ControlEvent): void;
  dropped(reason: string): void;
}

interface IntakeDeck {
  readonly model: ModelWord;
  readonly controls: readonly DeckControl[];
  /** Its events must come while `feed` runs, as the library's do. */
  readonly library: StreamDeck;
  readonly turn: Turn;
}

/** Takes raw input reports, has the library read them, and emits what was touched. Never throws. */
export function createIntake(deck: IntakeDeck, tools: IntakeTools): (report: Uint8Array) => void {
  const heard: ControlEvent[] = [];
  const withoutGhosts = createGhostGuard(deck.controls.map(({ description }) => description));
  const seen = new Set<string>();
  const startMs = tools.clock.monotonicMs();
  hear(deck, (event) => heard.push(event));

  /**
   * A report holds the state of all keys, and none comes unasked: keys that were down before opening first show
   * up beside a fresh press. Which of them is fresh cannot be told, so none of them counts as a press.
   */
  function judge(kind: string, events: readonly ControlEvent[]): readonly ControlEvent[] {
    if (kind !== "keys" && kind !== "pushes") return events;
    const isFirst = !seen.has(kind);
    seen.add(kind);
    const isUnasked = tools.clock.monotonicMs() - startMs < tools.unaskedWithinMs;
    const downCount = events.filter((event) => event.kind === "down").length;
    if (!isFirst || (downCount < 2 && !isUnasked)) return events;
    return events.map((event) => (event.kind === "down" ? { kind: "held", control: event.control } : event));
  }

  return (report) => {
    const kind = readReportKind(deck.model, report);
    if (kind === "other") return;
    if (kind === "unreadable") return tools.dropped("unreadable report");
    heard.length = 0;
    try {
      tools.feed(report);
    } catch (error) {
      return tools.dropped(`report that the library cannot read: ${errorText(error)}`);
    }
    const judged = judge(kind, [...heard]);
    const events = withoutGhosts(judged);
    if (events.some((event, at) => event !== judged[at]))
      tools.dropped("press that may be a ghost of others");
    for (const event of events) tools.emit(event);
  };
}

function hear({ library, controls, turn }: IntakeDeck, take: (event: ControlEvent) => void): void {
  const idOf = (fits: (part: Part) => boolean): ControlId | undefined =>
    controls.find(({ part }) => fits(part))?.description.id;
  const press = (kind: "down" | "up") => (pressed: { type: string; index: number }) => {
    const wanted = pressed.type === "encoder" ? "dial" : "button";
    const control = idOf((part) => part.kind === wanted && part.index === pressed.index);
    if (control !== undefined) take({ kind, control });
  };
  const touch = (how: TouchGesture, { x }: LcdPosition) => {
    const control = idOf(
      (part) => part.kind === "segment" && x >= part.leftPx && x < part.leftPx + part.widthPx,
    );
    if (control !== undefined) take({ kind: "touched", control, how });
  };
  library.on("down", press("down"));
  library.on("up", press("up"));
  library.on("rotate", ({ index }, detents) => {
    const control = idOf((part) => part.kind === "dial" && part.index === index);
    if (control !== undefined) take({ kind: "turned", control, detents });
  });
  library.on("lcdShortPress", (_strip, at) => touch("tap", at));
  library.on("lcdLongPress", (_strip, at) => touch("hold", at));
  library.on("lcdSwipe", (_strip, from, to) => {
    // Left is where the segments with the lower numbers are, also on a strip that hangs upright.
    const onwards = turn === 180 || turn === 270 ? -1 : 1;
    const how = readSwipe(onwards * (to.x - from.x), to.y - from.y);
    if (how !== undefined) touch(how, from);
  });
  library.on("nfcRead", (text) => {
    const control = idOf((part) => part.kind === "reader");
    const value = readable(text);
    if (control !== undefined && value !== "") take({ kind: "pulsed", control, values: [value] });
  });
}

// Card numbers are short; whatever else a card sends does not belong into a journal.
const LONGEST_CARD = 64;

function readable(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, "")
    .trim()
    .slice(0, LONGEST_CARD);
}

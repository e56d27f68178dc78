import { briefFailure, explainOutcome, type Outcome } from "../action/action.ts";
import { actions } from "../action/actions/index.ts";
import { alarmKinds, describeAlarm } from "../alarm/alarm.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { Fact } from "../journal/fact.ts";
import type { Phrase } from "../language/phrases.ts";
import { perhapsPhrase, type Sayable, told } from "../language/told.ts";
import type { Story, StoryStep, Verdict } from "./page/protocol.ts";
import { type News, tellSite } from "./site-stories.ts";

/** How long one stage of a press took. */
export interface Timing {
  readonly stage: "touch-to-request" | "request-to-answer" | "touch-to-lamp" | "touch-to-confirmed";
  readonly tookMs: number;
}

/** Joins facts to stories: everything that one press or request caused, with its timings. */
export class Stories {
  readonly #most: number;
  readonly #measure: (timing: Timing) => void;
  readonly #changed = new Set<Draft>();
  readonly #drafts = new Map<string, Draft>();
  /** Presses whose effect has not been seen yet, by room. */
  readonly #awaited = new Map<RoomName, Draft>();
  /** Presses whose control has not shown anything yet, or not the confirmed state, by device and control. */
  readonly #unshown = new Map<string, Draft>();
  readonly #statuses = new Map<RoomName, string>();
  #count = 0;

  /** Of more than `most` the oldest go; `measure` is told how long each stage took. */
  constructor(most: number, measure: (timing: Timing) => void) {
    this.#most = most;
    this.#measure = measure;
  }

  /** Whether there is anything for `takeChanged`. */
  get hasChanged(): boolean {
    return this.#changed.size > 0;
  }

  /** Those that are new or went on since they were taken last. */
  takeChanged(): readonly Story[] {
    const changed = [...this.#changed].map(finish);
    this.#changed.clear();
    return changed;
  }

  /** Oldest first. */
  recent(): readonly Story[] {
    return [...this.#drafts.values()].map(finish);
  }

  /** Something that happened by itself, such as the server's going. */
  note({ rooms = [], why = "", ...news }: News): void {
    this.#count += 1;
    const draft: Draft = {
      id: `news-${this.#count}`,
      rooms: [...rooms],
      steps: why === "" ? [] : [{ what: "seen", afterMs: 0, text: why }],
      startMs: 0,
      marksWaiting: 0,
      ...news,
    };
    this.#keep(draft);
    this.#changed.add(draft);
  }

  take(fact: Fact): void {
    switch (fact.kind) {
      case "press":
        this.#begin(fact);
        break;
      case "action":
        this.#understand(fact);
        break;
      case "answer":
        this.#goOn(fact, {
          what: "answered",
          text: told("the server answers: {answer}", { answer: perhapsPhrase(fact.answer) }),
        });
        break;
      case "alarm":
        this.#noteAlarm(fact);
        break;
      case "request":
        this.#goOn(fact, {
          what: "asked",
          text: told("asked the server: {command} {room}", {
            command: perhapsPhrase(fact.command),
            room: fact.room,
          }),
        });
        break;
      case "outcome":
        this.#answer(fact);
        break;
      case "mark":
        this.#noteMark(fact);
        break;
      case "room":
        this.#see(fact);
        break;
      case "shown":
        this.#show(fact);
        break;
      case "device":
        this.#noteDevice(fact);
        break;
      case "lesson":
        this.#noteLesson(fact);
        break;
      case "server":
      case "address":
      case "edit":
        this.note(tellSite(fact));
        break;
      case "stuck":
        this.note({
          wallMs: fact.wallMs,
          kind: "device",
          title: told("{device}: {control} is stuck, ignored until it comes up", {
            device: fact.device,
            control: fact.control,
          }),
          device: fact.device,
          verdict: "trouble",
        });
        break;
      default:
    }
  }

  #begin(fact: Of<"press" | "action">): Draft {
    const known = this.#drafts.get(fact.cause.correlation);
    if (known !== undefined) return known;
    const draft = beginDraft(fact);
    this.#keep(draft);
    this.#unshown.set(`${fact.cause.device} ${fact.cause.source}`, draft);
    this.#changed.add(draft);
    return draft;
  }

  #understand(fact: Of<"action">): void {
    const { action, room } = fact;
    const draft = this.#begin(fact);
    draft.verdict = worse(draft.verdict, "open");
    if (!draft.rooms.includes(room)) draft.rooms.push(room);
    this.#step(draft, fact, { what: "understood", text: tellAction(action, room) });
  }

  #goOn(fact: Of<"request" | "answer" | "mark">, step: Pick<StoryStep, "what" | "text">): void {
    const draft = this.#drafts.get(fact.correlation);
    if (draft === undefined) return;
    this.#step(draft, fact, step);
    if (fact.kind === "answer" && draft.askedMs !== undefined)
      this.#measure({ stage: "request-to-answer", tookMs: fact.atMs - draft.askedMs });
    if (fact.kind !== "request") return;
    draft.askedMs = fact.atMs;
    this.#awaited.set(fact.room, draft);
    this.#measure({ stage: "touch-to-request", tookMs: fact.atMs - draft.startMs });
  }

  #answer(fact: Of<"outcome">): void {
    const draft = this.#drafts.get(fact.correlation);
    if (draft === undefined) return;
    const { outcome } = fact;
    draft.verdict = worse(draft.verdict, verdictOf(outcome));
    if (outcome.kind === "waiting") draft.marksWaiting += 1;
    if (outcome.kind !== "done") this.#awaited.delete(fact.room);
    // Nothing changed by it: what the control shows next is about something else.
    if (outcome.kind === "already-so") forget(this.#unshown, draft);
    const brief = outcome.kind === "failed" ? { brief: briefFailure(outcome.failure) } : {};
    this.#step(draft, fact, { what: "ended", text: explainOutcome(outcome), ...brief });
  }

  #noteMark(fact: Of<"mark">): void {
    const { text, result } = fact;
    const what = told("mark “{text}” {result}", { text, result: perhapsPhrase(result) });
    this.#goOn(fact, { what: "mark", text: what });
    const draft = this.#drafts.get(fact.correlation);
    if (draft === undefined || draft.marksWaiting === 0 || result === "waiting") return;
    draft.marksWaiting -= 1;
    draft.verdict = worse(draft.verdict, result === "refused" ? "refused" : "done");
  }

  #see(fact: Of<"room">): void {
    const { room, view } = fact;
    if (view.status === undefined || view.pending !== undefined) return;
    const before = this.#statuses.get(room);
    this.#statuses.set(room, view.status);
    const draft = this.#awaited.get(room);
    if (draft !== undefined) {
      this.#awaited.delete(room);
      draft.isSeen = true;
      this.#measure({ stage: "touch-to-confirmed", tookMs: fact.atMs - draft.startMs });
      const text = told("the server says: {room} is {status}", {
        room,
        status: perhapsPhrase(view.status),
      });
      this.#step(draft, fact, { what: "seen", text });
    } else if (before !== undefined && before !== view.status) this.#noteChange(fact, view.status);
  }

  #noteChange({ room, wallMs }: Of<"room">, status: string): void {
    const title = told("{room} is {status}: somebody else did that", {
      room,
      status: perhapsPhrase(status),
    });
    this.note({ wallMs, kind: "room", title, rooms: [room], verdict: "news" });
  }

  #show(fact: Of<"shown">): void {
    const key = `${fact.device} ${fact.control}`;
    const draft = this.#unshown.get(key);
    if (draft === undefined) return;
    const lastMs = draft.startMs + (draft.steps.at(-1)?.afterMs ?? 0);
    if (fact.atMs > lastMs + SHOWS_WITHIN_MS) {
      this.#unshown.delete(key);
      return;
    }
    const isFirst = draft.isShown !== true;
    if (isFirst) {
      draft.isShown = true;
      this.#measure({ stage: "touch-to-lamp", tookMs: fact.atMs - draft.startMs });
    }
    const isLast = isSettled(draft);
    if (isLast) this.#unshown.delete(key);
    if (!isFirst && !isLast) return;
    const text: Phrase =
      draft.isSeen === true ? "the control shows it" : "the control shows that it was taken";
    this.#step(draft, fact, { what: "shown", text });
  }

  #noteDevice({ device, state, text, wallMs }: Of<"device">): void {
    const title = told(state === "open" ? "{device} is there: {text}" : "{device} is gone: {text}", {
      device,
      text,
    });
    this.note({ wallMs, kind: "device", title, device, verdict: state === "open" ? "news" : "trouble" });
  }

  #noteLesson({ device, state, by, wallMs }: Of<"lesson">): void {
    const title =
      state === "begun"
        ? told("begins to learn {device}, by {by}", { device, by })
        : told("{device} is not learnt any more: its presses count again", { device });
    this.note({ wallMs, kind: "device", title, device, verdict: "news" });
  }

  #noteAlarm({ alarm, state, text, room, wallMs }: Of<"alarm">): void {
    // The journal may have been written by a version that knew others.
    const isKnown = [...alarmKinds("room"), ...alarmKinds("site")].includes(alarm);
    const { words } = isKnown ? describeAlarm(alarm, { room, text, sinceWallMs: wallMs }) : { words: alarm };
    const what = perhapsPhrase(words);
    const about = room === undefined ? what : told("{room}: {what}", { room, what });
    const title = state === "raised" ? about : told("over: {what}", { what: about });
    const verdict = state === "raised" ? "trouble" : "news";
    const rooms = room === undefined ? [] : [room];
    this.note({ wallMs, kind: room === undefined ? "server" : "room", title, rooms, verdict, why: text });
  }

  #step(draft: Draft, { atMs }: Fact, step: Omit<StoryStep, "afterMs">): void {
    if (draft.steps.length >= MOST_STEPS) return;
    draft.steps.push({ ...step, afterMs: Math.max(0, atMs - draft.startMs) });
    this.#changed.add(draft);
  }

  #keep(draft: Draft): void {
    this.#drafts.set(draft.id, draft);
    for (const [id, oldest] of this.#drafts) {
      if (this.#drafts.size <= this.#most) break;
      this.#drafts.delete(id);
      this.#changed.delete(oldest);
      forget(this.#awaited, oldest);
      forget(this.#unshown, oldest);
    }
  }
}

const MOST_STEPS = 40;
/** A control that changes longer than that after the last step of a story does so for another reason. */
const SHOWS_WITHIN_MS = 5000;

type Of<Kind extends Fact["kind"]> = Extract<Fact, { kind: Kind }>;

/** Nothing more can come that the control would show. */
function isSettled({ isSeen, askedMs, verdict, marksWaiting }: Draft): boolean {
  if (isSeen === true || verdict === "refused" || verdict === "failed") return true;
  return (verdict !== "open" || marksWaiting > 0) && askedMs === undefined;
}

function forget<Key>(table: Map<Key, Draft>, draft: Draft): void {
  for (const [key, one] of table) if (one === draft) table.delete(key);
}

/** A story that may still go on. */
interface Draft {
  readonly id: string;
  readonly wallMs: number;
  readonly kind: Story["kind"];
  readonly title: Sayable;
  readonly device?: string;
  readonly source?: string;
  readonly peer?: string;
  readonly rooms: string[];
  readonly steps: StoryStep[];
  /** The touch, on the bridge's clock. */
  readonly startMs: number;
  verdict: Verdict;
  /** Its marks that the server has not taken yet. */
  marksWaiting: number;
  /** When the server was asked last. */
  askedMs?: number;
  /** Whether the server has confirmed it. */
  isSeen?: boolean;
  /** Whether the control has shown anything since. */
  isShown?: boolean;
}

/** Only a press so far: what it asks for, if anything, follows. */
function beginDraft({ cause, atMs, wallMs }: Extract<Fact, { kind: "press" | "action" }>): Draft {
  const isRequest = cause.gesture === "request";
  const { device, source } = cause;
  const gesture = perhapsPhrase(cause.gesture === "pulse" ? "signal" : cause.gesture.replace("-", " "));
  const what = { device, control: source, gesture };
  const title = isRequest ? `${device}: ${source}` : told("{device}: {gesture} {control}", what);
  const touched = isRequest ? told("request {source}", { source }) : told("{gesture} on {control}", what);
  return {
    id: cause.correlation,
    wallMs: wallMs - (atMs - cause.pressedAtMs),
    kind: isRequest ? "request" : "press",
    title,
    device,
    source,
    ...(cause.peer === undefined ? {} : { peer: cause.peer }),
    rooms: [],
    steps: [{ what: "touched", afterMs: 0, text: touched }],
    startMs: cause.pressedAtMs,
    verdict: "news",
    marksWaiting: 0,
  };
}

/** What an action that the journal knows by its word does. */
function tellAction(word: string, room: string): Sayable {
  const { tells = "", tellsBriefly = tells } = actions.get(word) ?? {};
  return tellsBriefly === "" ? `${word.replace("-", " ")} ${room}` : told(tellsBriefly as Phrase, { room });
}

/** The story as it stands. */
function finish(draft: Draft): Story {
  const { startMs, askedMs, isSeen, isShown, marksWaiting, ...story } = draft;
  const verdict = marksWaiting > 0 && story.verdict === "done" ? "open" : story.verdict;
  return { ...story, verdict, rooms: [...story.rooms], steps: [...story.steps] };
}

function verdictOf(outcome: Outcome): Verdict {
  switch (outcome.kind) {
    case "done":
    case "already-so":
      return "done";
    case "waiting":
      return "open";
    case "refused":
      return "refused";
    case "failed":
    case "expired":
      return "failed";
  }
}

/** Of the actions of one press, the worst outcome is the press's. */
function worse(one: Verdict, other: Verdict): Verdict {
  const order: readonly Verdict[] = ["news", "open", "done", "refused", "failed"];
  return order.indexOf(other) > order.indexOf(one) ? other : one;
}

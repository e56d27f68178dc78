import type { Clock } from "../../src/base/clock.ts";
import type { CampaignPanel } from "./panel.ts";
import type { CampaignServer } from "./server.ts";

export interface OracleTools {
  readonly clock: Clock;
  readonly server: CampaignServer;
  readonly panels: readonly CampaignPanel[];
}

/** What may be believed of a room's status, and the press deadline: the product's own defaults. */
const FRESH_MS = 15_000;
const ACTIVE_FRESH_MS = 6000;
const DEADLINE_MS = 2000;
/** The lamp is drawn within the same turn, and looked at every 50 ms. */
const DRAWING_MS = 100;

interface Press {
  readonly atMs: number;
  readonly what: string;
}

interface FoundMark {
  readonly recording: string;
  readonly timeSeconds: number;
}

interface MarkPress {
  readonly text: string;
  readonly recording: string | undefined;
  readonly elapsedSeconds: number;
}

/**
 * Knows what should be true, from outside: it sees presses, lamps, and what the server was asked and truly is. It
 * knows nothing of the bridge's inside.
 */
export class Oracle {
  readonly violations: string[] = [];
  readonly #tools: OracleTools;
  readonly #presses: Press[][];
  /** Since when each room truly records, and when it last did. */
  readonly #recordedAtMs: number[];
  readonly #marks: MarkPress[] = [];
  readonly #uncertain = new Set<string>();
  /** Panels whose lamp is wrong now: each lie is told once. */
  readonly #lies = new Set<number>();
  #checked = 0;

  constructor(tools: OracleTools) {
    this.#tools = tools;
    this.#presses = tools.panels.map(() => []);
    this.#recordedAtMs = tools.panels.map(() => -Infinity);
    tools.server.onActed(() => this.#lookAtTruth());
    for (const [index, panel] of tools.panels.entries()) panel.onShown(() => this.#judgeLamp(index));
  }

  /** Something that a person does. */
  pressed(panel: number, what: string): void {
    this.#presses[panel]?.push({ atMs: this.#tools.clock.monotonicMs(), what });
  }

  /** Somebody else pauses or goes on while the bridge cannot see it: nobody can know the time of marks then. */
  timeIsUncertain(room: number): void {
    const { recordingId } = this.#tools.server.world.room(room) ?? {};
    if (recordingId !== undefined) this.#uncertain.add(String(recordingId));
  }

  /** A mark whose time nobody will ever know: only true when its recording has ended. */
  markGivenUp(text: string, recording: string): void {
    const { rooms } = this.#tools.server.world;
    if (rooms().some(({ recordingId }) => recordingId !== undefined && String(recordingId) === recording))
      this.#object(`${text} was given up as if its recording had ended, and it goes on`);
  }

  markPressed(panel: number, text: string): void {
    const room = this.#tools.server.world.room(panel + 1);
    const recording = room?.recordingId === undefined ? undefined : String(room.recordingId);
    this.#marks.push({ text, recording, elapsedSeconds: room?.elapsedSeconds ?? 0 });
  }

  /** Often: between two calls nothing that people see goes unjudged for longer than the interval. */
  look(): void {
    this.#lookAtTruth();
    for (const index of this.#tools.panels.keys()) this.#judgeLamp(index);
    this.#judgeCommands();
  }

  /** When all is quiet again and everything was delivered; the texts are of marks that people were told are safe. */
  judgeMarks(acknowledged: ReadonlyMap<string, string>, refused: ReadonlyMap<string, string>): void {
    const found = this.#findMarks();
    for (const mark of this.#marks) {
      const there = found.get(mark.text) ?? [];
      if (there.length > 1) this.#object(`${mark.text} is there ${there.length} times`);
      const told = acknowledged.get(mark.text);
      if (there.length === 0 && told !== undefined && !refused.has(mark.text))
        this.#object(`${mark.text} was acknowledged (${told}) and is lost`);
      if (there[0] !== undefined) this.#judgeTime(mark, there[0]);
    }
  }

  #findMarks(): ReadonlyMap<string, readonly FoundMark[]> {
    const found = new Map<string, FoundMark[]>();
    for (const { id, marks } of this.#tools.server.world.recordings()) {
      for (const { text, timeSeconds } of marks) {
        const known = found.get(text ?? "") ?? [];
        found.set(text ?? "", [...known, { recording: String(id), timeSeconds }]);
      }
    }
    return found;
  }

  /** Only where the bridge could know: another recording than the true one was the last that it had seen. */
  #judgeTime({ text, recording, elapsedSeconds }: MarkPress, found: FoundMark): void {
    if (
      this.#uncertain.has(found.recording) ||
      found.recording !== recording ||
      Math.abs(found.timeSeconds - elapsedSeconds) <= 2
    )
      return;
    this.#object(`${text} stands at ${found.timeSeconds} s and was pressed at ${elapsedSeconds} s`);
  }

  #lookAtTruth(): void {
    const nowMs = this.#tools.clock.monotonicMs();
    for (const index of this.#tools.panels.keys()) {
      if (this.#tools.server.world.room(index + 1)?.status === "recording") this.#recordedAtMs[index] = nowMs;
    }
  }

  /** Red and steady is the promise: the room recorded within the freshness limit. */
  #judgeLamp(index: number): void {
    const { rgb, blink } = this.#tools.panels[index]!.lamp();
    const isRed = rgb[0]! > 128 && rgb[1]! < 64 && rgb[2]! < 64 && blink === "steady";
    if (!isRed) {
      this.#lies.delete(index);
      return;
    }
    const ageMs = this.#tools.clock.monotonicMs() - this.#recordedAtMs[index]!;
    const isLie = ageMs > ACTIVE_FRESH_MS + DRAWING_MS;
    if (isLie && !this.#lies.has(index)) {
      this.#object(`panel ${index + 1} is red, and the room has not recorded for ${Math.round(ageMs)} ms`);
      this.#lies.add(index);
    }
  }

  #judgeCommands(): void {
    const { commands } = this.#tools.server;
    for (; this.#checked < commands.length; this.#checked++) {
      const { sentMs, room, command } = commands[this.#checked]!;
      const presses = this.#presses[room - 1] ?? [];
      const cause = presses.findIndex(
        (press) => sentMs >= press.atMs && sentMs <= press.atMs + DEADLINE_MS && means(press.what, command),
      );
      if (cause < 0) this.#object(`room ${room} was told to ${command}, and nobody asked for that in time`);
      // One press, one command: what is left must explain the next.
      else presses.splice(cause, 1);
    }
    const nowMs = this.#tools.clock.monotonicMs();
    for (const presses of this.#presses)
      while (presses[0] !== undefined && presses[0].atMs < nowMs - FRESH_MS) presses.shift();
  }

  #object(what: string): void {
    this.violations.push(`${Math.round(this.#tools.clock.monotonicMs())} ms: ${what}`);
  }
}

const toggles: Readonly<Record<string, readonly string[]>> = {
  tally: ["start", "stop"],
  "toggle-pause": ["pause", "resume"],
};

function means(press: string, command: string): boolean {
  return press === command || toggles[press]?.includes(command) === true;
}

import { systemClock } from "../../src/base/clock.ts";
import type { RecordingId } from "../../src/base/identifiers.ts";
import type { Simulator } from "../../src/simulator/server.ts";

/** What a person or a control system did, and what it was told. */
export interface Press {
  readonly life: number;
  readonly atMs: number;
  readonly room: number;
  readonly what: string;
}

export interface MarkPress {
  readonly life: number;
  readonly text: string;
  readonly room: number;
  /** Of the recording that truly ran then. */
  readonly recording: string | undefined;
  readonly elapsedSeconds: number;
  acknowledged: boolean;
}

/** From the start of a process to its end. */
interface Life {
  readonly fromMs: number;
  toMs: number;
}

/** Requests that were on their way when the process was killed still arrive. */
const ON_THE_WAY_MS = 300;
/** The product's own deadline of a press, and what a loaded machine adds between sending and reading a line. */
const PRESS_LIVES_MS = 2000 + 2000;
const COMMAND = /^rooms\/(\d+)\/(?:record\/)?(start|stop|pause|resume|lock|unlock)$/;

const meanings: Readonly<Record<string, readonly string[]>> = {
  start: ["REC START", "REC TOGGLE"],
  stop: ["REC STOP", "REC TOGGLE"],
  pause: ["REC PAUSE"],
  resume: ["REC RESUME"],
  lock: ["LOCK ON"],
  unlock: ["LOCK OFF"],
};

/** Sees everything from outside: presses, answers, what reached the server and what is there in the end. */
export class Witness {
  readonly violations: string[] = [];
  readonly marks = new Map<string, MarkPress>();
  readonly #simulator: Simulator;
  readonly #presses: Press[] = [];
  readonly #lives: Life[] = [];
  /** Recordings that were paused: when in them something was cannot be judged from outside. */
  readonly #paused = new Set<string>();
  commands = 0;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    simulator.requests.onRequest(({ path, atMs }) => {
      const [, room, command] = COMMAND.exec(path) ?? [];
      if (command !== undefined) this.#judgeCommand({ atMs, room: Number(room), command });
    });
  }

  lifeBegins(): number {
    this.#lives.push({ fromMs: systemClock.monotonicMs(), toMs: Infinity });
    return this.#lives.length - 1;
  }

  lifeEnds(): void {
    const life = this.#lives.at(-1);
    if (life !== undefined) life.toMs = systemClock.monotonicMs();
  }

  pressed(room: number, what: string): void {
    this.#presses.push({ life: this.#lives.length - 1, atMs: systemClock.monotonicMs(), room, what });
  }

  markPressed(room: number, text: string): void {
    const { recordingId, elapsedSeconds } = this.#simulator.world.room(room) ?? { elapsedSeconds: 0 };
    const recording = recordingId === undefined ? undefined : String(recordingId);
    const life = this.#lives.length - 1;
    this.marks.set(text, { life, text, room, recording, elapsedSeconds, acknowledged: false });
  }

  acknowledged(): readonly MarkPress[] {
    return [...this.marks.values()].filter((mark) => mark.acknowledged);
  }

  #judgeCommand({ atMs, room, command }: { atMs: number; room: number; command: string }): void {
    this.commands++;
    const id = this.#simulator.world.room(room)?.recordingId;
    if ((command === "pause" || command === "resume") && id !== undefined) this.#paused.add(String(id));
    const causes = meanings[command] ?? [];
    const index = this.#presses.findIndex((press) => {
      const life = this.#lives[press.life];
      const isAlive = life !== undefined && atMs <= life.toMs + ON_THE_WAY_MS;
      const isRecent = atMs >= press.atMs && atMs <= press.atMs + PRESS_LIVES_MS;
      return press.room === room && causes.includes(press.what) && isAlive && isRecent;
    });
    if (index >= 0) this.#presses.splice(index, 1);
    else this.violations.push(`room ${room} was told to ${command}, and nobody asked for that in that life`);
  }

  /** When all is delivered; `refused` are the marks that stay on record with a reason. */
  judgeMarks(refused: ReadonlyMap<string, string>): void {
    const found = this.#findMarks();
    for (const mark of this.acknowledged())
      if (!found.has(mark.text) && !refused.has(mark.text))
        this.violations.push(`${mark.text} was acknowledged and is lost`);
    for (const [text, places] of found) {
      const mark = this.marks.get(text);
      if (mark === undefined) this.violations.push(`${text} is there, and nobody set it`);
      else this.#judgeMark(mark, places);
    }
  }

  #judgeMark(mark: MarkPress, places: readonly Place[]): void {
    const [place] = places;
    if (places.length !== 1) this.violations.push(`${mark.text} is there ${places.length} times`);
    if (place === undefined) return;
    if (place.room !== mark.room)
      this.violations.push(`${mark.text} of room ${mark.room} stands in room ${place.room}`);
    const isSure = place.recording === mark.recording && !this.#paused.has(place.recording);
    if (isSure && Math.abs(place.timeSeconds - mark.elapsedSeconds) > 3)
      this.violations.push(
        `${mark.text} stands at ${place.timeSeconds} s, and was set at ${mark.elapsedSeconds} s`,
      );
  }

  #findMarks(): ReadonlyMap<string, readonly Place[]> {
    const found = new Map<string, Place[]>();
    for (const { id, roomId, marks } of this.#simulator.world.recordings())
      for (const { text, timeSeconds } of marks) {
        const places = found.get(text ?? "") ?? [];
        places.push({ recording: String(id as RecordingId | number), room: roomId, timeSeconds });
        found.set(text ?? "", places);
      }
    return found;
  }
}

interface Place {
  readonly recording: string;
  readonly room: number;
  readonly timeSeconds: number;
}

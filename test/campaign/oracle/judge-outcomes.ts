import type { Outcome, StateCommand } from "../../../src/action/action.ts";
import type { RoomMoment } from "../../../src/simulator/room-machine.ts";
import { commandsOf, wishesOf } from "../controls.ts";
import { isRecording, isRunning, isStatus } from "../truth.ts";
import type { Ask } from "./asks.ts";
import { tell } from "./judge-commands.ts";
import type { Scene } from "./scene.ts";
import type { HeardPress } from "./witness.ts";

type IsSo = Parameters<Scene["server"]["truth"]["wasEver"]>[2];

/** What an OK says of the room. */
const effects: Readonly<Record<StateCommand, IsSo>> = {
  start: isRecording,
  stop: isStatus("available", "locked", "prepared"),
  pause: isStatus("paused"),
  resume: isRecording,
  lock: isStatus("locked"),
  unlock: (moment) => moment.status !== "locked",
};

/** What a refusal says of the room; other reasons say nothing of it. */
const reasons: Readonly<Record<string, IsSo>> = {
  "not-recording": (moment) => !isRunning(moment),
  "room-recording": isRunning,
  "room-paused": isStatus("paused"),
  "room-locked": isStatus("locked"),
};

/** After so long a start's answer is there, or nobody waits for it any more. */
const ANSWERED_MS = 20_000;

/** What people are told about a press was so between the press and the telling. */
export class OutcomeJudge {
  readonly acknowledged = new Map<string, string>();
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  judge(press: HeardPress, outcome: Outcome): void {
    if (press.mark !== undefined) this.#judgeMark(press, press.mark, outcome);
    const wishes = wishesOf(press.control, press.gesture);
    if (wishes.length === 0) return;
    // Which of a list's actions it was is not told: a mark's has no recording.
    const isMaybeMark =
      press.mark !== undefined && !("recording" in outcome) && !this.#isOfState(press, outcome);
    if (outcome.kind === "failed" && outcome.failure.heard === "maybe") this.#scene.asks.toldNothing(press);
    if (outcome.kind === "done" || outcome.kind === "already-so") {
      if (!isMaybeMark) this.#judgeOk(press, outcome);
    } else if (outcome.kind === "refused" && !isMaybeMark) this.#judgeRefusal(press, outcome.reason);
  }

  #judgeOk(press: HeardPress, outcome: Extract<Outcome, { kind: "done" | "already-so" }>): void {
    const { server, clock, asks, object } = this.#scene;
    const { by, room, control, atMs, commands } = press;
    const nowMs = clock.monotonicMs();
    const wishes = wishesOf(control, press.gesture);
    const isToggle = wishes.some((wish) => commandsOf(wish).length > 1);
    const meant = isToggle && commands.length > 0 ? commands : wishes.flatMap(commandsOf);
    const recording = outcome.kind === "done" ? outcome.recording : undefined;
    const isSo = (command: StateCommand) => (moment: RoomMoment) =>
      effects[command](moment) &&
      (command !== "start" || recording === undefined || String(moment.recordingId) === recording);
    const isTrue =
      outcome.kind === "done"
        ? (command: StateCommand) => server.truth.wasEver(room, [atMs, nowMs], isSo(command))
        : (command: StateCommand) => server.hasShown(press, atMs, isSo(command));
    const isOfStart = wishes.some((wish) => commandsOf(wish).includes("start"));
    if (isOfStart && !(isToggle && commands.includes("stop"))) this.#noteStart(press, outcome);
    else if (outcome.kind === "done" && recording === undefined) asks.toldByLook(press, nowMs);
    if (meant.some(isTrue)) return;
    const { status } = server.truth.now(room);
    const how = outcome.kind === "done" ? "done" : "already so";
    object(
      "ok-untrue",
      `bridge ${by} said "${how}" to ${meant.join(" or ")} of room ${room}, pressed ${tell(atMs)}: since then that was never ${outcome.kind === "done" ? "so" : "shown"}, and the room is ${status}`,
    );
  }

  /** What people who asked for a start mean from now on, where it began after their press. */
  #noteStart(press: HeardPress, outcome: Extract<Outcome, { kind: "done" | "already-so" }>): void {
    const { server, clock, asks } = this.#scene;
    const nowMs = clock.monotonicMs();
    const running = server.truth.span(String(server.truth.now(press.room).recordingId));
    const recording = outcome.kind === "done" ? outcome.recording : running?.id;
    const isList = wishesOf(press.control, press.gesture).includes("stop");
    if (recording === undefined) {
      asks.toldByLook(press, nowMs);
      // Its own request ended a recording, though another press may explain that as well.
      if (isList && press.commands.at(-1) === "stop") asks.toldStopped(press);
      return;
    }
    // The stop of a list names a recording as well: the one that has ended.
    const isStop = isList && press.commands.at(-1) !== "start" && running?.id !== recording;
    const { fromMs = -Infinity } = server.truth.span(recording) ?? {};
    if (isStop) asks.toldStopped(press);
    else if (fromMs >= press.atMs) asks.told(press, recording, nowMs);
  }

  #judgeRefusal(press: HeardPress, reason: string): void {
    const { server, object, clock } = this.#scene;
    const isSo = reasons[reason];
    if (isSo === undefined) return;
    const { by, room, control, mark, atMs } = press;
    const trailMs = server.trailSinceMs(room, atMs);
    // What this bridge called done itself is no old news.
    const told = this.#newestDone(press)?.doneMs ?? -Infinity;
    const fromMs = Math.max(atMs - trailMs, Math.min(told, atMs));
    if (server.truth.wasEver(room, [fromMs, clock.monotonicMs()], isSo)) return;
    object(
      "refusal-untrue",
      `bridge ${by} said "${reason}" to ${mark ?? control} of room ${room}, pressed ${tell(atMs)}: not so since ${tell(fromMs)} (trail ${tell(trailMs)})`,
    );
  }

  /** The newest start that was called done before the press, if its recording was the newest thing. */
  #newestDone({ by, room, atMs }: HeardPress): Ask | undefined {
    return this.#scene.asks
      .of(by, room)
      .findLast(({ began, doneMs }) => began !== undefined && (doneMs ?? Infinity) <= atMs);
  }

  #judgeMark(press: HeardPress, text: string, outcome: Outcome): void {
    const isAlone = wishesOf(press.control, press.gesture).length === 0;
    if (outcome.kind === "waiting" && outcome.kept === "kept") this.acknowledged.set(text, "waiting");
    if (outcome.kind === "done" && isAlone) {
      this.acknowledged.set(text, "done");
      this.#judgeDone(press, text);
    }
    if (outcome.kind !== "refused" || outcome.reason !== "not-recording") return;
    if (isAlone) this.#judgeRefusal(press, outcome.reason);
    this.#scene.clock.after(ANSWERED_MS, () => this.#judgeLost(press, text));
  }

  /** Of a list with a mark: what is done before the mark is there is not the mark. */
  #isOfState({ mark }: HeardPress, { kind }: Outcome): boolean {
    return kind === "done" && mark !== undefined && !this.#isThere(mark);
  }

  #isThere(text: string): boolean {
    return this.#scene.server.world
      .recordings()
      .some(({ marks }) => marks.some((mark) => mark.text === text));
  }

  #judgeDone({ by, room }: HeardPress, text: string): void {
    const { object } = this.#scene;
    if (!this.#isThere(text))
      object("mark-done-missing", `bridge ${by} said "done" to ${text} of room ${room}`);
  }

  /** A mark after the press of an own start that worked waits for that start's answer. */
  #judgeLost(press: HeardPress, text: string): void {
    const { asks, server, object } = this.#scene;
    const { by, room, atMs, order } = press;
    const start = asks.ownStart({ by, room, order });
    const span = start?.began === undefined ? undefined : server.truth.span(start.began);
    if (start?.doneMs === undefined || span === undefined) return;
    if (span.fromMs < atMs || start.doneMs < atMs) return;
    object(
      "refusal-untrue",
      `bridge ${by} said "not-recording" to ${text} of room ${room}, pressed ${tell(atMs)}: its own start was pressed ${tell(start.atMs)} and told done ${tell(start.doneMs)}`,
    );
  }
}

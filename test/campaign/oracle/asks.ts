import { type ControlName, commandsOf, type GestureName, type Wish, wishesOf } from "../controls.ts";
import type { ActedCommand } from "../server.ts";
import type { Doer } from "../truth.ts";

/** Something that a person asked of a room by a gesture that is complete. */
export interface Ask {
  readonly by: Doer;
  readonly room: number;
  readonly control: ControlName;
  readonly gesture: GestureName;
  readonly wish: Wish;
  /** When the gesture was complete. */
  readonly atMs: number;
  /** Among all that people did: much is done within the same millisecond. */
  readonly order: number;
  /** What it made the server do: one press makes one command at most. */
  command: ActedCommand | undefined;
  /** The recording that its command began, as far as that can be told from outside, or as people were told. */
  began: string | undefined;
  /** When people were told that it is done. */
  doneMs: number | undefined;
  /** When people were told that it is done because the room was seen to be so: nobody knows who did that. */
  seenDoneMs: number | undefined;
  /** People were told that nobody knows whether it was done. */
  isInDoubt: boolean;
  /** People were told that its stop is done: presses that ask for the same share one command. */
  isStopped: boolean;
}

export interface Touch {
  readonly by: Doer;
  readonly room: number;
  readonly control: ControlName;
  readonly gesture: GestureName;
  readonly atMs: number;
}

/** All that people asked for, oldest first, whether or not anybody heard them. */
export class AskBook {
  readonly #asks = new Map<string, Ask[]>();
  #order = 0;

  nextOrder(): number {
    return ++this.#order;
  }

  note(touch: Touch): void {
    const order = this.nextOrder();
    const list = this.of(touch.by, touch.room);
    for (const wish of wishesOf(touch.control, touch.gesture))
      list.push({
        ...touch,
        order,
        wish,
        command: undefined,
        began: undefined,
        doneMs: undefined,
        seenDoneMs: undefined,
        isInDoubt: false,
        isStopped: false,
      });
  }

  of(by: Doer, room: number): Ask[] {
    const key = `${by} ${room}`;
    const known = this.#asks.get(key);
    if (known !== undefined) return known;
    const fresh: Ask[] = [];
    this.#asks.set(key, fresh);
    return fresh;
  }

  /** People were told which recording the start of a gesture began: no other start began it, unless that was told too. */
  told(touch: Touch, recording: string, atMs: number): void {
    for (const ask of this.of(touch.by, touch.room))
      if (ask.began === recording && ask.doneMs === undefined) ask.began = undefined;
    // Of presses in the same millisecond, the first that has not been told.
    const starts = this.find(touch).filter(({ wish }) => commandsOf(wish).includes("start"));
    const ask = starts.find(({ doneMs }) => doneMs === undefined) ?? starts.at(-1);
    if (ask === undefined) return;
    ask.began = recording;
    ask.doneMs ??= atMs;
  }

  toldByLook(touch: Touch, atMs: number): void {
    for (const ask of this.find(touch)) ask.seenDoneMs = atMs;
  }

  /**
   * The start that was asked for last before something else was, if it began a recording and no stop came after it at the
   * server: what is done then is meant for that recording.
   */
  ownStart({ by, room, order }: Pick<Ask, "by" | "room" | "order">): Ask | undefined {
    for (const ask of this.of(by, room).toReversed()) {
      if (ask.order >= order) continue;
      if (ask.began !== undefined) return ask;
      // What the server never had ended nothing.
      const isStop = commandsOf(ask.wish).includes("stop");
      if (isStop && (ask.command !== undefined || ask.isStopped)) return undefined;
    }
    return undefined;
  }

  /** Starts that were pressed in the same moment: nobody can tell their order. */
  startsAt({ by, room, atMs }: Pick<Ask, "by" | "room" | "atMs">): readonly Ask[] {
    return this.of(by, room).filter((ask) => ask.atMs === atMs && commandsOf(ask.wish).includes("start"));
  }

  toldStopped(touch: Touch): void {
    for (const ask of this.find(touch)) if (commandsOf(ask.wish).includes("stop")) ask.isStopped = true;
  }

  /** People were told that nobody knows what became of it. */
  toldNothing(touch: Touch): void {
    for (const ask of this.find(touch)) ask.isInDoubt = true;
  }

  /** What one gesture asked for. */
  find({ by, room, control, gesture, atMs }: Touch): readonly Ask[] {
    return this.of(by, room).filter(
      (ask) => ask.control === control && ask.gesture === gesture && Math.abs(ask.atMs - atMs) < 1,
    );
  }
}

import type { Cancel, Clock } from "../base/clock.ts";
import type { PeerId } from "../base/identifiers.ts";

/** What one peer is told about one subject, such as a room or a lamp. */
interface Telling {
  /** The last text sent; a change back to it is none. */
  told: string | undefined;
  waiting: string | undefined;
  allowance: number;
  atMs: number;
  cancel: Cancel;
}

/** Twenty a second for each peer and subject; a few may come together. */
const PER_SECOND = 20;
const BURST = 3;

/** Tells each peer of changes, the newest text of a subject only: nothing is told twice, and the last word never lost. */
export class LinePublisher {
  readonly #clock: Clock;
  readonly #send: (text: string, to: PeerId) => void;
  readonly #peers = new Map<PeerId, Map<string, Telling>>();

  constructor(clock: Clock, send: (text: string, to: PeerId) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** `text` includes its terminator. */
  tell(peer: PeerId, subject: string, text: string): void {
    const telling = this.#tellingOf(peer, subject);
    const isWaiting = telling.waiting !== undefined;
    telling.waiting = text;
    if (!isWaiting) this.#tellSoon(peer, telling);
  }

  /** The peer learned this in another way, such as an answer. */
  note(peer: PeerId, subject: string, text: string): void {
    this.#tellingOf(peer, subject).told = text;
  }

  /** Tells what waits, however often was told before; what the peer was told last of each subject. */
  settle(peer: PeerId): readonly (readonly [subject: string, text: string])[] {
    return [...(this.#peers.get(peer) ?? [])].flatMap(([subject, telling]) => {
      telling.cancel();
      this.#tellNow(peer, telling);
      return telling.told === undefined ? [] : [[subject, telling.told] as const];
    });
  }

  forget(peer: PeerId): void {
    for (const { cancel } of this.#peers.get(peer)?.values() ?? []) cancel();
    this.#peers.delete(peer);
  }

  close(): void {
    for (const peer of [...this.#peers.keys()]) this.forget(peer);
  }

  #tellingOf(peer: PeerId, subject: string): Telling {
    const ofPeer = this.#peers.get(peer) ?? new Map<string, Telling>();
    this.#peers.set(peer, ofPeer);
    const known = ofPeer.get(subject);
    if (known !== undefined) return known;
    const atMs = this.#clock.monotonicMs();
    const fresh: Telling = {
      told: undefined,
      waiting: undefined,
      allowance: BURST,
      atMs,
      cancel: () => undefined,
    };
    ofPeer.set(subject, fresh);
    return fresh;
  }

  #tellSoon(peer: PeerId, telling: Telling): void {
    const nowMs = this.#clock.monotonicMs();
    telling.allowance = Math.min(BURST, telling.allowance + ((nowMs - telling.atMs) / 1000) * PER_SECOND);
    telling.atMs = nowMs;
    if (telling.allowance >= 1) this.#tellNow(peer, telling);
    else {
      // A millisecond more than the sum says: fractions must not make the turn come too early.
      const waitMs = ((1 - telling.allowance) * 1000) / PER_SECOND + 1;
      telling.cancel = this.#clock.after(waitMs, () => this.#tellSoon(peer, telling));
    }
  }

  #tellNow(peer: PeerId, telling: Telling): void {
    const { waiting } = telling;
    telling.waiting = undefined;
    if (waiting === undefined || waiting === telling.told) return;
    telling.told = waiting;
    telling.allowance -= 1;
    this.#send(waiting, peer);
  }
}

import type { Clock } from "../base/clock.ts";
import type { PeerId } from "../base/identifiers.ts";
import type { Peer } from "../driver/link.ts";
import type { AnswerText, LineAnswer } from "./dialect.ts";

/** One client of a link, as long as it is there. */
export interface LinePeer {
  readonly peer: Peer;
  readonly answers: LineAnswers;
  /** Whether one more unknown line may be answered now: noise on a wire looks like commands that nobody knows. */
  mayObject(): boolean;
  /** That the passcode is needed before anything else. */
  isTold: boolean;
}

/** Clients of one link; a wire needs no place. */
const MOST_CLIENTS = 8;
const OBJECTIONS_A_MINUTE = 20;
const MINUTE_MS = 60_000;

/** Who is on a link. */
export class LinePeers {
  readonly #clock: Clock;
  readonly #send: (text: string, to: PeerId) => void;
  readonly #peers = new Map<PeerId, LinePeer>();

  constructor(clock: Clock, send: (text: string, to: PeerId) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  find({ id }: Peer): LinePeer | undefined {
    return this.#peers.get(id);
  }

  /** Nothing when all places are taken. */
  add(peer: Peer): LinePeer | undefined {
    const taken = this.all().filter(({ reach, id }) => reach !== "wire" && id !== peer.id).length;
    if (peer.reach !== "wire" && taken >= MOST_CLIENTS) return undefined;
    this.remove(peer.id);
    const one: LinePeer = {
      peer,
      answers: new LineAnswers((text) => this.#send(text, peer.id)),
      mayObject: peer.reach === "wire" ? createAllowance(this.#clock) : () => true,
      isTold: false,
    };
    this.#peers.set(peer.id, one);
    return one;
  }

  remove(id: PeerId): LinePeer | undefined {
    const one = this.#peers.get(id);
    one?.answers.close();
    this.#peers.delete(id);
    return one;
  }

  /** Resolves when a client is owed nothing. */
  answered(id: PeerId): Promise<void> {
    return this.#peers.get(id)?.answers.whenNothingOwed() ?? Promise.resolve();
  }

  all(): readonly Peer[] {
    return [...this.#peers.values()].map(({ peer }) => peer);
  }

  close(): void {
    for (const id of [...this.#peers.keys()]) this.remove(id);
  }
}

/** So many in any minute. */
function createAllowance(clock: Clock): () => boolean {
  const spentAtMs: number[] = [];
  return () => {
    const nowMs = clock.monotonicMs();
    while (spentAtMs[0] !== undefined && nowMs - spentAtMs[0] >= MINUTE_MS) spentAtMs.shift();
    if (spentAtMs.length >= OBJECTIONS_A_MINUTE) return false;
    spentAtMs.push(nowMs);
    return true;
  };
}

/** More answers than this are never owed to one peer: what is asked beyond is dropped. */
const MOST_OWED = 256;

interface Owed {
  text: AnswerText | undefined;
}

/** Keeps a peer's answers in the order of its commands: a slow one holds back the later ones. */
class LineAnswers {
  readonly #send: (text: string) => void;
  readonly #owed: Owed[] = [];
  #waiting: (() => void)[] = [];

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  isFull(): boolean {
    return this.#owed.length >= MOST_OWED;
  }

  /** Resolves when nothing is owed. */
  whenNothingOwed(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#sendReady();
    });
  }

  add(answer: LineAnswer): void {
    const owed: Owed = { text: typeof answer === "function" ? answer : undefined };
    this.#owed.push(owed);
    if (typeof answer !== "function") {
      void answer.then((text) => {
        owed.text = text;
        this.#sendReady();
      });
    }
    this.#sendReady();
  }

  /** The peer has gone: what is still owed is never sent. */
  close(): void {
    this.#owed.length = 0;
    this.#sendReady();
  }

  #sendReady(): void {
    for (let text = this.#owed[0]?.text; text !== undefined; text = this.#owed[0]?.text) {
      this.#owed.shift();
      const answer = text();
      if (answer !== "") this.#send(answer);
    }
    if (this.#owed.length === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

import type { Clock } from "../base/clock.ts";
import type { PeerId } from "../base/identifiers.ts";
import type { Peer } from "../driver/link.ts";
import { LineAnswers } from "./line-answers.ts";

/** One client of a link, as long as it is there. */
export interface LinePeer {
  readonly peer: Peer;
  readonly answers: LineAnswers;
  /** Whether one more unknown line may be answered now. */
  mayObject(): boolean;
  /** That the passcode is needed before anything else. */
  isTold: boolean;
}

export interface LinePeersTools {
  readonly clock: Clock;
  send(text: string, to: PeerId): void;
}

/** Clients of one link; a wire needs no seat. */
const SEATS = 8;
const OBJECTIONS_A_MINUTE = 20;
const MINUTE_MS = 60_000;

/** Who is on a link. */
export class LinePeers {
  readonly #tools: LinePeersTools;
  readonly #peers = new Map<PeerId, LinePeer>();

  constructor(tools: LinePeersTools) {
    this.#tools = tools;
  }

  find({ id }: Peer): LinePeer | undefined {
    return this.#peers.get(id);
  }

  /** Nothing when all seats are taken. */
  seat(peer: Peer): LinePeer | undefined {
    const { clock, send } = this.#tools;
    const taken = this.seated().filter(({ reach, id }) => reach !== "wire" && id !== peer.id).length;
    if (peer.reach !== "wire" && taken >= SEATS) return undefined;
    this.unseat(peer.id);
    const one: LinePeer = {
      peer,
      answers: new LineAnswers((text) => send(text, peer.id)),
      mayObject: peer.reach === "wire" ? createAllowance(clock) : () => true,
      isTold: false,
    };
    this.#peers.set(peer.id, one);
    return one;
  }

  unseat(id: PeerId): LinePeer | undefined {
    const one = this.#peers.get(id);
    one?.answers.close();
    this.#peers.delete(id);
    return one;
  }

  /** Resolves when a client is owed nothing. */
  answered(id: PeerId): Promise<void> {
    return this.#peers.get(id)?.answers.whenGiven() ?? Promise.resolve();
  }

  seated(): readonly Peer[] {
    return [...this.#peers.values()].map(({ peer }) => peer);
  }

  close(): void {
    for (const id of [...this.#peers.keys()]) this.unseat(id);
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

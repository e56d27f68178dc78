import type { Action, Cause, Outcome } from "../action/action.ts";
import { type Clock, within } from "../base/clock.ts";
import type { PeerId, RoomName } from "../base/identifiers.ts";
import type { LinkMessage, Peer, Stroke } from "../driver/link.ts";
import type { AccessControl } from "./access-control.ts";
import type { ChangePublisher, Recipient } from "./change-publisher.ts";
import type { Dialect, LinkRooms, Objection, Understood } from "./dialect.ts";
import { withoutCards } from "./without-cards.ts";

export interface LinkTools {
  readonly clock: Clock;
  /** As the mapping has them now. */
  gate(): AccessControl;
  dialect(): Dialect;
  readonly teller: ChangePublisher;
  rooms(): LinkRooms;
  send(message: LinkMessage, to: Recipient): void;
  redirect(peer: PeerId, port: number): PeerId;
  dropped(reason: string, peer: Peer): void;
  causeOf(message: LinkMessage, peer: Peer): Cause;
  act(action: Action, cause: Cause, peer: Peer): Promise<Outcome>;
}

/** How long an asker waits for an outcome before it is told that there is none yet. */
const ANSWER_WITHIN_MS = 3000;

/** One conversation with a control system: a message in, actions asked for, their outcome answered. */
export class Link {
  readonly #tools: LinkTools;
  readonly #owed = new Map<PeerId, Promise<unknown>>();

  constructor(tools: LinkTools) {
    this.#tools = tools;
  }

  take(message: LinkMessage, peer: Peer, stroke: Stroke): void {
    const { dialect, rooms, dropped } = this.#tools;
    const gate = this.#tools.gate();
    const objection = gate.findObjection(peer);
    if (objection !== undefined) {
      dropped(objection, peer);
      return;
    }
    const understood = dialect().understand(message, stroke, rooms());
    if (understood.kind === "nothing") return;
    if (!gate.knows(peer) && understood.kind !== "prove") this.#object(message, "denied", peer);
    else if (asksMuch(understood) && !gate.vouchesFor(peer)) {
      dropped("asks for a long answer and is not on the allow-list", peer);
      this.#object(message, "unlisted", peer);
    } else this.#follow(understood, message, peer);
  }

  #follow(understood: Understood, message: LinkMessage, peer: Peer): void {
    const { gate, teller, redirect, clock, dialect } = this.#tools;
    switch (understood.kind) {
      case "actions":
        this.#owe(this.#act(understood, message, peer), peer);
        return;
      case "query":
        if (!teller.tellSnapshot(understood.rooms, peer.id)) this.#object(message, "busy", peer);
        return;
      case "reply":
        this.#say(understood.messages, peer);
        return;
      case "subscribe": {
        const to = understood.port === undefined ? peer.id : redirect(peer.id, understood.port);
        const lasts = peer.delivery === "stream" ? Infinity : clock.monotonicMs() + understood.seconds * 1000;
        const seconds = peer.delivery === "stream" ? null : understood.seconds;
        if (teller.subscribe(peer.id, to, lasts)) this.#say(dialect().grant(message, seconds), peer);
        else this.#object(message, "full", peer);
        return;
      }
      case "unsubscribe":
        teller.unsubscribe(peer.id);
        return;
      case "prove":
        if (gate().prove(peer, understood.passcode)) this.#answer(message, { kind: "done" }, peer);
        else this.#object(message, "wrong-passcode", peer);
        return;
      case "objection":
        this.#object(message, understood.objection, peer);
        return;
      case "nothing":
        return;
    }
  }

  async #act(
    { actions }: Extract<Understood, { kind: "actions" }>,
    message: LinkMessage,
    peer: Peer,
  ): Promise<void> {
    if (actions.length === 0) return;
    const { act, causeOf, clock } = this.#tools;
    const plain = { ...message, text: withoutCards(message.text, actions) };
    const cause = causeOf(plain, peer);
    const acting = Promise.all(actions.map((action) => act(action, cause, peer)));
    const outcomes = await within(clock, acting, ANSWER_WITHIN_MS);
    this.#answer(plain, outcomes === "too-late" ? "too-slow" : worstOf(outcomes), peer);
  }

  #owe(answer: Promise<void>, { id, delivery }: Peer): void {
    if (delivery !== "stream") return;
    const all = Promise.allSettled([this.#owed.get(id), answer]).then(() => {
      if (this.#owed.get(id) === all) this.#owed.delete(id);
    });
    this.#owed.set(id, all);
  }

  /** Resolves when a peer of a stream has the outcomes of all that it asked for. */
  async answered(peer: PeerId): Promise<void> {
    await this.#owed.get(peer);
  }

  /** Addresses need no greeting. */
  joined(_peer: Peer): void {
    return;
  }

  subscribers(): number {
    return this.#tools.teller.subscribers();
  }

  parted(peer: PeerId): void {
    this.#tools.teller.unsubscribe(peer);
    this.#tools.gate().forget(peer);
  }

  roomChanged(room: RoomName): void {
    this.#tools.teller.roomChanged(room);
  }

  siteChanged(): void {
    this.#tools.teller.siteChanged();
  }

  close(): void {
    this.#tools.teller.close();
  }

  #answer(message: LinkMessage, outcome: Outcome | "too-slow", peer: Peer): void {
    this.#say(this.#tools.dialect().answer(message, outcome), peer);
  }

  #object(message: LinkMessage, objection: Objection, peer: Peer): void {
    this.#say(this.#tools.dialect().object(message, objection), peer);
  }

  #say(messages: readonly LinkMessage[], peer: Peer): void {
    const isVouchedFor = this.#tools.gate().vouchesFor(peer);
    for (const message of messages) this.#tools.send(isVouchedFor ? message : inBrief(message), peer.id);
  }
}

/** What is answered with more than it takes to ask for it. */
function asksMuch(understood: Understood): boolean {
  if (understood.kind === "reply") return understood.messages.some(({ values }) => values.length > 0);
  return understood.kind === "query" || understood.kind === "subscribe";
}

/** Which answer it is, and the number of an error. */
function inBrief({ text, values: [first] }: LinkMessage): LinkMessage {
  return { text, values: typeof first === "number" ? [first] : [] };
}

const severity: Readonly<Record<Outcome["kind"], number>> = {
  "already-so": 0,
  done: 1,
  waiting: 2,
  refused: 3,
  expired: 4,
  failed: 5,
};

function worstOf(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((worst, one) => (severity[one.kind] > severity[worst.kind] ? one : worst), {
    kind: "already-so",
  });
}

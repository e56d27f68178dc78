import type { ActionTable } from "../action/action-kind.ts";
import type { PeerId, RoomName } from "../base/identifiers.ts";
import type { LinkMessage, OpenLink, Peer, Stroke } from "../driver/contract.ts";
import { ChangePublisher } from "../link/change-publisher.ts";
import type { AddressInterpreter, Objection, Understood } from "../link/dialect.ts";
import type { LinkMapping } from "../mapping/mapping.ts";
import { matchMessage } from "../mapping/match.ts";
import { type LinkedDevice, LinkSession, withoutCards } from "./link-session.ts";

/** A link of addresses with arguments: answered message by message, without a memory of its peers but subscriptions. */
export class AddressSession extends LinkSession {
  readonly clock = this.context.clock;
  #link: OpenLink | undefined;
  #publisher: ChangePublisher | undefined;
  #interpreter = createInterpreter(this.device.link, this.context.actions);
  readonly #owed = new Map<PeerId, Promise<unknown>>();

  override adopt(device: LinkedDevice, link: "same" | "edited"): void {
    super.adopt(device, link);
    if (link === "edited") this.#interpreter = createInterpreter(device.link, this.context.actions);
  }

  override open(link: OpenLink): void {
    this.close();
    this.#link = link;
    this.#publisher = new ChangePublisher(this);
  }

  override close(): void {
    this.#publisher?.close();
    this.#publisher = undefined;
    this.#link = undefined;
  }

  override isOpen(): boolean {
    return this.#link !== undefined;
  }

  override request(message: LinkMessage, peer: Peer, stroke: Stroke): void {
    const link = this.#link;
    if (link === undefined) return;
    const objection = this.access.findObjection(peer);
    if (objection !== undefined) {
      this.owner.countDrop(objection, peer);
      return;
    }
    const understood = this.#interpreter.understand(message, stroke, this.rooms());
    if (understood.kind !== "prove") this.owner.hears(message);
    const refusal = this.#findRefusal(understood, peer);
    if (refusal !== undefined) this.#object(message, refusal, peer);
    else if (understood.kind !== "actions") this.#serve(understood, message, peer);
    else if (understood.actions.length > 0) {
      const plain = { ...message, text: withoutCards(message.text, understood.actions) };
      const outcome = this.askAll(understood.actions, plain.text, peer);
      const answer = outcome.then((ended) => {
        if (this.#link === link) this.#say(this.#interpreter.answer(plain, ended), peer);
      });
      this.#owe(answer, peer);
    }
  }

  #findRefusal(understood: Understood, peer: Peer): Objection | undefined {
    if (understood.kind === "nothing") return undefined;
    if (!this.access.knows(peer) && understood.kind !== "prove") return "denied";
    if (!asksMuch(understood) || this.access.vouchesFor(peer)) return undefined;
    this.owner.countDrop("asks for a long answer and is not on the allow-list", peer);
    return "unlisted";
  }

  #serve(asked: Exclude<Understood, { kind: "actions" }>, message: LinkMessage, peer: Peer): void {
    switch (asked.kind) {
      case "query":
        if (this.#publisher?.tellSnapshot(asked.rooms, peer.id) === false)
          this.#object(message, "busy", peer);
        return;
      case "reply":
        this.#say(asked.messages, peer);
        return;
      case "subscribe":
        this.#subscribe(asked, message, peer);
        return;
      case "unsubscribe":
        this.#publisher?.unsubscribe(peer.id);
        return;
      case "prove":
        if (this.access.prove(peer, asked.passcode))
          this.#say(this.#interpreter.answer(message, { kind: "done" }), peer);
        else this.#object(message, "wrong-passcode", peer);
        return;
      case "objection":
        this.#object(message, asked.objection, peer);
        return;
      case "nothing":
        return;
    }
  }

  #subscribe(
    { seconds, port }: Extract<Understood, { kind: "subscribe" }>,
    message: LinkMessage,
    peer: Peer,
  ): void {
    const to = port === undefined ? peer.id : (this.#link?.redirect?.(peer.id, port) ?? peer.id);
    const isStream = peer.delivery === "stream";
    const untilMs = isStream ? Infinity : this.clock.monotonicMs() + seconds * 1000;
    if (this.#publisher?.subscribe(peer.id, to, untilMs) === true)
      this.#say(this.#interpreter.grant(message, isStream ? null : seconds), peer);
    else this.#object(message, "full", peer);
  }

  #owe(answer: Promise<void>, { id, delivery }: Peer): void {
    if (delivery !== "stream") return;
    const all = Promise.allSettled([this.#owed.get(id), answer]).then(() => {
      if (this.#owed.get(id) === all) this.#owed.delete(id);
    });
    this.#owed.set(id, all);
  }

  override async answered(peer: PeerId): Promise<void> {
    await this.#owed.get(peer);
  }

  /** Addresses need no greeting. */
  override joined(): void {
    return;
  }

  override parted(peer: PeerId): void {
    this.#publisher?.unsubscribe(peer);
    this.access.forget(peer);
  }

  override subscribers(): number {
    return this.#publisher?.subscribers() ?? 0;
  }

  override roomChanged(room: RoomName): void {
    this.#publisher?.roomChanged(room);
  }

  /** Each room says itself what is known of it. */
  override serverChanged(): void {
    return;
  }

  override siteChanged(): void {
    this.#publisher?.siteChanged();
  }

  /** Buttons of the other side are controls of the device. */
  override panel(): undefined {
    return undefined;
  }

  // What the publisher tells.

  describe(room: RoomName): readonly LinkMessage[] {
    return this.#interpreter.describe(this.context.words(room));
  }

  describeSite(): readonly LinkMessage[] {
    return this.#interpreter.describeSite(this.siteAlarms());
  }

  /** Whether time alone changes what is said about a room. */
  ticks(room: RoomName): boolean {
    const { status, knowledge } = this.context.rooms.view(room);
    return status === "recording" || knowledge === "stale";
  }

  send(message: LinkMessage, to: PeerId | "targets"): void {
    if (this.#link !== undefined) this.tell(this.#link, message, to);
  }

  #object(message: LinkMessage, objection: Objection, peer: Peer): void {
    this.#say(this.#interpreter.object(message, objection), peer);
  }

  #say(messages: readonly LinkMessage[], peer: Peer): void {
    const isVouchedFor = this.access.vouchesFor(peer);
    for (const message of messages) this.send(isVouchedFor ? message : inBrief(message), peer.id);
  }
}

function createInterpreter(
  { dialect, settings, pushes, commands }: LinkMapping,
  actions: ActionTable,
): AddressInterpreter {
  if (dialect.style !== "addresses") throw new Error(`"${dialect.name}" is no dialect of addresses`);
  return dialect.create({
    settings,
    pushes,
    match: (message, stroke, { find: findRoom }) =>
      matchMessage(commands, { message, stroke }, { findRoom, actions }),
  });
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

import { z } from "zod";
import type { Action } from "../action/action.ts";
import type { ControlId, PeerId, RoomName } from "../base/identifiers.ts";
import { parseJson } from "../base/json.ts";
import { printableSentence } from "../base/printable.ts";
import type { ControlEvent, LinkMessage, OpenLink, OpenPanel, Peer } from "../driver/contract.ts";
import type { Words } from "../feedback/words.ts";
import {
  ANSWER_END,
  isSpoiled,
  type LineContext,
  type LineInterpreter,
  type LineMemory,
  type LineReading,
  type LineRefusal,
  type LineTask,
  type Push,
  type ServerState,
} from "../link/dialect.ts";
import { LampBoard } from "../link/lamp-board.ts";
import { type LinePeer, LinePeers } from "../link/line-peers.ts";
import { LinePublisher } from "../link/line-publisher.ts";
import { fillPush } from "../link/push-text.ts";
import { matchMessage } from "../mapping/match.ts";
import { PRODUCT } from "../product.ts";
import type { RoomView } from "../room/room-view.ts";
import { LinkSession } from "./link-session.ts";

/** What a process leaves of a peer to the next one. */
const standingSchema = z.object({
  dialect: z.string(),
  proof: z.string(),
  told: z.array(z.tuple([z.string(), z.string()])),
  own: z.unknown(),
});

/** Longer lines are no commands. */
const LONGEST_LINE = 256;

/** A link of lines: each command is answered once and in order, by its outcome; peers have subscriptions. */
export class LineSession extends LinkSession implements LineContext {
  readonly clock = this.context.clock;
  readonly product: LineContext["product"] = PRODUCT;
  readonly memory: LineMemory = new Map();
  lamps = new LampBoard();
  readonly publisher = new LinePublisher(this.clock, (text, to) => this.#send(text, to));
  readonly #peers = new LinePeers(this.clock, (text, to) => this.#send(text, to));
  #link: OpenLink | undefined;
  #interpreter: LineInterpreter | undefined;
  #toldServer: ServerState | undefined;

  override open(link: OpenLink): void {
    this.close();
    const { dialect } = this.device.link;
    if (dialect.style !== "lines") throw new Error(`"${dialect.name}" is no dialect of lines`);
    this.#link = link;
    this.lamps = new LampBoard();
    this.#interpreter = dialect.create(this);
    this.#toldServer = this.#findServer();
  }

  override close(): void {
    this.#interpreter?.close();
    this.#interpreter = undefined;
    this.publisher.close();
    this.#peers.close();
    this.#link = undefined;
  }

  override isOpen(): boolean {
    return this.#link !== undefined;
  }

  // What the dialect asks for.

  get settings(): Record<string, unknown> {
    return this.device.link.settings;
  }

  get room(): RoomName | undefined {
    return this.device.room;
  }

  view(room: RoomName): RoomView {
    return this.context.rooms.view(room);
  }

  knows(peer: Peer): boolean {
    return this.access.knows(peer) || this.#interpreter?.asksPasscode(peer) === false;
  }

  prove(peer: Peer, passcode: string, isCommand?: (text: string) => boolean): boolean {
    const isProven = this.access.prove(peer, passcode, isCommand);
    if (isProven) this.#tellPushes(peer);
    return isProven;
  }

  touch(event: ControlEvent, peer: Peer): void {
    this.owner.take(event, peer);
  }

  listenFor({ id }: Peer, what: "passcode" | "commands"): void {
    this.#link?.listenFor?.(id, what);
  }

  // Peers and their lines.

  override joined(peer: Peer): void {
    const dialect = this.#interpreter;
    if (dialect === undefined || !this.access.admits(peer.address)) return;
    if (this.#peers.add(peer) === undefined) {
      this.#send(dialect.refuse("full", ""), peer.id);
      return;
    }
    this.#send(dialect.joined(peer), peer.id);
    if (this.knows(peer)) this.#tellPushes(peer);
  }

  /** A line without its terminator; answered when its outcome is known. */
  override request(message: LinkMessage, peer: Peer): void {
    const dialect = this.#interpreter;
    if (dialect === undefined) return;
    if (!this.access.admits(peer.address)) {
      this.owner.countDrop("not on the allow-list", peer);
      return;
    }
    const one = this.#peers.find(peer) ?? this.#peers.add(peer);
    if (one === undefined) this.#turnAway(message.text, peer, dialect);
    else if (one.answers.isFull()) this.owner.countDrop("too many answers owed", peer);
    else this.#follow(this.#read(message.text, one, dialect), message.text, one);
  }

  override standing(id: PeerId): string | undefined {
    const peer = this.#peers.all().find((one) => one.id === id);
    const own = peer && this.knows(peer) ? this.#interpreter?.standing?.(peer) : undefined;
    if (own === undefined) return undefined;
    const { dialect } = this.device.link;
    const told = this.publisher.settle(id);
    return JSON.stringify({ dialect: dialect.name, proof: this.access.prepareProof(), told, own });
  }

  override revived(peer: Peer, text: string): boolean {
    const read = standingSchema.safeParse(parseJson(text));
    if (!read.success) return false;
    const { dialect, proof, told, own } = read.data;
    if (dialect !== this.device.link.dialect.name || !this.access.admits(peer.address)) return false;
    if (!this.access.revive(peer, proof) || this.#peers.add(peer) === undefined) return false;
    for (const [subject, line] of told) this.publisher.note(peer.id, subject, line);
    return this.#interpreter?.revive?.(peer, own) === true;
  }

  override parted(id: PeerId): void {
    const one = this.#peers.remove(id);
    if (one !== undefined) this.#interpreter?.parted(one.peer);
    this.publisher.forget(id);
    this.access.forget(id);
  }

  override answered(id: PeerId): Promise<void> {
    return this.#peers.answered(id);
  }

  #read(line: string, one: LinePeer, dialect: LineInterpreter): LineReading {
    const { peer } = one;
    const isLong = line.length > LONGEST_LINE;
    if (!this.knows(peer))
      return isLong
        ? { kind: "denied", text: dialect.refuse("too-long", line) }
        : dialect.readUnauthenticated(line, peer);
    if (isLong) return { kind: "unknown" };
    // A mapping that was edited may ask it for the passcode again.
    one.isTold = false;
    const message = { text: dialect.withoutTag?.(line) ?? line, values: [] };
    const known = { findRoom: this.rooms().find, actions: this.context.actions };
    const own = matchMessage(this.device.link.commands, { message, stroke: "click" }, known);
    if (own.kind === "actions") return { kind: "tasks", tasks: [this.#ownTask(own.actions, line, peer)] };
    const reading = dialect.read(line, peer);
    if (reading.kind !== "unknown" || own.kind === "no-command") return reading;
    return { kind: "tasks", tasks: [this.#refusal("unknown-room", line)] };
  }

  #follow(reading: LineReading, line: string, one: LinePeer): void {
    switch (reading.kind) {
      case "ignored":
        return;
      case "unknown":
        if (one.mayObject()) this.#carryOut(this.#refusal(findFault(line), line), line, one);
        else this.owner.countDrop("unknown command", one.peer);
        return;
      case "denied":
        this.owner.countDrop("no passcode given", one.peer);
        if (!one.isTold) this.#carryOut(() => () => reading.text, line, one);
        one.isTold = true;
        return;
      case "tasks":
        for (const task of reading.tasks) this.#carryOut(task, line, one);
        return;
    }
  }

  #carryOut(task: LineTask, line: string, { peer, answers }: LinePeer): void {
    const isAllowed = this.access.allows(peer);
    if (!isAllowed) this.owner.countDrop("too many messages", peer);
    answers.add((isAllowed ? task : this.#refusal("busy", line))());
  }

  /** All places are taken. */
  #turnAway(line: string, peer: Peer, dialect: LineInterpreter): void {
    this.owner.countDrop("too many clients", peer);
    if (this.access.allows(peer)) this.#send(dialect.refuse("full", line), peer.id);
  }

  /** A command that the mapping adds. */
  #ownTask(actions: readonly Action[], line: string, peer: Peer): LineTask {
    return () =>
      this.askAll(actions, line, peer).then((outcome) => {
        const answer = this.#interpreter?.answerOwn(outcome, line) ?? "";
        return () => answer;
      });
  }

  #refusal(why: LineRefusal, line: string): LineTask {
    const refusal = this.#interpreter?.refuse(why, line) ?? "";
    return () => () => refusal;
  }

  #send(text: string, to: PeerId): void {
    if (text !== "" && this.#link !== undefined) this.tell(this.#link, { text, values: [] }, to);
  }

  // What changes.

  override roomChanged(room: RoomName): void {
    this.#interpreter?.roomChanged(room);
    const { pushes } = this.device.link;
    if (this.#link === undefined || pushes.length === 0) return;
    if (!this.rooms().all.some(({ name }) => name === room)) return;
    const peers = this.#peers.all().filter((peer) => this.knows(peer));
    this.#tellPushesOf(room, peers);
  }

  /** `down` as long as one server of its rooms is. */
  override serverChanged(): void {
    const server = this.#findServer();
    if (server === this.#toldServer) return;
    this.#toldServer = server;
    this.#interpreter?.serverChanged?.(server);
  }

  #findServer(): ServerState {
    return this.context.rooms.stateOf(this.rooms().all.map(({ name }) => name));
  }

  override siteChanged(): void {
    this.#interpreter?.siteChanged?.();
  }

  override subscribers(): number {
    return this.#interpreter?.subscribers() ?? 0;
  }

  override panel(named: readonly ControlId[]): OpenPanel | undefined {
    return this.inventsControls() ? this.lamps.openPanel(named) : undefined;
  }

  /** The lines that the mapping wants told of its rooms: to each peer once it is known, then on change. */
  #tellPushes(peer: Peer): void {
    for (const { name } of this.rooms().all) this.#tellPushesOf(name, [peer]);
  }

  #tellPushesOf(room: RoomName, peers: readonly Peer[]): void {
    const { pushes } = this.device.link;
    if (pushes.length === 0 || peers.length === 0) return;
    const words = this.context.words(room);
    for (const [index, push] of pushes.entries()) {
      const line = `${writePush(push, words)}${ANSWER_END}`;
      for (const { id } of peers) this.publisher.tell(id, `own ${index} ${room}`, line);
    }
  }
}

/** `"TALLY {room}": "{status}"` becomes `TALLY interview-1 recording`. */
function writePush({ text, values }: Push, words: Words): string {
  return (
    [text, ...values]
      // A server's sentence may bring line ends along: whatever it says, it is one line here.
      .map((part) => printableSentence(fillPush(part, words)))
      .join(" ")
      .trim()
  );
}

function findFault(line: string): LineRefusal {
  if (line.length > LONGEST_LINE) return "too-long";
  return isSpoiled(line) ? "spoiled" : "unknown";
}

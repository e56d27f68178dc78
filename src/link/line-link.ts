import type { Action, Cause, Outcome } from "../action/action.ts";
import type { SiteAlarm } from "../alarm/alarm.ts";
import { type Clock, within } from "../base/clock.ts";
import type { ControlId, PeerId, RoomName } from "../base/identifiers.ts";
import type { OpenPanel } from "../driver/contract.ts";
import type { ControlEvent } from "../driver/control.ts";
import type { LinkMessage, Peer, Stroke } from "../driver/link.ts";
import type { Words } from "../feedback/words.ts";
import type { PushMapping } from "../mapping/mapping.ts";
import type { MatchedMessage } from "../mapping/match.ts";
import type { RoomView } from "../room/room-view.ts";
import type { AccessControl } from "./access-control.ts";
import type { LinkRooms } from "./dialect.ts";
import { LampBoard } from "./lamp-board.ts";
import {
  type AnswerText,
  type Asked,
  isSpoiled,
  type LineDialect,
  type LineMemory,
  type LineOutcome,
  type LineReading,
  type LineRefusal,
  type LineSettings,
  type LineTask,
  type Listening,
  type ServerState,
} from "./line-dialect.ts";
import { createLineDialect } from "./line-dialects.ts";
import { type LinePeer, LinePeers } from "./line-peers.ts";
import { LinePublisher } from "./line-publisher.ts";
import { OwnLines } from "./own-lines.ts";
import { withoutCards } from "./without-cards.ts";

export interface LineLinkTools {
  readonly clock: Clock;
  readonly settings: LineSettings;
  readonly memory: LineMemory;
  /** As the mapping has it now. */
  gate(): AccessControl;
  rooms(): LinkRooms;
  words(room: RoomName): Words;
  view(room: RoomName): RoomView;
  siteAlarms(): readonly SiteAlarm[];
  /** The mapping's own commands, tried before the dialect's. */
  matchOwn(message: LinkMessage): MatchedMessage;
  /** The mapping's own lines, told on change. */
  ownPushes(): readonly PushMapping[];
  send(message: LinkMessage, to: PeerId): void;
  act(action: Action, cause: Cause, peer: Peer): Promise<Outcome>;
  permits(kind: Action["kind"], peer: Peer): boolean;
  causeOf(message: LinkMessage, peer: Peer): Cause;
  dropped(reason: string, peer: Peer): void;
  /** A virtual button; this link has already counted the line against the peer's allowance. */
  touch(event: ControlEvent, peer: Peer): void;
  /** How this peer's bytes are to be cut; absent where all that is carried are lines. */
  listenFor?(peer: PeerId, what: Listening): void;
}

/** How long an asker waits for an outcome before it is told that there is none yet. */
const ANSWER_WITHIN_MS = 3000;
/** Longer lines are no commands. */
const LONGEST_LINE = 256;

/** One conversation in lines with a control system: each command is answered once and in order, by its outcome. */
export class LineLink {
  readonly #tools: LineLinkTools;
  readonly #teller: LinePublisher;
  readonly #dialect: LineDialect;
  readonly #lamps = new LampBoard();
  readonly #peers: LinePeers;
  readonly #own: OwnLines;

  constructor(tools: LineLinkTools) {
    this.#tools = tools;
    const { clock } = tools;
    const write = (text: string, to: PeerId) => tools.send({ text, values: [] }, to);
    this.#teller = new LinePublisher({ clock, send: write });
    this.#peers = new LinePeers({ clock, send: write });
    this.#own = new OwnLines({
      teller: this.#teller,
      pushes: tools.ownPushes,
      rooms: () => tools.rooms().all.map(({ name }) => name),
      words: tools.words,
      peers: () => this.#peers.seated().filter((peer) => this.#knows(peer)),
    });
    this.#dialect = createLineDialect({
      ...tools,
      rooms: tools.rooms,
      teller: this.#teller,
      lamps: this.#lamps,
      knows: (peer) => this.#knows(peer),
      prove: (peer, passcode, isCommand) => this.#prove(peer, passcode, isCommand),
      ask: (action, line, peer) => this.#ask(action, line, peer),
      permits: (kind, peer) => this.#permits(kind, peer),
      listenFor: ({ id }, what) => tools.listenFor?.(id, what),
    });
  }

  joined(peer: Peer): void {
    if (!this.#tools.gate().admits(peer.address)) return;
    const one = this.#peers.seat(peer);
    if (one === undefined) this.#write(this.#dialect.refuse("full", ""), peer);
    else this.#greet(one);
  }

  /** A line without its terminator; answered when its outcome is known. */
  take(message: LinkMessage, peer: Peer, _stroke: Stroke): void {
    const { gate, dropped } = this.#tools;
    if (!gate().admits(peer.address)) {
      dropped("not on the allow-list", peer);
      return;
    }
    const one = this.#peers.find(peer) ?? this.#peers.seat(peer);
    if (one === undefined) this.#turnAwayUnseated(message.text, peer);
    else if (one.answers.isFull()) dropped("too many answers owed", peer);
    else this.#follow(this.#read(message, one), message, one);
  }

  parted(id: PeerId): void {
    const one = this.#peers.unseat(id);
    if (one !== undefined) this.#dialect.parted(one.peer);
    this.#teller.forget(id);
    this.#tools.gate().forget(id);
  }

  answered(id: PeerId): Promise<void> {
    return this.#peers.answered(id);
  }

  roomChanged(room: RoomName): void {
    this.#dialect.roomChanged(room);
    this.#own.roomChanged(room);
  }

  serverChanged(server: ServerState): void {
    this.#dialect.serverChanged(server);
  }

  siteChanged(): void {
    this.#dialect.siteChanged?.();
  }

  /** Buttons and lamps for the control system to draw, under these names. */
  panel(named: readonly ControlId[]): OpenPanel {
    return this.#lamps.openPanel(named);
  }

  subscribers(): number {
    return this.#dialect.listeners();
  }

  close(): void {
    this.#dialect.close();
    this.#teller.close();
    this.#peers.close();
  }

  #greet({ peer }: LinePeer): void {
    this.#write(this.#dialect.joined(peer), peer);
    if (this.#knows(peer)) this.#own.tellAll(peer);
  }

  #read(message: LinkMessage, one: LinePeer): LineReading {
    const { peer } = one;
    const line = message.text;
    const isLong = line.length > LONGEST_LINE;
    if (!this.#knows(peer))
      return isLong
        ? { kind: "denied", text: this.#dialect.refuse("too-long", line) }
        : this.#dialect.readStranger(line, peer);
    if (isLong) return { kind: "unknown" };
    // A mapping that was edited may ask it for the passcode again.
    one.isTold = false;
    const plain = this.#dialect.withoutTag?.(line) ?? line;
    const own = this.#tools.matchOwn({ ...message, text: plain });
    if (own.kind === "actions") return { kind: "tasks", tasks: [this.#ownTask(own.actions, line, peer)] };
    const reading = this.#dialect.read(line, peer);
    if (reading.kind !== "unknown" || own.kind === "no-command") return reading;
    return { kind: "tasks", tasks: [() => this.#refusal("unknown-room", line)] };
  }

  #follow(reading: LineReading, message: LinkMessage, one: LinePeer): void {
    switch (reading.kind) {
      case "ignored":
        return;
      case "unknown":
        this.#objectToUnknown(message.text, one);
        return;
      case "denied":
        this.#deny(reading.text, message.text, one);
        return;
      case "tasks":
        for (const task of reading.tasks) this.#carryOut(task, message.text, one);
        return;
    }
  }

  #carryOut(task: LineTask, line: string, { peer, answers }: LinePeer): void {
    if (this.#tools.gate().allows(peer)) {
      answers.add(task());
      return;
    }
    this.#tools.dropped("too many messages", peer);
    answers.add(this.#refusal("busy", line));
  }

  /** Noise on a wire looks like commands nobody knows: it gets few answers. */
  #objectToUnknown(line: string, one: LinePeer): void {
    const why = findFault(line);
    if (!one.mayObject()) this.#tools.dropped("unknown command", one.peer);
    else this.#carryOut(() => this.#refusal(why, line), line, one);
  }

  #deny(denial: string, line: string, one: LinePeer): void {
    this.#tools.dropped("no passcode given", one.peer);
    if (!one.isTold) this.#carryOut(() => () => denial, line, one);
    one.isTold = true;
  }

  #turnAwayUnseated(line: string, peer: Peer): void {
    const { gate, dropped } = this.#tools;
    dropped("too many clients", peer);
    if (gate().allows(peer)) this.#write(this.#dialect.refuse("full", line), peer);
  }

  #ownTask(actions: readonly Action[], line: string, peer: Peer): LineTask {
    return () => {
      const cause = this.#tools.causeOf({ text: withoutCards(line, actions), values: [] }, peer);
      const asked = actions.map((action) => this.#askFor(action, cause, peer).inTime);
      return Promise.all(asked).then((outcomes) => {
        const answer = this.#dialect.answerOwn(worstOf(outcomes), line);
        return () => answer;
      });
    };
  }

  #ask(action: Action, line: string, peer: Peer): Asked {
    const text = withoutCards(line, [action]);
    return this.#askFor(action, this.#tools.causeOf({ text, values: [] }, peer), peer);
  }

  #askFor(action: Action, cause: Cause, peer: Peer): Asked {
    const { act, clock, dropped } = this.#tools;
    const acting = act(action, cause, peer);
    const ended = acting.catch(() => {
      // A bug behind the link: its asker hears nothing better, and the next command is served.
      dropped("a command failed unexpectedly", peer);
      return "too-slow" as const;
    });
    const inTime = within(clock, ended, ANSWER_WITHIN_MS).then(
      (outcome): LineOutcome => (outcome === "too-late" ? "too-slow" : outcome),
    );
    return { inTime, ended };
  }

  #refusal(why: LineRefusal, line: string): AnswerText {
    const refusal = this.#dialect.refuse(why, line);
    return () => refusal;
  }

  #knows(peer: Peer): boolean {
    return this.#tools.gate().knows(peer) || !this.#dialect.asksPasscode(peer);
  }

  #prove(peer: Peer, passcode: string, isCommand?: (text: string) => boolean): boolean {
    const isProven = this.#tools.gate().prove(peer, passcode, isCommand);
    if (isProven) this.#own.tellAll(peer);
    return isProven;
  }

  #permits(kind: Action["kind"], peer: Peer): boolean {
    const { permits, dropped } = this.#tools;
    const isPermitted = permits(kind, peer);
    if (!isPermitted) dropped("not permitted", peer);
    return isPermitted;
  }

  #write(text: string, peer: Peer): void {
    if (text !== "") this.#tools.send({ text, values: [] }, peer.id);
  }
}

function findFault(line: string): LineRefusal {
  if (line.length > LONGEST_LINE) return "too-long";
  return isSpoiled(line) ? "spoiled" : "unknown";
}

const severity: Readonly<Record<Outcome["kind"], number>> = {
  "already-so": 0,
  done: 1,
  waiting: 2,
  refused: 3,
  expired: 4,
  failed: 5,
};

function worstOf(outcomes: readonly LineOutcome[]): LineOutcome {
  const rank = (one: LineOutcome) => (one === "too-slow" ? 6 : severity[one.kind]);
  return outcomes.reduce<LineOutcome>((worst, one) => (rank(one) > rank(worst) ? one : worst), {
    kind: "already-so",
  });
}

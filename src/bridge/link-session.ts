import { randomUUID } from "node:crypto";
import type { Action, Cause, Outcome } from "../action/action.ts";
import { isPermitted } from "../action/permit.ts";
import { listSiteAlarms, type SiteAlarm } from "../alarm/alarm.ts";
import { within } from "../base/clock.ts";
import type { ControlId, PeerId, RoomName } from "../base/identifiers.ts";
import type { ControlEvent, LinkMessage, OpenLink, OpenPanel, Peer, Stroke } from "../driver/contract.ts";
import { AccessControl } from "../link/access-control.ts";
import type { Asked, LinkOutcome } from "../link/dialect.ts";
import type { LinkRooms } from "../link/link-rooms.ts";
import type { DeviceMapping, LinkMapping } from "../mapping/mapping.ts";
import type { BridgeContext } from "./bridge-context.ts";

/** A device that has a link. */
export type LinkedDevice = DeviceMapping & { readonly link: LinkMapping };

export function hasLink(device: DeviceMapping): device is LinkedDevice {
  return device.link !== undefined;
}

/** The session of the device that a link belongs to. */
interface LinkOwner {
  /** Something of this peer was not taken in: counted, and logged once a minute. */
  countDrop(reason: string, peer: Peer): void;
  /** A button that the other side presses by its name. */
  take(event: ControlEvent, peer: Peer): void;
  /** A message of a peer that may speak, for who learns what comes. */
  hears(message: LinkMessage): void;
}

/** How long an answer waits for the outcome before it says that there is none yet. */
const ANSWER_WITHIN_MS = 3000;

/**
 * The bridge's side of one link: a request in, actions asked for, their outcome answered; changes told. Here is what
 * links of addresses and of lines share: who is let in, with which permissions, and what becomes of a request.
 */
export abstract class LinkSession {
  protected readonly context: BridgeContext;
  protected readonly owner: LinkOwner;
  protected device: LinkedDevice;
  #access: AccessControl;

  constructor(device: LinkedDevice, context: BridgeContext, owner: LinkOwner) {
    this.context = context;
    this.owner = owner;
    this.device = device;
    this.#access = this.#createAccess(undefined);
  }

  /** Who may speak here now, by the mapping as it is. */
  get access(): AccessControl {
    return this.#access;
  }

  /** The mapping was edited; whether it says otherwise about this link. */
  adopt(device: LinkedDevice, link: "same" | "edited"): void {
    this.device = device;
    if (link === "edited") this.#access = this.#createAccess(this.#access);
  }

  /** The device is open: from now on requests are answered and changes told. */
  abstract open(link: OpenLink): void;
  abstract close(): void;
  abstract isOpen(): boolean;
  abstract request(message: LinkMessage, peer: Peer, stroke: Stroke): void;
  abstract joined(peer: Peer): void;
  /** A peer that was here before a restart; false where it cannot go on. */
  revived(_peer: Peer, _standing: string): boolean {
    return false;
  }
  /** What `revived` needs of a peer, if it can go on after a restart. */
  standing(_peer: PeerId): string | undefined {
    return undefined;
  }
  abstract parted(peer: PeerId): void;
  /** Resolves when this peer has the outcomes of all that it asked for. */
  abstract answered(peer: PeerId): Promise<void>;
  abstract roomChanged(room: RoomName): void;
  abstract serverChanged(): void;
  /** Something that concerns no single room. */
  abstract siteChanged(): void;
  /** How many peers are told of changes. */
  abstract subscribers(): number;
  /** Buttons and lamps under these names that are at the other side only; nothing where it has none. */
  abstract panel(named: readonly ControlId[]): OpenPanel | undefined;

  /** Whether any name may be a button here. */
  inventsControls(): boolean {
    const { dialect } = this.device.link;
    return this.isOpen() && dialect.style === "lines" && dialect.describeButton !== undefined;
  }

  /** A link of all rooms with subscribers: which of the rooms they show, nobody knows here. */
  followsAll(): boolean {
    return this.device.room === undefined && this.subscribers() > 0;
  }

  /** The room of a link that serves no other. */
  shownRooms(): readonly RoomName[] {
    const { room } = this.device;
    return room === undefined || !this.isOpen() ? [] : [room];
  }

  rooms(): LinkRooms {
    return this.context.site.linkRooms(this.device);
  }

  siteAlarms(): readonly SiteAlarm[] {
    return listSiteAlarms(this.context.alarms.board.list());
  }

  /** An action of its own cause; `line` is what asked for it. */
  ask(action: Action, line: string, peer: Peer): Asked {
    const cause = this.#causeOf(withoutCards(line, [action]), peer);
    return this.#await(this.context.dispatcher.act(action, cause, this.#access.mayOf(peer)), peer);
  }

  /** Whether this peer may ask for such an action; a refusal is counted. */
  permits(kind: Action["kind"], peer: Peer): boolean {
    const isAllowed = isPermitted({ kind }, this.#access.mayOf(peer), this.context.actions);
    if (!isAllowed) this.owner.countDrop("not permitted", peer);
    return isAllowed;
  }

  /** Actions of one cause; resolves with the worst outcome. */
  protected askAll(actions: readonly Action[], line: string, peer: Peer): Promise<LinkOutcome> {
    const cause = this.#causeOf(withoutCards(line, actions), peer);
    const may = this.#access.mayOf(peer);
    const outcomes: Promise<LinkOutcome>[] = [];
    for (const action of actions)
      outcomes.push(this.#await(this.context.dispatcher.act(action, cause, may), peer).inTime);
    return Promise.all(outcomes).then(worstOf);
  }

  protected tell(link: OpenLink, message: LinkMessage, to: PeerId | "targets"): void {
    link.send(message, to);
    this.context.record({ kind: "told", device: this.device.id, to, message });
  }

  #await(acting: Promise<Outcome>, peer: Peer): Asked {
    const ended = acting.catch(() => {
      // A bug behind the link: the peer is told nothing better, and the next command is served.
      this.owner.countDrop("a command failed unexpectedly", peer);
      return "too-slow" as const;
    });
    const inTime = within(this.context.clock, ended, ANSWER_WITHIN_MS).then(
      (outcome): LinkOutcome => (outcome === "too-late" ? "too-slow" : outcome),
    );
    return { inTime, ended };
  }

  #causeOf(source: string, peer: Peer): Cause {
    const { context } = this;
    const pressedAtMs = context.stalls.arrivedAtMs();
    const cause: Cause = {
      correlation: context.correlate(),
      device: this.device.id,
      source,
      gesture: "request",
      peer: peer.id,
      pressedAtMs,
      completedAtMs: pressedAtMs,
    };
    context.record({ kind: "press", cause });
    return cause;
  }

  #createAccess(former: AccessControl | undefined): AccessControl {
    const { link, may, mayAt } = this.device;
    const passcode = link.passcodeFrom === undefined ? undefined : this.#readPasscode(link.passcodeFrom);
    const dropped = (reason: string, peer: Peer) => this.owner.countDrop(reason, peer);
    return new AccessControl({ clock: this.context.clock, link, may, mayAt, passcode, former, dropped });
  }

  /** A passcode that cannot be found lets nobody in, rather than everybody. */
  #readPasscode(name: string): string {
    const passcode = this.context.secret(name);
    if (passcode !== undefined) return passcode;
    this.context.log.error("no passcode found: nobody is let in", {
      device: this.device.id,
      variable: name,
    });
    return randomUUID();
  }
}

/**
 * What was said, without the numbers of cards and the PINs that it named: it goes on record, into logs and back to the peer.
 * Only the mapping knows which part of a text is a card's number.
 */
export function withoutCards(text: string, actions: readonly Action[]): string {
  return actions.reduce((clean, action) => {
    const author = "recording" in action ? action.recording.author : undefined;
    const number = typeof author !== "object" ? "" : "card" in author ? author.card : author.pin;
    return number === "" ? clean : clean.replaceAll(number, "***");
  }, text);
}

const severity: readonly (Outcome["kind"] | "too-slow")[] = [
  "already-so",
  "done",
  "waiting",
  "refused",
  "expired",
  "failed",
  "too-slow",
];

function worstOf(outcomes: readonly LinkOutcome[]): LinkOutcome {
  const rank = (one: LinkOutcome) => severity.indexOf(one === "too-slow" ? one : one.kind);
  return outcomes.reduce((worst, one) => (rank(one) > rank(worst) ? one : worst), { kind: "already-so" });
}

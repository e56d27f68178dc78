import { randomUUID } from "node:crypto";
import type { Action, Cause, Outcome } from "../action/action.ts";
import { isPermitted } from "../action/permit.ts";
import { listSiteAlarms } from "../alarm/alarm.ts";
import type { ControlId, PeerId, RoomName } from "../base/identifiers.ts";
import type { ControlEvent, LinkMessage, OpenLink, OpenPanel, Peer, Stroke } from "../driver/contract.ts";
import { AccessControl } from "../link/access-control.ts";
import { createAddressDialect } from "../link/address-dialect.ts";
import { ChangePublisher } from "../link/change-publisher.ts";
import { createLineMemory, type LineSettings, type ServerState } from "../link/line-dialect.ts";
import { LineLink } from "../link/line-link.ts";
import { Link } from "../link/link.ts";
import type { DeviceMapping, LinkMapping, Permission } from "../mapping/mapping.ts";
import { matchMessage } from "../mapping/match.ts";
import { type Pattern, parsePattern } from "../mapping/pattern.ts";
import { PRODUCT } from "../product.ts";
import type { BridgeContext } from "./bridge-context.ts";

export interface LinkSessionTools {
  readonly core: BridgeContext;
  /** As the mapping has it now. */
  device(): DeviceMapping;
  dropped(reason: string, peer: Peer): void;
  /** A button that a control system presses by its name. */
  touch(event: ControlEvent, peer: Peer): void;
}

/** What both ways of talking have in common. */
type Talk = Pick<
  Link,
  "take" | "joined" | "parted" | "answered" | "roomChanged" | "siteChanged" | "subscribers" | "close"
> & {
  serverChanged?(server: ServerState): void;
  panel?(named: readonly ControlId[]): OpenPanel;
};

/** One link's way through the stages: a request in, actions asked for, their outcome answered; changes told. */
export class LinkSession {
  readonly #tools: LinkSessionTools;
  /** Which wires are told of changes: survives the link. */
  readonly #memory = createLineMemory();
  #link: LinkMapping;
  #gate: AccessControl;
  #talk: Talk | undefined;

  constructor(link: LinkMapping, tools: LinkSessionTools) {
    this.#tools = tools;
    this.#link = link;
    this.#gate = this.#createGate(link);
  }

  /** The mapping's rules for this link were edited. */
  adopt(link: LinkMapping): void {
    this.#link = link;
    this.#gate = this.#createGate(link, this.#gate);
  }

  open(link: OpenLink): void {
    this.#talk?.close();
    this.#talk = this.#link.dialect === "addresses" ? this.#talkAddresses(link) : this.#talkLines(link);
  }

  close(): void {
    this.#talk?.close();
    this.#talk = undefined;
  }

  request(message: LinkMessage, from: Peer, stroke: Stroke): void {
    this.#talk?.take(message, from, stroke);
  }

  joined(peer: Peer): void {
    this.#talk?.joined(peer);
  }

  parted(peer: PeerId): void {
    this.#talk?.parted(peer);
  }

  answered(peer: PeerId): Promise<void> {
    return this.#talk?.answered(peer) ?? Promise.resolve();
  }

  roomChanged(room: RoomName): void {
    this.#talk?.roomChanged(room);
  }

  serverChanged(server: ServerState): void {
    this.#talk?.serverChanged?.(server);
  }

  /** Something that concerns no single room. */
  siteChanged(): void {
    this.#talk?.siteChanged();
  }

  /** Whether any name may be a button here. */
  inventsControls(): boolean {
    return this.#link.dialect === "native" && this.#talk !== undefined;
  }

  /** Opens the buttons and lamps that exist in the conversation only. */
  panel(named: readonly ControlId[]): OpenPanel | undefined {
    return this.inventsControls() ? this.#talk?.panel?.(named) : undefined;
  }

  admits(address: string): boolean {
    return this.#gate.admits(address);
  }

  names(address: string): boolean {
    return this.#gate.names(address);
  }

  knows(peer: Peer): boolean {
    return this.#gate.knows(peer);
  }

  vouchesFor(peer: Peer): boolean {
    return this.#gate.vouchesFor(peer);
  }

  /** Why a peer's touch does not count. */
  findObjection(peer: Peer): string | undefined {
    return this.#gate.findObjection(peer) ?? (this.#gate.knows(peer) ? undefined : "no passcode given");
  }

  mayOf(peer: Peer | undefined): ReadonlySet<Permission> | "everything" {
    return this.#gate.mayOf(peer);
  }

  /** A link of all rooms to which somebody listens: which of them that one shows, nobody knows here. */
  followsAll(): boolean {
    return this.#tools.device().room === undefined && this.subscribers() > 0;
  }

  /** The room of a link that serves no other. */
  shownRooms(): readonly RoomName[] {
    const { room } = this.#tools.device();
    return room === undefined || this.#talk === undefined ? [] : [room];
  }

  subscribers(): number {
    return this.#talk?.subscribers() ?? 0;
  }

  #talkAddresses(link: OpenLink): Talk {
    const { core, device, dropped } = this.#tools;
    const { clock, words, view } = core;
    const dialect = () => createAddressDialect({ ...this.#link, match: matchMessage, parse: parseBuiltIn });
    let spoken = { of: this.#link, dialect: dialect() };
    const current = () => {
      if (spoken.of !== this.#link) spoken = { of: this.#link, dialect: dialect() };
      return spoken.dialect;
    };
    const teller = new ChangePublisher({
      clock,
      send: (message, to) => this.#send(link, message, to),
      rooms: () => core.roomsFor(device()).all.map(({ name }) => name),
      ticks: (room) => view(room).status === "recording" || view(room).knowledge === "stale",
      describe: (room) => current().describe(words(room)),
      describeSite: () => current().describeSite(listSiteAlarms(core.alarms())),
    });
    return new Link({
      clock,
      send: (message, to) => this.#send(link, message, to),
      teller,
      gate: () => this.#gate,
      dialect: current,
      rooms: () => core.roomsFor(device()),
      redirect: (peer, port) => link.redirect?.(peer, port) ?? peer,
      dropped,
      causeOf: (message, peer) => this.#causeOf(message, peer),
      act: (action, cause, peer) => this.#act(action, cause, peer),
    });
  }

  #talkLines(link: OpenLink): Talk {
    const { core, device, dropped, touch } = this.#tools;
    return new LineLink({
      clock: core.clock,
      settings: this.#lineSettings(),
      memory: this.#memory,
      gate: () => this.#gate,
      rooms: () => core.roomsFor(device()),
      words: core.words,
      view: core.view,
      siteAlarms: () => listSiteAlarms(core.alarms()),
      matchOwn: (message) =>
        matchMessage(this.#link.commands, { message, stroke: "click" }, core.roomsFor(device()).find),
      ownPushes: () => this.#link.pushes,
      send: (message, to) => this.#send(link, message, to),
      act: (action, cause, peer) => this.#act(action, cause, peer),
      permits: (kind, peer) => isPermitted({ kind }, this.#gate.mayOf(peer)),
      causeOf: (message, peer) => this.#causeOf(message, peer),
      dropped,
      touch,
      listenFor: (peer, what) => link.listenFor?.(peer, what),
    });
  }

  /** Read as the mapping has them now: an edit must not end a conversation. */
  #lineSettings(): LineSettings {
    const { device } = this.#tools;
    const habits = () => this.#link.lines;
    return {
      // The kind opens a device anew when its dialect is edited.
      dialect: this.#link.dialect === "addresses" ? "none" : this.#link.dialect,
      product: PRODUCT,
      get room() {
        return device().room;
      },
      get hello() {
        return habits().hello;
      },
      get smp() {
        return habits();
      },
    };
  }

  #send(link: OpenLink, message: LinkMessage, to: PeerId | "targets"): void {
    const { core, device } = this.#tools;
    link.send(message, to);
    core.record({ kind: "told", device: device().id, to, message });
  }

  #createGate(link: LinkMapping, former?: AccessControl): AccessControl {
    const { core, device, dropped } = this.#tools;
    const passcode = link.passcodeFrom === undefined ? undefined : this.#readPasscode(link.passcodeFrom);
    return new AccessControl({ clock: core.clock, link, may: device().may, passcode, former, dropped });
  }

  /** A passcode that cannot be found lets nobody in, rather than everybody. */
  #readPasscode(name: string): string {
    const { core, device } = this.#tools;
    const passcode = core.secret(name);
    if (passcode !== undefined) return passcode;
    core.log.error("no passcode found: nobody is let in", { device: device().id, variable: name });
    return randomUUID();
  }

  #causeOf(message: LinkMessage, peer: Peer): Cause {
    const { core, device } = this.#tools;
    const pressedAtMs = core.arrivedAtMs();
    const cause: Cause = {
      correlation: core.correlate(),
      device: device().id,
      source: message.text,
      gesture: "request",
      peer: peer.id,
      pressedAtMs,
      completedAtMs: pressedAtMs,
    };
    core.record({ kind: "press", cause });
    return cause;
  }

  #act(action: Action, cause: Cause, peer: Peer): Promise<Outcome> {
    return this.#tools.core.act(action, cause, this.#gate.mayOf(peer));
  }
}

/** The built-in patterns are ours: one that does not parse is a bug. */
function parseBuiltIn(source: string): Pattern {
  const pattern = parsePattern(source);
  if (typeof pattern === "string") throw new Error(pattern);
  return pattern;
}

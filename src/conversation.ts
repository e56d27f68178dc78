import { randomUUID } from "node:crypto";
import type { Action, Cause, Outcome } from "./action/action.ts";
import type { PeerId, RoomName } from "./base/identifiers.ts";
import type { LinkMessage, OpenLink, Peer, Stroke } from "./driver/contract.ts";
import { createAddressDialect } from "./link/address-dialect.ts";
import type { Dialect } from "./link/dialect.ts";
import { Gate } from "./link/gate.ts";
import { Link } from "./link/link.ts";
import { Teller } from "./link/teller.ts";
import type { DeviceMapping, LinkMapping, Permission } from "./mapping/mapping.ts";
import { matchMessage } from "./mapping/match.ts";
import { type Pattern, parsePattern } from "./mapping/pattern.ts";
import type { Core } from "./station.ts";

export interface ConversationTools {
  readonly core: Core;
  /** As the mapping has it now. */
  device(): DeviceMapping;
  dropped(reason: string, peer: Peer): void;
}

/** One link's way through the stages: a request in, actions asked for, their outcome answered; changes told. */
export class Conversation {
  readonly #tools: ConversationTools;
  #gate: Gate;
  #dialect: Dialect;
  #link: Link | undefined;
  #teller: Teller | undefined;

  constructor(link: LinkMapping, tools: ConversationTools) {
    this.#tools = tools;
    this.#gate = this.#createGate(link);
    this.#dialect = createDialect(link);
  }

  /** The mapping's rules for this link were edited: peers must prove themselves again. */
  adopt(link: LinkMapping): void {
    this.#gate = this.#createGate(link);
    this.#dialect = createDialect(link);
  }

  open(link: OpenLink): void {
    const { core, device } = this.#tools;
    const { clock, words, view } = core;
    const send = (message: LinkMessage, to: PeerId | "targets") => {
      link.send(message, to);
      core.record({ kind: "told", device: device().id, to, message });
    };
    this.#teller = new Teller({
      clock,
      send,
      rooms: () => core.roomsFor(device()).all.map(({ name }) => name),
      ticks: (room) => view(room).status === "recording" || view(room).knowledge === "stale",
      describe: (room) => this.#dialect.describe(words(room)),
    });
    this.#link = new Link({
      clock,
      send,
      teller: this.#teller,
      gate: () => this.#gate,
      dialect: () => this.#dialect,
      rooms: () => core.roomsFor(device()),
      redirect: (peer, port) => link.redirect?.(peer, port) ?? peer,
      dropped: (reason, peer) => this.#tools.dropped(reason, peer),
      causeOf: (message, peer) => this.#causeOf(message, peer),
      act: (action, cause, peer) => this.#act(action, cause, peer),
    });
  }

  close(): void {
    this.#link?.close();
    this.#link = undefined;
    this.#teller = undefined;
  }

  request(message: LinkMessage, from: Peer, stroke: Stroke): void {
    this.#link?.take(message, from, stroke);
  }

  joined(_peer: Peer): void {
    // Addresses need no greeting.
  }

  parted(peer: PeerId): void {
    this.#link?.parted(peer);
  }

  roomChanged(room: RoomName): void {
    this.#link?.roomChanged(room);
  }

  admits(address: string): boolean {
    return this.#gate.admits(address);
  }

  /** Why a peer's touch does not count. */
  findObjection(peer: Peer): string | undefined {
    return this.#gate.findObjection(peer) ?? (this.#gate.knows(peer) ? undefined : "no passcode given");
  }

  mayOf(peer: Peer | undefined): ReadonlySet<Permission> | "everything" {
    return this.#gate.mayOf(peer);
  }

  subscribers(): number {
    return this.#teller?.subscribers() ?? 0;
  }

  #createGate(link: LinkMapping): Gate {
    const { core, device } = this.#tools;
    const passcode = link.passcodeFrom === undefined ? undefined : this.#readPasscode(link.passcodeFrom);
    return new Gate({ clock: core.clock, link, may: device().may, passcode });
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
    const cause: Cause = {
      correlation: core.correlate(),
      device: device().id,
      source: message.text,
      gesture: "request",
      peer: peer.id,
      pressedAtMs: core.clock.monotonicMs(),
    };
    core.record({ kind: "press", cause });
    return cause;
  }

  #act(action: Action, cause: Cause, peer: Peer): Promise<Outcome> {
    return this.#tools.core.act(action, cause, this.#gate.mayOf(peer));
  }
}

function createDialect(link: LinkMapping): Dialect {
  return createAddressDialect({ ...link, match: matchMessage, parse: parseBuiltIn });
}

/** The built-in patterns are ours: one that does not parse is a bug. */
function parseBuiltIn(source: string): Pattern {
  const pattern = parsePattern(source);
  if (typeof pattern === "string") throw new Error(pattern);
  return pattern;
}

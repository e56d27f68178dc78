import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import type { Permission } from "../action/actions/index.ts";
import { isLoopback, plainAddress } from "../base/address.ts";
import { type AddressList, createAddressList, networkOf } from "../base/address-list.ts";
import type { Clock } from "../base/clock.ts";
import { valueAt } from "../base/hours.ts";
import type { PeerId } from "../base/identifiers.ts";
import { memoize } from "../base/memory.ts";
import { RateLimiter } from "../base/rate-limiter.ts";
import type { Peer } from "../driver/link.ts";
import type { DeviceMapping, LinkMapping } from "../mapping/mapping.ts";
import { LoginThrottle } from "./login-throttle.ts";

/** What the mapping says of who may speak. */
interface AccessRules {
  readonly clock: Clock;
  readonly link: LinkMapping;
  readonly may: DeviceMapping["may"];
  readonly mayAt: DeviceMapping["mayAt"];
  /** Absent when the mapping names none. */
  readonly passcode: string | undefined;
  /** The access control before the mapping was edited: who gave this passcode need not give it again. */
  readonly former?: AccessControl | undefined;
  dropped(reason: string, peer: Peer): void;
}

/** Who may speak on a link, how often, and what it may ask for. */
export class AccessControl {
  readonly #rules: Omit<AccessRules, "former">;
  readonly #allowed: AddressList;
  readonly #ofPeers: RateLimiter;
  readonly #ofAddresses: RateLimiter;
  readonly #throttle: LoginThrottle;
  readonly #authenticated: Set<PeerId>;
  readonly #admitted = new Map<string, boolean>();
  readonly #networkOf = memoize(networkOf, MOST_PEERS);

  constructor({ former, ...rules }: AccessRules) {
    this.#rules = rules;
    this.#allowed = createAddressList(rules.link.allow);
    const { perSecond, burst } = rules.link.limit;
    const ofAddress = { perSecond: perSecond * PEERS_AN_ADDRESS, burst: burst * PEERS_AN_ADDRESS };
    this.#ofPeers = new RateLimiter({ perSecond, burst }, rules.clock);
    this.#ofAddresses = new RateLimiter(ofAddress, rules.clock);
    this.#throttle = former === undefined ? new LoginThrottle(rules.clock) : former.#throttle;
    const isSameSecret = former !== undefined && former.#rules.passcode === rules.passcode;
    this.#authenticated = new Set(isSameSecret ? former.#authenticated : []);
  }

  /** This machine and wires always; other machines only when the mapping lists them. */
  admits(address: string): boolean {
    const known = this.#admitted.get(address);
    if (known !== undefined) return known;
    if (this.#admitted.size > MOST_PEERS) this.#admitted.clear();
    const admitted = this.#isAllowed(address);
    this.#admitted.set(address, admitted);
    return admitted;
  }

  #isAllowed(address: string): boolean {
    const plain = plainAddress(address);
    // A wire has no address on a network. Link-local ones carry the name of their network card: `fe80::1%eth0`.
    const isWire = !/^[0-9a-f.:]+(?:%|$)/i.test(plain);
    return isWire || isLoopback(plain) || this.#allowed.has(address);
  }

  /** Whether the mapping names this very address, so that its place is kept. */
  names(address: string): boolean {
    return this.#allowed.names(address);
  }

  /** Why a peer's message is not even read; takes one from its rate limit. */
  findObjection(peer: Peer): string | undefined {
    if (!this.admits(peer.address)) return "not on the allow-list";
    return this.allows(peer) ? undefined : "too many messages";
  }

  /** The same for a touch of a control, for which the passcode is needed too. */
  findTouchObjection(peer: Peer): string | undefined {
    return this.findObjection(peer) ?? (this.knows(peer) ? undefined : "no passcode given");
  }

  /** Takes one from the rate limits of a peer and of its address; false when nothing is left of either. */
  allows(peer: Peer): boolean {
    // In this order a peer that floods leaves to its neighbours at the address what is theirs.
    const { address } = peer;
    return this.#ofPeers.take(peer.id) && this.#ofAddresses.take(this.#networkOf(address));
  }

  /** Whether the peer needs no passcode, or has given it. */
  knows(peer: Peer): boolean {
    return this.#rules.passcode === undefined || this.#authenticated.has(peer.id);
  }

  /**
   * Whether a peer may be told more than it said. Anybody can write anybody's address above a datagram, so that only
   * those are told at length that `allow` lists or that have given the passcode.
   */
  vouchesFor({ id, address, delivery, reach }: Peer): boolean {
    const isCertain = delivery === "stream" || reach === "wire";
    const hasProven = this.#rules.passcode !== undefined && this.#authenticated.has(id);
    return isCertain || hasProven || this.#allowed.has(address);
  }

  /**
   * Compared in constant time. From an address that is locked out, only peers that have given the passcode are served. What
   * `isCommand` finds in the form of a command is a guess only where the passcode has that form too.
   */
  prove(peer: Peer, passcode: string, isCommand: (text: string) => boolean = () => false): boolean {
    if (isCommand(passcode) && !isCommand(this.#rules.passcode ?? "")) return false;
    if (this.#authenticated.has(peer.id)) return this.#isRight(passcode);
    const verdict = this.#throttle.judge(peer.address, () => this.#isRight(passcode));
    if (verdict === "locks-out" || verdict === "locked-out")
      this.#rules.dropped("too many wrong passcodes: locked out for a minute", peer);
    if (verdict !== "right") return false;
    if (this.#authenticated.size > MOST_PEERS) this.#authenticated.clear();
    this.#authenticated.add(peer.id);
    return true;
  }

  /** With which a later process knows that a peer has given the passcode that is asked there; the passcode is not in it. */
  prepareProof(): string {
    const salt = randomUUID();
    return `${salt} ${digest(`${salt}${this.#rules.passcode ?? ""}`).toString("hex")}`;
  }

  /** Whether a peer with such a proof needs no passcode here; it counts as given then. */
  revive(peer: Peer, proof: string): boolean {
    const { passcode } = this.#rules;
    if (passcode === undefined) return true;
    const [salt = "", hash = ""] = proof.split(" ");
    const expected = digest(`${salt}${passcode}`);
    const given = Buffer.from(hash, "hex");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    this.#authenticated.add(peer.id);
    return true;
  }

  #isRight(passcode: string): boolean {
    const { passcode: expected } = this.#rules;
    return expected === undefined || timingSafeEqual(digest(passcode), digest(expected));
  }

  /** From here, and from peers that gave the passcode, everything; from other machines only marks. */
  mayOf(peer: Peer | undefined): ReadonlySet<Permission> | "everything" {
    const { clock, mayAt, passcode } = this.#rules;
    const may = valueAt(clock.wallMs(), this.#rules.may, mayAt);
    if (may !== "by-peer") return may;
    const isTrusted =
      peer === undefined || peer.reach !== "network" || (passcode !== undefined && this.knows(peer));
    return isTrusted ? "everything" : MARK_ONLY;
  }

  forget(peer: PeerId): void {
    this.#ofPeers.forget(peer);
    this.#authenticated.delete(peer);
  }
}

const MARK_ONLY: ReadonlySet<Permission> = new Set<Permission>(["mark"]);
const MOST_PEERS = 4096;
/**
 * An address may send as much as so many peers: honest ones share it on one machine and behind one router, and another
 * port, with a rate limit of its own, costs nothing.
 */
const PEERS_AN_ADDRESS = 4;

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

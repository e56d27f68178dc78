import type { Action, Cause, Outcome } from "./action/action.ts";
import type { Clock } from "./base/clock.ts";
import type { ControlId, PeerId, RoomName } from "./base/identifiers.ts";
import type { Log } from "./base/log.ts";
import { type DeviceStatus, Supervisor } from "./device/supervisor.ts";
import type { ControlEvent, LinkMessage, OpenDevice, Peer, Stroke } from "./driver/contract.ts";
import { colors } from "./feedback/look.ts";
import { chooseLook, ticks } from "./feedback/rules.ts";
import type { Words } from "./feedback/words.ts";
import type { Gesture } from "./gesture/gesture.ts";
import { type Bound, Recognizer } from "./gesture/recognizer.ts";
import type { FactBody } from "./journal/fact.ts";
import { createAddressDialect } from "./link/address-dialect.ts";
import type { Dialect, LinkRooms } from "./link/dialect.ts";
import { Gate } from "./link/gate.ts";
import { Link } from "./link/link.ts";
import { Teller } from "./link/teller.ts";
import type { ControlBinding, DeviceMapping, Permission } from "./mapping/mapping.ts";
import { matchGesture, matchMessage } from "./mapping/match.ts";
import { type Pattern, parsePattern } from "./mapping/pattern.ts";
import { Painter } from "./panel/painter.ts";
import { reduceLook } from "./panel/reduce.ts";
import { WriteQueue } from "./panel/write-queue.ts";
import type { RoomView } from "./room/room-view.ts";

/** What the bridge lends to the devices: the rooms as they are, and the way to act on them. */
export interface Core {
  readonly clock: Clock;
  readonly log: Log;
  /** The rooms that a device with this mapping serves. */
  roomsFor(device: DeviceMapping): LinkRooms;
  view(room: RoomName): RoomView;
  words(room: RoomName): Words;
  act(action: Action, cause: Cause, may: ReadonlySet<Permission> | "everything"): Promise<Outcome>;
  correlate(): Cause["correlation"];
  secret(name: string): string | undefined;
  record(fact: FactBody): void;
}

/** One device's way through the stages: touch in, request in, drawing out, telling out. */
export class Station {
  readonly #core: Core;
  readonly #log: Log;
  readonly #supervisor: Supervisor;
  readonly #recognizer: Recognizer<ControlBinding>;
  #device: DeviceMapping;
  #gate: Gate | undefined;
  #dialect: Dialect | undefined;
  #painter: Painter | undefined;
  #link: Link | undefined;
  #teller: Teller | undefined;

  constructor(device: DeviceMapping, core: Core) {
    this.#core = core;
    this.#device = device;
    this.#log = core.log.child({ device: device.id });
    this.#recognizer = new Recognizer({
      clock: core.clock,
      bindingOf: (control) => this.#bindingOf(control),
      gesture: (gesture) => this.#press(gesture),
      stuck: (control) => this.#reportStuck(control),
    });
    this.#supervisor = new Supervisor({
      clock: core.clock,
      log: this.#log,
      open: (host, signal) => {
        const { kind, settings, controls } = this.#device;
        return kind.open({ settings, named: [...controls.keys()], host, signal });
      },
      ears: {
        emit: (event, from) => this.#touch(event, from),
        request: (message, from, stroke) => this.#request(message, from, stroke),
        admits: (address) => this.#gate?.admits(address) ?? true,
        parted: (peer) => this.#link?.parted(peer),
        traced: (direction, bytes, channel) =>
          core.record({ kind: "wire", device: device.id, direction, channel, bytes }),
      },
      opened: (open) => this.#furnish(open),
      lost: (why) => this.#clear(why),
    });
    this.#equip();
  }

  start(): void {
    this.#supervisor.start();
  }

  async stop(): Promise<void> {
    await this.#supervisor.stop();
    this.#recognizer.forget();
  }

  /** Takes an edited mapping over without reopening the device; false when that is not possible. */
  adopt(device: DeviceMapping): boolean {
    const isSame = device.kind === this.#device.kind && same(device.settings, this.#device.settings);
    if (!isSame) return false;
    const isRenamed = !same([...device.controls.keys()], [...this.#device.controls.keys()]);
    if (isRenamed && !this.#supervisor.rename([...device.controls.keys()])) return false;
    const isGateSame = same([device.link, device.may], [this.#device.link, this.#device.may]);
    this.#device = device;
    if (!isGateSame) this.#equip();
    const open = this.#supervisor.current();
    if (open !== undefined) this.#paint(open);
    return true;
  }

  roomChanged(room: RoomName): void {
    this.#painter?.paintRoom(room);
    this.#link?.roomChanged(room);
  }

  status(): StationStatus {
    return {
      kind: this.#device.kind.kind,
      status: this.#supervisor.status(),
      dropped: this.#supervisor.drops(),
      subscribers: this.#teller?.subscribers() ?? 0,
    };
  }

  // Touch in: control event -> gesture -> actions.

  #touch(event: ControlEvent, from: Peer | undefined): void {
    const objection = from === undefined ? undefined : this.#objectionTo(from);
    if (objection === undefined) this.#recognizer.take(event, from);
    else this.#supervisor.countDrop(objection, from?.address ?? "");
  }

  #objectionTo(from: Peer): string | undefined {
    return (
      this.#gate?.findObjection(from) ?? (this.#gate?.knows(from) === false ? "no passcode given" : undefined)
    );
  }

  #bindingOf(control: ControlId): Bound<ControlBinding> | undefined {
    const binding = this.#device.controls.get(control);
    return binding && { binding, settings: binding.settings };
  }

  #press(gesture: Gesture<ControlBinding>): void {
    const actions = matchGesture(gesture);
    if (actions.length === 0) return;
    const cause: Cause = {
      correlation: this.#core.correlate(),
      device: this.#device.id,
      source: gesture.control,
      gesture: gesture.kind,
      pressedAtMs: gesture.pressedAtMs,
      ...(gesture.peer === undefined ? {} : { peer: gesture.peer.id }),
    };
    for (const action of actions) void this.#core.act(action, cause, this.#mayOf(gesture.peer));
  }

  #mayOf(peer: Peer | undefined): ReadonlySet<Permission> | "everything" {
    if (this.#gate !== undefined) return this.#gate.mayOf(peer);
    return this.#device.may === "by-peer" ? "everything" : this.#device.may;
  }

  #reportStuck(control: ControlId): void {
    this.#log.warn("control stuck: down for too long, ignored until it comes up", { control });
    this.#core.record({ kind: "stuck", device: this.#device.id, control });
  }

  // Request in: message -> actions, answered with their outcome.

  #request(message: LinkMessage, from: Peer, stroke: Stroke): void {
    this.#link?.take(message, from, stroke);
  }

  #equip(): void {
    const { link, may } = this.#device;
    if (link === undefined) return;
    const passcode = link.passcodeFrom === undefined ? undefined : this.#core.secret(link.passcodeFrom);
    this.#gate = new Gate({ clock: this.#core.clock, link, may, passcode });
    this.#dialect = createAddressDialect({ ...link, match: matchMessage, parse: parseBuiltIn });
  }

  #openLink({ link }: OpenDevice): void {
    const { clock, roomsFor, correlate, act, record, words } = this.#core;
    if (link === undefined) return;
    const send = (message: LinkMessage, to: PeerId | "targets") => {
      link.send(message, to);
      record({ kind: "told", device: this.#device.id, to, message });
    };
    const teller = new Teller({
      clock,
      send,
      rooms: () => roomsFor(this.#device).all.map(({ name }) => name),
      ticks: (room) => ["recording", undefined].includes(this.#core.view(room).status),
      describe: (room) => this.#dialect?.describe(words(room)) ?? [],
    });
    const current = () => ({ gate: this.#gate as Gate, dialect: this.#dialect as Dialect });
    this.#teller = teller;
    this.#link = new Link({
      clock,
      teller,
      send,
      get gate() {
        return current().gate;
      },
      get dialect() {
        return current().dialect;
      },
      rooms: () => roomsFor(this.#device),
      redirect: (peer, port) => link.redirect?.(peer, port) ?? peer,
      dropped: (reason, peer) => this.#supervisor.countDrop(reason, peer.address),
      causeOf: (message, _pattern, peer) => ({
        correlation: correlate(),
        device: this.#device.id,
        source: message.text,
        gesture: "request",
        peer: peer.id,
        pressedAtMs: clock.monotonicMs(),
      }),
      act: (action, cause, peer) => act(action, cause, this.#mayOf(peer)),
    });
  }

  // Drawing and telling out.

  #furnish(open: OpenDevice): void {
    this.#core.record({ kind: "device", device: this.#device.id, state: "open", text: open.productName });
    this.#openLink(open);
    this.#paint(open);
  }

  #paint({ panel }: OpenDevice): void {
    this.#painter?.close();
    this.#painter = undefined;
    if (panel === undefined) return;
    const queue = new WriteQueue({
      write: (control, frame, signal) => {
        this.#core.record({ kind: "shown", device: this.#device.id, control, frame });
        return panel.show(control, frame, signal);
      },
      failed: (error) => this.#supervisor.giveUp(`could not show: ${String(error)}`),
    });
    this.#painter = new Painter({
      clock: this.#core.clock,
      queue,
      controls: panel.controls,
      lookOf: (control) => this.#lookOf(control),
      reduce: (look, control) => reduceLook(look, control.output, colors),
    });
  }

  #lookOf(control: ControlId) {
    const bound = this.#device.controls.get(control)?.look;
    if (bound === undefined) return undefined;
    const { room, table } = bound;
    const view = this.#core.view(room);
    return { room, look: chooseLook(table, view, this.#core.words(room)), ticks: ticks(table, view) };
  }

  #clear(why: string): void {
    this.#core.record({ kind: "device", device: this.#device.id, state: "lost", text: why });
    this.#recognizer.forget();
    this.#painter?.close();
    this.#link?.close();
    this.#painter = undefined;
    this.#link = undefined;
    this.#teller = undefined;
  }
}

export interface StationStatus {
  readonly kind: string;
  readonly status: DeviceStatus;
  readonly dropped: Readonly<Record<string, number>>;
  readonly subscribers: number;
}

/** The built-in patterns are ours: one that does not parse is a bug. */
function parseBuiltIn(source: string): Pattern {
  const pattern = parsePattern(source);
  if (typeof pattern === "string") throw new Error(pattern);
  return pattern;
}

function same(one: unknown, other: unknown): boolean {
  return stable(one) === stable(other);
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (inner instanceof Set ? [...inner] : inner));
}

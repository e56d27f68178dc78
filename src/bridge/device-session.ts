import { type Action, briefOutcome, type Cause, type Outcome } from "../action/action.ts";
import type { ControlId, DeviceId, RoomName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import type {
  ControlDescription,
  ControlEvent,
  Frame,
  OpenDevice,
  OpenPanel,
  Peer,
} from "../driver/contract.ts";
import { formatDuration } from "../feedback/words.ts";
import type { Gesture } from "../gesture/gesture.ts";
import { type Bound, Recognizer } from "../gesture/recognizer.ts";
import type { FactBody } from "../journal/fact.ts";
import type { ControlBinding, DeviceMapping, Permission } from "../mapping/mapping.ts";
import { matchGesture, matchSteps } from "../mapping/match.ts";
import { joinPanels } from "../panel/join-panels.ts";
import { AddressSession } from "./address-session.ts";
import type { BridgeContext } from "./bridge-context.ts";
import { type DeviceStatus, Supervisor } from "./device-supervisor.ts";
import { LineSession } from "./line-session.ts";
import type { LinkedDevice, LinkSession } from "./link-session.ts";
import { PanelOutput } from "./panel-output.ts";

/** One device's way through the stages: touch in; what it shows and what it says are next door. */
export class DeviceSession {
  readonly #core: BridgeContext;
  readonly #log: Log;
  readonly #supervisor: Supervisor;
  readonly #recognizer: Recognizer<ControlBinding>;
  readonly #link: LinkSession | undefined;
  readonly #display: PanelOutput;
  #device: DeviceMapping;

  constructor(device: DeviceMapping, core: BridgeContext) {
    this.#core = core;
    this.#device = device;
    this.#log = core.log.child({ device: device.id });
    this.#recognizer = new Recognizer({
      clock: core.clock,
      arrivedAtMs: () => core.arrivedAtMs(),
      bindingOf: (control) => this.#bindingOf(control),
      gesture: (gesture) => this.#act(gesture),
      stuck: (control) => this.#reportStuck(control),
    });
    this.#display = new PanelOutput({
      core,
      device: () => this.#device,
      holding: (control) => this.#recognizer.holding(control),
      failed: (why) => this.#supervisor.giveUp(why),
    });
    this.#supervisor = this.#createSupervisor();
    this.#link = this.#createLink();
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
    const previous = this.#device;
    if (device.kind !== previous.kind || !same(device.settings, previous.settings)) return false;
    const isRenamed = !same(namedBy(device), namedBy(previous));
    const inventsControls = this.#link?.inventsControls() === true;
    if (isRenamed && !inventsControls && !this.#supervisor.rename(namedBy(device))) return false;
    this.#device = device;
    const isLinkSame = same([device.link, device.may], [previous.link, previous.may]);
    if (hasLink(device)) this.#link?.adopt(device, isLinkSame ? "same" : "edited");
    if (isRenamed && inventsControls) this.#openPanels(this.#supervisor.current()?.panel);
    else this.#display.redraw();
    return true;
  }

  roomChanged(room: RoomName): void {
    this.#display.paintRoom(room);
    this.#link?.roomChanged(room);
  }

  serverChanged(server: "up" | "down"): void {
    this.#link?.serverChanged(server);
  }

  /** Something that concerns no single room. */
  siteChanged(): void {
    this.#display.paintSite();
    this.#link?.siteChanged();
  }

  status(): DeviceSessionStatus {
    return {
      kind: this.#device.kind.kind,
      status: this.#supervisor.status(),
      dropped: this.#supervisor.drops(),
      notice: this.#supervisor.notice(),
      subscribers: this.#link?.subscribers() ?? 0,
    };
  }

  /** The panel as people see it, while it is open. */
  panel(): PanelView | undefined {
    const status = this.#supervisor.status();
    const controls = this.#display.controls();
    if (status.kind !== "open" || controls === undefined) return undefined;
    const { productName } = status;
    return { id: this.#device.id, productName, controls, shown: this.#display.shown() };
  }

  /** Rooms that somebody sees here: on a control of the page that is up, or at the other end of a link of their own. */
  /** Whether somebody sees all rooms through it. */
  followsAll(): boolean {
    return this.#link?.followsAll() === true;
  }

  shownRooms(): readonly RoomName[] {
    return [...this.#display.shownRooms(), ...(this.#link?.shownRooms() ?? [])];
  }

  /** A touch that came from elsewhere than the hardware, such as the console: it counts like the device's own. */
  touch(event: ControlEvent, from: Peer): "taken" | "no-such-panel" | "no-such-control" {
    const controls = this.#display.controls();
    if (controls === undefined) return "no-such-panel";
    if (!controls.some(({ id }) => id === event.control)) return "no-such-control";
    this.take(event, from);
    return "taken";
  }

  /** What a control means on the page that the panel shows now. */
  bindingOf(control: ControlId): ControlBinding | undefined {
    return this.#display.bindingOf(control);
  }

  #createSupervisor(): Supervisor {
    const { clock, record } = this.#core;
    const { id } = this.#device;
    return new Supervisor({
      clock,
      log: this.#log,
      watchArrivals: this.#device.kind.watchArrivals,
      open: (host, signal) => {
        const { kind, settings } = this.#device;
        const dialect = this.#device.link?.dialect;
        const carried = dialect?.style === "lines" ? { dialect } : {};
        return kind.open({ settings, named: namedBy(this.#device), host, signal, ...carried });
      },
      ears: {
        emit: (event, from) => this.#touch(event, from),
        request: (message, from, stroke) => this.#link?.request(message, from, stroke),
        admits: (address) => this.#link?.access.admits(address) ?? true,
        names: (address) => this.#link?.access.names(address) ?? false,
        knows: (peer) => this.#link?.access.knows(peer) ?? true,
        vouchesFor: (peer) => this.#link?.access.vouchesFor(peer) ?? true,
        joined: (peer) => this.#link?.joined(peer),
        parted: (peer) => this.#link?.parted(peer),
        answered: (peer) => this.#link?.answered(peer) ?? Promise.resolve(),
        traced: (direction, bytes, channel) =>
          record({ kind: "wire", device: id, direction, channel, bytes }),
      },
      opened: (open) => this.#furnish(open),
      lost: (why) => this.#clear(why),
    });
  }

  #createLink(): LinkSession | undefined {
    const device = this.#device;
    if (!hasLink(device)) return undefined;
    const Session = device.link.dialect.style === "addresses" ? AddressSession : LineSession;
    return new Session(device, this.#core, this);
  }

  /** Something that a peer sent was not taken in. */
  countDrop(reason: string, peer: Peer): void {
    this.#supervisor.countDrop(reason, peer.address);
  }

  // Touch in: control event -> gesture -> actions.

  #touch(event: ControlEvent, from: Peer | undefined): void {
    const objection = from && this.#link?.access.findTouchObjection(from);
    if (objection === undefined) this.take(event, from);
    else if (from !== undefined) this.countDrop(objection, from);
  }

  /** A touch that counts: of the device itself, or of a peer that may speak. */
  take(event: ControlEvent, from: Peer | undefined): void {
    const isWanted =
      event.kind === "up" || event.kind === "held" || this.#display.face()?.touch() !== "wake-only";
    if (!isWanted) return;
    if (this.#display.face()?.hides(event) !== true) this.#core.record(touchFact(this.#device.id, event));
    this.#recognizer.take(event, from);
    // Drawing takes milliseconds: the request that the touch causes is on its way first.
    this.#core.clock.soon(() => this.#display.paintControl(event.control));
  }

  #bindingOf(control: ControlId): Bound<ControlBinding> | undefined {
    const binding = this.#display.bindingOf(control);
    if (binding === undefined) return undefined;
    const input = this.#display.controls()?.find(({ id }) => id === control)?.input;
    const described = input?.shape === "button" ? input.contact : undefined;
    const contact = binding.settings.contact ?? described ?? "momentary";
    return { binding, settings: { ...binding.settings, contact } };
  }

  #act(gesture: Gesture<ControlBinding>): void {
    for (const step of matchSteps(gesture)) this.#display.face()?.take(step);
    const actions = matchGesture(gesture);
    if (actions.length === 0) return;
    const cause: Cause = {
      correlation: this.#core.correlate(),
      device: this.#device.id,
      source: gesture.control,
      gesture: gesture.kind,
      pressedAtMs: gesture.pressedAtMs,
      // Time that passed while nobody looked proves nothing.
      completedAtMs: Math.min(gesture.completedAtMs, this.#core.arrivedAtMs()),
      ...(gesture.peer === undefined ? {} : { peer: gesture.peer.id }),
    };
    this.#core.record({ kind: "press", cause });
    for (const action of actions) {
      const { elapsedMs } = this.#core.view(action.room);
      const acting = this.#core.act(action, cause, this.#mayOf(gesture.peer));
      void acting.then((outcome) => this.#showOutcome(gesture.control, { action, outcome, elapsedMs }));
    }
  }

  /**
   * What the server refuses is the room's trouble; what is refused here concerns this control alone, and so does a mark:
   * how far the recording had run when it was pressed.
   */
  #showOutcome(control: ControlId, { action, outcome, elapsedMs }: Ended): void {
    const { kind: actionKind, room } = action;
    const isOurs =
      outcome.kind === "expired" || (outcome.kind === "refused" && outcome.reason !== "repeated");
    if (isOurs) this.#display.note(control, { kind: "refused", room, text: briefOutcome(outcome) });
    if (actionKind !== "mark" || outcome.kind !== "done") return;
    const time = elapsedMs === undefined ? "" : formatDuration(Math.floor(elapsedMs / 1000));
    this.#display.note(control, { kind: "delivered", room, text: `✓ ${time}`.trim() });
  }

  #mayOf(peer: Peer | undefined): ReadonlySet<Permission> | "everything" {
    const { may } = this.#device;
    return this.#link?.access.mayOf(peer) ?? (may === "by-peer" ? "everything" : may);
  }

  #reportStuck(control: ControlId): void {
    this.#log.warn("control stuck: down for too long, ignored until it comes up", { control });
    this.#core.record({ kind: "stuck", device: this.#device.id, control });
  }

  // The device comes and goes.

  #furnish({ productName, panel, link }: OpenDevice): void {
    this.#core.record({ kind: "device", device: this.#device.id, state: "open", text: productName });
    if (link !== undefined) this.#link?.open(link);
    this.#openPanels(panel);
  }

  /** What the hardware has, and what exists at the other end of the link only. */
  #openPanels(panel: OpenPanel | undefined): void {
    const real = new Set(panel?.controls.map(({ id }) => id));
    const virtual = this.#link?.panel(namedBy(this.#device).filter((id) => !real.has(id)));
    const whole = joinPanels([panel, virtual]);
    if (whole !== undefined) this.#display.open(whole);
  }

  #clear(why: string): void {
    this.#core.record({ kind: "device", device: this.#device.id, state: "lost", text: why });
    this.#recognizer.forget();
    this.#display.close();
    this.#link?.close();
  }
}

/** An open device with its controls and the newest frame of each that has shown one. */
export interface PanelView {
  readonly id: DeviceId;
  readonly productName: string;
  readonly controls: readonly ControlDescription[];
  readonly shown: ReadonlyMap<ControlId, Frame>;
}

export interface DeviceSessionStatus {
  readonly kind: string;
  readonly status: DeviceStatus;
  readonly dropped: Readonly<Record<string, number>>;
  /** What is odd at the moment and no loss. */
  readonly notice: string | undefined;
  readonly subscribers: number;
}

/** An action that has ended, and how far the room's recording had run when it was pressed. */
interface Ended {
  readonly action: Action;
  readonly outcome: Outcome;
  readonly elapsedMs: number | undefined;
}

function touchFact(device: DeviceId, event: ControlEvent): FactBody {
  return { kind: "touch", device, event: event.kind === "pulsed" ? { ...event, values: [] } : event };
}

/** Every control that some page of the mapping binds. */
function namedBy({ controls, pages }: DeviceMapping): readonly ControlId[] {
  return [...new Set([controls, ...pages.values()].flatMap((page) => [...page.keys()]))];
}

function hasLink(device: DeviceMapping): device is LinkedDevice {
  return device.link !== undefined;
}

function same(one: unknown, other: unknown): boolean {
  return stable(one) === stable(other);
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (inner instanceof Set ? [...inner] : inner)) ?? "";
}

import { type Action, briefOutcome, type Cause, type Outcome } from "../action/action.ts";
import type { Permissions } from "../action/permit.ts";
import type { Cancel } from "../base/clock.ts";
import { valueAt } from "../base/hours.ts";
import type { ControlId, DeviceId, RoomName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { keepNewest } from "../base/memory.ts";
import type { Result } from "../base/result.ts";
import type {
  ControlDescription,
  ControlEvent,
  DeviceHost,
  DeviceKind,
  Frame,
  LinkMessage,
  OpenDevice,
  OpenFailure,
  OpenPanel,
  Peer,
} from "../driver/contract.ts";
import { tellAsked, tellDone } from "../feedback/asked.ts";
import { offerOf } from "../feedback/invitation.ts";
import { type Asked, Deliberation } from "../gesture/deliberation.ts";
import type { Gesture } from "../gesture/gesture.ts";
import { type Bound, Recognizer } from "../gesture/recognizer.ts";
import { touchFact } from "../journal/fact.ts";
import type { ControlBinding, DeviceMapping } from "../mapping/mapping.ts";
import { matchGesture, matchSteps } from "../mapping/match.ts";
import { joinPanels } from "../panel/join-panels.ts";
import type { PanelTest } from "../panel/test-pattern.ts";
import { AddressSession } from "./address-session.ts";
import type { BridgeContext } from "./bridge-context.ts";
import { clearingPress } from "./clearing-press.ts";
import { namedBy, rulesOf, same } from "./device-edit.ts";
import { type PanelPlan, planPanel, roomsOf } from "./device-plan.ts";
import { type DeviceStatus, type SupervisedDevice, Supervisor } from "./device-supervisor.ts";
import { hoursOf } from "./hour-changes.ts";
import { type Learner, Lesson, type LessonRefusal } from "./lesson.ts";
import { LineSession } from "./line-session.ts";
import { hasLink, type LinkSession } from "./link-session.ts";
import { PanelOutput } from "./panel-output.ts";

/** One device's way through the stages: control event -> gesture -> actions; what it shows and says is next door. */
export class DeviceSession implements SupervisedDevice {
  readonly link: LinkSession | undefined;
  readonly watchArrivals: DeviceKind["watchArrivals"];
  readonly #context: BridgeContext;
  readonly #log: Log;
  readonly #recognizer: Recognizer<ControlBinding>;
  readonly #deliberation: Deliberation<ControlBinding>;
  readonly #output: PanelOutput;
  readonly #supervisor: Supervisor;
  readonly #lesson: Lesson;
  #device: DeviceMapping;
  /** Presses whose marks wait, by correlation and room. */
  readonly #waiting = new Map<string, Pressed>();

  constructor(device: DeviceMapping, context: BridgeContext) {
    this.#context = context;
    this.#device = device;
    this.#log = context.log.child({ device: device.id });
    this.watchArrivals = device.kind.watchArrivals;
    this.#recognizer = new Recognizer({
      clock: context.clock,
      rules: context.gestures,
      arrivedAtMs: () => context.stalls.arrivedAtMs(),
      bindingOf: (control) => this.#boundTo(control),
      gesture: (gesture) => this.#act(gesture),
      stuck: (control) => this.#reportStuck(control),
      tooShort: (control) => this.#output.hint(control),
    });
    this.#deliberation = new Deliberation({
      clock: context.clock,
      due: (gesture) => this.#act(gesture, "due"),
      ask: (gesture, asked) => this.#ask(gesture, asked),
    });
    this.#output = new PanelOutput(context, {
      recognizer: this.#recognizer,
      permissions: () => this.#permissionsOf(undefined),
      failed: (why) => this.#supervisor.giveUp(why),
    });
    this.#lesson = new Lesson({
      ...{ clock: context.clock, device: device.id, record: context.record },
      controls: () => this.#output.controls(),
      face: () => this.#output.face,
      show: (isLearnt) => {
        // Neither what is held nor its release means anything any more.
        this.#recognizer.forget();
        this.#deliberation.forget();
        this.#output.learn(isLearnt);
      },
    });
    this.link = this.#createLink(device);
    this.#supervisor = new Supervisor(this, context.clock, this.#log);
  }

  start(): void {
    this.#supervisor.start();
  }

  async stop(): Promise<void> {
    await this.#supervisor.stop();
    this.#recognizer.forget();
    this.#deliberation.forget();
  }

  // A touch.

  take(event: ControlEvent, from: Peer | undefined): void {
    if (this.#lesson.takes(event)) return;
    const { face } = this.#output;
    const isWanted = event.kind === "up" || event.kind === "held" || face?.touch() !== "wake-only";
    if (!isWanted) return;
    if (face?.hides(event) !== true) this.#context.record(touchFact(this.#device.id, event));
    this.#deliberation.touch(event);
    for (const gesture of this.#recognizer.take(event, from)) this.#act(gesture);
    // Drawing takes milliseconds: the request that the touch causes is on its way first.
    this.#context.clock.soon(() => this.#output.paintControl(event.control));
  }

  /** A touch that came from elsewhere than the hardware, such as the console: it counts like the device's own. */
  touch(event: ControlEvent, from: Peer): "taken" | "no-such-panel" | "no-such-control" {
    const controls = this.#output.controls();
    if (controls === undefined) return "no-such-panel";
    if (!controls.some(({ id }) => id === event.control)) return "no-such-control";
    this.take(event, from);
    return "taken";
  }

  /** Shows which panel it is, or walks all colours over it; what may be recording keeps its look. */
  test(what: PanelTest): "shown" | "no-such-panel" {
    if (this.#output.controls() === undefined) return "no-such-panel";
    this.#output.test(what, this.#device.id);
    return "shown";
  }

  /** Tells what is touched instead of acting upon it, until the returned function is called or it ends by itself. */
  learn(learner: Learner): Result<Cancel, LessonRefusal> {
    return this.#lesson.begin(learner);
  }

  /** What a control means on the page that the panel shows now. */
  bindingOf(control: ControlId): ControlBinding | undefined {
    return this.#output.bindingOf(control);
  }

  #boundTo(control: ControlId): Bound<ControlBinding> | undefined {
    const binding = this.bindingOf(control);
    if (binding === undefined) return undefined;
    const input = this.#output.controls()?.find(({ id }) => id === control)?.input;
    const described = input?.shape === "button" ? input.contact : undefined;
    const contact = binding.settings.contact ?? described ?? "momentary";
    return { binding, settings: { ...binding.settings, contact } };
  }

  #act(gesture: Gesture<ControlBinding>, when: "now" | "due" = "now"): void {
    const clearing = when === "now" ? this.#clearingPress(gesture) : undefined;
    const isFree = clearing !== undefined || when === "due";
    if (!isFree && this.#deliberation.holdsBack(gesture)) return;
    const { record, dispatcher, correlate, stalls, actions } = this.#context;
    if (clearing === undefined) for (const step of matchSteps(gesture)) this.#output.face?.take(step);
    const bound = matchGesture(gesture, actions);
    const asked = clearing === undefined ? bound : [clearing];
    const isWhatItDoes = bound.some(({ kind }) => kind === clearing?.kind);
    if (asked.length === 0) return;
    const { control, peer } = gesture;
    const cause: Cause = {
      correlation: correlate(),
      device: this.#device.id,
      source: control,
      gesture: gesture.kind,
      pressedAtMs: gesture.pressedAtMs,
      // Time that passed while nobody looked proves nothing.
      completedAtMs: Math.min(gesture.completedAtMs, stalls.arrivedAtMs()),
      ...(peer === undefined ? {} : { peer: peer.id }),
    };
    record({ kind: "press", cause });
    for (const action of asked) {
      void dispatcher.act(action, cause, this.#permissionsOf(peer)).then((outcome) => {
        const pressed = { control, action };
        if (action === clearing && !isWhatItDoes) this.#tellSeen(pressed);
        else if (outcome.kind === "waiting") this.#remember(`${cause.correlation} ${action.room}`, pressed);
        else this.#showOutcome(pressed, outcome);
      });
    }
    this.#output.dropReason(control);
  }

  /** A short press where something is told that happened puts that away, and the next one acts. */
  #clearingPress({ binding, key, control, peer, pressedAtMs }: Gesture<ControlBinding>): Action | undefined {
    const room = this.#output.clearableOn(control, pressedAtMs);
    const pressed = room && { binding, key, room };
    return pressed && clearingPress(pressed, this.#permissionsOf(peer), this.#context.actions);
  }

  /** Whoever meant something else sees that it was not done. */
  #tellSeen({ control, action: { room } }: Pressed): void {
    this.#output.note(control, { kind: "seen", room, text: "Seen: press again" });
  }

  /** What the control wants before anything is done. */
  #ask(gesture: Gesture<ControlBinding>, asked: Asked): void {
    const [action] = matchGesture(gesture, this.#context.actions);
    if (action === undefined) return;
    const { actions, rooms } = this.#context;
    const offer = offerOf(action.kind, rooms.view(action.room).status, actions);
    const told = tellAsked(asked, offer, this.#output.language());
    this.#output.note(gesture.control, { room: action.room, ...told });
  }

  #remember(press: string, pressed: Pressed): void {
    this.#waiting.set(press, pressed);
    keepNewest(this.#waiting, MOST_WAITING);
  }

  /** A mark that had to wait has ended: the key that was pressed says so. */
  markEnded({ correlation }: Cause, room: RoomName, outcome: Outcome): void {
    const press = `${correlation} ${room}`;
    const pressed = this.#waiting.get(press);
    if (pressed !== undefined) this.#showOutcome(pressed, outcome);
    this.#waiting.delete(press);
  }

  /** What became of a press concerns the control that was pressed, whatever page it shows by now. */
  #showOutcome({ control, action: { kind, room } }: Pressed, outcome: Outcome): void {
    if (outcome.kind === "done") {
      const phrase = this.#context.actions.get(kind)?.confirms;
      if (phrase === undefined) return;
      const text = tellDone(phrase, outcome.atSeconds, this.#output.language());
      this.#output.note(control, { kind: "delivered", room, text });
      return;
    }
    // Whoever presses again and again would see that instead of what became of the first press.
    const isRepeated = outcome.kind === "refused" && outcome.reason === "repeated";
    if (isRepeated) return;
    // Such as a start in a room that records: what else the control does is said.
    if (outcome.kind === "already-so") this.#output.hint(control);
    else this.#output.note(control, { kind: "refused", room, text: briefOutcome(outcome) });
  }

  #permissionsOf(peer: Peer | undefined): Permissions {
    const may = valueAt(this.#context.clock.wallMs(), this.#device.may, this.#device.mayAt);
    return this.link?.access.mayOf(peer) ?? (may === "by-peer" ? "everything" : may);
  }

  #reportStuck(control: ControlId): void {
    this.#log.warn("control stuck: down for too long, ignored until it comes up", { control });
    this.#context.record({ kind: "stuck", device: this.#device.id, control });
  }

  // What changes is shown and told.

  roomChanged(room: RoomName): void {
    this.#output.paintRoom(room);
    this.link?.roomChanged(room);
  }

  serverChanged(): void {
    this.link?.serverChanged();
  }

  /** Something that concerns no single room. */
  siteChanged(): void {
    this.#output.paintSite();
    this.link?.siteChanged();
  }

  hoursChanged(): void {
    if (hoursOf(this.#device).length > 0) this.#output.paintAll();
  }

  /** Rooms that somebody sees here: on a control of the page that is up, or at the other end of a link of their own. */
  shownRooms(): readonly RoomName[] {
    return [...this.#output.shownRooms(), ...(this.link?.shownRooms() ?? [])];
  }

  /** Whether somebody sees all rooms through it. */
  followsAll(): boolean {
    return this.link?.followsAll() === true;
  }

  status(): DeviceSessionStatus {
    return {
      kind: this.#device.kind.kind,
      rooms: roomsOf(this.#device),
      status: this.#supervisor.status(),
      dropped: this.#supervisor.drops(),
      notice: this.#supervisor.notice(),
      subscribers: this.link?.subscribers() ?? 0,
    };
  }

  /** The panel as people see it, while it is open. */
  panel(): PanelView | undefined {
    const status = this.#supervisor.status();
    const controls = this.#output.controls();
    if (status.kind !== "open" || controls === undefined) return undefined;
    const { productName } = status;
    return { id: this.#device.id, productName, controls, shown: this.#output.shown() };
  }

  /** The panel by its mapping; nothing where its model is known only once it is there. */
  plan(): PanelPlan | undefined {
    return planPanel(this.#device, this.#output.controls());
  }

  // The device comes and goes, and its mapping changes.

  /** Takes an edited mapping over without reopening the device; false when that is not possible. */
  adopt(device: DeviceMapping): boolean {
    const previous = this.#device;
    if (device.kind !== previous.kind || !same(device.settings, previous.settings)) return false;
    const isRenamed = !same(namedBy(device), namedBy(previous));
    const inventsControls = this.link?.inventsControls() === true;
    if (isRenamed && !inventsControls && !this.#supervisor.rename(namedBy(device))) return false;
    this.#device = device;
    const isLinkSame = same(rulesOf(device), rulesOf(previous));
    if (hasLink(device)) this.link?.adopt(device, isLinkSame ? "same" : "edited");
    if (isRenamed && inventsControls) this.#openPanels(this.#supervisor.current()?.panel);
    else this.#output.redraw(device);
    return true;
  }

  open(host: DeviceHost, signal: AbortSignal): Promise<Result<OpenDevice, OpenFailure>> {
    const { kind, settings, link } = this.#device;
    const carried = link?.dialect.style === "lines" ? { dialect: link.dialect } : {};
    return kind.open({ settings, named: namedBy(this.#device), host, signal, ...carried });
  }

  opened({ productName, panel, link }: OpenDevice): void {
    this.#context.record({ kind: "device", device: this.#device.id, state: "open", text: productName });
    if (link !== undefined) this.link?.open(link);
    this.#openPanels(panel);
  }

  lost(why: string): void {
    this.#lesson.end("gone");
    this.#context.record({ kind: "device", device: this.#device.id, state: "lost", text: why });
    this.#recognizer.forget();
    this.#deliberation.forget();
    this.#output.close();
    this.link?.close();
  }

  traced(direction: "in" | "out", bytes: Uint8Array, channel: string): void {
    this.#context.record({ kind: "wire", device: this.#device.id, direction, channel, bytes });
  }

  hears(message: LinkMessage): void {
    this.#lesson.hears(message);
  }

  /** Something that a peer sent was not taken in. */
  countDrop(reason: string, peer: Peer): void {
    this.#supervisor.countDrop(reason, peer.address);
  }

  #createLink(device: DeviceMapping): LinkSession | undefined {
    if (!hasLink(device)) return undefined;
    const Session = device.link.dialect.style === "addresses" ? AddressSession : LineSession;
    return new Session(device, this.#context, this);
  }

  /** What the hardware has, and what exists at the other end of the link only. */
  #openPanels(panel: OpenPanel | undefined): void {
    const real = new Set(panel?.controls.map(({ id }) => id));
    const virtual = this.link?.panel(namedBy(this.#device).filter((id) => !real.has(id)));
    const whole = joinPanels([panel, virtual]);
    if (whole !== undefined) this.#output.open(whole, this.#device);
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
  /** Those that it has to do with; none for a link that serves all. */
  readonly rooms: readonly RoomName[];
  readonly status: DeviceStatus;
  readonly dropped: Readonly<Record<string, number>>;
  /** What is odd at the moment and no loss. */
  readonly notice: string | undefined;
  readonly subscribers: number;
}

interface Pressed {
  readonly control: ControlId;
  readonly action: Action;
}

/** Marks of one device that wait for the server, as far as their keys remember them. */
const MOST_WAITING = 100;

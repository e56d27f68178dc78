import type { Permissions } from "../action/permit.ts";
import { valueAt } from "../base/hours.ts";
import type { ControlId, RoomName } from "../base/identifiers.ts";
import { isRunning } from "../base/running.ts";
import type { ControlDescription, Frame, OpenPanel } from "../driver/contract.ts";
import { type Invitation, inviteTo } from "../feedback/invitation.ts";
import { colors, type Look, type LookTable } from "../feedback/look.ts";
import {
  chooseLook,
  hintLook,
  isTally,
  labelLook,
  noteLook,
  siteLook,
  tellsAlarm,
  ticks,
  withOwn,
} from "../feedback/rules.ts";
import { translateWords, type Words } from "../feedback/words.ts";
import type { Recognizer } from "../gesture/recognizer.ts";
import type { Language } from "../language/language.ts";
import type { Phrase } from "../language/phrases.ts";
import type { BoundLook, ControlBinding, DeviceMapping } from "../mapping/mapping.ts";
import { looksIn } from "../mapping/spoken-looks.ts";
import { createFace } from "../panel/create-face.ts";
import type { KeyImages } from "../panel/key-image/key-image.ts";
import { type ChosenLook, Painter } from "../panel/painter.ts";
import type { PanelFace } from "../panel/panel-face.ts";
import { type PressNote, PressNotes } from "../panel/press-notes.ts";
import { createReducer } from "../panel/reduce.ts";
import { type PanelTest, TestPattern, testLook } from "../panel/test-pattern.ts";
import { WriteQueue } from "../panel/write-queue.ts";
import type { BridgeContext } from "./bridge-context.ts";
import { clearingPress, shortGestures } from "./clearing-press.ts";
import { roomsOf } from "./device-plan.ts";

/** A finger that comes down sooner was on its way before there was anything to read. */
const READ_MS = 1000;
/** An alarm and what a press does about it take turns. */
const TURN_MS = 2000;

/** What drawing needs of the bridge. */
type PanelContext = Pick<
  BridgeContext,
  | "actions"
  | "alarms"
  | "clock"
  | "keyImages"
  | "language"
  | "log"
  | "missing"
  | "record"
  | "rooms"
  | "secret"
  | "words"
>;

/** Whose panel it is. */
interface PanelOwner {
  /** Knows the fingers that are down, and the holds under way, for their rings. */
  readonly recognizer: Pick<Recognizer<ControlBinding>, "holding" | "isTouched">;
  /** What a finger on the device may do now. */
  permissions(): Permissions;
  /** The device does not show what it should. */
  failed(why: string): void;
}

/** Drawing out, for one device: room -> look -> frame -> device. */
export class PanelOutput {
  readonly #context: PanelContext;
  readonly #owner: PanelOwner;
  readonly #notes: PressNotes;
  readonly #test: TestPattern;
  readonly #shown = new Map<ControlId, Frame>();
  #panel: OpenPanel | undefined;
  #device: DeviceMapping | undefined;
  #face: PanelFace | undefined;
  #painter: Painter | undefined;
  #images: KeyImages | undefined;
  #isLearnt = false;
  #severalRooms = false;
  #unfollow: () => void = () => undefined;

  constructor(context: PanelContext, owner: PanelOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#test = new TestPattern(context.clock, () => this.#painter?.paintAll());
    this.#notes = new PressNotes(context.clock, (control) => this.paintControl(control));
  }

  /** A panel was opened. */
  open(panel: OpenPanel, device: DeviceMapping): void {
    this.#panel = panel;
    this.redraw(device);
  }

  /** Draws everything by the mapping as it is now. */
  redraw(device: DeviceMapping): void {
    const panel = this.#panel;
    this.#device = device;
    this.#severalRooms = roomsOf(device).length > 1;
    if (panel === undefined) return;
    const { clock, record, log, secret } = this.#context;
    const { controls } = panel;
    this.#painter?.close();
    this.#face?.close();
    const changed = () => this.#painter?.paintAll();
    const isTouched = () => this.#owner.recognizer.isTouched();
    const named = log.child({ device: device.id });
    const request = { device, controls, clock, secret, changed, isTouched, log: named };
    this.#face = createFace(request, this.#face);
    const notShown = (error: unknown) => this.#owner.failed(`could not show: ${String(error)}`);
    const queue = new WriteQueue({
      write: (control, frame, signal) => {
        this.#shown.set(control, frame);
        record({ kind: "shown", device: device.id, control, frame });
        return panel.show(control, frame, signal);
      },
      failed: notShown,
    });
    this.#painter = new Painter({
      clock,
      queue,
      controls,
      lookOf: (control) => this.#lookOf(control),
      progressOf: (control) => this.#progressOf(control),
      brightness: () => this.#face?.brightness() ?? "day",
      refresh: () => void panel.refresh?.().catch(notShown),
      reduce: createReducer(() => ({ colors, images: this.#images })),
    });
    if (controls.some(({ output }) => output.kind === "image")) void this.#loadImages();
  }

  /** The device is gone, and with it what it showed. */
  close(): void {
    this.#test.end();
    this.#painter?.close();
    this.#face?.close();
    this.#painter = undefined;
    this.#panel = undefined;
    this.#shown.clear();
    this.#unfollow();
  }

  get face(): PanelFace | undefined {
    return this.#face;
  }

  bindingOf(control: ControlId): ControlBinding | undefined {
    return this.#face?.bindingOf(control);
  }

  controls(): readonly ControlDescription[] | undefined {
    return this.#panel?.controls;
  }

  /** The newest frame of each control that has shown one since the device was opened. */
  shown(): ReadonlyMap<ControlId, Frame> {
    return this.#shown;
  }

  shownRooms(): readonly RoomName[] {
    return (this.controls() ?? []).flatMap(({ id }) => this.bindingOf(id)?.look?.room ?? []);
  }

  paintRoom(room: RoomName): void {
    this.#painter?.paintRoom(room);
  }

  paintSite(): void {
    for (const { id } of this.controls() ?? [])
      if (this.bindingOf(id)?.look?.subject === "site") this.paintControl(id);
  }

  paintControl(control: ControlId): void {
    this.#painter?.paintControl(control);
  }

  /** It may be brighter, darker or in another language now. */
  paintAll(): void {
    this.#painter?.paintAll();
  }

  /** What people read on this panel now. */
  language(): Language {
    const { clock, language } = this.#context;
    if (this.#device === undefined) return language();
    return valueAt(clock.wallMs(), this.#device.language, this.#device.languageAt);
  }

  /** A press was too short for a control that wants to be held. */
  hint(control: ControlId): void {
    const room = this.bindingOf(control)?.look?.room;
    const hold = room && this.#invitationOf(control, room).hold;
    if (room !== undefined && hold !== undefined) this.note(control, { kind: "hint", room, text: hold });
  }

  /** What became of a press concerns its control alone, whatever page it shows by now. */
  note(pressed: ControlId, note: PressNote): void {
    for (const control of this.#speakersFor(pressed, note.room)) this.#notes.show(control, note, pressed);
  }

  /** A control that shows nothing has the display above it speak for it, or else the tallies of the room. */
  #speakersFor(pressed: ControlId, room: RoomName): readonly ControlId[] {
    const all = this.controls() ?? [];
    const control = all.find(({ id }) => id === pressed);
    if (control?.output.kind !== "none") return [pressed];
    const { place } = control;
    const ofRoom = all.filter(({ id }) => this.bindingOf(id)?.look?.room === room);
    const above = ofRoom.filter(
      (one) => place.area === "dials" && one.place.area === "strip" && one.place.column === place.column,
    );
    const tallies = ofRoom.filter(({ id }) => isTally(this.bindingOf(id)?.look?.table));
    return (above.length > 0 ? above : tallies).map(({ id }) => id);
  }

  /** A press that will be acted upon. */
  dropReason(control: ControlId): void {
    this.#notes.dropReason(control);
  }

  /**
   * The room whose alarm a press of this control puts away: something that happened, and that the control has said in words
   * for so long at that moment that it can have been read.
   */
  clearableOn(control: ControlId, atMs: number): RoomName | undefined {
    const { rooms, alarms, clock } = this.#context;
    const { room, table } = this.bindingOf(control)?.look ?? {};
    const output = this.controls()?.find(({ id }) => id === control)?.output;
    const showsWords = output?.kind === "image" && this.#images !== undefined && !this.#notes.of(control);
    if (room === undefined || table === undefined || !showsWords) return undefined;
    const alarm = tellsAlarm(table, rooms.view(room)) ? alarms.board.ofRoom(room) : undefined;
    if (alarm?.sort !== "event") return undefined;
    const sinceMs = clock.monotonicMs() - (clock.wallMs() - alarm.sinceWallMs);
    return sinceMs + READ_MS <= atMs ? room : undefined;
  }

  /** For somebody who looks for this panel or tries its lamps. */
  test(what: PanelTest, name: string): void {
    this.#test.begin(what, name);
  }

  /** While somebody learns the panel every control says its name; what may be recording keeps its look. */
  learn(isLearnt: boolean): void {
    this.#isLearnt = isLearnt;
    this.#painter?.paintAll();
  }

  async #loadImages(): Promise<void> {
    const images = await this.#context.keyImages();
    this.#unfollow();
    if (this.#panel !== undefined && images !== undefined)
      this.#unfollow = images.onSymbols(() => this.#painter?.paintAll());
    if (images === this.#images) return;
    this.#images = images;
    this.#painter?.paintAll();
  }

  #lookOf(control: ControlId): ChosenLook | undefined {
    const bound = this.#boundLook(control);
    const test = this.#test.look ?? (this.#isLearnt ? this.#learnLook(control) : undefined);
    if (test !== undefined && !this.#mayRun(bound?.room))
      return { room: bound?.room, look: test, ticks: false };
    const note = this.#notes.of(control);
    if (note !== undefined && note.kind !== "hint") {
      const text = this.#translate(note.text);
      const table = bound?.room === undefined ? undefined : bound.table;
      const look = noteLook({ ...note, kind: note.kind, text }, this.#wordsFor(note.room), table);
      return { room: note.room, look, ticks: false };
    }
    if (bound === undefined) return undefined;
    const { room, table, subject, label } = bound;
    if (room !== undefined) return this.#roomLook(control, { ...bound, room });
    const look = subject === "site" ? this.#siteLook(table) : labelLook(table.available, bound);
    return { room, look: { ...look, caption: look.caption || (label ?? "") }, ticks: subject === "site" };
  }

  /** The bridge's own looks speak the language of this hour. */
  #boundLook(control: ControlId): BoundLook | undefined {
    const bound = this.#face?.bindingOf(control)?.look;
    return bound && { ...bound, table: looksIn(bound.table, this.language()) };
  }

  #roomLook(control: ControlId, { room, table, label, ...own }: RoomLook): ChosenLook {
    const view = this.#context.rooms.view(room);
    const words = this.#wordsFor(room);
    const note = this.#notes.of(control);
    const hint = note?.room === room && view.pending === undefined ? note.text : undefined;
    const { text = "", hold = "" } = this.#invitationOf(control, room);
    const isClearing = this.#isClearing(control);
    const isClearTold = isClearing && Math.floor(this.#context.clock.monotonicMs() / TURN_MS) % 2 === 1;
    // A press that clears does nothing else: while that is told, nothing else is offered.
    const offered = isClearTold
      ? undefined
      : { text: this.#translate(text), hold: hint === undefined ? this.#translate(hold) : "" };
    const alarmBrief = this.#translate(view.alarmBrief ?? view.alarm ?? "");
    const told = label === undefined ? words : { ...words, label };
    const whenAway = { kept: this.#keptWords(view.marksWaiting), not: this.#translate("Not possible") };
    const severalRooms = this.#severalRooms;
    const look = chooseLook(table, { ...view, alarmBrief, offered, whenAway, severalRooms }, told);
    const shown =
      hint === undefined
        ? withOwn(look, { ...own, table }, view)
        : hintLook(table, look, this.#translate(hint));
    const caption = isClearTold ? this.#translate("Press: clear alarm") : shown.caption;
    return { room, look: { ...shown, caption }, ticks: isClearing || ticks(table, view) };
  }

  /** What a press of a mark comes to while the room is not known, and how many wait already. */
  #keptWords(count: number): string {
    const { say } = this.language();
    return count === 0 ? say("Press: send later") : say("{count} waiting", { count });
  }

  #siteLook(table: LookTable): Look {
    const { alarms, missing } = this.#context;
    const site = { readiness: alarms.readiness(), alarms: alarms.board.list(), missing: missing() };
    return siteLook(table, site, this.language());
  }

  /** A lamp of one colour that is lit might say that something records: it blinks otherwise than any tally. */
  #learnLook(control: ControlId): Look {
    const output = this.controls()?.find(({ id }) => id === control)?.output;
    const blink = output?.kind === "lamp" ? "double" : "steady";
    return { ...testLook("purple", control), blink, caption: this.#translate("Learn" satisfies Phrase) };
  }

  /** A tally that may be lit is never covered. */
  #mayRun(room: RoomName | undefined): boolean {
    const view = room && this.#context.rooms.view(room);
    return view !== undefined && (view.status === undefined || isRunning(view.status));
  }

  #translate(text: string): string {
    return this.language().translate(text);
  }

  #wordsFor(room: RoomName): Words {
    return translateWords(this.#context.words(room), this.language().translate);
  }

  #invitationOf(control: ControlId, room: RoomName): Invitation {
    const { rooms, actions } = this.#context;
    const gestures = this.bindingOf(control)?.gestures ?? new Map();
    return inviteTo(gestures, { room, status: rooms.view(room).status }, actions);
  }

  /** Whether the next short press puts an alarm away. */
  #isClearing(control: ControlId): boolean {
    const room = this.clearableOn(control, Number.POSITIVE_INFINITY);
    const binding = this.bindingOf(control);
    if (room === undefined || binding === undefined) return false;
    const may = this.#owner.permissions();
    return shortGestures.some((key) => clearingPress({ binding, key, room }, may, this.#context.actions));
  }

  #progressOf(control: ControlId): number | undefined {
    const holding = this.#owner.recognizer.holding(control);
    return holding && (this.#context.clock.monotonicMs() - holding.sinceMs) / holding.holdMs;
  }
}

/** The look of a room on a control; `label` stands in the place of the room's own. */
interface RoomLook {
  readonly room: RoomName;
  readonly table: LookTable;
  readonly label?: string | undefined;
  readonly text?: string | undefined;
  readonly symbol?: string | undefined;
}

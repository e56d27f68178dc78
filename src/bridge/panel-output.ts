import type { ControlId, RoomName } from "../base/identifiers.ts";
import type { ControlDescription, Frame, OpenPanel } from "../driver/contract.ts";
import { colors } from "../feedback/look.ts";
import { chooseLook, labelLook, noteLook, siteLook, ticks } from "../feedback/rules.ts";
import type { Recognizer } from "../gesture/recognizer.ts";
import type { ControlBinding, DeviceMapping } from "../mapping/mapping.ts";
import { createFace } from "../panel/create-face.ts";
import type { KeyImages } from "../panel/key-image/key-image.ts";
import { type ChosenLook, Painter } from "../panel/painter.ts";
import type { PanelFace } from "../panel/panel-face.ts";
import { type PressNote, PressNotes } from "../panel/press-notes.ts";
import { createReducer } from "../panel/reduce.ts";
import { WriteQueue } from "../panel/write-queue.ts";
import type { BridgeContext } from "./bridge-context.ts";

/** Drawing out, for one device: room -> look -> frame -> device. */
export class PanelOutput {
  readonly #context: BridgeContext;
  /** Knows the holds under way, for their rings. */
  readonly #recognizer: Pick<Recognizer<ControlBinding>, "holding" | "isTouched">;
  /** The device does not show what it should. */
  readonly #failed: (why: string) => void;
  readonly #notes: PressNotes;
  readonly #shown = new Map<ControlId, Frame>();
  #panel: OpenPanel | undefined;
  #face: PanelFace | undefined;
  #painter: Painter | undefined;
  #images: KeyImages | undefined;

  constructor(
    context: BridgeContext,
    recognizer: Pick<Recognizer<ControlBinding>, "holding" | "isTouched">,
    failed: (why: string) => void,
  ) {
    this.#context = context;
    this.#recognizer = recognizer;
    this.#failed = failed;
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
    if (panel === undefined) return;
    const { clock, record, log, secret } = this.#context;
    const { controls } = panel;
    this.#painter?.close();
    this.#face?.close();
    const changed = () => this.#painter?.paintAll();
    const isTouched = () => this.#recognizer.isTouched();
    const named = log.child({ device: device.id });
    const request = { device, controls, clock, secret, changed, isTouched, log: named };
    this.#face = createFace(request, this.#face);
    const notShown = (error: unknown) => this.#failed(`could not show: ${String(error)}`);
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
    this.#painter?.close();
    this.#face?.close();
    this.#painter = undefined;
    this.#panel = undefined;
    this.#shown.clear();
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

  /** What became of a press concerns its control alone, whatever page it shows by now. */
  note(control: ControlId, note: PressNote): void {
    this.#notes.show(control, note);
  }

  async #loadImages(): Promise<void> {
    const images = await this.#context.keyImages();
    if (images === this.#images) return;
    this.#images = images;
    this.#painter?.paintAll();
  }

  #lookOf(control: ControlId): ChosenLook | undefined {
    const bound = this.#face?.bindingOf(control)?.look;
    const { rooms, alarms, words } = this.#context;
    const note = this.#notes.of(control);
    if (note !== undefined) {
      const table = bound?.room === undefined ? undefined : bound.table;
      return { room: note.room, look: noteLook(note, words(note.room), table), ticks: false };
    }
    if (bound === undefined) return undefined;
    const { room, table, subject, label } = bound;
    if (room === undefined) {
      const look =
        subject === "site"
          ? siteLook(table, alarms.readiness(), alarms.board.list())
          : labelLook(table.available);
      return { room, look: { ...look, caption: label ?? look.caption }, ticks: false };
    }
    const view = rooms.view(room);
    const told = label === undefined ? words(room) : { ...words(room), label };
    return { room, look: chooseLook(table, view, told), ticks: ticks(table, view) };
  }

  #progressOf(control: ControlId): number | undefined {
    const holding = this.#recognizer.holding(control);
    return holding && (this.#context.clock.monotonicMs() - holding.sinceMs) / holding.holdMs;
  }
}

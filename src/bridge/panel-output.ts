import type { ControlId, RoomName } from "../base/identifiers.ts";
import type { ControlDescription, Frame, OpenPanel } from "../driver/contract.ts";
import { colors } from "../feedback/look.ts";
import { chooseLook, deliveredLook, failedLook, labelLook, siteLook, ticks } from "../feedback/rules.ts";
import type { ControlBinding, DeviceMapping } from "../mapping/mapping.ts";
import { createFace } from "../panel/create-face.ts";
import type { KeyImages } from "../panel/key-image/key-image.ts";
import { type ChosenLook, Painter } from "../panel/painter.ts";
import type { PanelFace } from "../panel/panel-face.ts";
import { type PressNote, PressNotes } from "../panel/press-notes.ts";
import { createReducer } from "../panel/reduce.ts";
import { WriteQueue } from "../panel/write-queue.ts";
import type { BridgeContext } from "./bridge-context.ts";

export interface PanelOutputTools {
  readonly core: BridgeContext;
  /** As the mapping has it now. */
  device(): DeviceMapping;
  /** A hold under way, for its ring. */
  holding(control: ControlId): { readonly sinceMs: number; readonly holdMs: number } | undefined;
  failed(why: string): void;
}

/** Drawing out, for one device: room -> look -> frame -> device. */
export class PanelOutput {
  readonly #tools: PanelOutputTools;
  readonly #notes: PressNotes;
  readonly #shown = new Map<ControlId, Frame>();
  #panel: OpenPanel | undefined;
  #face: PanelFace | undefined;
  #painter: Painter | undefined;
  #images: KeyImages | undefined;

  constructor(tools: PanelOutputTools) {
    this.#tools = tools;
    this.#notes = new PressNotes(tools.core.clock, (control) => this.paintControl(control));
  }

  /** A panel was opened. */
  open(panel: OpenPanel): void {
    this.#panel = panel;
    this.redraw();
  }

  /** Draws everything by the mapping as it is now. */
  redraw(): void {
    const panel = this.#panel;
    if (panel === undefined) return;
    const { core, device, failed } = this.#tools;
    this.#painter?.close();
    this.#face?.close();
    this.#face = createFace(
      {
        ...core,
        device: device(),
        controls: panel.controls,
        log: core.log.child({ device: device().id }),
        changed: () => this.#painter?.paintAll(),
      },
      this.#face,
    );
    const notShown = (error: unknown) => failed(`could not show: ${String(error)}`);
    const queue = new WriteQueue({
      write: (control, frame, signal) => {
        this.#shown.set(control, frame);
        core.record({ kind: "shown", device: device().id, control, frame });
        return panel.show(control, frame, signal);
      },
      failed: notShown,
    });
    this.#painter = new Painter({
      clock: core.clock,
      queue,
      controls: panel.controls,
      lookOf: (control) => this.#lookOf(control),
      progressOf: (control) => this.#progressOf(control),
      brightness: () => this.#face?.brightness() ?? "day",
      refresh: () => void panel.refresh?.().catch(notShown),
      reduce: createReducer(() => ({ colors, images: this.#images })),
    });
    if (panel.controls.some(({ output }) => output.kind === "image")) void this.#loadImages();
  }

  /** The device is gone, and with it what it showed. */
  close(): void {
    this.#painter?.close();
    this.#face?.close();
    this.#painter = undefined;
    this.#panel = undefined;
    this.#shown.clear();
  }

  face(): PanelFace | undefined {
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
    const images = await this.#tools.core.keyImages();
    if (images === this.#images) return;
    this.#images = images;
    this.#painter?.paintAll();
  }

  #lookOf(control: ControlId): ChosenLook | undefined {
    const bound = this.#face?.bindingOf(control)?.look;
    const { core } = this.#tools;
    const note = this.#notes.of(control);
    if (note?.kind === "delivered") {
      return { room: note.room, look: deliveredLook(note.text, core.words(note.room)), ticks: false };
    }
    if (bound === undefined) return undefined;
    const { room, table, subject, label } = bound;
    if (room === undefined) {
      const look =
        subject === "site" ? siteLook(table, core.readiness(), core.alarms()) : labelLook(table.available);
      return { room, look: { ...look, caption: label ?? look.caption }, ticks: false };
    }
    const view = core.view(room);
    const words = label === undefined ? core.words(room) : { ...core.words(room), label };
    if (note !== undefined) return { room, look: failedLook(table, words, note.text), ticks: false };
    return { room, look: chooseLook(table, view, words), ticks: ticks(table, view) };
  }

  #progressOf(control: ControlId): number | undefined {
    const holding = this.#tools.holding(control);
    return holding && (this.#tools.core.clock.monotonicMs() - holding.sinceMs) / holding.holdMs;
  }
}

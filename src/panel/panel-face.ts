import type { Cancel, Clock } from "../base/clock.ts";
import { valueAt } from "../base/hours.ts";
import type { ControlId } from "../base/identifiers.ts";
import { FIRST_PAGE } from "../base/page-names.ts";
import type { ControlEvent } from "../driver/control.ts";
import type { ControlBinding, DeviceMapping, DimMapping, PanelStep } from "../mapping/mapping.ts";
import { bindingOn, type Page, type PanelPages } from "./pages.ts";
import {
  lockedAtStart,
  type PanelLockSettings,
  type PanelLockState,
  passLockTime,
  typeDigit,
} from "./panel-lock.ts";

export interface PanelFaceTools {
  readonly clock: Clock;
  readonly pages: PanelPages;
  readonly dim: DimMapping | undefined;
  readonly brightnessAt: DeviceMapping["brightnessAt"];
  /** It turns to its first page when nobody has touched it for so long; absent: never. */
  readonly homeAfterMs: number | undefined;
  /** Whether a finger is down on it. */
  isTouched(): boolean;
  /** A lock and what is shown while it is locked; none for open panels. */
  readonly lock: { readonly settings: PanelLockSettings; readonly keypad: Page } | undefined;
  /** Everything may look different now. */
  changed(): void;
}

const CHECK_MS = 1000;

/** What a panel is at the moment: its page, whether it is locked, whether it is dimmed. */
export class PanelFace {
  readonly #tools: PanelFaceTools;
  readonly #cancel: Cancel;
  /** Keys that went down while it was locked and are not up yet. */
  #typed = new Set<ControlId>();
  #page = FIRST_PAGE;
  #lock: PanelLockState = lockedAtStart;
  #touchedMs: number;
  /** Since when nobody has touched it, and no finger been on it. */
  #leftMs: number;
  #brightness: "day" | "night";

  /** `former` is the face that this panel had: losing the panel or editing its mapping opens no lock. */
  constructor(tools: PanelFaceTools, former?: PanelFace) {
    this.#tools = tools;
    this.#touchedMs = former === undefined ? tools.clock.monotonicMs() : former.#touchedMs;
    this.#leftMs = former === undefined ? this.#touchedMs : former.#leftMs;
    if (former !== undefined) {
      this.#lock = former.#lock;
      this.#typed = former.#typed;
      if (tools.pages.others.has(former.#page)) this.#page = former.#page;
    }
    this.#brightness = this.#isIdle() ? "night" : "day";
    this.#cancel = tools.clock.every(CHECK_MS, () => this.#passTime());
  }

  bindingOf(control: ControlId): ControlBinding | undefined {
    const { lock, pages } = this.#tools;
    return this.isLocked() ? lock?.keypad.get(control) : bindingOn(pages, this.#page, control);
  }

  /** The hours of the mapping come first: at night it stays dimmed while it is used. */
  brightness(): "day" | "night" {
    return this.#isNight() ? "night" : this.#brightness;
  }

  #isNight(): boolean {
    const { clock, brightnessAt } = this.#tools;
    return valueAt(clock.wallMs(), "day", brightnessAt) === "night";
  }

  /** Somebody touched the panel: whether the touch is to be acted upon. */
  touch(): "act" | "wake-only" {
    const { clock, dim, changed } = this.#tools;
    this.#passTime();
    this.#touchedMs = clock.monotonicMs();
    this.#leftMs = this.#touchedMs;
    if (this.#lock.kind === "unlocked") this.#lock = { kind: "unlocked", touchedMs: this.#touchedMs };
    if (this.#brightness === "day") return "act";
    this.#brightness = "day";
    // Nothing looks as if it had to be woken.
    if (this.#isNight()) return "act";
    changed();
    return dim?.wake === "only-wakes" ? "wake-only" : "act";
  }

  take(step: PanelStep): void {
    const { lock, clock, changed } = this.#tools;
    if ("page" in step) this.#page = step.page;
    else if (lock !== undefined) {
      this.#lock = typeDigit(this.#lock, step.digit, { settings: lock.settings, nowMs: clock.monotonicMs() });
    }
    changed();
  }

  close(): void {
    this.#cancel();
  }

  /** What is typed on a locked panel is nobody's business, the release of the PIN's last digit included. */
  hides({ kind, control }: ControlEvent): boolean {
    const wasTyped = kind !== "down" && this.#typed.delete(control);
    if (!this.isLocked()) return wasTyped;
    if (kind === "down") this.#typed.add(control);
    return true;
  }

  /** Whether it wants its PIN. */
  isLocked(): boolean {
    return this.#tools.lock !== undefined && this.#lock.kind !== "unlocked";
  }

  #isIdle(): boolean {
    const { clock, dim } = this.#tools;
    return dim !== undefined && clock.monotonicMs() >= this.#touchedMs + dim.afterMs;
  }

  #passTime(): void {
    const { clock, lock, changed } = this.#tools;
    const nowMs = clock.monotonicMs();
    const wasLocked = this.isLocked();
    if (lock !== undefined) this.#lock = passLockTime(this.#lock, { settings: lock.settings, nowMs });
    if (this.isLocked() && !wasLocked) this.#page = FIRST_PAGE;
    const isIdle = this.#isIdle();
    const isDimmed = isIdle && this.#brightness === "day";
    if (isIdle) this.#brightness = "night";
    const isHome = this.#goHome(nowMs);
    if (this.isLocked() !== wasLocked || isDimmed || isHome) changed();
  }

  /** Turns to the first page where nobody is at it any more: never below a finger, and never while a PIN is typed. */
  #goHome(nowMs: number): boolean {
    const { homeAfterMs = Infinity, isTouched } = this.#tools;
    if (isTouched()) this.#leftMs = nowMs;
    if (this.#page === FIRST_PAGE || this.isLocked() || nowMs < this.#leftMs + homeAfterMs) return false;
    this.#page = FIRST_PAGE;
    return true;
  }
}

import type { ControlId } from "../base/identifiers.ts";
import type { Frame } from "../driver/frame.ts";

interface WriteQueueTools {
  write(control: ControlId, frame: Frame, signal: AbortSignal): Promise<void>;
  /** The device did not take a frame: it counts as lost. */
  failed(error: unknown): void;
}

/**
 * Frames on their way to one device: one at a time, per control only the newest, and nothing that
 * the control shows already.
 */
export class WriteQueue {
  readonly #tools: WriteQueueTools;
  readonly #waiting = new Map<ControlId, Frame>();
  readonly #shown = new Map<ControlId, Frame>();
  readonly #closing = new AbortController();
  #writing = false;

  constructor(tools: WriteQueueTools) {
    this.#tools = tools;
  }

  put(control: ControlId, frame: Frame): void {
    if (this.#closing.signal.aborted) return;
    // The control keeps its place in the order, so that none starves.
    this.#waiting.set(control, frame);
    if (!this.#writing) void this.#drain();
  }

  /** Forgets what is shown, so that the next frames are written even if they are the same. */
  forget(): void {
    this.#shown.clear();
  }

  close(): void {
    this.#closing.abort();
    this.#waiting.clear();
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    const { signal } = this.#closing;
    for (const [control, frame] of this.#waiting) {
      this.#waiting.delete(control);
      const shown = this.#shown.get(control);
      if (shown !== undefined && isSame(shown, frame)) continue;
      this.#shown.set(control, frame);
      try {
        await this.#tools.write(control, frame, signal);
      } catch (error) {
        if (signal.aborted) break;
        this.close();
        this.#tools.failed(error);
        break;
      }
      if (signal.aborted) break;
    }
    this.#writing = false;
  }
}

function isSame(one: Frame, other: Frame): boolean {
  if (one.kind === "lamp")
    return other.kind === "lamp" && one.rgb.join() === other.rgb.join() && one.blink === other.blink;
  if (one.kind === "text") return other.kind === "text" && one.text === other.text;
  // Most pictures are drawn once and kept.
  return other.kind === "image" && (one.rgb === other.rgb || Buffer.compare(one.rgb, other.rgb) === 0);
}

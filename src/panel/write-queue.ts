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
  readonly #shown = new Map<ControlId, string>();
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
      const print = fingerprint(frame);
      if (this.#shown.get(control) === print) continue;
      this.#shown.set(control, print);
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

function fingerprint(frame: Frame): string {
  switch (frame.kind) {
    case "lamp":
      return `${frame.rgb.join()} ${frame.blink}`;
    case "text":
      return frame.text;
    case "image":
      return Buffer.from(frame.rgb.buffer, frame.rgb.byteOffset, frame.rgb.byteLength).toString("latin1");
  }
}

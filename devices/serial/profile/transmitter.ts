import { pause } from "../../../src/base/clock.ts";
import type { Clock } from "../../../src/driver/contract.ts";
import type { Sending } from "./profile.ts";

interface TransmitterHost {
  readonly clock: Clock;
  write(bytes: Uint8Array): void | Promise<void>;
}

/** Writes one message after another at the device's pace, and waits for its acknowledgement where it gives one. */
export interface Transmitter {
  /** One at a time. Rejects when the line failed, or nothing acknowledged the message. */
  transmit(bytes: Uint8Array): Promise<void>;
  /** A message came that the device sends for what it took. */
  acknowledge(): void;
  /** What is under way ends with this reason. */
  stop(reason: string): void;
}

/** Keeps the gaps between messages and characters, and repeats what was not acknowledged. */
export function createTransmitter(sending: Sending, { clock, write }: TransmitterHost): Transmitter {
  let lastMs = Number.NEGATIVE_INFINITY;
  let stopped: string | undefined;
  let acknowledged: (() => void) | undefined;

  function check(): void {
    if (stopped !== undefined) throw new Error(stopped);
  }

  async function writeAll(bytes: Uint8Array): Promise<void> {
    if (sending.charGapMs === 0) return write(bytes);
    for (const byte of bytes) {
      check();
      await write(Uint8Array.of(byte));
      await pause(clock, sending.charGapMs);
    }
  }

  /** Begun before the write: the answer may come while it is under way. */
  function awaitAnswer(): Promise<boolean> {
    const { ack } = sending;
    if (ack === undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const cancel = clock.after(ack.timeoutMs, () => resolve(false));
      acknowledged = () => {
        cancel();
        resolve(true);
      };
    });
  }

  return {
    async transmit(bytes) {
      const gapMs = lastMs + sending.minGapMs - clock.monotonicMs();
      if (gapMs > 0) await pause(clock, gapMs);
      const attempts = 1 + (sending.ack?.retries ?? 0);
      for (let attempt = 1; attempt <= attempts; attempt++) {
        check();
        const answer = awaitAnswer();
        await writeAll(bytes);
        lastMs = clock.monotonicMs();
        const isAcknowledged = await answer;
        check();
        if (isAcknowledged) return;
      }
      throw new Error("the device does not acknowledge what it is sent");
    },
    acknowledge() {
      acknowledged?.();
      acknowledged = undefined;
    },
    stop(reason) {
      stopped ??= reason;
      acknowledged?.();
    },
  };
}

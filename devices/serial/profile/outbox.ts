import type { Transmitter } from "./transmitter.ts";

interface OutboxHost {
  readonly transmitter: Transmitter;
  dropped(reason: string): void;
  /** The line failed: the outbox should be stopped. */
  failed(reason: string): void;
}

/** Everything that goes out, in its order. */
interface Outbox {
  /**
   * Resolves when it was written, and acknowledged where that is asked for; rejects when the line failed. What
   * waits under the same key is replaced, and both resolve together.
   */
  put(bytes: Uint8Array, key?: string): Promise<void>;
  /** Forgets what waits. */
  clear(): void;
  /** Nothing more is written, and what waits is rejected. */
  stop(reason: string): void;
}

interface Message {
  bytes: Uint8Array;
  readonly key: string | undefined;
  readonly done: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

const MOST_WAITING = 512;

/** At most 512 messages wait; the oldest is dropped for a newer one. */
export function createOutbox({ transmitter, dropped, failed }: OutboxHost): Outbox {
  let waiting: Message[] = [];
  let isPumping = false;
  let stopped: string | undefined;

  async function pump(): Promise<void> {
    isPumping = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        await transmitter.transmit(next.bytes);
        next.resolve();
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error));
        next.reject(reason);
        failed(reason.message);
      }
    }
    isPumping = false;
  }

  function makeRoom(): void {
    if (waiting.length < MOST_WAITING) return;
    waiting.shift()?.resolve();
    dropped("more to send than the device takes");
  }

  return {
    put(bytes, key) {
      if (stopped !== undefined) return Promise.reject(new Error(stopped));
      const same = key === undefined ? undefined : waiting.find((other) => other.key === key);
      if (same !== undefined) {
        same.bytes = bytes;
        return same.done;
      }
      makeRoom();
      const message = createMessage(bytes, key);
      waiting.push(message);
      if (!isPumping) void pump();
      return message.done;
    },
    clear() {
      for (const message of waiting) message.resolve();
      waiting = [];
    },
    stop(reason) {
      stopped ??= reason;
      transmitter.stop(reason);
      for (const message of waiting) message.reject(new Error(reason));
      waiting = [];
    },
  };
}

function createMessage(bytes: Uint8Array, key: string | undefined): Message {
  let resolve = () => {};
  let reject: (error: Error) => void = () => {};
  const done = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  // Whoever put it may not wait for it any more.
  done.catch(() => {});
  return { bytes, key, done, resolve, reject };
}

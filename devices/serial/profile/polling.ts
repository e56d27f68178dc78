import type { Clock } from "../../../src/driver/contract.ts";
import type { Payload } from "./payload.ts";
import type { Poll } from "./profile.ts";

interface PollingHost {
  readonly clock: Clock;
  /** Resolves when the question was written; under the same key only the latest waits. */
  put(question: Uint8Array, key: string): Promise<void>;
  /** The device no longer answers. */
  silent(reason: string): void;
}

interface Polling {
  /** Asks at once, and then again and again. */
  start(): void;
  /** Whether the message is an answer that a question expects. */
  hear(payload: Payload): boolean;
  stop(): void;
}

/** Quick questions may go unanswered for a moment: a device that starts anew is not gone. */
const LEAST_SILENCE_MS = 3000;

/** The device is gone when a question was missed often enough, and for three seconds. */
export function createPolling(polls: readonly Poll[], host: PollingHost): Polling {
  const { clock } = host;
  const askers = polls.map((poll, index) => ({ poll, key: `poll ${index}`, unanswered: 0, sinceMs: 0 }));
  type Asker = (typeof askers)[number];
  let cancels: (() => void)[] = [];

  function ask(asker: Asker): void {
    const { poll } = asker;
    const isSilent =
      asker.unanswered >= poll.misses && clock.monotonicMs() - asker.sinceMs >= LEAST_SILENCE_MS;
    if (isSilent) host.silent(`the device left ${asker.unanswered} questions unanswered`);
    else put(asker);
  }

  function put(asker: Asker): void {
    const { poll, key } = asker;
    host.put(poll.question, key).then(
      () => {
        if (asker.unanswered === 0) asker.sinceMs = clock.monotonicMs();
        asker.unanswered++;
      },
      // The line failed, which is said elsewhere.
      () => {},
    );
  }

  return {
    start() {
      for (const asker of askers) {
        cancels.push(clock.every(asker.poll.everyMs, () => ask(asker)));
        ask(asker);
      }
    },
    hear({ text }) {
      let isExpected = false;
      for (const asker of askers) {
        const { expect } = asker.poll;
        const fits = expect?.(text) !== undefined;
        if (fits) isExpected = true;
        if (fits || expect === undefined) asker.unanswered = 0;
      }
      return isExpected;
    },
    stop() {
      for (const cancel of cancels) cancel();
      cancels = [];
    },
  };
}

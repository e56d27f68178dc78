import { errorText } from "../../../src/base/error-text.ts";
import type { Clock } from "../../../src/driver/contract.ts";
import type { PollRule } from "../profile/profile.ts";
import type { Variables } from "../profile/variables.ts";
import { encodeFrame } from "./encode-frame.ts";
import type { Line } from "./line.ts";

interface PollerTools {
  readonly clock: Clock;
  readonly line: Line;
  readonly variables: Variables;
  readonly outputLength: number | undefined;
  /** An answer to a feature request. */
  answered(report: Uint8Array): void;
  failed(reason: string): void;
}

/** Asks a device that tells nothing by itself. */
export interface Poller {
  /** An input report came: it is the answer to what was asked last. */
  heard(): void;
  close(): void;
}

/** So many questions in a row without an answer, and the device is gone. */
const MOST_MISSES = 10;

/** The next question waits for the answer to the last one, or for its time to run out: slow answers do not pile up. */
export function createPoller(rule: PollRule, tools: PollerTools): Poller {
  const { clock } = tools;
  let cancel: () => void = () => undefined;
  let askedMs = -Infinity;
  let isWaiting = false;
  let misses = 0;
  let isClosed = false;

  function askLater(): void {
    cancel();
    if (isClosed) return;
    cancel = clock.after(Math.max(0, askedMs + rule.everyMs - clock.monotonicMs()), askNow);
  }

  function askNow(): void {
    askedMs = clock.monotonicMs();
    isWaiting = true;
    const asked = rule.send === undefined ? askFeature(rule, tools) : askByReport(rule, tools);
    asked.then(
      (answer) => {
        if (answer === undefined) awaitReport();
        else if (!isClosed) {
          settle();
          tools.answered(answer);
        }
      },
      (error: unknown) => miss(errorText(error)),
    );
  }

  function awaitReport(): void {
    // It may have come while the question was still being written.
    if (isWaiting && !isClosed) cancel = clock.after(rule.timeoutMs, () => miss("no answer"));
  }

  function settle(): void {
    isWaiting = false;
    misses = 0;
    askLater();
  }

  function miss(reason: string): void {
    if (isClosed) return;
    isWaiting = false;
    misses += 1;
    if (misses >= MOST_MISSES) tools.failed(`it has not answered ${misses} times in a row: ${reason}`);
    else askLater();
  }

  askNow();
  return {
    heard() {
      if (isWaiting && rule.send !== undefined) settle();
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}

async function askByReport(
  { send }: PollRule,
  { line, variables, outputLength }: PollerTools,
): Promise<undefined> {
  if (send !== undefined) await line.send([encodeFrame(send, variables, outputLength)]);
}

/** Devices that repeat the id in front of their answer need a byte more. */
function askFeature({ feature = 0, length = 8, idInReply, timeoutMs }: PollRule, { line }: PollerTools) {
  return line.ask(feature, length + Number(idInReply), timeoutMs);
}

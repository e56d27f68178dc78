import type { Clock } from "../../../src/driver/contract.ts";

/** Knows what comes back because a panel or a control system repeats what it hears. */
interface EchoFilter {
  /** Every write, as it was written: several lines may be in one. */
  sent(bytes: Uint8Array): void;
  /** Whether a received line equals one that was sent within half a second. Each sent line excuses one. */
  isEcho(payload: Uint8Array): boolean;
}

const BELIEVED_MS = 500;
const MOST_LINES = 64;

/** Takes for an echo what comes back within a moment of being sent. */
export function createEchoFilter(clock: Clock): EchoFilter {
  let lines: { readonly text: string; readonly sentMs: number }[] = [];

  return {
    sent(bytes) {
      const sentMs = clock.monotonicMs();
      const said = Buffer.from(bytes)
        .toString("latin1")
        .split(/[\r\n]+/)
        .filter((text) => text !== "");
      lines = [...lines, ...said.map((text) => ({ text, sentMs }))].slice(-MOST_LINES);
    },
    isEcho(payload) {
      const oldestMs = clock.monotonicMs() - BELIEVED_MS;
      lines = lines.filter(({ sentMs }) => sentMs >= oldestMs);
      const text = Buffer.from(payload).toString("latin1");
      const at = lines.findIndex((line) => line.text === text);
      if (at >= 0) lines.splice(at, 1);
      return at >= 0;
    },
  };
}

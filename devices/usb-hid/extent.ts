import type { ControlRule } from "./control-grammar.ts";

/** How many bytes a report must have so that a control can be read from it. */
export function lastByte(rule: ControlRule): number {
  switch (rule.kind) {
    case "bits":
      return rule.at + rule.bytes;
    case "bytes":
      return rule.at + rule.count;
    case "usages":
      return rule.at + rule.count * rule.size;
    case "event":
      return Math.max(
        ...[...(rule.down ?? []), ...(rule.up ?? []), ...(rule.click ?? [])].map(({ at, size }) => at + size),
      );
    case "button":
    case "value":
    case "delta":
    case "hat":
      return rule.at + rule.size;
  }
}

import type { Fact } from "../journal/fact.ts";
import type { BridgeStatus } from "./status.ts";

/** Overwrites in a text what nobody may read there. */
export type Hide = (text: string) => string;

/** Words and names of ours, by which things are found; everything else may have come from outside. */
const OURS = new Set([
  "correlation",
  "control",
  "device",
  "expected",
  "gesture",
  "id",
  "kind",
  "knowledge",
  "mapping",
  "name",
  "pending",
  "recording",
  "room",
  "state",
  "status",
]);

/** A fact as it may be told outside of the core; nothing for raw bytes, in which no secret can be told apart. */
export function concealFact(fact: Fact, hide: Hide): Fact | undefined {
  if (fact.kind === "wire") return undefined;
  // Buttons may be named by who presses them.
  if (fact.kind === "touch")
    return {
      ...fact,
      event: { ...fact.event, control: hide(fact.event.control) as typeof fact.event.control },
    };
  return concealIn(fact, hide);
}

export function concealStatus(status: BridgeStatus, hide: Hide): BridgeStatus {
  return concealIn(status, hide);
}

export function concealServer(server: BridgeStatus["server"], hide: Hide): BridgeStatus["server"] {
  return concealIn(server, hide);
}

/** Texts in a value; what has none that changes stays the same value. */
export function concealIn<Value>(value: Value, hide: Hide): Value {
  if (typeof value === "string") return hide(value) as Value;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => concealIn(item, hide));
    return items.every((item, index) => item === value[index]) ? value : (items as Value);
  }
  const changes = Object.entries(value).flatMap(([key, inner]) => {
    if (typeof inner === "string" && OURS.has(key)) return [];
    const clean: unknown = concealIn(inner, hide);
    return clean === inner ? [] : [[key, clean] as const];
  });
  return changes.length === 0 ? value : { ...value, ...Object.fromEntries(changes) };
}

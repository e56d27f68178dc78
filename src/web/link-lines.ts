import type { DeviceId } from "../base/identifiers.ts";
import type { Value } from "../driver/control.ts";
import type { Fact } from "../journal/fact.ts";
import type { LinkLine } from "./page/protocol.ts";

const MOST_LINES = 30;
const LONGEST_TEXT = 200;

/**
 * The last lines of each link. Of what came in, only requests that became actions are kept: other lines may carry a
 * passcode, and raw bytes are never looked at.
 */
export class LinkLines {
  readonly #byDevice = new Map<DeviceId, LinkLine[]>();
  readonly #lastRequests = new Map<DeviceId, string>();

  /** Returns the device whose lines changed. */
  take(fact: Fact): DeviceId | undefined {
    if (fact.kind === "told") {
      const { device, wallMs, to, message } = fact;
      const text = [message.text.trimEnd(), ...message.values.map(writeValue)].join(" ");
      return this.#add(device, { wallMs, direction: "out", peer: to, text });
    }
    if (fact.kind !== "action" || fact.cause.gesture !== "request") return undefined;
    const { device, source, peer = "", correlation } = fact.cause;
    // One line may mean several actions.
    if (this.#lastRequests.get(device) === correlation) return undefined;
    this.#lastRequests.set(device, correlation);
    return this.#add(device, { wallMs: fact.wallMs, direction: "in", peer, text: source });
  }

  /** Oldest first. */
  of(device: DeviceId): readonly LinkLine[] {
    return this.#byDevice.get(device) ?? [];
  }

  #add(device: DeviceId, line: LinkLine): DeviceId {
    const lines = this.#byDevice.get(device) ?? [];
    this.#byDevice.set(device, lines);
    lines.push({ ...line, text: line.text.slice(0, LONGEST_TEXT) });
    if (lines.length > MOST_LINES) lines.shift();
    return device;
  }
}

function writeValue(value: Value): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

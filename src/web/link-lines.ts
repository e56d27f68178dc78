import { briefOutcome, type Cause } from "../action/action.ts";
import { actions } from "../action/actions/index.ts";
import type { DeviceId } from "../base/identifiers.ts";
import type { Value } from "../driver/control.ts";
import type { Fact } from "../journal/fact.ts";
import { createLanguage, type Language } from "../language/language.ts";
import type { LinkLine, LinkTalk, UnderstoodInfo } from "./page/protocol.ts";
import { tellBriefly } from "./tell-action.ts";

const MOST_LINES = 30;
const LONGEST_TEXT = 200;

/**
 * The last lines of each link. Of what came in, only requests that became actions are kept: other lines may carry a
 * passcode, and raw bytes are never looked at.
 */
export class LinkLines {
  readonly #language: () => Language;
  readonly #byDevice = new Map<DeviceId, LinkLine[]>();
  readonly #understood = new Map<DeviceId, UnderstoodInfo & Pick<Cause, "correlation">>();
  readonly #lastRequests = new Map<DeviceId, string>();

  constructor(language: () => Language = createLanguage) {
    this.#language = language;
  }

  /** Returns the device whose talk changed. */
  take(fact: Fact): DeviceId | undefined {
    if (fact.kind === "outcome") return this.#end(fact);
    if (fact.kind === "told") {
      const { device, wallMs, to, message } = fact;
      const text = [message.text.trimEnd(), ...message.values.map(writeValue)].join(" ");
      return this.#add(device, { wallMs, direction: "out", peer: to, text });
    }
    if (fact.kind !== "action" || fact.cause.gesture !== "request") return undefined;
    const { device, source, peer = "", correlation } = fact.cause;
    const kind = actions.get(fact.action);
    const does = kind && tellBriefly(kind, { room: fact.room, language: this.#language() });
    this.#understood.set(device, {
      wallMs: fact.wallMs,
      does: does ?? fact.action,
      outcome: "",
      correlation,
    });
    // One line may mean several actions.
    if (this.#lastRequests.get(device) === correlation) return device;
    this.#lastRequests.set(device, correlation);
    return this.#add(device, { wallMs: fact.wallMs, direction: "in", peer, text: source });
  }

  /** Lines oldest first. */
  of(device: DeviceId): LinkTalk {
    const lines = this.#byDevice.get(device) ?? [];
    const known = this.#understood.get(device);
    if (known === undefined) return { lines };
    const { correlation, ...understood } = known;
    return { lines, understood };
  }

  #end({ correlation, outcome }: Extract<Fact, { kind: "outcome" }>): DeviceId | undefined {
    for (const [device, known] of this.#understood) {
      if (known.correlation !== correlation) continue;
      this.#understood.set(device, { ...known, outcome: this.#language().translate(briefOutcome(outcome)) });
      return device;
    }
    return undefined;
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

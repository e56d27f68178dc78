import { type ControlEvent, type ControlId, controlId } from "../../../src/driver/contract.ts";
import type { Decoder, DecoderTools } from "../find/source.ts";
import { type CardTyping, createCardTyping } from "./card.ts";
import { describeEvdev } from "./describe-evdev.ts";
import type { EvdevRules } from "./evdev-grammar.ts";
import { eventTypes, type InputEvent, readInputEvents, synchronizeCodes } from "./input-event.ts";
import { keyCode, keyName } from "./key-names.ts";

/**
 * Reads reports of an opened input file: whole records of 24 bytes. Records between SYN_DROPPED and SYN_REPORT are
 * no events but the state, a key record for each key that is down: what the first one holds was down before.
 */
export function createEvdevDecoder(rules: EvdevRules, tools: DecoderTools): Decoder {
  const controls = describeEvdev(rules);
  const keys = rules.keys === "all" ? undefined : controlsByCode(rules.keys);
  let found: ControlEvent[] = [];
  const down = new Set<number>();
  let state: Set<number> | undefined;
  let isFirstState = true;
  const card = rules.card === undefined ? undefined : createCard(rules.card);

  const controlOf = (code: number) => (keys === undefined ? controlId(keyName(code)) : keys.get(code));
  const tell = (kind: "down" | "up" | "held", code: number) => {
    const control = controlOf(code);
    if (control !== undefined) found.push({ kind, control });
  };

  function createCard(cardRules: NonNullable<EvdevRules["card"]>): CardTyping {
    const control = controlId(cardRules.control);
    return createCardTyping(cardRules, {
      read: (number) => found.push({ kind: "pulsed", control, values: [number] }),
      dropped: tools.dropped,
    });
  }

  function takeKey({ code, value, atMs }: InputEvent): void {
    if (value === 1 && !down.has(code)) {
      down.add(code);
      if (controlOf(code) === undefined) card?.down(code, atMs);
      tell("down", code);
    } else if (value === 0 && down.delete(code)) {
      card?.up(code, atMs);
      tell("up", code);
    }
  }

  function takeState(now: ReadonlySet<number>, atMs: number): void {
    if (isFirstState) card?.begin(atMs);
    else card?.miss(atMs);
    for (const code of [...down].filter((code) => !now.has(code))) {
      down.delete(code);
      tell("up", code);
    }
    for (const code of [...now].filter((code) => !down.has(code))) {
      down.add(code);
      tell(isFirstState ? "held" : "down", code);
    }
    isFirstState = false;
  }

  const takers: Readonly<Record<number, (event: InputEvent) => void>> = {
    [eventTypes.synchronize]({ code, atMs }) {
      if (code === synchronizeCodes.dropped) state = new Set();
      else if (code === synchronizeCodes.report && state !== undefined) {
        takeState(state, atMs);
        state = undefined;
      }
    },
    [eventTypes.key](event) {
      if (event.code >= KEY_COUNT) return;
      if (state === undefined) takeKey(event);
      else if (event.value === 1) state.add(event.code);
    },
    [eventTypes.relative]({ code, value }) {
      const dial = dialCodes[code];
      const id = dial === undefined ? undefined : rules.dials[dial];
      if (id !== undefined && value !== 0)
        found.push({ kind: "turned", control: controlId(id), detents: value });
    },
  };

  const rest = createRest(rules, tools, () => {
    found = [];
    card?.rest();
    for (const event of found) tools.emit?.(event);
  });

  return {
    controls,
    decode(report) {
      found = [];
      for (const event of readInputEvents(report)) takers[event.type]?.(event);
      rest();
      return found;
    },
  };
}

/** KEY_CNT of the kernel. */
const KEY_COUNT = 768;
/** REL_HWHEEL, REL_DIAL and REL_WHEEL. */
const dialCodes: Readonly<Record<number, keyof EvdevRules["dials"]>> = {
  6: "horizontal-wheel",
  7: "dial",
  8: "wheel",
};

/** Calls `rested` once nothing was typed for long enough; only for readers that end a number so. */
function createRest({ card }: EvdevRules, { clock }: DecoderTools, rested: () => void): () => void {
  if (card?.end !== "pause" || clock === undefined) return () => undefined;
  let cancel: (() => void) | undefined;
  return () => {
    cancel?.();
    cancel = clock.after(card.betweenKeysMs + 1, rested);
  };
}

function controlsByCode(keys: Readonly<Record<string, string>>): ReadonlyMap<number, ControlId> {
  return new Map(
    Object.entries(keys).flatMap(([name, id]) => {
      const code = keyCode(name);
      return code === undefined ? [] : [[code, controlId(id)] as const];
    }),
  );
}

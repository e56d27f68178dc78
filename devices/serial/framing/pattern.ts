import { createHeldBytes } from "../../../src/base/held-bytes.ts";
import { type Cutter, type CutterHost, isControl, OVERLONG } from "./cutter.ts";
import type { FrameOf } from "./frame-spec.ts";

/**
 * Frames without an end of their own: each ends as soon as it has one of the forms. What can no longer take any
 * form is thrown away up to the next CR or LF, or until the line is silent.
 */
export function createPatternCutter(spec: FrameOf<"pattern">, host: CutterHost): Cutter {
  const forms = spec.patterns.map(readPattern);
  const held = createHeldBytes();
  const isText = spec.content === "text";
  let isSkipping = false;
  let places = begin(forms);

  function reset(): void {
    held.clear();
    isSkipping = false;
    places = begin(forms);
  }

  function lose(reason: string): void {
    host.dropped(reason);
    held.clear();
    isSkipping = true;
  }

  function advance(byte: number): void {
    held.append(byte);
    places = places.map((reached, form) => follow(forms[form] ?? [], reached, byte));
    if (places.some((reached, form) => reached.has(forms[form]?.length ?? 0))) {
      const payload = held.copy();
      reset();
      host.framed(payload);
    } else if (places.every((reached) => reached.size === 0)) lose("bytes of no known form");
    else if (held.length >= spec.longestBytes) lose(OVERLONG);
  }

  return {
    get state() {
      if (isSkipping) return "skipping";
      return held.length > 0 ? "within" : "between";
    },
    take(byte) {
      const isLineEnd = byte === CR || byte === LF;
      if (isSkipping) {
        if (isLineEnd) reset();
      } else if (isLineEnd && isText) {
        if (held.length > 0) host.dropped("unfinished frame");
        reset();
      } else if (!isText || held.length > 0 || !isControl(byte)) advance(byte);
    },
    skipRest() {
      reset();
      isSkipping = true;
    },
    silence: reset,
    finish: reset,
    reset,
  };
}

/** What is wrong with a pattern; nothing when it is right. */
export function faultOfPattern(pattern: string): string | undefined {
  const parts = pattern.match(PARTS) ?? [];
  if (parts.join("") !== pattern) return "a brace stands alone; a brace itself is written {{ or }}";
  const unknown = parts.find((part) => /^\{[^{]/.test(part) && !(part in CLASSES));
  return unknown && `${unknown} is not one of ${Object.keys(CLASSES).join(", ")}`;
}

const CR = 0x0d;
const LF = 0x0a;
const PARTS = /\{\{|\}\}|\{[a-z]*\}|[^{}]/g;

interface Step {
  fits(byte: number): boolean;
  readonly repeats: boolean;
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const isLetter = (byte: number) => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

const CLASSES: Readonly<Record<string, Step>> = {
  "{digit}": { fits: isDigit, repeats: false },
  "{digits}": { fits: isDigit, repeats: true },
  "{letter}": { fits: isLetter, repeats: false },
  "{any}": { fits: () => true, repeats: false },
};

function readPattern(pattern: string): readonly Step[] {
  return (pattern.match(PARTS) ?? []).map((part) => {
    const code = part.charCodeAt(0);
    return CLASSES[part] ?? { fits: (byte) => byte === code, repeats: false };
  });
}

type Places = ReadonlySet<number>;

function begin(forms: readonly unknown[]): readonly Places[] {
  return forms.map(() => new Set([0]));
}

/** All places in a pattern that can be reached with one more byte: no place is ever tried twice. */
function follow(form: readonly Step[], reached: Places, byte: number): Places {
  const next = new Set<number>();
  for (const place of reached) {
    if (form[place]?.fits(byte)) next.add(place + 1);
    const before = form[place - 1];
    if (before?.repeats && before.fits(byte)) next.add(place);
  }
  return next;
}

import type { CardRules } from "./evdev-grammar.ts";

/**
 * What a key types, or undefined when it types nothing. Readers type digits, letters and a few signs; of the
 * French layout's digit row only the digits, which stand above Shift there.
 */
export function typedText(
  layout: CardRules["layout"],
  code: number,
  shift: "up" | "down",
): string | undefined {
  return tables[layout][shift].get(code) ?? keypad.get(code);
}

/** Keys from left to right by the codes of the kernel: digit row from 2, then the letter rows; a blank types nothing. */
function tableOf(
  rows: readonly (readonly [firstCode: number, texts: string])[],
): ReadonlyMap<number, string> {
  return new Map(
    rows.flatMap(([firstCode, texts]) =>
      [...texts].flatMap((text, index) => (text === " " ? [] : [[firstCode + index, text] as const])),
    ),
  );
}

const tables = {
  us: {
    up: tableOf([
      [2, "1234567890-="],
      [16, "qwertyuiop[]"],
      [30, "asdfghjkl;'`"],
      [43, "\\zxcvbnm,./"],
    ]),
    down: tableOf([
      [2, "!@#$%^&*()_+"],
      [16, "QWERTYUIOP{}"],
      [30, 'ASDFGHJKL:"~'],
      [43, "|ZXCVBNM<>?"],
    ]),
  },
  de: {
    up: tableOf([
      [2, "1234567890ß"],
      [16, "qwertzuiopü+"],
      [30, "asdfghjklöä"],
      [43, "#yxcvbnm,.-"],
    ]),
    down: tableOf([
      [2, '!"§$%&/()=?'],
      [16, "QWERTZUIOPÜ*"],
      [30, "ASDFGHJKLÖÄ"],
      [43, "'YXCVBNM;:_"],
    ]),
  },
  fr: {
    up: tableOf([
      [16, "azertyuiop"],
      [30, "qsdfghjklm"],
      [44, "wxcvbn,;:!"],
    ]),
    down: tableOf([
      [2, "1234567890"],
      [16, "AZERTYUIOP"],
      [30, "QSDFGHJKLM"],
      [44, "WXCVBN?./"],
    ]),
  },
} as const;

/** The keypad's digits are the same everywhere. */
const keypad = tableOf([[71, "789 456 1230"]]);

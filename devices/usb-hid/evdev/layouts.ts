/** Keyboards of the United States, Germany and France. */
export type KeyboardLayout = "us" | "de" | "fr";

/** What is held or locked while a key is typed. */
interface Shifts {
  readonly shift: boolean;
  readonly capsLock: boolean;
}

/**
 * What a key types, or undefined when it types nothing. Readers type digits, letters and a few signs.
 * Caps Lock turns Shift round for letters, and in France for the digit row too (Windows; elsewhere unverified).
 */
export function typedText(
  layout: KeyboardLayout,
  code: number,
  { shift, capsLock }: Shifts,
): string | undefined {
  const { up, down, locked } = tables[layout];
  const isLetter = /^\p{L}$/u.test(up.get(code) ?? "");
  const isTurned = capsLock && (isLetter || (locked === "digits-too" && code >= 2 && code <= 13));
  return (shift !== isTurned ? down : up).get(code) ?? (layout === "de" ? germanKeypad : keypad).get(code);
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
    locked: "letters",
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
    locked: "letters",
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
    locked: "digits-too",
    up: tableOf([
      [2, "&é\"'(-è_çà)="],
      [16, "azertyuiop $"],
      [30, "qsdfghjklmù"],
      [43, "*wxcvbn,;:!"],
    ]),
    down: tableOf([
      [2, "1234567890°+"],
      [16, "AZERTYUIOP"],
      [30, "QSDFGHJKLM%"],
      [43, "µWXCVBN?./§"],
    ]),
  },
} as const;

/** Digits and signs of the keypad are the same everywhere, but for the German comma. 121 is the comma of some. */
const keypad = tableOf([
  [55, "*"],
  [71, "789-456+1230."],
  [98, "/"],
  [121, ","],
]);
const germanKeypad = new Map([...keypad, [83, ","]]);

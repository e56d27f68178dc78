/** 80 to 9F of Windows-1252 (WHATWG Encoding Standard); the five unused places are control characters. */
const SPECIAL = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
const FIRST_SPECIAL = 0x80;
const FIRST_AFTER = FIRST_SPECIAL + SPECIAL.length;

/** Every text of ISO 8859-1 is the same in it. Node's own decoder takes 80 to 9F for control characters. */
export function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("latin1")
    .replaceAll(/[\x80-\x9f]/g, (character) => SPECIAL.charAt(character.charCodeAt(0) - FIRST_SPECIAL));
}

/** What it does not have becomes `?`, which `missing` is told. */
export function encodeWindows1252(text: string, missing: () => void): Uint8Array {
  return Uint8Array.from([...text.normalize("NFC")], (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < FIRST_SPECIAL || (code >= FIRST_AFTER && code <= 0xff)) return code;
    const special = SPECIAL.indexOf(character);
    if (special >= 0) return FIRST_SPECIAL + special;
    missing();
    return 0x3f;
  });
}

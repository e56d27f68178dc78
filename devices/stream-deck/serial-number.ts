/**
 * A serial number to compare by, or nothing. Descriptors hold blanks, padding zeros, half-read garbage after a
 * replug, or a placeholder; real ones have 12 or 14 letters and digits (docs.elgato.com, HID, general).
 */
export function readSerialNumber(text: string | undefined): string | undefined {
  const [clean = ""] = (text ?? "").split("\0");
  const serial = clean.trim().toUpperCase();
  if (!/^[A-Z0-9-]{6,32}$/.test(serial)) return undefined;
  // All the same character: a placeholder that other units have as well.
  return new Set(serial).size > 1 ? serial : undefined;
}

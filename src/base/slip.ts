/** SLIP (RFC 1055): ends a packet, and may open one. */
export const END = 0xc0;
/** Before a byte that stands for `END` or for `ESC` itself. */
export const ESC = 0xdb;

/** What the byte behind an `ESC` stands for; nothing where it may not stand there. */
export function unescapeSlip(byte: number | undefined): number | undefined {
  if (byte === 0xdc) return END;
  return byte === 0xdd ? ESC : undefined;
}

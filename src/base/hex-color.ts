/** Red, green and blue of `#rrggbb`, 0 to 255 each; nothing for any other text. */
export function readHexColor(text: string): readonly [red: number, green: number, blue: number] | undefined {
  if (!/^#[0-9a-f]{6}$/i.test(text)) return undefined;
  const part = (from: number) => Number.parseInt(text.slice(from, from + 2), 16);
  return [part(1), part(3), part(5)];
}

/** How a panel is mounted: degrees clockwise from upright, as a person in front of it sees it. */
export type Turn = 0 | 90 | 180 | 270;

/** How many keys or pixels there are beside and above each other. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

/** A place in a grid, counted from 0 at the top left. */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

/** Where a person sees what the hardware has at a cell of its own grid; keys and pixels alike. */
export function seenAt(turn: Turn, { columns, rows }: Grid, { column, row }: Cell): Cell {
  switch (turn) {
    case 0:
      return { column, row };
    case 90:
      return { column: rows - 1 - row, row: column };
    case 180:
      return { column: columns - 1 - column, row: rows - 1 - row };
    case 270:
      return { column: row, row: columns - 1 - column };
  }
}

/** The size of something as a person sees it. */
export function seenSize<Size extends { readonly widthPx: number; readonly heightPx: number }>(
  turn: Turn,
  { widthPx, heightPx }: Size,
): { readonly widthPx: number; readonly heightPx: number } {
  return turn % 180 === 0 ? { widthPx, heightPx } : { widthPx: heightPx, heightPx: widthPx };
}

interface Pixels {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The picture for the hardware that shows this one upright. */
export function turnBack(turn: Turn, seen: Pixels): Pixels {
  if (turn === 0) return seen;
  const { widthPx, heightPx } = seenSize(turn, seen);
  const rgb = new Uint8Array(seen.rgb.length);
  const grid = { columns: widthPx, rows: heightPx };
  for (let row = 0, to = 0; row < heightPx; row++)
    for (let column = 0; column < widthPx; column++, to += 3) {
      const from = seenAt(turn, grid, { column, row });
      const at = (from.row * seen.widthPx + from.column) * 3;
      rgb[to] = seen.rgb[at] ?? 0;
      rgb[to + 1] = seen.rgb[at + 1] ?? 0;
      rgb[to + 2] = seen.rgb[at + 2] ?? 0;
    }
  return { rgb, widthPx, heightPx };
}

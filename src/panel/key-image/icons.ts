import type { IconName } from "../../feedback/look.ts";

/**
 * Icons as SVG path data on a square of 24 units, in the order of drawing. They differ in shape, so
 * that nobody needs to tell colours apart. `gap` cuts a line out of what is below it.
 */
export interface IconStroke {
  readonly how: "fill" | "line" | "gap";
  readonly path: string;
}

/** Width of a line in units; a gap is wider, so that it shows on both sides of the line in it. */
export const LINE_UNITS = 2.6;
export const GAP_UNITS = 6.4;
export const ICON_UNITS = 24;

export const iconStrokes: Readonly<Record<IconName, readonly IconStroke[]>> = {
  none: [],
  record: [fill("M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0 -19Z")],
  pause: [fill(bar([4.5, 3], [5.5, 18])), fill(bar([14, 3], [5.5, 18]))],
  stop: [fill(bar([3.5, 3.5], [17, 17]))],
  lock: [
    line("M7.2 11V7.6a4.8 4.8 0 0 1 9.6 0V11"),
    fill(
      // The keyhole is a second outline inside the body, left out by the even-odd rule.
      `${bar([3.8, 10.4], [16.4, 11.6])}M12 13.4a2 2 0 0 0 -1 3.73V19.2h2V17.13a2 2 0 0 0 -1 -3.73Z`,
    ),
  ],
  ready: [line("M12 2.9a9.1 9.1 0 1 0 0 18.2a9.1 9.1 0 1 0 0 -18.2Z"), line("M7.9 12.4l2.9 2.9l5.4 -6")],
  mark: [fill("M6.6 2h10.8a1.6 1.6 0 0 1 1.6 1.6V22l-7 -5.4l-7 5.4V3.6a1.6 1.6 0 0 1 1.6 -1.6Z")],
  wait: [
    line("M5 3h14M5 21h14"),
    line("M7 3.5v3.6c0 2.4 2.4 3.6 5 4.9c2.6 -1.3 5 -2.5 5 -4.9V3.5"),
    line("M7 20.5v-3.6c0 -2.4 2.4 -3.6 5 -4.9c2.6 1.3 5 2.5 5 4.9v3.6"),
    fill("M8.6 20.6c0 -2.6 1.8 -4 3.4 -4.8c1.6 0.8 3.4 2.2 3.4 4.8Z"),
  ],
  cancelled: [line("M4.6 4.6L19.4 19.4M19.4 4.6L4.6 19.4")],
  warning: [
    fill(
      "M10.27 2.7a2 2 0 0 1 3.46 0L23 18.9a2 2 0 0 1 -1.73 3H2.73A2 2 0 0 1 1 18.9Z" +
        "M10.6 8.2l0.5 6.6h1.8l0.5 -6.6ZM12 16.6a1.45 1.45 0 1 0 0 2.9a1.45 1.45 0 1 0 0 -2.9Z",
    ),
  ],
  offline: [
    fill("M6.4 19.4a5.2 5.2 0 0 1 -0.7 -10.35A6.9 6.9 0 0 1 18.9 10.2A4.7 4.7 0 0 1 18.3 19.4Z"),
    { how: "gap", path: "M3.2 2.6L20.8 21.8" },
    line("M3.2 2.6L20.8 21.8"),
  ],
};

/** The strokes of an icon of the looks; nothing for every other name. */
export function strokesOf(name: string): readonly IconStroke[] | undefined {
  return Object.hasOwn(iconStrokes, name) ? iconStrokes[name as IconName] : undefined;
}

function fill(path: string): IconStroke {
  return { how: "fill", path };
}

function line(path: string): IconStroke {
  return { how: "line", path };
}

type Pair = readonly [across: number, down: number];

/** A rectangle with slightly rounded corners. */
function bar([left, top]: Pair, [width, height]: Pair): string {
  const round = 1.2;
  const [across, down] = [width - 2 * round, height - 2 * round];
  const corner = (x: number, y: number) => `a${round} ${round} 0 0 1 ${x} ${y}`;
  return (
    `M${left + round} ${top}h${across}${corner(round, round)}v${down}${corner(-round, round)}` +
    `h${-across}${corner(-round, -round)}v${-down}${corner(round, -round)}Z`
  );
}

import { expect, test } from "vitest";
import { createStoppableClock } from "../support/stoppable-clock.ts";
import { DOWN, type DrivenPanel, type Happening, type Step, startDrivenPanel, UP } from "./driven-panel.ts";

interface Story {
  readonly what: string;
  readonly binding: Readonly<Record<string, unknown>>;
  readonly before?: readonly Step[];
  readonly stoppedMs: number;
  /** What happened while the process was stopped: it is read when it goes on. */
  readonly meanwhile?: readonly Happening[];
  readonly after?: readonly Step[];
  /** How what was pressed ends. */
  readonly outcomes: readonly string[];
  readonly gesture?: string;
}

const stories: readonly Story[] = [
  {
    what: "a tap that waited is too late",
    binding: { tap: "start" },
    stoppedMs: 5000,
    meanwhile: [DOWN, UP],
    outcomes: ["expired"],
  },
  {
    what: "a release that waited is too late, however long the key was down",
    binding: { release: "start" },
    before: [DOWN, 20_000],
    stoppedMs: 5000,
    meanwhile: [UP],
    outcomes: ["expired"],
  },
  {
    what: "a hold whose time was up in the meantime is too late: nobody knows whether it was one",
    binding: { hold: "start", holdMs: 2000 },
    before: [DOWN, 500],
    stoppedMs: 3000,
    outcomes: ["expired"],
  },
  {
    what: "a hold begins when its press may have come: it is too late as well, and so is its mark",
    binding: { hold: "start", holdMs: 2000 },
    stoppedMs: 9000,
    meanwhile: [DOWN],
    after: [3000, UP],
    outcomes: ["expired"],
  },
  {
    what: "a hold that goes on after a short stop is carried out",
    binding: { hold: "start", holdMs: 4000 },
    before: [DOWN, 500],
    stoppedMs: 1500,
    after: [2500, UP],
    outcomes: ["done"],
  },
  {
    what: "a tap that ends in a busy moment is no hold",
    binding: { tap: "start", hold: "lock" },
    before: [DOWN, 100],
    stoppedMs: 900,
    meanwhile: [UP],
    outcomes: ["done"],
    gesture: "tap",
  },
  {
    what: "what is pressed once it goes on is carried out",
    binding: { tap: "start" },
    stoppedMs: 5000,
    after: [500, DOWN, UP],
    outcomes: ["done"],
  },
];

test.each(stories)("$what", async ({ binding, before, stoppedMs, meanwhile = [], after, ...expected }) => {
  const clock = createStoppableClock();
  const panel = await startDrivenPanel({ binding, clock });
  await panel.play(before ?? [], "at once");
  await clock.stop(stoppedMs, () => {
    for (const step of meanwhile) panel.emit(step);
  });
  await panel.play(after ?? []);
  expect(panel.outcomes()).toEqual(expected.outcomes);
  expect(gestureOf(panel)).toBe(expected.gesture ?? Object.keys(binding)[0]);
});

function gestureOf({ facts }: DrivenPanel): string | undefined {
  const press = facts.find((fact) => fact.kind === "press");
  return press?.kind === "press" ? press.cause.gesture : undefined;
}

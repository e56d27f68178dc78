import { expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { controlId, roomName } from "../../src/base/identifiers.ts";
import type { ControlDescription } from "../../src/driver/control.ts";
import { Painter } from "../../src/panel/painter.ts";
import { WriteQueue } from "../../src/panel/write-queue.ts";
import { until } from "../support/rig.ts";

const PANELS = 40;
const CONTROLS = 32;
/** A picture that is drawn for the first time takes about as long on a slow machine. */
const PICTURE_MS = 1;
/** Those of one turn, and the one that its end finds half drawn. */
const MOST_IN_A_TURN = 20;

const look = {
  color: "red",
  text: "",
  icon: "none",
  blink: "steady",
  oneColor: "lit",
  caption: "",
  badge: "",
} as const;

test("many panels that are drawn anew share the event loop, and the one that was touched comes first", async () => {
  const drawn: string[] = [];
  const inTurn: number[] = [];
  let count = 0;
  const turned = setInterval(() => {
    inTurn.push(count);
    count = 0;
  }, 0);
  const controls = Array.from(
    { length: CONTROLS },
    (_, at): ControlDescription => ({
      id: controlId(`key-${at}`),
      label: "",
      input: { shape: "none" },
      output: { kind: "text", columns: 8 },
      place: { area: "nowhere" },
    }),
  );
  const painters = Array.from(
    { length: PANELS },
    (_, at) =>
      new Painter({
        clock: systemClock,
        queue: new WriteQueue({ write: () => Promise.resolve(), failed: () => undefined }),
        controls,
        lookOf: () => ({ look, ticks: false, room: roomName("interview-1") }),
        progressOf: () => undefined,
        brightness: () => "day",
        refresh: () => undefined,
        reduce: () => {
          const endMs = performance.now() + PICTURE_MS;
          while (performance.now() < endMs);
          drawn.push(`panel-${at}`);
          count++;
          return undefined;
        },
      }),
  );
  await until("all panels", () => drawn.length === PANELS * CONTROLS, 60_000);
  expect(Math.max(...inTurn)).toBeLessThanOrEqual(MOST_IN_A_TURN);

  drawn.length = 0;
  painters.at(-1)?.paintControl(controlId("key-0"));
  expect(drawn).toEqual([`panel-${PANELS - 1}`]);
  for (const painter of painters) painter.paintAll();
  await until("all panels again", () => drawn.length === PANELS * CONTROLS + 1, 60_000);
  expect(Math.max(...inTurn)).toBeLessThanOrEqual(MOST_IN_A_TURN);
  // Whoever was first had what was left of the turn.
  expect(drawn.lastIndexOf(`panel-${PANELS - 1}`)).toBeLessThan(CONTROLS + 2 * MOST_IN_A_TURN);
  clearInterval(turned);
  for (const painter of painters) painter.close();
}, 130_000);

import { rest, until } from "../support/rig.ts";
import { type BusUnit, plugIn } from "./usb-hid-bus.ts";

/** An X-keys XK-24 on the fake bus, as its data reports describe it: 4 columns of 6 keys, a blue and a red LED each. */
export interface XKeys {
  readonly unit: BusUnit;
  down(key: number): void;
  up(key: number): void;
  tap(key: number): Promise<void>;
  /** What the red LED of a key does now, as people would say. */
  red(key: number): Sight;
  wait(key: number, wanted: Sight): Promise<void>;
}

export type Sight = "dark" | "solid" | "slow blink" | "fast blink" | "double flash";

const SET_LED = 0xb5;
const GENERATE_DATA = 0xb1;

export function plugXKeys(unitId: number): XKeys {
  const columns = [0, 0, 0, 0];
  const state = (kind: number) => [unitId, kind, ...columns, ...new Array(26).fill(0)];
  const unit = plugIn({
    vendorId: 0x05f3,
    productId: 0x0405,
    product: "XK-24 HID",
    answer: ([, command]) => (command === GENERATE_DATA ? state(2) : undefined),
  });
  const change = (key: number, is: "down" | "up") => {
    const column = (key - 1) % 4;
    const bit = 1 << Math.floor((key - 1) / 4);
    columns[column] = is === "down" ? (columns[column] ?? 0) | bit : (columns[column] ?? 0) & ~bit;
    unit.report(...state(0));
  };
  const panel: XKeys = {
    unit,
    down: (key) => change(key, "down"),
    up: (key) => change(key, "up"),
    async tap(key) {
      panel.down(key);
      await rest(30);
      panel.up(key);
    },
    red: (key) => sightOf(unit, 32 + ((key - 1) % 4) * 8 + Math.floor((key - 1) / 4)),
    async wait(key, wanted) {
      await until(wanted, () => panel.red(key) === wanted, 15_000).catch((error: Error) => {
        throw new Error(`${error.message}; key ${key} is ${panel.red(key)}`);
      });
    },
  };
  return panel;
}

/** By the last 1.1 seconds: one lighting is a slow blink, two are a double flash, four a fast blink. */
function sightOf({ written }: BusUnit, led: number): Sight {
  const told = written.filter(({ bytes }) => bytes[1] === SET_LED && bytes[2] === led);
  return nameBlink(told.map(({ bytes, atMs }) => ({ state: bytes[3] ?? 0, atMs })));
}

const WATCHED_MS = 1100;

/** States of a lamp: 0 dark, 1 lit, 2 blinks by itself about once a second. */
export function nameBlink(told: readonly { readonly state: number; readonly atMs: number }[]): Sight {
  const last = told.at(-1);
  if (last === undefined) return "dark";
  if (last.state === 2) return "slow blink";
  const fromMs = performance.now() - WATCHED_MS;
  const lightings = told.filter(
    ({ state, atMs }, index) => atMs > fromMs && state === 1 && told[index - 1]?.state === 0,
  ).length;
  const darkenings = told.filter(
    ({ state, atMs }, index) => atMs > fromMs && state === 0 && told[index - 1]?.state === 1,
  ).length;
  if (lightings >= 4) return "fast blink";
  if (lightings >= 2) return "double flash";
  if (lightings === 1 && darkenings > 0) return "slow blink";
  return last.state === 1 ? "solid" : "dark";
}

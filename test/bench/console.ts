import { createSimulator } from "../../src/simulator/server.ts";
import { type Browser, hasBrowser, launchBrowser } from "../web/browser.ts";
import { type Child, measureLoad, seconds, startChild } from "./child.ts";
import type { ShownPicture } from "./console-process.ts";
import { type Distribution, distribute, figuresOf } from "./distribution.ts";
import { type BenchSettings, below, type Figure, full } from "./measurement.ts";
import { WATCH_PAGE } from "./page-watch.ts";
import { rest, until } from "./wait.ts";

const PANELS = 30;
/** All panels are in sight at once. */
const VIEWPORT = { width: 3840, height: 2160 };
const SETTLE_MS = 6000;

/** Thirty panels in one page while every timer runs: what the bridge, the page and the way between them take. */
export async function measureConsole(bench: BenchSettings): Promise<readonly Figure[]> {
  if (!hasBrowser) throw new Error("there is no Chromium on this machine");
  return [
    ...(await measureMirror({ name: `${PANELS} recorders`, panel: recorder, isHeld: true }, bench)),
    ...(await measureMirror({ name: `${PANELS} walls of tallies`, panel: wall, isHeld: false }, bench)),
  ];
}

interface Mirror {
  readonly name: string;
  readonly panel: (index: number) => unknown;
  /** Whether the bars are meant for it. */
  readonly isHeld: boolean;
}

/** One room a panel: one timer on each. */
const recorder = (index: number) => ({ kind: "virtual", model: "mk2", room: `room-${index + 1}` });

/** Fifteen rooms a panel: every key has a timer. */
const wall = () => ({
  kind: "virtual",
  model: "mk2",
  rooms: Array.from({ length: 15 }, (_, index) => `room-${index + 1}`),
});

async function measureMirror(mirror: Mirror, bench: BenchSettings): Promise<readonly Figure[]> {
  const created = await createSimulator({ controlPort: "none", rooms: PANELS });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const bridge = startChild("console-process", bench.profileFolder);
  const url = await bridge.ask<string>("begin", { mapping: writeMapping(simulator.url, mirror) });
  for (let room = 1; room <= PANELS; room++) simulator.somebodyElse(room, "start");
  await until(
    "the recordings",
    async () => (await bridge.ask<number>("rooms", { status: "recording" })) === PANELS,
    60_000,
  );
  const browser = await launchBrowser({ viewport: VIEWPORT });
  const figures = await look({ mirror, browser, bridge, url }, bench);
  await browser.close();
  await bridge.ask("end");
  await bridge.stop();
  await simulator.close();
  return figures;
}

function writeMapping(url: string, { panel }: Mirror): string {
  const count = Array.from({ length: PANELS }, (_, index) => index);
  return JSON.stringify({
    server: { url, username: "panel-bridge" },
    rooms: Object.fromEntries(count.map((index) => [`room-${index + 1}`, index + 1])),
    devices: Object.fromEntries(count.map((index) => [`panel-${index + 1}`, panel(index)])),
  });
}

interface Sight {
  readonly mirror: Mirror;
  readonly browser: Browser;
  readonly bridge: Child;
  readonly url: string;
}

/** What the page noted of itself; see `page-watch.ts`. */
export interface PageNotes {
  readonly longTasksMs: readonly number[];
  readonly frames: number;
  readonly arrived: readonly ShownPicture[];
  readonly drawn: readonly ShownPicture[];
}

async function look(
  { mirror, browser, bridge, url }: Sight,
  bench: BenchSettings,
): Promise<readonly Figure[]> {
  const forSeconds = full(bench, 20, 6);
  await rest(SETTLE_MS);
  const unseen = await measureLoad(bridge, seconds(forSeconds / 2));
  await browser.context.addInitScript(WATCH_PAGE);
  const { page } = await browser.open(url);
  await page.locator(".control img[src]").first().waitFor();
  await rest(SETTLE_MS);
  await Promise.all([bridge.ask("shown"), page.evaluate("takeNotes()")]);
  bench.tell(`console: ${mirror.name} for ${forSeconds} s`);
  const load = await measureLoad(bridge, seconds(forSeconds));
  const shown = await bridge.ask<readonly ShownPicture[]>("shown");
  await rest(500);
  const { longTasksMs, frames, arrived, drawn } = (await page.evaluate("takeNotes()")) as PageNotes;
  const bar = <Bar>(one: Bar) => (mirror.isHeld ? { bar: one } : {});
  const { name } = mirror;
  return [
    { name: `${name}, bridge, nobody looks on`, value: unseen.cpuPercent, unit: "%" },
    { name: `${name}, bridge, one page looks on`, value: load.cpuPercent, unit: "%", ...bar(below(30)) },
    { name: `${name}, pictures shown`, value: shown.length / forSeconds, unit: "per second" },
    ...figuresOf(
      `${name}, shown to the page`,
      latencies(shown, arrived),
      mirror.isHeld ? { p95: below(100) } : {},
    ),
    ...figuresOf(
      `${name}, shown to drawn`,
      latencies(shown, drawn),
      mirror.isHeld ? { p95: below(100) } : {},
    ),
    { name: `${name}, long tasks over 50 ms`, value: longTasksMs.length, unit: "count", ...bar(below(1)) },
    { name: `${name}, longest task over 50 ms`, value: Math.max(0, ...longTasksMs), unit: "ms" },
    { name: `${name}, frames of the page`, value: frames / (forSeconds + 0.5), unit: "per second" },
  ];
}

/** From the moment a picture was handed to the panel until the page had or drew that control; both clocks are the machine's. */
function latencies(shown: readonly ShownPicture[], drawn: readonly ShownPicture[]): Distribution {
  const byKey = new Map<string, number[]>();
  for (const { key, atMs } of drawn) byKey.set(key, [...(byKey.get(key) ?? []), atMs]);
  return distribute(
    shown.flatMap(({ key, atMs }) => {
      const drawnMs = byKey.get(key)?.find((oneMs) => oneMs >= atMs);
      return drawnMs === undefined ? [] : [drawnMs - atMs];
    }),
  );
}

import type { Simulator } from "../../src/simulator/server.ts";
import { type Child, startChild } from "./child.ts";
import { type BenchSettings, exactly, type Figure, full } from "./measurement.ts";
import type { Answered, Volley } from "./sender-process.ts";
import { openStage, roomNames, type Stage } from "./stage.ts";
import { until, untilQuiet } from "./wait.ts";

const ROOMS = 50;
const NAMES = roomNames(ROOMS);
const EXPECTED_PER_SECOND = 5000;
/** A rate counts as sustained when its last mark arrives this soon: what is queued longer is falling behind. */
const KEEPING_UP_MS = 1000;
const RATES = [1000, 2000, 3000, 4000, 5000, 7000, 10_000, 15_000, 20_000, 30_000];
const FEW_RATES = [1000, 2000, 5000, 10_000, 20_000];

/**
 * Marks with distinct texts, by a pattern of the mapping, spread over rooms that record. Lost are those
 * that were sent and have not arrived at the server when nothing comes any more.
 */
export async function measureSustained(bench: BenchSettings): Promise<readonly Figure[]> {
  const stage = await openMarkStage(bench);
  const sender = startChild("sender-process");
  const marks = countMarks(stage.simulator);
  const seconds = full(bench, 10, 2);
  await sendMarks(
    { stage, sender, marks, text: "warm up" },
    { count: full(bench, 6000, 2000), perSecond: 2000 },
  );

  bench.tell(`sustained: ${EXPECTED_PER_SECOND} events a second for ${seconds} s`);
  const expected = await sendMarks(
    { stage, sender, marks, text: "expected" },
    { count: EXPECTED_PER_SECOND * seconds, perSecond: EXPECTED_PER_SECOND },
  );
  let highest = 0;
  let failure = "";
  for (const perSecond of full(bench, RATES, FEW_RATES)) {
    bench.tell(`sustained: ${perSecond} events a second`);
    const count = perSecond * full(bench, 4, 1);
    const run = await sendMarks({ stage, sender, marks, text: `at ${perSecond}` }, { count, perSecond });
    if (run.lost > 0 || run.lateMs > KEEPING_UP_MS) {
      failure = `at ${perSecond}: ${describe(run)}`;
      break;
    }
    highest = perSecond;
  }
  await sender.stop();
  await stage.close();
  const name = `of ${EXPECTED_PER_SECOND} a second for ${seconds} s`;
  return [
    {
      name: `marks lost ${name}`,
      value: expected.lost,
      unit: "count",
      bar: exactly(0),
      note: describe(expected),
    },
    { name: `marks delivered ${name}`, value: expected.arrivedPerSecond, unit: "per second" },
    {
      name: "highest rate without loss that is kept up with",
      value: highest,
      unit: "per second",
      note: failure,
    },
  ];
}

/** A stage whose rooms all record, and whose bridge knows it. */
export async function openMarkStage(bench: BenchSettings): Promise<Stage> {
  const device = () => ({ commands: { "/note/{room} {text}": { mark: "{text}" } } });
  const stage = await openStage({ rooms: ROOMS, device }, bench);
  await stage.untilAll("available");
  for (let room = 1; room <= ROOMS; room++) stage.simulator.somebodyElse(room, "start");
  await until("all rooms timed", async () => (await stage.know()).timed === ROOMS);
  return stage;
}

/** Distinct texts of marks that have arrived. */
export interface Marks {
  of(text: string): number;
  lastMs(): number;
}

export function countMarks(simulator: Simulator): Marks {
  const texts = new Map<string, Set<string>>();
  let lastMs = 0;
  simulator.requests.onRequest(({ key, body }) => {
    if (key !== "POST comment") return;
    const { message } = body as { message: string };
    const group = message.slice(0, message.lastIndexOf(" "));
    const already = texts.get(group) ?? new Set();
    texts.set(group, already.add(message));
    // The clock of everything else here: the simulator tells times since the machine started.
    lastMs = performance.now();
  });
  return { of: (text) => texts.get(text)?.size ?? 0, lastMs: () => lastMs };
}

export interface MarkTools {
  readonly stage: Stage;
  readonly sender: Child;
  readonly marks: Marks;
  /** What the texts of this run begin with. */
  readonly text: string;
}

export interface MarkRun {
  readonly lost: number;
  readonly arrivedPerSecond: number;
  /** How long after the last packet the last mark arrived. */
  readonly lateMs: number;
  /** Marks that the bridge answered with an error: refused, not lost on the way. */
  readonly refused: number;
}

export async function sendMarks(
  { stage, sender, marks, text }: MarkTools,
  pace: Pick<Volley, "count" | "perSecond">,
): Promise<MarkRun> {
  const addresses = NAMES.map((name) => `/note/${name}`);
  const startedMs = performance.now();
  const volley: Volley = { port: stage.port, addresses, text, ...pace };
  await sender.ask<number>("send", volley);
  const sentMs = performance.now();
  await untilQuiet(() => marks.of(text), { wanted: pace.count, quietMs: 2000, withinMs: 30_000 });
  const arrived = marks.of(text);
  const { error: refused } = await sender.ask<Answered>("answered");
  return {
    lost: pace.count - arrived,
    arrivedPerSecond: (1000 * arrived) / (marks.lastMs() - startedMs),
    lateMs: marks.lastMs() - sentMs,
    refused,
  };
}

function describe({ lost, lateMs, refused }: MarkRun): string {
  return `${lost} lost, ${refused} refused by the bridge, last mark ${Math.round(lateMs)} ms after the last packet`;
}

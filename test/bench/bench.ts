/** Measures what the product promises, prints a table and writes `bench-results.json`. It does not judge. */
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureBursts } from "./bursts.ts";
import { measureConsole } from "./console.ts";
import { measureDecks } from "./deck.ts";
import { measureFeedback } from "./feedback.ts";
import { measureHid } from "./hid.ts";
import { measureLatency } from "./latency.ts";
import { measureLoads } from "./load.ts";
import type { BenchSettings, Measure } from "./measurement.ts";
import { describeMachine, renderSection, type Section, writeResults } from "./report.ts";
import { measureSerial } from "./serial.ts";
import { measureStartup } from "./startup.ts";
import { measureSustained } from "./sustained.ts";

const MEASUREMENTS: Readonly<Record<string, { readonly title: string; readonly measure: Measure }>> = {
  latency: { title: "Press to request", measure: measureLatency },
  sustained: { title: "Sustained events", measure: measureSustained },
  bursts: { title: "Bursts", measure: measureBursts },
  feedback: { title: "Status to feedback", measure: measureFeedback },
  deck: { title: "Stream Deck", measure: measureDecks },
  hid: { title: "USB HID", measure: measureHid },
  serial: { title: "Serial lines", measure: measureSerial },
  console: { title: "Console", measure: measureConsole },
  load: { title: "Processor and memory", measure: measureLoads },
  startup: { title: "Start-up", measure: measureStartup },
};

const RESULTS_FILE = "bench-results.json";

await run();

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", default: Object.keys(MEASUREMENTS).join(",") },
      profile: { type: "string" },
    },
  });
  const wanted = values.only.split(",");
  const unknown = wanted.filter((name) => !(name in MEASUREMENTS));
  if (unknown.length > 0) {
    console.error(`Unknown: ${unknown.join(", ")}. There are: ${Object.keys(MEASUREMENTS).join(", ")}.`);
    process.exit(1);
  }
  if (values.profile !== undefined) mkdirSync(values.profile, { recursive: true });
  const settings: BenchSettings = {
    pace: values.quick ? "quick" : "full",
    profileFolder: values.profile,
    tell: (text) => console.error(text),
  };
  const machine = describeMachine();
  const startedMs = performance.now();
  const sections: Section[] = [];
  for (const name of wanted) sections.push(await measureOne(name, settings));
  const { pace } = settings;
  writeResults(RESULTS_FILE, { takenAt: new Date().toISOString(), pace, machine, sections });
  const { processor, cores, node, loadAverage } = machine;
  console.log(`\n${processor}, ${cores} cores, Node ${node}, load before the run ${loadAverage.join(" ")}\n`);
  for (const section of sections) console.log(renderSection(section));
  console.log(`${Math.round((performance.now() - startedMs) / 1000)} s, written to ${RESULTS_FILE}`);
  // A measurement that broke may have left something open.
  process.exit(sections.some(({ broke }) => broke !== undefined) ? 1 : 0);
}

async function measureOne(name: string, settings: BenchSettings): Promise<Section> {
  const { title, measure } = MEASUREMENTS[name] as (typeof MEASUREMENTS)[string];
  try {
    return { title, figures: await measure(settings) };
  } catch (error) {
    return {
      title,
      figures: [],
      broke: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

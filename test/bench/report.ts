import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { type BenchSettings, type Figure, passes } from "./measurement.ts";

export interface Section {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Why there are no figures. */
  readonly broke?: string;
}

/** Load is that before the run: a busy machine explains bad figures. */
export function describeMachine() {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
    loadAverage: loadavg().map((load) => Math.round(load * 100) / 100),
  };
}

export type Machine = ReturnType<typeof describeMachine>;

export function renderSection({ title, figures, broke }: Section): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${formatNumber(figure.value)} ${figure.unit === "count" ? "" : figure.unit}`.trim(),
    figure.bar === undefined ? "" : `${BAR_SIGNS[figure.bar.must]} ${formatNumber(figure.bar.limit)}`,
    VERDICTS[String(passes(figure)) as keyof typeof VERDICTS],
    figure.note ?? "",
  ]);
  const lines = rows.map(([name = "", value = "", bar = "", verdict = "", note = ""]) =>
    `  ${name.padEnd(62)} ${value.padStart(16)}  ${bar.padEnd(8)} ${verdict.padEnd(5)} ${note}`.trimEnd(),
  );
  return [title, ...lines, ...(broke === undefined ? [] : [`  broke: ${broke}`]), ""].join("\n");
}

const BAR_SIGNS = { "be below": "<", "be at least": ">=", be: "=" } as const;
const VERDICTS = { true: "pass", false: "MISS", undefined: "" } as const;

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "none";
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(value < 10 ? 2 : 1);
}

export interface Results {
  readonly takenAt: string;
  readonly pace: BenchSettings["pace"];
  readonly machine: Machine;
  readonly sections: readonly Section[];
}

export function writeResults(file: string, { sections, ...rest }: Results): void {
  const judged = sections.map(({ figures, ...section }) => ({
    ...section,
    figures: figures.map((figure) => ({ ...figure, passes: passes(figure) })),
  }));
  writeFileSync(file, `${JSON.stringify({ ...rest, sections: judged }, undefined, 2)}\n`);
}

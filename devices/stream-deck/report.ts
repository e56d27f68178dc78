import { type DeckModel, type ModelWord, modelOf } from "./models.ts";

/** What an input report is about; `other` is nobody's business here. */
type ReportKind = "keys" | "pushes" | "turns" | "touch" | "card" | "other" | "unreadable";

/**
 * Looks at an input report before the library does, which trusts its length: a cut report would read as
 * releases that never happened, or throw. Offsets count the report id (docs.elgato.com/streamdeck/hid/general).
 */
export function readReportKind(word: ModelWord, report: Uint8Array): ReportKind {
  const model = modelOf(word);
  if (report[0] !== 0x01) return "other";
  if (model.protocol === "first") return longEnough(report, 1 + buttonCount(model), "keys");
  const command = report[1];
  if (command === 0x00) return longEnough(report, 4 + buttonCount(model), "keys");
  if (model.protocol === "pedal") return "unreadable";
  if (command === 0x02) return readTouch(report);
  if (command === 0x03) return readDials(report, model.layout.dials?.count ?? 0);
  if (command === 0x04) return readCard(report);
  return "unreadable";
}

function buttonCount({ layout }: DeckModel): number {
  const grid = layout.keys;
  return (grid === undefined ? 0 : grid.columns * grid.rows) + (layout.sensors ?? 0);
}

/** 1 tap, 2 hold, 3 flick, which has a second point. */
function readTouch(report: Uint8Array): ReportKind {
  const how = report[4];
  if (how === 1 || how === 2) return longEnough(report, 10, "touch");
  return how === 3 ? longEnough(report, 14, "touch") : "unreadable";
}

function readDials(report: Uint8Array, dialCount: number): ReportKind {
  if (report[4] === 0) return longEnough(report, 5 + dialCount, "pushes");
  return report[4] === 1 ? longEnough(report, 5 + dialCount, "turns") : "unreadable";
}

function readCard(report: Uint8Array): ReportKind {
  const length = (report[2] ?? 0) + (report[3] ?? 0) * 256;
  return length === 0 ? "unreadable" : longEnough(report, 4 + length, "card");
}

function longEnough(report: Uint8Array, length: number, kind: ReportKind): ReportKind {
  return report.length >= length ? kind : "unreadable";
}

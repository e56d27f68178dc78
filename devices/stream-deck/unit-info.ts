import type { HidHandle } from "../../src/driver/hid/handle.ts";
import { type ModelWord, modelOf, modelWords, type Screen } from "./models.ts";

/** What a deck says about itself. */
export interface UnitInfo {
  readonly columns: number;
  readonly rows: number;
  readonly key: Screen;
}

const UNIT_INFO_REPORT = 0x08;

/** Feature report 08: rows, columns, key width and height, little end first (docs.elgato.com/streamdeck/hid/general). */
export async function readUnitInfo(handle: HidHandle): Promise<UnitInfo | undefined> {
  const report = await handle.getFeature(UNIT_INFO_REPORT, 32).catch(() => undefined);
  if (report === undefined || report.length < 7 || report[0] !== UNIT_INFO_REPORT) return undefined;
  const bytes = Buffer.from(report);
  const info = {
    rows: bytes.readUInt8(1),
    columns: bytes.readUInt8(2),
    key: { widthPx: bytes.readUInt16LE(3), heightPx: bytes.readUInt16LE(5) },
  };
  return info.rows > 0 && info.columns > 0 ? info : undefined;
}

/**
 * The model that a product with a new id is in all likelihood: makers give a new revision of a deck a new id, and
 * all that report 08 speak the second protocol. Nothing else is tried: a wrong layout would put a press elsewhere.
 */
export function modelLike(info: UnitInfo): ModelWord | undefined {
  return modelWords.find((word) => {
    const { protocol, layout } = modelOf(word);
    const grid = layout.keys;
    return (
      protocol === "second" &&
      grid?.columns === info.columns &&
      grid.rows === info.rows &&
      grid.screen?.widthPx === info.key.widthPx &&
      grid.screen.heightPx === info.key.heightPx
    );
  });
}

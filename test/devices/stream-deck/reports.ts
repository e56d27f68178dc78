import { type ModelWord, modelOf } from "../../../devices/stream-deck/models.ts";

/** Input reports as the hardware sends them, written from Elgato's HID pages and not with our own code. */
export function keysReport(model: ModelWord, down: readonly number[]): Buffer {
  const { protocol } = modelOf(model);
  if (protocol === "first") {
    const report = Buffer.alloc(model === "original" ? 17 : 65);
    report[0] = 1;
    for (const index of down) report[1 + wireIndex(model, index)] = 1;
    return report;
  }
  const report = command(0x00, model === "pedal" ? 3 : 32);
  for (const index of down) report[4 + index] = 1;
  return report;
}

/** The first model counts each row from the right. */
export function wireIndex(model: ModelWord, index: number): number {
  if (model !== "original") return index;
  return Math.floor(index / 5) * 5 + (4 - (index % 5));
}

export function pushesReport(down: readonly number[]): Buffer {
  const report = command(0x03, 5);
  for (const index of down) report[5 + index] = 1;
  return report;
}

export function turnsReport(detents: readonly number[]): Buffer {
  const report = command(0x03, 5);
  report[4] = 1;
  for (const [index, amount] of detents.entries()) report.writeInt8(amount, 5 + index);
  return report;
}

export function touchReport(how: 1 | 2 | 3, from: readonly [number, number], to = from): Buffer {
  const report = command(0x02, how === 3 ? 14 : 10);
  report[4] = how;
  report.writeUInt16LE(from[0], 6);
  report.writeUInt16LE(from[1], 8);
  if (how === 3) {
    report.writeUInt16LE(to[0], 10);
    report.writeUInt16LE(to[1], 12);
  }
  return report;
}

export function cardReport(text: string): Buffer {
  const report = command(0x04, text.length);
  report.write(text, 4, "latin1");
  return report;
}

function command(code: number, length: number): Buffer {
  const report = Buffer.alloc(512);
  report[0] = 1;
  report[1] = code;
  report.writeUInt16LE(length, 2);
  return report;
}

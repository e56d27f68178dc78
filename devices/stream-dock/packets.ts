import { type DockModel, generations } from "./models.ts";

/**
 * Output packets: report id 0, then `CRT` and two zeros, a word and its numbers, and zeros up to the packet's length
 * (mirajazz, src/device.rs).
 */
function commandPacket(model: DockModel, word: string, numbers: readonly number[] = []): Uint8Array {
  const packet = emptyPacket(model);
  packet.set(Buffer.from(`CRT\0\0${word}`, "latin1"), 1);
  packet.set(numbers, 1 + 5 + word.length);
  return packet;
}

/** Ends the panel's sleep. */
export const wake = (model: DockModel) => commandPacket(model, "DIS");
/** 0 to 100 percent. */
export const brightness = (model: DockModel, percent: number) => commandPacket(model, "LIG", [0, 0, percent]);
/** Keeps the panel from its sleep. */
export const stayAwake = (model: DockModel) => commandPacket(model, "CONNECT");
/** What was sent before is shown from now on. */
export const commit = (model: DockModel) => commandPacket(model, "STP");
/** Darkens every key, once `commit` follows. */
export const clearAll = (model: DockModel) => commandPacket(model, "CLE", [0, 0, 0, 0xff]);

/** A JPEG picture for the key with this number: its length in four bytes, big end first, then the picture. */
export function picturePackets(
  model: DockModel,
  wireNumber: number,
  jpeg: Uint8Array,
): readonly Uint8Array[] {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(jpeg.length);
  header.writeUInt8(wireNumber, 4);
  const { packetBytes } = generations[model.generation];
  const parts = Array.from({ length: Math.ceil(jpeg.length / packetBytes) }, (_, index) => {
    const packet = emptyPacket(model);
    packet.set(jpeg.subarray(index * packetBytes, (index + 1) * packetBytes), 1);
    return packet;
  });
  return [commandPacket(model, "BAT", [...header]), ...parts, commit(model)];
}

function emptyPacket({ generation }: DockModel): Uint8Array {
  return new Uint8Array(1 + generations[generation].packetBytes);
}

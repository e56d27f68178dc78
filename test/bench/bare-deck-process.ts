/** What one would write without a bridge: the library on a handle that is not there, and a request on each key. */
import { EventEmitter } from "node:events";
import { DEVICE_MODELS, type HIDDevice } from "@elgato-stream-deck/core";
import { answerParent } from "./answering.ts";
import { logIn } from "./bare-server.ts";
import { keysReport, sharedMs } from "./deck-report.ts";

let handle: EventEmitter | undefined;
let room = 0;

answerParent({ begin, press });

async function begin({ url }: { url: string }): Promise<void> {
  const server = await logIn(url);
  const nothing = async () => undefined;
  const device = Object.assign(new EventEmitter(), {
    close: nothing,
    sendFeatureReport: nothing,
    sendReports: nothing,
    getFeatureReport: async (_: number, length: number) => new Uint8Array(length),
    getDeviceInfo: async () => ({ path: undefined, vendorId: 0, productId: 0 }),
    getChildDeviceInfo: async () => null,
  });
  const model = DEVICE_MODELS.find(({ id }) => (id as string) === "original-mk2");
  const deck = await model?.factory(device as unknown as HIDDevice, {
    encodeJPEG: async () => new Uint8Array(),
  });
  deck?.on("down", () => void server.post(`rooms/${room}/record/start`, { name: `Interview ${room}` }));
  handle = device;
}

function press({ key, keys, room: pressed }: { key: number; keys: number; room: number }): number {
  room = pressed;
  const atMs = sharedMs();
  handle?.emit("input", keysReport(keys, [key]).subarray(1));
  handle?.emit("input", keysReport(keys, []).subarray(1));
  return atMs;
}

/** What one would write without a bridge: the library on a handle that is not there, and a request on each key. */
import { EventEmitter } from "node:events";
import { DEVICE_MODELS, type HIDDevice } from "@elgato-stream-deck/core";
import { Pool } from "undici";
import { answerParent } from "./answering.ts";
import { keysReport, sharedMs } from "./deck-report.ts";

const JSON_HEADERS = { "content-type": "application/json" };
let handle: EventEmitter | undefined;
let room = 0;

answerParent({ begin, press });

async function begin({ url }: { url: string }): Promise<void> {
  const pool = new Pool(url, { connections: 8, keepAliveTimeout: 60_000 });
  const post = async (path: string, content: object) => {
    const { body } = await pool.request({
      method: "POST",
      path,
      headers: JSON_HEADERS,
      body: JSON.stringify(content),
    });
    return body.json();
  };
  const login = (await post("/api/v3/login", { username: "panel-bridge", password: "simulator" })) as {
    data: { access_token: string };
  };
  const query = `?access_token=${login.data.access_token}`;
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
  deck?.on(
    "down",
    () => void post(`/api/v3/rooms/${room}/record/start${query}`, { name: `Interview ${room}` }),
  );
  handle = device;
}

function press({ key, keys, room: pressed }: { key: number; keys: number; room: number }): number {
  room = pressed;
  const atMs = sharedMs();
  handle?.emit("input", keysReport(keys, [key]).subarray(1));
  handle?.emit("input", keysReport(keys, []).subarray(1));
  return atMs;
}

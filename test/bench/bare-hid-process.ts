/** What one would write without a bridge: node-hid's event on a handle that is not there, and a request on a press. */
import { EventEmitter } from "node:events";
import { Pool } from "undici";
import { answerParent } from "./answering.ts";
import { sharedMs } from "./deck-report.ts";

const JSON_HEADERS = { "content-type": "application/json" };
const ROOM = 2;
const handle = new EventEmitter();

answerParent({ begin, play });

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
  let wasDown = false;
  handle.on("data", (report: Buffer) => {
    const isDown = ((report[2] ?? 0) & 1) !== 0;
    if (isDown && !wasDown)
      void post(`/api/v3/rooms/${ROOM}/record/start${query}`, { name: `Interview ${ROOM}` });
    wasDown = isDown;
  });
}

function play({ reports }: { reports: readonly string[] }): number {
  const atMs = sharedMs();
  for (const report of reports) handle.emit("data", Buffer.from(report, "hex"));
  return atMs;
}

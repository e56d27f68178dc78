/** What one would write without a bridge: the port library, a line, a request. */

import { ReadlineParser, SerialPort } from "serialport";
import { Pool } from "undici";
import { answerParent } from "./answering.ts";

const JSON_HEADERS = { "content-type": "application/json" };

answerParent({ begin });

/** `REC START <id>` starts a recording in that room. */
async function begin({ url, path }: { url: string; path: string }): Promise<void> {
  const pool = new Pool(url, { connections: 8, keepAliveTimeout: 60_000 });
  const post = async (to: string, content: object) => {
    const { body } = await pool.request({
      method: "POST",
      path: to,
      headers: JSON_HEADERS,
      body: JSON.stringify(content),
    });
    return body.json();
  };
  const login = (await post("/api/v3/login", { username: "panel-bridge", password: "simulator" })) as {
    data: { access_token: string };
  };
  const query = `?access_token=${login.data.access_token}`;
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  port.pipe(new ReadlineParser({ delimiter: "\r" })).on("data", (line: string) => {
    const room = /^REC START (\d+)$/.exec(line)?.[1];
    void post(`/api/v3/rooms/${room}/record/start${query}`, { name: `Interview ${room}` });
  });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
}

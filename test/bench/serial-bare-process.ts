/** What one would write without a bridge: the port library, a line, a request. */

import { ReadlineParser, SerialPort } from "serialport";
import { answerParent } from "./answering.ts";
import { logIn } from "./bare-server.ts";

answerParent({ begin });

/** `REC START <id>` starts a recording in that room. */
async function begin({ url, path }: { url: string; path: string }): Promise<void> {
  const server = await logIn(url);
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  port.pipe(new ReadlineParser({ delimiter: "\r" })).on("data", (line: string) => {
    const room = /^REC START (\d+)$/.exec(line)?.[1];
    void server.post(`rooms/${room}/record/start`, { name: `Interview ${room}` });
  });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
}

/** What one would write without a bridge: node-hid's event on a handle that is not there, and a request on a press. */
import { EventEmitter } from "node:events";
import { answerParent } from "./answering.ts";
import { logIn } from "./bare-server.ts";
import { sharedMs } from "./deck-report.ts";

const ROOM = 2;
const handle = new EventEmitter();

answerParent({ begin, play });

async function begin({ url }: { url: string }): Promise<void> {
  const server = await logIn(url);
  let wasDown = false;
  handle.on("data", (report: Buffer) => {
    const isDown = ((report[2] ?? 0) & 1) !== 0;
    if (isDown && !wasDown) void server.post(`rooms/${ROOM}/record/start`, { name: `Interview ${ROOM}` });
    wasDown = isDown;
  });
}

function play({ reports }: { reports: readonly string[] }): number {
  const atMs = sharedMs();
  for (const report of reports) handle.emit("data", Buffer.from(report, "hex"));
  return atMs;
}

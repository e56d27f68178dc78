// Keeps marks and facts until it is killed or told to stop; each acknowledged id is a line on standard output,
// written before the next mark. Runs from the built files, as a process of its own: `keep-marks.mjs <folder> <prefix>`.
import { writeSync } from "node:fs";
import { systemClock } from "../../dist/src/base/clock.js";
import { silentLog } from "../../dist/src/base/log.js";
import { openJournal } from "../../dist/src/journal/journal.js";
import { openLedger } from "../../dist/src/journal/ledger.js";
import { createStorage } from "../../dist/src/journal/storage.js";

const [, , folder, prefix, most = "1000000"] = process.argv;
const common = { storage: createStorage(systemClock), folder, clock: systemClock, log: silentLog };
const [journal, ledger] = await Promise.all([
  openJournal({ ...common, retention: { days: 90, bytes: 1e9 } }),
  openLedger(common),
]);
const text = "x".repeat(200);

for (let count = 0; count < Number(most); count++) {
  const id = `${prefix}-${count}`;
  const at = { atMs: systemClock.monotonicMs(), wallMs: systemClock.wallMs() };
  journal.sink({ ...at, kind: "request", correlation: id, command: "start", room: "interview-1" });
  const mark = {
    id,
    room: "interview-1",
    roomId: 4,
    recording: "616",
    server: "https://valt.example.com",
    text,
    color: "red",
    correlation: id,
    device: "desk",
    source: "key-3",
    pressedWallMs: at.wallMs,
    pressed: { era: "boot-1", atMs: at.atMs },
    timeSeconds: count,
  };
  const how = await ledger.keep(mark);
  const { state, why = "" } = ledger.health.current();
  writeSync(1, how === "kept" ? `${id}\n` : `not-kept ${id} ${state} ${why}\n`);
  // A disk that is slow for a moment must meet a process that waits, not one that floods the journal's memory.
  if (how !== "kept") await new Promise((resolve) => setTimeout(resolve, 2));
}
await Promise.all([journal.close(), ledger.close()]);
writeSync(1, "ended\n");
await common.storage.close();

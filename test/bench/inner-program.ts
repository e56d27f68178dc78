/** The whole program within a process of the benchmark, for devices that only exist there: what `run` does, but for its words. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deviceKinds } from "../../devices/index.ts";
import { systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import type { Bridge } from "../../src/bridge.ts";
import { guardMainThread } from "../../src/cli/guardian/guardian.ts";
import { readMapping } from "../../src/cli/mapping/mapping-file.ts";
import { openConsole } from "../../src/cli/running/console.ts";
import { takePlace } from "../../src/cli/running/presence.ts";
import { startBridge } from "../../src/cli/running/start-bridge.ts";
import type { FactSink } from "../../src/journal/fact.ts";
import type { Mapping } from "../../src/mapping/mapping.ts";
import { serveConsole } from "../../src/web/console.ts";

export interface InnerProgram {
  readonly bridge: Bridge;
  readonly mapping: Mapping;
  readonly consoleUrl: string;
  close(): Promise<void>;
}

// Logs as `run` does, into nothing: the texts are made, only the terminal is missing.
const log = createLog({ level: "info", write: () => undefined });

/** `note` hears of every fact beside the journal. */
export async function startInnerProgram(text: string, note: FactSink): Promise<InnerProgram> {
  const folder = mkdtempSync(join(tmpdir(), "valt-bench-"));
  process.env.XDG_STATE_HOME = folder;
  delete process.env.STATE_DIRECTORY;
  delete process.env.XDG_RUNTIME_DIR;
  process.env.VALT_PASSWORD = "simulator";
  const file = join(folder, "mapping.json");
  writeFileSync(file, text);
  const loadVocabulary = createVocabularyLoader(deviceKinds);
  const { signal, ...ending } = createEnding();
  const read = await readMapping(file, loadVocabulary);
  const { mapping } = read;
  if (mapping === undefined) throw new Error(read.problems.map(({ message }) => message).join("; "));
  const place = await takePlace({
    instance: "bench",
    mapping,
    log,
    running: () => running,
    consoleUrl: () => undefined,
  });
  if (!place.ok) throw new Error(place.failure.message);
  const { records, kiosks } = place.value;
  const { sink, keeper } = records;
  const running = startBridge({
    file,
    read,
    mapping,
    loadVocabulary,
    log,
    facts: [sink, note],
    keeper,
    signal,
  });
  const { bridge } = running;
  records.watch(bridge);
  const unguard = guardMainThread({ clock: systemClock, log, file, instance: "bench" });
  const options = { console: { host: "127.0.0.1", port: 0 } };
  const console = await openConsole(
    options,
    { running, records, kiosks, log, tail: { lines: () => [] } },
    {
      loadVocabulary,
      signal,
      serveConsole,
      serveSetup: () => Promise.reject(new Error("nothing is set up")),
    },
  );
  return {
    bridge,
    mapping,
    consoleUrl: console.url ?? "",
    async close() {
      ending.abort();
      await console.close();
      await bridge.close();
      await place.value.close();
      unguard();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function createEnding() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

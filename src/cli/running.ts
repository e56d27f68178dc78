import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { MarkKeeper } from "../action/mark.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { Bridge } from "../bridge.ts";
import type { FactSink } from "../journal/fact.ts";
import type { Mapping, MappingWorld } from "../mapping/mapping.ts";
import { connectTo } from "./connect.ts";
import { complainAbout, readMapping } from "./mapping-file.ts";
import { readSecret } from "./secrets.ts";

export interface RunningSettings {
  readonly file: string;
  readonly mapping: Mapping;
  readonly world: MappingWorld;
  readonly log: Log;
  readonly facts: readonly FactSink[];
  readonly keeper: MarkKeeper;
  readonly signal: AbortSignal;
  /** Changes every mapping that is read from the file, as the demo does with the server's address. */
  readonly amend?: (mapping: Mapping) => Mapping;
}

/** A bridge on a mapping file that is followed as people edit it. */
export function startBridge(settings: RunningSettings): Bridge {
  const { file, mapping, log, facts, keeper, signal } = settings;
  const bridge = new Bridge({
    mapping,
    clock: systemClock,
    log,
    facts,
    keeper,
    connect: (server) => connectTo(server, file, log),
    secret: readSecret,
  });
  bridge.start();
  followFile(settings, systemClock, (edited) => void bridge.adopt(edited));
  signal.addEventListener("abort", () => log.info("closing devices"), { once: true });
  return bridge;
}

const SETTLE_MS = 150;

/** Editors replace files: the folder is watched, and a burst of events is one edit. */
function followFile(settings: RunningSettings, clock: Clock, adopt: (mapping: Mapping) => void): void {
  const { file, world, log, signal } = settings;
  let cancel: () => void = () => undefined;
  let current = settings.mapping.fingerprint;
  const watcher = watch(dirname(file), { signal }, (_, name) => {
    if (name !== null && name !== basename(file)) return;
    cancel();
    cancel = clock.after(SETTLE_MS, reread);
  });
  watcher.on("error", (error) => log.warn("the mapping file is no longer watched", { why: error.message }));

  function reread(): void {
    const { mapping, problems } = readMapping(file, world);
    if (mapping?.fingerprint === current) return;
    complainAbout(file, problems);
    if (mapping === undefined) {
      log.error("the edited mapping has errors: the running one stays", { file, errors: problems.length });
      return;
    }
    current = mapping.fingerprint;
    log.info("mapping reloaded", { file, fingerprint: current.slice(0, 12) });
    adopt(settings.amend?.(mapping) ?? mapping);
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

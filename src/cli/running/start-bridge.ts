import type { MarkKeeper } from "../../action/mark.ts";
import type { StartedRecordings } from "../../alarm/started.ts";
import { systemClock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import {
  createFactHub,
  type FactHub,
  type MappingView,
  type ReloadAnswer,
} from "../../bridge/console-source.ts";
import type { LeftLook } from "../../bridge/looks-file.ts";
import type { MappingEditor } from "../../bridge/mapping-editor.ts";
import type { RememberedRooms } from "../../bridge/rooms-file.ts";
import { Bridge } from "../../bridge.ts";
import type { FactSink } from "../../journal/fact.ts";
import type { Mapping, VocabularyLoader } from "../../mapping/mapping.ts";
import { Examiner } from "../editing/examiner.ts";
import { createMappingEditor } from "../editing/mapping-editor.ts";
import { connectTo } from "../mapping/connect.ts";
import type { ReadMapping } from "../mapping/mapping-file.ts";
import { CHOOSE_LONGER, readSecret, warnAboutSecrets } from "../mapping/secrets.ts";
import { MappingFollower } from "./mapping-follower.ts";

interface RunningSettings {
  readonly file: string;
  /** What the file said, and what is made of it. */
  readonly read: ReadMapping;
  readonly mapping: Mapping;
  readonly loadVocabulary: VocabularyLoader;
  readonly log: Log;
  readonly facts: readonly FactSink[];
  readonly keeper: MarkKeeper;
  /** Overwrites secrets in a text that goes out. */
  readonly hide?: ((text: string) => string) | undefined;
  readonly started?: StartedRecordings;
  readonly looks?: readonly LeftLook[];
  readonly signal: AbortSignal;
  /** Since when nobody had read what is read now, after a restart. */
  readonly unheardSinceMs?: () => number | undefined;
  /** The rooms of the server that were found before, and where new ones are kept; absent: as long as the process lasts. */
  readonly rooms?: RememberedRooms | undefined;
  /** Changes every mapping that is read from the file, as the demo does with the server's address. */
  readonly amend?: (mapping: Mapping) => Mapping;
  /** Told of every edit before the bridge takes it over. */
  readonly adopted?: (mapping: Mapping) => void;
}

/** A bridge on a mapping file that is followed as people edit it. */
export interface RunningBridge {
  readonly bridge: Bridge;
  /** Its facts, for those who come later. */
  readonly hub: FactHub;
  readonly editor: MappingEditor;
  mapping(): MappingView;
  /** A person asks: reads the file again, takes it over when it has no errors, and tries a refused login again. */
  reload(): Promise<ReloadAnswer>;
}

/** An edit of the file is seldom followed by another one; its thread takes memory. */
const EXAMINER_IDLE_MS = 10_000;

/** Starts the bridge, and takes edits of its mapping file over until `signal` aborts. */
export function startBridge(settings: RunningSettings): RunningBridge {
  const { file, mapping, log, keeper, signal } = settings;
  const hub = createFactHub();
  const bridge = new Bridge({
    mapping,
    clock: systemClock,
    log,
    facts: [...settings.facts, hub.sink],
    keeper,
    started: settings.started,
    looks: settings.looks,
    connect: (server) => connectTo(server, file, log),
    secret: readSecret,
    hide: settings.hide,
    unheardSinceMs: settings.unheardSinceMs,
    listed: (server, answer) => follower.hearList(server, answer),
  });
  tellOfSecrets(mapping, log);
  const examiner = new Examiner(systemClock, EXAMINER_IDLE_MS);
  signal.addEventListener("abort", () => examiner.close(), { once: true });
  const follower = new MappingFollower({
    ...settings,
    examine: (edited) => examiner.ask("check", { file, edited }),
    clock: systemClock,
    adopt: (edited) => {
      tellOfSecrets(edited, log);
      settings.adopted?.(edited);
      return bridge.adopt(edited);
    },
    edited: (edit) => {
      const fact = { atMs: systemClock.monotonicMs(), wallMs: systemClock.wallMs(), ...edit };
      for (const sink of [...settings.facts, hub.sink]) sink(fact);
    },
    view: (room) => bridge.view(room),
  });
  bridge.start();
  follower.watch();
  signal.addEventListener("abort", () => log.info("closing devices"), { once: true });
  return {
    bridge,
    hub,
    editor: createMappingEditor({ ...settings, follower, bridge, clock: systemClock }),
    mapping: () => follower.current(),
    async reload() {
      const answer = await follower.reload();
      if (answer.kind === "unchanged") bridge.retryLogin();
      return answer;
    },
  };
}

function tellOfSecrets(mapping: Mapping, log: Log): void {
  for (const text of warnAboutSecrets(mapping)) log.warn(text, { remedy: CHOOSE_LONGER });
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

import type { MarkKeeper } from "../../action/mark.ts";
import type { StartedRecordings } from "../../alarm/started.ts";
import { type Clock, systemClock } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import type { Log } from "../../base/log.ts";
import {
  createFactHub,
  type FactHub,
  type MappingView,
  type ReloadAnswer,
} from "../../bridge/console-source.ts";
import { Bridge } from "../../bridge.ts";
import type { FactSink } from "../../journal/fact.ts";
import type { Mapping, VocabularyLoader } from "../../mapping/mapping.ts";
import type { Problem } from "../../mapping/problem.ts";
import { connectTo } from "../mapping/connect.ts";
import { complainAbout, filesBeside, type ReadMapping, readMapping } from "../mapping/mapping-file.ts";
import { CHOOSE_LONGER, readSecret, warnAboutSecrets } from "../mapping/secrets.ts";
import { watchMapping } from "./mapping-watch.ts";

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
  readonly signal: AbortSignal;
  /** Since when nobody had read what is read now, after a restart. */
  readonly unheardSinceMs?: () => number | undefined;
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
  mapping(): MappingView;
  /** A person asks: reads the file again, takes it over when it has no errors, and tries a refused login again. */
  reload(): Promise<ReloadAnswer>;
}

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
    connect: (server) => connectTo(server, file, log),
    secret: readSecret,
    hide: settings.hide,
    unheardSinceMs: settings.unheardSinceMs,
  });
  tellOfSecrets(mapping, log);
  const follower = new MappingFollower(settings, (edited) => {
    tellOfSecrets(edited, log);
    settings.adopted?.(edited);
    return bridge.adopt(edited);
  });
  bridge.start();
  follower.watch(systemClock);
  signal.addEventListener("abort", () => log.info("closing devices"), { once: true });
  return {
    bridge,
    hub,
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

/** Reads the mapping file whenever it changes; a bad edit is reported, and the running mapping stays. */
class MappingFollower {
  readonly #settings: RunningSettings;
  readonly #adopt: (mapping: Mapping) => Promise<void>;
  #mapping: Mapping;
  #read: ReadMapping;
  #current: MappingView;
  #lastReload: Promise<unknown> = Promise.resolve();

  constructor(settings: RunningSettings, adopt: (mapping: Mapping) => Promise<void>) {
    const { file, read, mapping } = settings;
    const { text, problems } = read;
    const { fingerprint } = mapping;
    this.#settings = settings;
    this.#adopt = adopt;
    complainAbout(file, problems);
    this.#mapping = mapping;
    this.#read = read;
    this.#current = { file, text, problems, isActive: true, fingerprint };
  }

  current(): MappingView {
    return this.#current;
  }

  watch(clock: Clock): void {
    const { file } = this.#settings;
    const beside = () => filesBeside(file, this.#read);
    watchMapping({ ...this.#settings, clock, beside, changed: () => void this.reload() });
  }

  /** One at a time, so that an older text never takes the place of a newer one. */
  reload(): Promise<ReloadAnswer> {
    const reloaded = this.#lastReload.then(() => this.#readAgain());
    this.#lastReload = reloaded.catch(() => undefined);
    return reloaded;
  }

  async #readAgain(): Promise<ReloadAnswer> {
    const { file, loadVocabulary, log, amend } = this.#settings;
    this.#read = await readMapping(file, loadVocabulary);
    const { text, mapping, problems } = this.#read;
    if (mapping === undefined) return this.#refuse(text, problems);
    if (isSameMapping(mapping, this.#mapping)) {
      this.#current = { ...this.#current, text, problems, isActive: true };
      return { kind: "unchanged", problems };
    }
    try {
      await this.#adopt(amend?.(mapping) ?? mapping);
    } catch (error) {
      return this.#refuse(text, [...problems, problemOf(error)]);
    }
    this.#mapping = mapping;
    this.#current = { file, text, problems, isActive: true, fingerprint: mapping.fingerprint };
    log.info("mapping reloaded", { file, fingerprint: mapping.fingerprint.slice(0, 12) });
    return { kind: "taken-over", problems };
  }

  /** The running mapping stays; the same text is tried again when it is saved again. */
  #refuse(text: string, problems: readonly Problem[]): ReloadAnswer {
    const { file, log } = this.#settings;
    this.#current = { ...this.#current, text, problems, isActive: false };
    complainAbout(file, problems);
    log.error("the edited mapping has errors: the running one stays", { file, errors: problems.length });
    return { kind: "has-errors", problems };
  }
}

/** What can only be found out by taking a mapping over, such as a file that has gone since it was looked at. */
function problemOf(error: unknown): Problem {
  const message = `it cannot be taken over: ${errorText(error)}`;
  return { severity: "error", line: 1, column: 1, message, hint: undefined };
}

/** The same text, and the same profiles beside it. */
function isSameMapping(one: Mapping, other: Mapping): boolean {
  const settingsOf = ({ devices, symbols }: Mapping) =>
    JSON.stringify([[...devices.values()].map(({ settings }) => settings), [...symbols.keys()]]);
  return one.fingerprint === other.fingerprint && settingsOf(one) === settingsOf(other);
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

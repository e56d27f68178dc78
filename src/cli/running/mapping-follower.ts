import type { Cancel, Clock } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import type { ServerName } from "../../base/identifiers.ts";
import type { Log } from "../../base/log.ts";
import { nextTurn } from "../../base/shared-turn.ts";
import type { MappingView, ReloadAnswer } from "../../bridge/console-source.ts";
import {
  type Checked,
  type EditAnswer,
  type EditorPerson,
  type NotExamined,
  TRIAL_MINUTES,
  type Trial,
} from "../../bridge/mapping-editor.ts";
import type { RememberedRooms } from "../../bridge/rooms-file.ts";
import type { Listing } from "../../bridge/server-client.ts";
import type { Bridge } from "../../bridge.ts";
import type { FactBody } from "../../journal/fact.ts";
import type { Mapping, VocabularyLoader } from "../../mapping/mapping.ts";
import type { Problem } from "../../mapping/problem.ts";
import type { EditedTexts } from "../../mapping/source/open.ts";
import { complainAbout, filesBeside, type ReadMapping, unreadable } from "../mapping/mapping-file.ts";
import { FollowedRooms } from "./followed-rooms.ts";
import { watchMapping } from "./mapping-watch.ts";

/** Times that reading a list has taken: until then the next one waits. */
const REST_BETWEEN_LISTS = 10;

type Edit = Extract<FactBody, { kind: "edit" }>;

interface FollowerSettings {
  readonly file: string;
  /** What the file said, and what the bridge has begun with. */
  readonly read: ReadMapping;
  readonly mapping: Mapping;
  readonly loadVocabulary: VocabularyLoader;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The rooms of the server that were found before, and where new ones are kept. */
  readonly rooms?: RememberedRooms | undefined;
  /** Changes every mapping before it is taken over. */
  readonly amend?: (mapping: Mapping) => Mapping;
  adopt(mapping: Mapping): Promise<void>;
  /** A room as it is now: one that records keeps its place on the server. */
  view: Bridge["view"];
  /** Somebody has edited the mapping, or a try has ended. */
  edited(edit: Edit): void;
  /** Checks the file, or texts in its place, in a thread of its own; absent: here. */
  examine?(edited: EditedTexts): Promise<Checked | NotExamined>;
}

/**
 * Reads the mapping file whenever it changes; a bad edit is reported, and the running mapping stays. A mapping may also be tried
 * for a while: the file stays as it is, so that also a process that ends meanwhile begins with it again.
 */
export class MappingFollower {
  readonly #settings: FollowerSettings;
  readonly #rooms: FollowedRooms;
  #mapping: Mapping;
  /** What the file said last. */
  #said: ReadMapping;
  #current: MappingView;
  #trial:
    | {
        readonly told: Trial;
        readonly former: Mapping;
        readonly edited: EditedTexts;
        readonly cancel: Cancel;
      }
    | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Earlier than this (monotonic) no list is read. */
  #listFromMs = -Infinity;

  constructor(settings: FollowerSettings) {
    const { file, read, mapping } = settings;
    const { text, problems } = read;
    const { fingerprint } = mapping;
    this.#settings = settings;
    this.#rooms = new FollowedRooms(settings, settings);
    complainAbout(file, problems);
    this.#mapping = read.mapping ?? mapping;
    this.#said = read;
    this.#current = { file, text, problems, isActive: true, fingerprint };
  }

  current(): MappingView {
    const told = this.#trial?.told;
    return told === undefined ? this.#current : { ...this.#current, isActive: false, trial: told };
  }

  watch(): void {
    const beside = () => filesBeside(this.#settings.file, this.#said);
    watchMapping({ ...this.#settings, beside, changed: () => void this.#next(() => this.#notice()) });
  }

  /** What the mapping takes from a server's list is read from it again, like an edit. */
  hearList(server: ServerName, answer: Listing): "read-anew" | "as-before" {
    if (!answer.ok || !this.#rooms.hear(server, answer.value)) return "as-before";
    const { clock } = this.#settings;
    // A list may change with every answer: the next one brings what this one had.
    if (clock.monotonicMs() >= this.#listFromMs) void this.#next(() => this.#takeList());
    return "read-anew";
  }

  /** One at a time, so that an older text never takes the place of a newer one. */
  reload(): Promise<ReloadAnswer> {
    return this.#next(async () => {
      await this.#endTrial("disk");
      return this.#readAgain();
    });
  }

  /** Runs on edited texts for so long; another try takes the place of the one before. */
  try(edited: EditedTexts, minutes: number, person: EditorPerson): Promise<EditAnswer> {
    return this.#next(() => this.#try(edited, minutes, person));
  }

  /** Ends a try before its time. */
  takeBack(by: string): Promise<EditAnswer> {
    return this.#next(async () => {
      await this.#endTrial(by);
      return { kind: "done" };
    });
  }

  /** Between two readings: what is written there is read as a whole. `write` is given the names of the files beside it. */
  save(
    edited: EditedTexts,
    person: EditorPerson,
    write: (beside: readonly string[]) => Promise<EditAnswer>,
  ): Promise<EditAnswer> {
    return this.#next(async () => {
      const { mapping, problems, beside } = await this.#read(edited);
      if (mapping === undefined) return { kind: "has-errors", problems };
      if (this.#movesServer(mapping, person)) return { kind: "moves-server" };
      const written = await write(beside);
      if (written.kind !== "done") return written;
      const files = [...edited.keys()];
      this.#tell({ what: "saved", by: person.id, mapping: mapping.fingerprint, files });
      this.#forgetTrial();
      const answer = await this.#readAgain();
      return answer.kind === "has-errors" ? { kind: "has-errors", problems: answer.problems } : written;
    });
  }

  async #try(edited: EditedTexts, minutes: number, person: EditorPerson): Promise<EditAnswer> {
    const { clock, log } = this.#settings;
    const { mapping, problems } = await this.#read(edited);
    if (mapping === undefined) return { kind: "has-errors", problems };
    if (this.#movesServer(mapping, person)) return { kind: "moves-server" };
    const former = this.#trial?.former ?? this.#mapping;
    try {
      await this.#adopt(mapping);
    } catch (error) {
      return { kind: "failed", why: problemOf(error).message };
    }
    this.#forgetTrial();
    const { least, most } = TRIAL_MINUTES;
    const lastsMs = Math.min(most, Math.max(least, minutes)) * 60_000;
    this.#trial = {
      told: { by: person.id, untilWallMs: clock.wallMs() + lastsMs },
      former,
      edited,
      cancel: clock.after(lastsMs, () => void this.takeBack("time")),
    };
    this.#tell({ what: "tried", by: person.id, mapping: mapping.fingerprint, files: [] });
    log.warn("a mapping is tried that the file does not say", { by: person.id, minutes: lastsMs / 60_000 });
    return { kind: "done" };
  }

  /** Back to what ran before, whatever became of the file: that is read as ever. */
  async #endTrial(by: string): Promise<void> {
    const trial = this.#trial;
    if (trial === undefined) return;
    this.#forgetTrial();
    await this.#adopt(trial.former);
    this.#rooms.doubt();
    this.#tell({ what: "taken-back", by, mapping: trial.former.fingerprint, files: [] });
    this.#settings.log.info("the tried mapping is taken back", { by });
  }

  #forgetTrial(): void {
    this.#trial?.cancel();
    this.#trial = undefined;
  }

  /** Something in the folder is another one: a try goes on as long as it is not the mapping. */
  async #notice(): Promise<void> {
    const former = this.#trial?.former;
    if (former !== undefined) {
      const { mapping } = await this.#read();
      if (mapping !== undefined && isSameMapping(mapping, former)) return;
      await this.#endTrial("disk");
    }
    await this.#readAgain();
  }

  async #takeList(): Promise<void> {
    const { clock } = this.#settings;
    const beganMs = clock.monotonicMs();
    this.#listFromMs = Infinity;
    await this.#readList();
    const endMs = clock.monotonicMs();
    this.#listFromMs = endMs + (endMs - beganMs) * REST_BETWEEN_LISTS;
  }

  /** What is tried is read with another list, too. */
  async #readList(): Promise<unknown> {
    if (this.#trial === undefined) {
      const { mapping, source } = this.#said;
      // An edit that was refused is refused whatever the list is.
      if (mapping === undefined || source === undefined) return undefined;
      const texts = source.files.map(({ name = "", text }) => [name, text] as const);
      return this.#takeOver(await this.#rooms.read(new Map(texts)));
    }
    const { mapping } = await this.#rooms.read(this.#trial.edited);
    return mapping === undefined || isSameMapping(mapping, this.#mapping) || this.#adopt(mapping);
  }

  #next<Value>(task: () => Promise<Value>): Promise<Value> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** What a thread found sound is read here once more, by the texts that it had: all else could take long. */
  async #read(edited: EditedTexts = new Map()): Promise<ReadMapping> {
    const examined = await this.#settings.examine?.(edited);
    if (examined === undefined) return this.#rooms.read(edited);
    if ("failure" in examined) return { ...unreadable(examined.failure), beside: this.#said.beside };
    const { isSound, texts, problems, beside } = examined;
    if (isSound) return this.#rooms.read(texts);
    return { text: texts.get("") ?? "", mapping: undefined, problems, beside };
  }

  async #adopt(mapping: Mapping): Promise<void> {
    const { amend, adopt } = this.#settings;
    const amended = amend?.(mapping) ?? mapping;
    await nextTurn(this.#settings.clock);
    await adopt(amended);
    await nextTurn(this.#settings.clock);
    this.#rooms.keep(amended);
    this.#mapping = mapping;
    this.#current = { ...this.#current, fingerprint: mapping.fingerprint };
  }

  /** Passwords are sent to the servers that the mapping names. */
  #movesServer({ servers }: Mapping, { mayMoveServer }: EditorPerson): boolean {
    const { servers: former } = this.#trial?.former ?? this.#mapping;
    return !mayMoveServer && JSON.stringify([...servers]) !== JSON.stringify([...former]);
  }

  #tell(edit: Omit<Edit, "kind">): void {
    this.#settings.edited({ kind: "edit", ...edit });
  }

  async #readAgain(): Promise<ReloadAnswer> {
    return this.#takeOver(await this.#read());
  }

  async #takeOver(read: ReadMapping): Promise<ReloadAnswer> {
    const { file, log } = this.#settings;
    this.#said = read;
    const { text, mapping, problems } = read;
    if (mapping === undefined) return this.#refuse(text, problems);
    if (isSameMapping(mapping, this.#mapping)) {
      this.#current = { ...this.#current, text, problems, isActive: true };
      return { kind: "unchanged", problems };
    }
    try {
      await this.#adopt(mapping);
    } catch (error) {
      return this.#refuse(text, [...problems, problemOf(error)]);
    }
    this.#current = { ...this.#current, text, problems, isActive: true };
    log.info("mapping reloaded", { file, fingerprint: mapping.fingerprint.slice(0, 12) });
    return { kind: "taken-over", problems };
  }

  /** The running mapping stays; the same text is tried again when it is saved again. */
  #refuse(text: string, problems: readonly Problem[]): { kind: "has-errors"; problems: readonly Problem[] } {
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

/** The same text, the same profiles beside it, and the same rooms found on the server. */
function isSameMapping(one: Mapping, other: Mapping): boolean {
  const restOf = ({ devices, symbols, rooms, unfound, searches }: Mapping) => {
    const settings = [...devices.values()].map((device) => device.settings);
    const doubts = [...searches.values()].map((search) => search.doubts);
    const found = [[...rooms.values()], [...unfound.values()], doubts];
    return JSON.stringify([settings, [...symbols.keys()], found]);
  };
  return one.fingerprint === other.fingerprint && restOf(one) === restOf(other);
}

import type { Action, Outcome } from "../action/action.ts";
import type { Cancel } from "../base/clock.ts";
import type { ControlId, DeviceId, RecordingId, RoomName } from "../base/identifiers.ts";
import { type Result, succeed } from "../base/result.ts";
import type { Bridge } from "../bridge.ts";
import type { ControlEvent } from "../driver/control.ts";
import type { Peer } from "../driver/link.ts";
import type { ColorConvention } from "../feedback/look.ts";
import type { FactSink } from "../journal/fact.ts";
import type { Past, Range } from "../journal/past.ts";
import type { Language } from "../language/language.ts";
import type { ControlBinding } from "../mapping/mapping.ts";
import type { Problem } from "../mapping/problem.ts";
import type { PanelTest } from "../panel/test-pattern.ts";
import type { Simulator } from "../simulator/simulator.ts";
import type { RecordingDetails } from "../valt/rooms.ts";
import type { Schedule } from "../valt/schedules.ts";
import { concealFact, concealIn, concealServer, concealStatus, type Hide } from "./concealed.ts";
import type { PanelPlan } from "./device-plan.ts";
import type { PanelView } from "./device-session.ts";
import type { Kiosks } from "./kiosks.ts";
import type { Learner, LessonRefusal } from "./lesson.ts";
import type { MappingEditor, Trial } from "./mapping-editor.ts";
import type { BridgeStatus } from "./status.ts";

/**
 * All that the console needs from the bridge. Nothing here waits for a device or a server but what gives a promise,
 * nothing throws, and what is handed out must not be changed.
 */
export interface ConsoleSource {
  status(): BridgeStatus;
  /** The servers' part of it alone, which costs next to nothing. */
  servers(): BridgeStatus["servers"];
  /** Every device that is open now and has a panel, in the order of the mapping. */
  panels(): readonly PanelView[];
  /** A panel as its mapping has it, also while it is not there; nothing where its model is not known. */
  planOf(device: DeviceId): PanelPlan | undefined;
  /** Somebody sees the list of all rooms: said every second as long as that is so. */
  follow(): void;
  /** Facts from now on; the returned function ends it. */
  subscribe(sink: FactSink): Cancel;
  /**
   * A touch from the console, through the same session as the device's own: gestures, permissions and the journal, with
   * the peer in the cause. `no-such-panel` also while the device is lost.
   */
  touch(device: DeviceId, event: ControlEvent, peer: Peer): TouchAnswer;
  /** Shows for some seconds which panel it is, or each colour in turn. */
  test(device: DeviceId, what: PanelTest): "shown" | "no-such-panel";
  /** Tells what is touched on a device instead of acting upon it, until it is ended or ends by itself. */
  learn(device: DeviceId, learner: Learner): Result<Cancel, LessonRefusal>;
  /** What somebody asks for in a room without a panel, with all that a press goes through, and the peer in its cause. */
  request(action: Action, peer: Peer): Promise<Outcome>;
  /** What a control means on the page that its panel shows now. */
  bindingOf(device: DeviceId, control: ControlId): ControlBinding | undefined;
  /** Asked every second: what was read, not a reading. */
  mapping(): MappingView;
  /** Reads the mapping file again and takes it over when it has no errors. */
  reload(): Promise<ReloadAnswer>;
  /** What the console speaks; an edit of the mapping may change it. */
  language(): Language;
  /** What a recording is shown in. */
  colors(): ColorConvention;
  /** The room's next planned recording, asked of the server. */
  nextSchedule(room: RoomName): Promise<Result<Schedule | undefined, { readonly message: string }>>;
  /** What the server calls a recording of a room and whose it is, asked of the room's server. */
  recordingDetails(
    room: RoomName,
    recording: RecordingId,
  ): Promise<Result<RecordingDetails, { readonly message: string }>>;
  /** Somebody has seen to a refused mark; false when no refused mark has this id. */
  settleMark(id: string, by: string): boolean;
  /** What the journal has of a range of time, older than the process too. */
  history(range: Range): Promise<Result<Past, { readonly message: string }>>;
  /** The last lines of the log, oldest first. */
  log(): readonly LogLine[];
  /** The links of tablets that show one panel each. */
  readonly kiosks: Kiosks;
  /** Only where a mapping is a file. */
  readonly editor?: MappingEditor;
  /** Only in the demo. */
  readonly simulator?: Simulator;
}

/** One line of the log. */
export interface LogLine {
  /** Counted from the start of the process. */
  readonly number: number;
  readonly wallMs: number;
  readonly level: "debug" | "info" | "warning" | "error";
  readonly text: string;
}

type TouchAnswer = "taken" | "no-such-panel" | "no-such-control";

export interface MappingView {
  /** Its path, for people. */
  readonly file: string;
  /** The text that was read last, whether or not it could be taken over. */
  readonly text: string;
  readonly problems: readonly Problem[];
  /** Whether that text is what the bridge runs on. */
  readonly isActive: boolean;
  /** SHA-256 of the text that the bridge runs on. */
  readonly fingerprint: string;
  /** A mapping that the bridge runs on for a while in the place of the file's. */
  readonly trial?: Trial;
}

export interface ReloadAnswer {
  readonly kind: "taken-over" | "unchanged" | "has-errors";
  readonly problems: readonly Problem[];
}

/** What a visitor may do; `edit` includes `press`, and that `view`. */
export type Right = "view" | "press" | "edit";

/** The console's tokens; a right without a token cannot be had by anybody from afar. */
export type Tokens = Readonly<Partial<Record<Right, string>>>;

export interface ConsoleSettings {
  /** Address to listen on; `127.0.0.1` when absent. */
  readonly host?: string;
  /** 8484 when absent; 0 for any that is free. */
  readonly port?: number;
  /** From the environment or a file, never from the mapping. Without any, who reaches the port may press. */
  readonly tokens?: Tokens;
  /**
   * Who may edit the mapping: whoever shows the token for that and, unless `nobody`, whoever may press and comes from this
   * machine.
   */
  readonly editing?: "from-here" | "nobody";
  /** PEM texts. Beyond this machine a must, unless a proxy in front of the bridge does it. */
  readonly tls?: { readonly certificate: string; readonly key: string } | "by-proxy";
  /** Names by which browsers reach the console, beside addresses and `localhost`: `bridge.example.com`. */
  readonly names?: readonly string[];
  /** Where a proxy shows the console when it is not at the root of its name: `/bridge/`. */
  readonly basePath?: string;
  /** Web sockets at once; 64 when absent. */
  readonly mostViewers?: number;
}

/** Passes facts on to whoever listens now: the bridge knows its sinks from the start, the console comes later. */
export interface FactHub {
  /** One of the bridge's `facts`. */
  readonly sink: FactSink;
  readonly subscribe: ConsoleSource["subscribe"];
}

export function createFactHub(): FactHub {
  const sinks = new Set<FactSink>();
  return {
    sink: (fact) => {
      for (const sink of sinks) sink(fact);
    },
    subscribe: (sink) => {
      sinks.add(sink);
      return () => sinks.delete(sink);
    },
  };
}

/** What a bridge cannot say of itself: its mapping's file, the server's plans, and in the demo the simulator. */
type SourceParts = Pick<
  ConsoleSource,
  "mapping" | "reload" | "nextSchedule" | "history" | "log" | "kiosks" | "editor" | "simulator"
> & {
  readonly bridge: Bridge;
  readonly hub: FactHub;
  /** What may not be read by anybody who sees the console. */
  readonly hide: Hide;
};

/** A running bridge as the console needs it, without the secrets that people or programs wrote where others see it. */
export function sourceFrom({ bridge, hub, hide, ...rest }: SourceParts): ConsoleSource {
  return {
    ...rest,
    status: () => concealStatus(bridge.status(), hide),
    servers: () => bridge.servers().map((one) => concealServer(one, hide)),
    panels: () => bridge.panels(),
    planOf: (device) => bridge.planOf(device),
    follow: () => bridge.follow(),
    subscribe: (sink) =>
      hub.subscribe((fact) => {
        const told = concealFact(fact, hide);
        if (told !== undefined) sink(told);
      }),
    history: async (range) => {
      const past = await rest.history(range);
      if (!past.ok) return { ok: false, failure: { message: hide(past.failure.message) } };
      const facts = past.value.facts.flatMap(({ run, fact }) => {
        const told = concealFact(fact, hide);
        return told === undefined ? [] : [{ run, fact: told }];
      });
      return { ok: true, value: { ...past.value, facts } };
    },
    log: () => rest.log().map((line) => ({ ...line, text: hide(line.text) })),
    touch: (device, event, peer) => bridge.touch(device, event, peer),
    test: (device, what) => bridge.test(device, what),
    learn: (device, { heard, ...learner }) =>
      bridge.learn(device, {
        ...learner,
        heard: (what) => heard({ ...what, control: hide(what.control), label: hide(what.label) }),
      }),
    request: (action, peer) => bridge.request(action, peer),
    recordingDetails: async (room, recording) => {
      const said = await bridge.recordingDetails(room, recording);
      return said.ok ? succeed(concealIn(said.value, hide)) : said;
    },
    language: () => bridge.language(),
    colors: () => bridge.colors(),
    bindingOf: (device, control) => bridge.bindingOf(device, control),
    settleMark: (id, by) => bridge.settleMark(id, by),
  };
}

import { onTestFinished } from "vitest";
import { z } from "zod";
import { volatileKeeper } from "../../src/action/mark.ts";
import { silentLog } from "../../src/base/log.ts";
import { assembleVocabulary } from "../../src/bridge/mapping-vocabulary.ts";
import { Bridge } from "../../src/bridge.ts";
import {
  type ControlDescription,
  type ControlEvent,
  type ControlInput,
  type ControlOutput,
  controlId,
  type DeviceHost,
  type DeviceKind,
  defineDeviceKind,
  type Frame,
  succeed,
} from "../../src/driver/contract.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { createValtClient } from "../../src/valt/client.ts";
import { createTransport } from "../../src/valt/transport.ts";
import { createChance } from "../campaign/chance.ts";
import { fairPath } from "../campaign/connection.ts";
import { CampaignServer } from "../campaign/server.ts";
import { createWire } from "../campaign/wire.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";

/** What a finger or a machine does: an event without its control, or milliseconds that pass. */
export type Step = Happening | number;
export type Happening = ControlEvent extends infer One
  ? One extends ControlEvent
    ? Omit<One, "control">
    : never
  : never;

export const DOWN: Happening = { kind: "down" };
export const UP: Happening = { kind: "up" };
export const KEY = controlId("key");

export interface DrivenPanelSettings {
  readonly input?: ControlInput;
  /** The mapping's entry for the only control. */
  readonly binding: Readonly<Record<string, unknown>>;
  /** What the control shows; default nothing. */
  readonly output?: ControlOutput;
  /** The mapping's further words. */
  readonly site?: Readonly<Record<string, unknown>>;
  /** The mapping's further words on the panel. */
  readonly device?: Readonly<Record<string, unknown>>;
  /** What is found down when the panel is opened. */
  readonly held?: "held" | "free";
  readonly clock?: FakeClock;
  /** What the driver does when it is told of edited bindings. */
  readonly rename?: () => void;
}

export interface DrivenPanel {
  readonly clock: FakeClock;
  readonly facts: readonly Fact[];
  readonly bridge: Bridge;
  /** Afterwards a second for the answer, unless the story goes on `at once`. */
  play(steps: readonly Step[], then?: "answered" | "at once"): Promise<void>;
  emit(happening: Happening): void;
  /** Binds the control otherwise, or not at all, and may say something else of the panel. */
  edit(
    binding: DrivenPanelSettings["binding"] | undefined,
    device?: DrivenPanelSettings["device"],
  ): Promise<void>;
  /** What the control has shown, oldest first. */
  shown(): readonly Frame[];
  /** How often the panel was opened. */
  opens(): number;
  /** How the actions ended, oldest first. */
  outcomes(): readonly string[];
  /** How often the control was reported as stuck. */
  stuck(): number;
  somebodyElse(what: "start" | "stop"): void;
  /** The room on the server. */
  recording(): "recording" | "idle";
}

/** The real bridge on a driven clock, with a panel of one control and a server on a network of the driven clock. */
export async function startDrivenPanel(settings: DrivenPanelSettings): Promise<DrivenPanel> {
  const {
    input = { shape: "button" },
    binding,
    output = { kind: "none" },
    device = {},
    site = {},
    held = "free",
    clock = createFakeClock(),
    rename,
  } = settings;
  let opens = 0;
  let host: DeviceHost | undefined;
  const description: ControlDescription = {
    id: KEY,
    label: "key",
    input,
    output,
    place: { area: "nowhere" },
  };
  const kind = defineDeviceKind({
    kind: "driven-panel",
    linkStyle: "none",
    settingsSchema: z.strictObject({}),
    describeControls: () => [description],
    async open({ host: lent }) {
      host = lent;
      if (held === "held") clock.after(1, () => lent.emit({ kind: "held", control: KEY }));
      opens++;
      return succeed({
        productName: "driven panel",
        panel: { controls: [description], show: async () => undefined, ...(rename && { rename }) },
        close: async () => undefined,
      });
    },
  });
  const emit = (happening: Happening) => host?.emit({ ...happening, control: KEY });
  const chance = createChance(1);
  const server = new CampaignServer({ clock, chance, rooms: 4, seesComments: true });
  const wire = createWire({
    path: { clock, chance, weather: { ...fairPath }, deaf: new Set() },
    accept: (connection) => server.accept(connection, "a"),
    clockOfLife: clock,
    leaving: { abandoning: "reset", killed: "reset" },
  });
  const facts: Fact[] = [];
  const bridge = new Bridge({
    mapping: mappingOf(kind, { ...device, controls: { [KEY]: binding } }, site),
    clock,
    log: silentLog,
    facts: [(fact) => facts.push(fact)],
    keeper: volatileKeeper,
    connect({ url, username, deadlineMs }) {
      const wiring = { origin: url, connect: wire.connect, connections: 8, deadlineMs };
      const client = createValtClient(
        { url, username, deadlineMs, password: "simulator" },
        { clock, log: silentLog, transport: () => createTransport(wiring, clock) },
      );
      const seen = { certificateEndsWallMs: undefined, clockAheadMs: 0 };
      return { ...client, inspect: () => Promise.resolve({ ok: true, value: seen }) };
    },
    secret: () => undefined,
  });
  bridge.start();
  onTestFinished(async () => {
    await Promise.all([bridge.close(), clock.advance(10_000)]);
  });
  await clock.advance(3000);
  return {
    clock,
    facts,
    bridge,
    emit,
    edit: (edited, words = device) =>
      bridge.adopt(mappingOf(kind, { ...words, controls: edited ? { [KEY]: edited } : {} }, site)),
    shown: () => facts.flatMap((fact) => (fact.kind === "shown" && fact.control === KEY ? [fact.frame] : [])),
    opens: () => opens,
    async play(steps, then = "answered") {
      for (const step of steps) {
        if (typeof step === "number") await clock.advance(step);
        else emit(step);
      }
      if (then === "answered") await clock.advance(1000);
    },
    outcomes: () => facts.flatMap((fact) => (fact.kind === "outcome" ? [fact.outcome.kind] : [])),
    stuck: () => facts.filter(({ kind }) => kind === "stuck").length,
    somebodyElse: (what) => server.somebodyElse(1, what),
    recording: () => (server.world.room(1)?.status === "recording" ? "recording" : "idle"),
  };
}

function mappingOf(
  kind: DeviceKind,
  device: Readonly<Record<string, unknown>>,
  site: Readonly<Record<string, unknown>>,
) {
  const text = JSON.stringify({
    server: { url: "https://valt.example.com", username: "panel-bridge" },
    rooms: { "room-1": 1 },
    devices: { panel: { kind: kind.kind, room: "room-1", ...device } },
    ...site,
  });
  const loaded = loadMapping(text, assembleVocabulary([kind]));
  if (loaded.mapping === undefined) throw new Error(loaded.problems.map(({ message }) => message).join("; "));
  return loaded.mapping;
}

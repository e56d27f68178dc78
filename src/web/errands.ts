import { type Action, briefOutcome } from "../action/action.ts";
import type { Clock } from "../base/clock.ts";
import { type DeviceId, deviceId, type RoomName, roomName } from "../base/identifiers.ts";
import { RateLimiter } from "../base/rate-limiter.ts";
import type { ConsoleSource, Right } from "../bridge/console-source.ts";
import type { Peer } from "../driver/link.ts";
import type { Range } from "../journal/past.ts";
import type { PanelTest } from "../panel/test-pattern.ts";
import { describePages } from "./describe-pages.ts";
import type { FaultSwitches } from "./fault-switches.ts";
import { tellPast } from "./history.ts";
import type { LearnDevice } from "./learn-device.ts";
import { MappingSource } from "./mapping-source.ts";
import { MESSAGE_RULES } from "./message-rules.ts";
import type { ToBridge } from "./page/messages.ts";
import type { RoomVerb, SimulatorAction } from "./page/protocol.ts";

interface ErrandsParts {
  readonly clock: Clock;
  readonly source: Pick<
    ConsoleSource,
    | "status"
    | "test"
    | "nextSchedule"
    | "reload"
    | "kiosks"
    | "history"
    | "request"
    | "planOf"
    | "mapping"
    | "language"
  >;
  readonly switches: Pick<FaultSwitches, "perform"> | undefined;
}

type RoomWish = Omit<Extract<ToBridge, { type: "act" }>, "type" | "request">;

/** What a page is answered: whether it was done, and a sentence. */
export interface ErrandAnswer {
  readonly isFine: boolean;
  readonly text: string;
}

/** A plan seldom changes: whoever asks within this time hears what another page was told. */
const REMEMBERED_MS = 10_000;
/** The answer beyond a limit. */
export const TOO_OFTEN: ErrandAnswer = {
  isFine: false,
  text: "Asked too often: try again in a moment.",
};

type Limited =
  | "history"
  | "pages"
  | "learn"
  | "act"
  | "panel-test"
  | "schedule"
  | "reload"
  | "simulate"
  | "kiosk-make"
  | "kiosk-revoke";

/** What pages ask for that is done outside of the console: the same limits for all pages together. */
export class Errands {
  readonly #parts: ErrandsParts;
  readonly #limits;
  readonly #schedules = new Map<
    RoomName,
    { readonly atMs: number; readonly answer: Promise<ErrandAnswer> }
  >();
  readonly #mappingSource = new MappingSource();
  #isReading = false;
  #reloading: Promise<ErrandAnswer> | undefined;

  constructor(parts: ErrandsParts) {
    const limitOf = (type: Limited) => new RateLimiter(MESSAGE_RULES[type].limit, parts.clock);
    this.#parts = parts;
    this.#limits = {
      act: limitOf("act"),
      history: limitOf("history"),
      pages: limitOf("pages"),
      learn: limitOf("learn"),
      "panel-test": limitOf("panel-test"),
      "kiosk-make": limitOf("kiosk-make"),
      "kiosk-revoke": limitOf("kiosk-revoke"),
      schedule: limitOf("schedule"),
      reload: limitOf("reload"),
      simulate: limitOf("simulate"),
    };
  }

  /** Like a press: permission, decision, journal. The answer says how it ended, in the words of a key. */
  async act({ room, what, text }: RoomWish, peer: Peer): Promise<ErrandAnswer> {
    if (!this.#limits.act.take()) return TOO_OFTEN;
    const outcome = await this.#parts.source.request(actionOf(roomName(room), what, text), peer);
    const isFine = outcome.kind !== "refused" && outcome.kind !== "failed" && outcome.kind !== "expired";
    return { isFine, text: briefOutcome(outcome) };
  }

  /** The room's next planned recording: as JSON, empty when none is planned. */
  async schedule(room: RoomName): Promise<ErrandAnswer> {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const [name, { atMs }] of this.#schedules)
      if (nowMs >= atMs + REMEMBERED_MS) this.#schedules.delete(name);
    const known = this.#schedules.get(room);
    if (known !== undefined) return known.answer;
    if (!this.#limits.schedule.take()) return TOO_OFTEN;
    const answer = this.#askSchedule(room);
    this.#schedules.set(room, { atMs: nowMs, answer });
    return answer;
  }

  async #askSchedule(room: RoomName): Promise<ErrandAnswer> {
    const { source } = this.#parts;
    if (!source.status().rooms.some(({ name }) => name === room))
      return { isFine: false, text: "There is no such room." };
    const next = await source.nextSchedule(room);
    if (!next.ok) return { isFine: false, text: next.failure.message };
    return { isFine: true, text: next.value === undefined ? "" : JSON.stringify(next.value) };
  }

  /** Who asks while the file is being read hears of the same reading. */
  async reload(): Promise<ErrandAnswer> {
    if (this.#reloading !== undefined) return this.#reloading;
    if (!this.#limits.reload.take()) return TOO_OFTEN;
    this.#reloading = this.#reload();
    return this.#reloading.finally(() => {
      this.#reloading = undefined;
    });
  }

  async #reload(): Promise<ErrandAnswer> {
    const { source } = this.#parts;
    const { kind, problems } = await source.reload();
    if (kind === "taken-over") return { isFine: true, text: "The edited mapping has taken effect." };
    if (kind === "unchanged") return { isFine: true, text: "The file has not changed." };
    const { say } = source.language();
    const count = problems.length;
    return {
      isFine: false,
      text: say("The file has errors ({count}); the running mapping stays.", { count }),
    };
  }

  /** Stories of a range of the journal as JSON; one range at a time. */
  async history(range: Range): Promise<ErrandAnswer> {
    const { source, clock } = this.#parts;
    if (this.#isReading || !this.#limits.history.take()) return TOO_OFTEN;
    this.#isReading = true;
    try {
      const past = await source.history(range);
      if (!past.ok) return { isFine: false, text: past.failure.message };
      const stories = await tellPast(past.value, clock);
      return { isFine: true, text: JSON.stringify({ stories, isCut: past.value.isCut }) };
    } finally {
      this.#isReading = false;
    }
  }

  /** What every page of a panel binds, as JSON: nothing where its model is not known. */
  pages(device: DeviceId): ErrandAnswer {
    if (!this.#limits.pages.take()) return TOO_OFTEN;
    const { source } = this.#parts;
    const plan = source.planOf(device);
    const pages = plan === undefined ? [] : describePages(plan, source, this.#mappingSource);
    return { isFine: true, text: JSON.stringify(pages) };
  }

  learn(device: string, lesson: Pick<LearnDevice, "begin">): ErrandAnswer {
    if (!this.#limits.learn.take()) return TOO_OFTEN;
    const refusal = lesson.begin(device);
    return { isFine: refusal === undefined, text: refusal ?? "" };
  }

  testPanel(device: string, what: PanelTest): ErrandAnswer {
    if (!this.#limits["panel-test"].take()) return TOO_OFTEN;
    const { source } = this.#parts;
    if (source.test(deviceId(device), what) === "shown") return { isFine: true, text: "" };
    return { isFine: false, text: source.language().say("{device} is not there.", { device }) };
  }

  /** Answers with the key of the new link. */
  async makeKiosk(panel: string, right: Exclude<Right, "edit">): Promise<ErrandAnswer> {
    const { source } = this.#parts;
    if (!this.#limits["kiosk-make"].take()) return TOO_OFTEN;
    if (!source.status().devices.some(({ id }) => id === panel))
      return { isFine: false, text: source.language().say("{device} is not there.", { device: panel }) };
    const made = await source.kiosks.make(deviceId(panel), right);
    return made.ok ? { isFine: true, text: made.value.key } : { isFine: false, text: made.failure };
  }

  async revokeKiosk(id: string): Promise<ErrandAnswer> {
    if (!this.#limits["kiosk-revoke"].take()) return TOO_OFTEN;
    const revoked = await this.#parts.source.kiosks.revoke(id);
    return revoked.ok ? { isFine: true, text: "" } : { isFine: false, text: revoked.failure };
  }

  async simulate(deed: SimulatorAction): Promise<ErrandAnswer> {
    const { switches } = this.#parts;
    if (switches === undefined) return { isFine: false, text: "There is no simulator here." };
    if (!this.#limits.simulate.take()) return TOO_OFTEN;
    const trouble = await switches.perform(deed);
    return { isFine: trouble === undefined, text: trouble ?? "" };
  }
}

function actionOf(room: RoomName, what: RoomVerb, text: string): Action {
  switch (what) {
    case "start":
      return { kind: what, room, recording: {} };
    case "mark":
      return { kind: what, room, text: text.trim() || "Mark", color: "red" };
    default:
      return { kind: what, room };
  }
}

import type { Fault } from "../simulator/server.ts";
import type { Simulator } from "../simulator/simulator.ts";
import type { RoomSnapshot } from "../simulator/snapshot.ts";
import type { SimulatedRoom, SimulatorAction, SimulatorInfo } from "./page/protocol.ts";

interface FaultSwitch {
  readonly id: string;
  readonly title: string;
  readonly fault: Fault;
}

const SWITCHES: readonly FaultSwitch[] = [
  { id: "down", title: "The server is down", fault: { kind: "down" } },
  { id: "slow", title: "Every answer comes 0.8 s late", fault: { kind: "latency", ms: 800 } },
  { id: "hang", title: "No answer at all, connections stay open", fault: { kind: "hang" } },
  {
    id: "lost-answers",
    title: "Commands are carried out, their answers are lost",
    fault: { kind: "drop", when: "after-acting", method: "POST", path: "rooms" },
  },
  {
    id: "errors",
    title: "Every second answer is an error 503",
    fault: { kind: "error", status: 503, probability: 0.5 },
  },
  { id: "html", title: "Answers are a web page", fault: { kind: "spoil", how: "html" } },
  { id: "lag", title: "The status trails by 3 s", fault: { kind: "status-lag", lagMs: 3000 } },
];

const MOST_MARKS = 5;
const VERBS = ["start", "stop", "pause", "resume", "lock", "unlock"] as const;

/** The simulator of the demo, with its misbehaviours as switches. */
export class FaultSwitches {
  readonly #simulator: Simulator;
  readonly #on = new Set<string>();

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  describe(): SimulatorInfo {
    const { url, world, requests } = this.#simulator;
    const asked = [...requests.counts.values()].reduce((sum, amount) => sum + amount, 0);
    return {
      url,
      isUp: this.#simulator.isUp(),
      requests: asked,
      faults: SWITCHES.map(({ id, title }) => ({ id, title, isOn: this.#on.has(id) })),
      rooms: world.rooms().map((room) => this.#describeRoom(room)),
    };
  }

  #describeRoom({
    id,
    name,
    status,
    recordingName = "",
    elapsedSeconds,
    marks,
  }: RoomSnapshot): SimulatedRoom {
    const isRunning = recordingName !== "";
    const last = isRunning
      ? undefined
      : this.#simulator.world.recordings().findLast(({ roomId }) => roomId === id);
    const shown = (last?.marks ?? marks).slice(-MOST_MARKS);
    return {
      id,
      name,
      status,
      recordingName,
      elapsedSeconds,
      marks: shown.map(({ text, timeSeconds, color }) => ({ text: text ?? "", timeSeconds, color })),
      lastName: last?.name ?? "",
    };
  }

  /** Returns what went wrong, or nothing. */
  async perform(deed: SimulatorAction): Promise<string | undefined> {
    if (deed.kind === "expire-tokens") {
      this.#simulator.expireTokens();
      return undefined;
    }
    if (deed.kind === "fault") return this.#switch(deed);
    const what = VERBS.find((verb) => verb === deed.what);
    if (what === undefined) return `nobody can ${deed.what}`;
    const outcome = this.#simulator.somebodyElse(deed.room, what);
    return outcome.ok ? undefined : outcome.failure.message;
  }

  async #switch({ id, isOn }: Extract<SimulatorAction, { kind: "fault" }>): Promise<string | undefined> {
    const one = SWITCHES.find((candidate) => candidate.id === id);
    if (one === undefined) return `there is no switch ${id}`;
    if (isOn === this.#on.has(id)) return undefined;
    if (isOn) {
      this.#on.add(id);
      this.#simulator.fault(one.fault);
      return undefined;
    }
    this.#on.delete(id);
    // The simulator ends all misbehaviour at once, and opens by itself only when it is not: it is opened before, and
    // what is still switched on begins anew.
    const opened = await this.#simulator.up();
    this.#simulator.clearFaults();
    for (const { id: other, fault } of SWITCHES) if (this.#on.has(other)) this.#simulator.fault(fault);
    return opened.ok ? undefined : opened.failure.message;
  }
}

import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { readDatabase } from "../../src/journal/database.ts";
import { LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { createSimulator, type Fault, type Simulator } from "../../src/simulator/server.ts";
import { type Chance, createChance } from "../campaign/chance.ts";
import { rest } from "../support/rig.ts";
import { Witness } from "./kill-witness.ts";
import { asked, createSite, type Product, type Site } from "./product.ts";

export interface KillReport {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly kills: number;
  readonly killedEarly: number;
  readonly presses: number;
  readonly marks: number;
  readonly acknowledged: number;
  readonly delivered: number;
  /** Why marks stay on record as not taken. */
  readonly refused: readonly string[];
  readonly commands: number;
  /** What `journal verify` said last. */
  readonly journal: string;
}

const ROOMS = 3;

/** One site that is killed again and again, while people press and the server misbehaves. */
export async function runKills(
  seed: number,
  kills: number,
  tell: (progress: string) => void = () => undefined,
): Promise<KillReport> {
  const chance = createChance(seed);
  const created = await createSimulator({ rooms: ROOMS, seed, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const site = createSite({ mapping: mappingFor(simulator.url) });
  try {
    const drill = new Drill({ chance, simulator, site, witness: new Witness(simulator) });
    // Where processes are starved some lives are over before anything happened: others take their places.
    for (let count = 1; count <= kills || (count <= kills * 3 && !drill.hasMet(kills)); count++) {
      await drill.liveAndDie();
      if (count % 10 === 0) tell(`seed ${seed}: ${count} kills, ${drill.violations().length} violations`);
    }
    return { seed, ...(await drill.conclude()) };
  } finally {
    await simulator.close();
    site.remove();
  }
}

function mappingFor(url: string): object {
  return {
    server: { url, username: "panel-bridge", deadlineMs: 1000 },
    rooms: Object.fromEntries(Array.from({ length: ROOMS }, (_, index) => [`room-${index + 1}`, index + 1])),
    devices: {
      line: { kind: "serial", listen: "tcp://127.0.0.1:0", limit: { perSecond: 1000, burst: 1000 } },
    },
    timing: { activePollMs: 250, idlePollMs: 250, requestsPerSecond: 1000, freshMs: 750 },
  };
}

interface DrillTools {
  readonly chance: Chance;
  readonly simulator: Simulator;
  readonly site: Site;
  readonly witness: Witness;
}

class Drill {
  readonly #tools: DrillTools;
  #kills = 0;
  #killedEarly = 0;
  #presses = 0;

  constructor(tools: DrillTools) {
    this.#tools = tools;
  }

  async liveAndDie(): Promise<void> {
    const { chance, site, witness } = this.#tools;
    await this.#changeWeather();
    witness.lifeBegins();
    const product = site.start();
    if (chance.happens(0.15)) {
      // While it opens its files, takes over what waits, logs in.
      await rest(chance.whole(100, 1500));
      this.#killedEarly++;
    } else await this.#live(product);
    await product.kill();
    witness.lifeEnds();
    this.#kills++;
  }

  async #live(product: Product): Promise<void> {
    const { chance, simulator, witness } = this.#tools;
    const line = await openLine(await product.port("line"), witness);
    const endMs =
      performance.now() + (chance.happens(0.3) ? chance.whole(2500, 5000) : chance.whole(50, 2500));
    while (performance.now() < endMs) {
      const count = chance.happens(0.2) ? chance.whole(2, 12) : 1;
      for (let nth = 0; nth < count; nth++) this.#act(line);
      if (chance.happens(0.05)) await simulator.up();
      await rest(chance.whole(0, 250));
    }
    line.close();
  }

  #act(line: Line): void {
    const { chance, simulator } = this.#tools;
    const room = chance.whole(1, ROOMS);
    this.#presses++;
    if (chance.happens(0.6)) line.mark(room);
    else if (chance.happens(0.1)) simulator.somebodyElse(room, chance.pick(["start", "stop"]));
    else line.press(room, chance.pick(DEEDS));
  }

  async #changeWeather(): Promise<void> {
    const { chance, simulator } = this.#tools;
    simulator.clearFaults();
    await simulator.up();
    for (let room = 1; room <= ROOMS; room++) if (chance.happens(0.5)) simulator.somebodyElse(room, "start");
    const weather = chance.pick(WEATHERS);
    for (const fault of weather) simulator.fault(fault);
    if (weather.length === 0 && chance.happens(0.4)) await simulator.down();
  }

  /** Whether so many lives were worth their kill: a mark was acknowledged in each, and a command sent in every other. */
  hasMet(lives: number): boolean {
    const { witness } = this.#tools;
    return witness.acknowledged().length > lives && witness.commands > lives / 2;
  }

  violations(): readonly string[] {
    return this.#tools.witness.violations;
  }

  /** In fair weather all that waits is delivered; then everything is judged. */
  async conclude(): Promise<Omit<KillReport, "seed">> {
    const { simulator, site, witness } = this.#tools;
    simulator.clearFaults();
    await simulator.up();
    witness.lifeBegins();
    const product = site.start();
    await asked("everything delivered", async () => {
      const now = await product.status();
      const isQuiet = now?.marksWaiting === 0 && now.rooms.every(({ knowledge }) => knowledge === "live");
      return isQuiet && now.records.marks.state === "working";
    });
    await product.stop();
    witness.lifeEnds();
    const { refused, waiting } = readLedger(site);
    if (waiting > 0) witness.violations.push(`${waiting} marks still wait`);
    const verified = await site.run("journal", "verify");
    if (verified.code !== 0) witness.violations.push(`journal verify: ${verified.out}${verified.err}`);
    witness.judgeMarks(refused);
    const places = simulator.world.recordings().flatMap(({ marks }) => marks);
    return {
      violations: witness.violations,
      kills: this.#kills,
      killedEarly: this.#killedEarly,
      presses: this.#presses,
      marks: witness.marks.size,
      acknowledged: witness.acknowledged().length,
      delivered: places.length,
      refused: [...refused.values()],
      commands: witness.commands,
      journal: verified.out.trim(),
    };
  }
}

/** What the file of marks says when nobody writes it any more. */
export function readLedger({ stateFolder }: Site): { refused: ReadonlyMap<string, string>; waiting: number } {
  const database = readDatabase(join(stateFolder, LEDGER_FORMAT.name), LEDGER_FORMAT);
  const rows = database.prepare("SELECT text, state, why FROM marks").all() as Row[];
  database.close();
  const refused = rows.filter(({ state }) => state === "refused");
  return {
    refused: new Map(refused.map(({ text, why }) => [text, why])),
    waiting: rows.filter(({ state }) => state === "waiting").length,
  };
}

interface Row {
  readonly text: string;
  readonly state: string;
  readonly why: string;
}

const DEEDS = ["REC START", "REC START", "REC STOP", "REC TOGGLE", "REC PAUSE", "REC RESUME"] as const;

/** What goes wrong during one life. */
const WEATHERS: readonly (readonly Fault[])[] = [
  [],
  [],
  [],
  [{ kind: "drop", when: "after-acting", path: "comment", probability: 0.5 }],
  [{ kind: "hang", when: "after-acting", path: "comment", probability: 0.5 }],
  [{ kind: "drop", when: "after-acting", probability: 0.3 }],
  [{ kind: "drop", when: "before-acting", probability: 0.3 }],
  [{ kind: "error", status: 502, probability: 0.4 }],
  [{ kind: "spoil", how: "truncated", probability: 0.3 }],
  [{ kind: "latency", ms: [50, 900] }],
  [{ kind: "latency", ms: [0, 1500], when: "after-acting" }],
];

/** A control system on the line: every command has a tag, so that each answer finds its command. */
interface Line {
  mark(room: number): void;
  press(room: number, what: string): void;
  close(): void;
}

let marked = 0;

async function openLine(port: number, witness: Witness): Promise<Line> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const tagged = new Map<string, string>();
  let rest = "";
  socket.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, tag = ""] = /^(@\d+) OK MARK/.exec(line) ?? [];
      const mark = witness.marks.get(tagged.get(tag) ?? "");
      if (mark !== undefined) mark.acknowledged = true;
    }
  });
  return {
    mark(room) {
      const text = `mark ${++marked}`;
      const tag = `@${marked}`;
      tagged.set(tag, text);
      witness.markPressed(room, text);
      socket.write(`${tag} MARK ${room} ${text}\r`);
    },
    press(room, what) {
      witness.pressed(room, what);
      socket.write(`${what} ${room}\r`);
    },
    close: () => socket.destroy(),
  };
}

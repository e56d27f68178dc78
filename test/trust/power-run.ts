import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect } from "node:net";
import { join, relative } from "node:path";
import { createSimulator, type Fault, type Simulator } from "../../src/simulator/server.ts";
import { type Chance, createChance } from "../campaign/chance.ts";
import { rest } from "../support/rig.ts";
import { readLedger } from "./kill-run.ts";
import { Witness } from "./kill-witness.ts";
import { PowerDisk } from "./power-disk.ts";
import { type ChainVerdict, judge, readImage, writeImage } from "./power-judge.ts";
import type { Cut } from "./power-restore.ts";
import { isWhole, readTrace, type Trace, traced } from "./power-trace.ts";
import { asked, createSite, type Product, type Site } from "./product.ts";

export interface PowerReport {
  readonly violations: readonly string[];
  readonly marks: number;
  readonly acknowledged: number;
  readonly delivered: number;
  /** On record as having no certain place. */
  readonly held: number;
  /** System calls that changed the disk, and those that made it durable. */
  readonly changes: number;
  readonly syncs: number;
  readonly honest: Tally;
  /** The same on a disk that says that it has synced, and has not: what the check looks for is there to be found. */
  readonly forgetful: Tally;
}

export interface Tally {
  cuts: number;
  /** Marks that had been acknowledged before a cut, over all cuts; and how many of them were gone after it. */
  acknowledged: number;
  lost: number;
  readonly chains: Record<ChainVerdict, number>;
}

/** One time under power. */
interface Life {
  readonly weather: readonly Fault[];
  /** Of its own where marks of another life would be in the way for ten seconds. */
  readonly rooms: readonly number[];
  readonly marks: number;
  readonly ends: "in the middle" | "after it was stopped";
}

const REFUSING: readonly Fault[] = [{ kind: "error", status: 502, path: "comment" }];
const FLAKY: readonly Fault[] = [{ kind: "drop", when: "after-acting", path: "comment", probability: 0.5 }];
const LIVES: readonly Life[] = [
  { weather: REFUSING, rooms: [1, 2, 3], marks: 60, ends: "in the middle" },
  { weather: [], rooms: [4, 5, 6], marks: 250, ends: "after it was stopped" },
  { weather: REFUSING, rooms: [1, 2, 3], marks: 120, ends: "in the middle" },
  { weather: FLAKY, rooms: [7, 8, 9], marks: 60, ends: "in the middle" },
];
const ROOMS = 9;

/** A site that loses its power again and again; and of each of its lives, many other moments at which it might have. */
export async function runPowerCuts(seed: number, cuts: number): Promise<PowerReport> {
  const chance = createChance(seed);
  const created = await createSimulator({ rooms: ROOMS, seed, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  for (let room = 1; room <= ROOMS; room++) simulator.somebodyElse(room, "start");
  const site = createSite({ mapping: mappingFor(simulator.url) });
  try {
    const drill = new Drill({ chance, simulator, site, witness: new Witness(simulator) });
    for (const life of LIVES) await drill.live(life, Math.ceil(cuts / LIVES.length));
    return await drill.conclude();
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

/** What is known of a life when it is over. */
interface LifeRecord {
  readonly trace: Trace;
  readonly disk: PowerDisk;
  /** Marks by the place at which they were acknowledged. */
  readonly acknowledged: readonly { readonly begin: number; readonly text: string }[];
  /** Marks that the server had before it. */
  readonly deliveredBefore: ReadonlySet<string>;
  readonly deliveredAfter: ReadonlySet<string>;
}

class Drill {
  readonly #tools: DrillTools;
  readonly #home: string;
  readonly #tallies = { honest: newTally(), forgetful: newTally() };
  #changes = 0;
  #syncs = 0;
  #marked = 0;

  constructor(tools: DrillTools) {
    this.#tools = tools;
    this.#home = join(tools.site.stateFolder, "../..");
  }

  async live(life: Life, cuts: number): Promise<void> {
    const { chance, simulator, site, witness } = this.#tools;
    simulator.clearFaults();
    for (const fault of life.weather) simulator.fault(fault);
    const disk = new PowerDisk(readImage(this.#home));
    const deliveredBefore = this.#delivered();
    const file = join(site.folder, "trace");
    witness.lifeBegins();
    const product = site.startUnder(traced(file));
    await this.#press(product, life);
    if (life.ends === "in the middle") await product.kill();
    else await product.stop();
    witness.lifeEnds();
    await asked("the whole trace", async () => isWhole(file, product.pid));
    const trace = readTrace(file, this.#home);
    rmSync(file);
    for (const call of trace.calls) disk.see(call);
    this.#syncs += trace.calls.filter(({ kind }) => kind === "sync").length;
    this.#changes += trace.calls.filter(({ kind }) => kind !== "sync" && kind !== "open").length;
    const acknowledged = this.#acknowledgedIn(trace);
    const record = { trace, disk, acknowledged, deliveredBefore, deliveredAfter: this.#delivered() };
    for (let count = 0; count < cuts; count++) {
      const at = chooseMoment(record, chance);
      this.#cut(record, { at, chance, disk: "honest" });
      if (count % 4 === 0) this.#cut(record, { at, chance, disk: "forgetful" });
    }
    await this.#losePower(record);
  }

  async #press(product: Product, { rooms, marks }: Life): Promise<void> {
    const { chance, witness } = this.#tools;
    const socket = connect(await product.port("line"), "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    let answers = 0;
    socket.on("data", (chunk: Buffer) => {
      answers += chunk.toString().split(" OK MARK").length - 1;
    });
    // Marks are taken once it is known what is recorded.
    await asked("the rooms", async () =>
      (await product.status())?.rooms.every(({ status }) => status === "recording"),
    );
    for (let nth = 0; nth < marks; nth++) {
      const room = chance.pick(rooms);
      const text = `mark ${++this.#marked} of ${"x".repeat(chance.whole(1, 200))}`;
      witness.markPressed(room, text);
      socket.write(`@${this.#marked} MARK ${room} ${text}\r`);
      if (chance.happens(0.8)) await rest(chance.whole(0, 30));
    }
    await asked("some answers", async () => answers > marks / 2);
    await rest(chance.whole(0, 300));
    socket.destroy();
  }

  #acknowledgedIn({ said }: Trace): LifeRecord["acknowledged"] {
    const { witness } = this.#tools;
    const texts = new Map([...witness.marks.keys()].map((text) => [text.split(" ")[1], text]));
    return said.flatMap(({ begin, text }) =>
      [...text.matchAll(/@(\d+) OK MARK/g)].map(([, tag]) => {
        const mark = witness.marks.get(texts.get(tag) ?? "");
        if (mark === undefined) throw new Error(`nobody set mark ${tag}`);
        mark.acknowledged = true;
        return { begin, text: mark.text };
      }),
    );
  }

  #delivered(): ReadonlySet<string> {
    const recordings = this.#tools.simulator.world.recordings();
    return new Set(recordings.flatMap(({ marks }) => marks.map(({ text }) => text ?? "")));
  }

  #cut(record: LifeRecord, cut: Cut): void {
    const { witness, site } = this.#tools;
    const tally = this.#tallies[cut.disk];
    const { chain, marks, trouble } = judge(record.disk.cut(cut), relative(this.#home, site.stateFolder));
    const there = new Set(marks.map(({ text }) => text));
    const inThisLife = new Set(record.acknowledged.map(({ text }) => text));
    const known = [
      ...witness.acknowledged().filter(({ text }) => !inThisLife.has(text)),
      ...record.acknowledged.filter(({ begin }) => begin < cut.at),
    ];
    const lost = known.filter(({ text }) => !there.has(text) && !isAtServer(record, cut.at, text));
    tally.cuts++;
    tally.chains[chain]++;
    tally.acknowledged += known.length;
    tally.lost += lost.length;
    if (cut.disk === "forgetful") return;
    const complaints = [
      ...(lost.length > 0 ? [`${lost.length} of ${known.length} acknowledged marks are lost`] : []),
      ...[...there].filter((text) => !witness.marks.has(text)).map((text) => `nobody set ${text}`),
      ...(there.size < marks.length ? ["marks are on the disk twice"] : []),
      ...(chain === "broken" || (chain === "not begun" && known.length > 0)
        ? [`the journal is ${chain}`]
        : []),
      ...trouble,
    ];
    witness.violations.push(...complaints.map((text) => `cut at ${cut.at} of ${record.trace.end}: ${text}`));
  }

  /** This time it is true: the next life begins with what is left. */
  async #losePower({ disk, trace }: LifeRecord): Promise<void> {
    const { chance, site, witness } = this.#tools;
    const image = disk.cut({ at: trace.end, chance, disk: "honest" });
    rmSync(this.#home, { recursive: true });
    writeImage(image, this.#home);
    const verified = await site.run("journal", "verify");
    if (verified.code !== 0) witness.violations.push(`journal verify: ${verified.out}${verified.err}`);
  }

  /** In fair weather all that waits is delivered; then everything is judged. */
  async conclude(): Promise<PowerReport> {
    const { simulator, site, witness } = this.#tools;
    simulator.clearFaults();
    const product = site.start();
    await asked("everything delivered", async () => {
      const now = await product.status();
      const isQuiet = now?.marksWaiting === 0 && now.rooms.every(({ knowledge }) => knowledge === "live");
      return isQuiet && now.records.marks.state === "working";
    });
    await product.stop();
    const verified = await site.run("journal", "verify");
    if (verified.code !== 0) witness.violations.push(`journal verify: ${verified.out}${verified.err}`);
    // What was pressed before anybody could see the room is on record, for a person to place.
    const held = [...readLedger(site).refused].filter(([, why]) => why.startsWith("cannot be placed"));
    witness.judgeMarks(new Map(held));
    const { honest, forgetful } = this.#tallies;
    return {
      violations: witness.violations,
      marks: witness.marks.size,
      acknowledged: witness.acknowledged().length,
      delivered: this.#delivered().size,
      held: held.length,
      changes: this.#changes,
      syncs: this.#syncs,
      honest,
      forgetful,
    };
  }
}

function newTally(): Tally {
  return {
    cuts: 0,
    acknowledged: 0,
    lost: 0,
    chains: { intact: 0, "cut tail": 0, "not begun": 0, broken: 0 },
  };
}

/** Often right after somebody was told that a mark is safe, or in the middle of what is done to the disk. */
function chooseMoment({ trace, acknowledged }: LifeRecord, chance: Chance): number {
  const roll = chance.next();
  if (roll < 0.4 && acknowledged.length > 0) return chance.pick(acknowledged).begin + 1;
  if (roll < 0.8) return chance.pick(trace.calls).begin + chance.whole(0, 1);
  return chance.whole(0, trace.end);
}

/** A mark that was sent before and that the server has: the disk need not know it yet. */
function isAtServer(
  { trace, deliveredBefore, deliveredAfter }: LifeRecord,
  at: number,
  text: string,
): boolean {
  if (deliveredBefore.has(text)) return true;
  const wasSent = () => trace.said.some((one) => one.begin < at && one.text.includes(`"${text}"`));
  return deliveredAfter.has(text) && wasSent();
}

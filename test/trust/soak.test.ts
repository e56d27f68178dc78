import { createSocket } from "node:dgram";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { encodeOsc, rest } from "../support/rig.ts";
import { asked, createSite, type Product, type Site } from "./product.ts";

/** `SOAK_MINUTES=60 npx vitest run test/trust/soak`: without it nothing is run. */
const MINUTES = Number(process.env.SOAK_MINUTES ?? 0);
const ROOMS = 8;
const CHANGES_PER_SECOND = 100;
/** Of the pool's connections to the server one or another may just be open, or not. */
const CONNECTIONS = 2;
/** Until what is done often has been compiled: heap snapshots show that what grows at first is code. */
const WARM_UP_MS = 300_000;
/** How often memory is looked at on the way, so that a leak can be told from a beginning. */
const PARTS = 12;

interface Usage {
  readonly heapMegabytes: number;
  readonly rssMegabytes: number;
  readonly cpuSeconds: number;
  readonly files: number;
  readonly threads: number;
  /** What keeps the process busy; what comes and goes with each request is left out, and counted among the files. */
  readonly resources: Readonly<Record<string, number>>;
}

/** Loaded before the program: on a signal it cleans its memory up and writes down what it uses, in no file that a mapping may name. */
function writeProbe(site: Site): { readonly file: string; readonly report: string } {
  const [file, report] = [join(site.folder, "probe.mjs"), join(site.folder, "usage.txt")];
  writeFileSync(
    file,
    `import { renameSync, writeFileSync } from "node:fs";
     process.on("SIGUSR2", async () => {
       for (let round = 0; round < 4; round++) {
         globalThis.gc();
         await new Promise((resolve) => setTimeout(resolve, 50));
       }
       // What was made in the last moment is no growth.
       globalThis.gc();
       const { heapUsed, rss } = process.memoryUsage();
       const { user, system } = process.cpuUsage();
       const resources = process.getActiveResourcesInfo();
       writeFileSync(${JSON.stringify(`${report}.new`)}, JSON.stringify({ heapUsed, rss, cpu: user + system, resources }));
       renameSync(${JSON.stringify(`${report}.new`)}, ${JSON.stringify(report)});
     });`,
  );
  return { file, report };
}

async function measure(product: Product, report: string): Promise<Usage> {
  rmSync(report, { force: true });
  process.kill(product.pid, "SIGUSR2");
  await asked("what it uses", async () => existsSync(report));
  const { heapUsed, rss, cpu, resources } = JSON.parse(readFileSync(report, "utf8")) as {
    heapUsed: number;
    rss: number;
    cpu: number;
    resources: string[];
  };
  const counts: Record<string, number> = {};
  for (const name of resources)
    if (!/Timeout|Immediate|TCPSocketWrap|MessagePort|FSReq/.test(name))
      counts[name] = (counts[name] ?? 0) + 1;
  const status = readFileSync(`/proc/${product.pid}/status`, "utf8");
  return {
    heapMegabytes: heapUsed / 2 ** 20,
    rssMegabytes: rss / 2 ** 20,
    cpuSeconds: cpu / 1e6,
    files: readdirSync(`/proc/${product.pid}/fd`).length,
    threads: Number(/Threads:\s+(\d+)/.exec(status)?.[1]),
    resources: counts,
  };
}

function mappingFor(url: string): object {
  const rooms = Object.fromEntries(
    Array.from({ length: ROOMS }, (_, index) => [`room-${index + 1}`, index + 1]),
  );
  const deck = (model: string, room: number) => ({
    kind: "stream-deck",
    address: `fake://${model}`,
    room: `room-${room}`,
  });
  const lamps = Object.fromEntries(
    Array.from({ length: ROOMS }, (_, index) => [
      `/lamp/${index + 1}`,
      { room: `room-${index + 1}`, look: "tally" },
    ]),
  );
  return {
    server: { url, username: "panel-bridge" },
    rooms,
    devices: {
      mini: deck("mini", 1),
      mk2: deck("mk2", 2),
      xl: deck("xl", 3),
      plus: deck("plus", 4),
      wall: { kind: "osc", listen: "udp://127.0.0.1:0", controls: lamps },
      hall: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] },
      rack: { kind: "serial", listen: "tcp://127.0.0.1:0" },
      desk: { kind: "serial", listen: "tcp://127.0.0.1:0" },
    },
    timing: { activePollMs: 200, idlePollMs: 200, requestsPerSecond: 500, freshMs: 600 },
  };
}

/** Links that listen to everything, as control systems do. */
async function listen(product: Product): Promise<{ heard(): number }> {
  let heard = 0;
  for (const device of ["rack", "desk"]) {
    const socket = connect(await product.port(device), "127.0.0.1");
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.length;
    });
    socket.on("error", () => undefined);
    socket.write("SUB * TIME 1\r");
    onTestFinished(() => void socket.destroy());
  }
  for (const device of ["wall", "hall"]) {
    const port = await product.port(device, "udp");
    const socket = createSocket("udp4");
    socket.on("message", (bytes) => {
      heard += bytes.length;
    });
    const subscribe = () => socket.send(encodeOsc("/valt/subscribe", [600]), port, "127.0.0.1");
    subscribe();
    const again = setInterval(subscribe, 60_000);
    onTestFinished(() => {
      clearInterval(again);
      socket.close();
    });
  }
  return { heard: () => heard };
}

/** Pauses and resumes all rooms in turn, so that the simulated server keeps one recording for each. */
function stir(simulator: Simulator): { changes(): number; stop(): void } {
  let changes = 0;
  for (let room = 1; room <= ROOMS; room++) simulator.somebodyElse(room, "start");
  const change = () => {
    const room = (changes % ROOMS) + 1;
    const isPaused = simulator.world.room(room)?.status === "paused";
    simulator.somebodyElse(room, isPaused ? "resume" : "pause");
    changes++;
  };
  const beganMs = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - beganMs) / 1000) * CHANGES_PER_SECOND;
    while (changes < due) change();
  }, 1000 / CHANGES_PER_SECOND);
  return { changes: () => changes, stop: () => clearInterval(timer) };
}

test.runIf(MINUTES > 0)(
  `${MINUTES} minutes with 8 panels and ${CHANGES_PER_SECOND} changes a second: memory and handles stay flat`,
  async () => {
    const created = await createSimulator({ rooms: ROOMS, controlPort: "none" });
    if (!created.ok) throw new Error(created.failure.message);
    const simulator = created.value;
    const site = createSite({ mapping: mappingFor(simulator.url) });
    const { file, report } = writeProbe(site);
    const product = site.startWith(["--expose-gc", `--import=${file}`]);
    const { heard } = await listen(product);
    const stirring = stir(simulator);
    onTestFinished(async () => {
      stirring.stop();
      await product.stop();
      await simulator.close();
      site.remove();
    });
    const warmUpMs = Math.min(WARM_UP_MS, MINUTES * 20_000);
    await rest(warmUpMs);
    const first = await measure(product, report);
    const heapMegabytes = [first.heapMegabytes];
    let last = first;
    for (let part = 0; part < PARTS; part++) {
      await rest((MINUTES * 60_000 - warmUpMs) / PARTS);
      last = await measure(product, report);
      heapMegabytes.push(last.heapMegabytes);
    }
    const growth = last.heapMegabytes - first.heapMegabytes;
    const cpuPercent = ((last.cpuSeconds - first.cpuSeconds) / (MINUTES * 60 - warmUpMs / 1000)) * 100;
    const figures = {
      first,
      last,
      heapMegabytes,
      growth,
      cpuPercent,
      changes: stirring.changes(),
      heardBytes: heard(),
    };
    process.stderr.write(`${JSON.stringify(figures, null, 2)}\n`);
    expect(heard()).toBeGreaterThan(MINUTES * 60 * 100);
    expect(growth).toBeLessThan(5);
    expect({ threads: last.threads, resources: last.resources }).toEqual({
      threads: first.threads,
      resources: first.resources,
    });
    expect(last.files).toBeLessThanOrEqual(first.files + CONNECTIONS);
  },
  MINUTES * 60_000 + 120_000,
);

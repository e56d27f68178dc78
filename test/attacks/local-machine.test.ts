import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { asked, createSite, type Product } from "../trust/product.ts";
import { judged, withProbe } from "./support.ts";

const MAPPING = {
  server: { url: "http://127.0.0.1:9", username: "panel-bridge" },
  rooms: { "interview-1": 1 },
  devices: {},
};

function start(variables: Readonly<Record<string, string>>, nodeWords: readonly string[] = []) {
  const probe = withProbe();
  const site = createSite({ mapping: MAPPING, variables: { ...probe.variables, ...variables } });
  onTestFinished(() => site.remove());
  const begin = () => {
    const started = site.startWith([probe.nodeWord, ...nodeWords], "--no-console");
    onTestFinished(() => started.kill());
    return judged(started, probe.delays);
  };
  return { site, begin, product: begin(), beginAttack: probe.beginAttack };
}

/** What it did until then belongs to its start, which takes long by nature. */
async function serves({
  product,
  beginAttack,
}: {
  readonly product: Product;
  beginAttack(): Promise<void>;
}): Promise<void> {
  await asked("a status", async () => {
    if (product.hasEnded()) throw new Error(`the bridge has ended: ${product.err()}`);
    return await product.status();
  });
  await beginAttack();
}

/** The folder that all share, with whatever they put into it. */
function sharedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "valt-shared-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o1777);
  return folder;
}

/** Answers as a bridge does, and says that it has every device. */
async function pose(address: string): Promise<{ asked(): number }> {
  let count = 0;
  const server = createServer((_, answer) => {
    count += 1;
    answer.end(JSON.stringify({ pid: 1, devices: [], rooms: [], alarms: [] }));
  });
  server.listen(address);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { asked: () => count };
}

test.skipIf(process.platform !== "linux")(
  "a stranger who takes the name that locked bridges before keeps none from starting",
  async () => {
    const { site, begin, ...first } = start({});
    await serves(first);
    await first.product.stop();
    const hash = createHash("sha256").update(realpathSync(site.stateFolder)).digest("hex");
    await pose(`\0valt-bridge-${hash}`);
    const again = begin();
    await serves({ ...first, product: again });
    console.log("abstract socket taken by a stranger: the bridge serves");
    await again.stop();
  },
);

test("a stranger who answers in the shared temporary folder is not asked, and keeps none from starting", async () => {
  const shared = sharedFolder();
  for (const runtime of ["", shared]) {
    const stranger = await pose(join(shared, `valt-bridge-${userInfo().username}-default.sock`));
    const { site, product, beginAttack } = start({ XDG_RUNTIME_DIR: runtime, TMPDIR: shared });
    await asked("the bridge", async () => {
      if (product.hasEnded()) throw new Error(`the bridge has ended: ${product.err()}`);
      return (await site.run("status")).out.includes(`process ${product.pid}`);
    });
    await beginAttack();
    expect(stranger.asked()).toBe(0);
    rmSync(join(shared, `valt-bridge-${userInfo().username}-default.sock`));
    console.log(
      `fake status, XDG_RUNTIME_DIR "${runtime}": asked ${stranger.asked()} times, the bridge serves`,
    );
    await product.stop();
  }
});

/** As a login shell or another program may have set it. */
const UMASK_0 = `--import=data:text/javascript,${encodeURIComponent(
  'import { isMainThread } from "node:worker_threads"; if (isMainThread) process.umask(0);',
)}`;

function modesIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return names.map((name) => `${name} ${(statSync(join(folder, name)).mode & 0o777).toString(8)}`);
}

test("nothing that the bridge makes is open to others, whatever the umask", async () => {
  const started = start({}, [UMASK_0]);
  const { site, product } = started;
  await serves(started);
  await asked("records", async () => (await product.status())?.records.marks.state === "working");
  const made = [...modesIn(site.stateFolder), ...modesIn(join(site.folder, "run"))];
  console.log(`umask 000: ${made.join(", ")}`);
  expect(made.filter((one) => !/ [67]00$/.test(one))).toEqual([]);
  for (const name of ["journal.sqlite-wal", "journal.sqlite-shm"]) expect(made).toContain(`${name} 600`);
  await product.stop();
});

const isRoot = process.geteuid?.() === 0;

test.skipIf(!isRoot)(
  "another account can neither take the lock nor reach the socket or the records",
  async () => {
    const started = start({}, [UMASK_0]);
    const { site, product } = started;
    await serves(started);
    await asked("records", async () => (await product.status())?.records.journal.state === "working");
    // Somebody has opened the folders.
    const above = ["", "state", "state/valt-panel-bridge", "state/valt-panel-bridge/default", "run"];
    for (const path of above) chmodSync(join(site.folder, path), 0o755);
    const socket = join(site.folder, "run", `valt-bridge-${userInfo().username}-default.sock`);
    const tries = `
    const { connect, createServer } = require("node:net");
    const { join } = require("node:path");
    const say = (what) => (error) => console.log(what, error?.code ?? "went");
    const [lock, status, journal] = process.argv.slice(1);
    createServer().on("error", say("lock")).listen(join(lock, "99"), () => say("lock")());
    connect(status, () => say("status")()).on("error", say("status"));
    require("node:fs").open(journal, say("journal"));`;
    const said = await runAsNobody(tries, [
      join(site.stateFolder, "lock"),
      socket,
      join(site.stateFolder, "journal.sqlite-wal"),
    ]);
    console.log(`another account: ${said.trim().replaceAll("\n", ", ")}`);
    expect(
      said
        .split("\n")
        .filter((line) => line !== "")
        .toSorted(),
    ).toEqual(["journal EACCES", "lock EACCES", "status EACCES"]);
    await product.stop();
  },
);

async function runAsNobody(code: string, words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ["-e", code, ...words], { uid: 65_534, gid: 65_534, cwd: "/" });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk));
  const wanted = () => said.split("\n").length > 3;
  await asked("all answers", async () => wanted(), 10_000);
  return said;
}

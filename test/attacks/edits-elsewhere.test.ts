import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { dial } from "../support/lines.ts";
import { asked, createSite } from "../trust/product.ts";
import { judged, tellDelays, withProbe } from "./support.ts";

const textOf = (url: string, rooms: Readonly<Record<string, number>>, allow: readonly string[] = []) =>
  JSON.stringify({
    server: { url, username: "panel-bridge" },
    rooms,
    devices: {
      line: { kind: "serial", listen: "tcp://127.0.0.1:0", ...(allow.length === 0 ? {} : { allow }) },
    },
  });

/** The built program on a mapping in a folder of its own. */
async function startInFolder() {
  const created = await createSimulator({ rooms: 2, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const site = createSite({ mapping: {} });
  onTestFinished(() => site.remove());
  const folder = join(site.folder, "conf");
  const file = join(folder, "site.jsonc");
  const write = (name: string, rooms: Readonly<Record<string, number>>) => {
    mkdirSync(join(site.folder, name));
    writeFileSync(join(site.folder, name, "site.jsonc"), textOf(created.value.url, rooms));
  };
  write("conf", { first: 1 });
  writeFileSync(site.mappingFile, textOf(created.value.url, { first: 1 }));
  const begun = site.begin("run", file, "--no-console");
  onTestFinished(() => begun.kill());
  const rooms = async () => (await begun.status())?.rooms.map(({ name }) => name).join();
  await asked("the bridge", async () => (await rooms()) === "first");
  return { site, folder, file, write, rooms, url: created.value.url };
}

test("a mapping's folder that is replaced by rename is noticed", { timeout: 120_000 }, async () => {
  const { site, folder, write, rooms } = await startInFolder();
  write("next", { second: 2 });
  renameSync(folder, join(site.folder, "former"));
  renameSync(join(site.folder, "next"), folder);
  await asked("the folder that took its place", async () => (await rooms()) === "second", 30_000);
  // As tools for containers do: the folder becomes a link, and the link another one.
  write("third", { third: 1 });
  renameSync(folder, join(site.folder, "second"));
  symlinkSync("third", folder);
  await asked("the folder behind a link", async () => (await rooms()) === "third", 30_000);
  write("fourth", { fourth: 2 });
  symlinkSync("fourth", join(site.folder, "swap"));
  renameSync(join(site.folder, "swap"), folder);
  await asked("the folder behind another link", async () => (await rooms()) === "fourth", 30_000);
  console.info("a folder replaced by rename, by a link, and by another link: noticed each time");
});

test.runIf(process.platform !== "win32")(
  "a pipe in the place of a mapping, whose writer says nothing, holds up nothing",
  { timeout: 120_000 },
  async () => {
    const probe = withProbe();
    const created = await createSimulator({ rooms: 2, controlPort: "none" });
    if (!created.ok) throw new Error(created.failure.message);
    onTestFinished(() => created.value.close());
    const site = createSite({
      mapping: JSON.parse(textOf(created.value.url, { first: 1 })) as object,
      variables: probe.variables,
    });
    onTestFinished(() => site.remove());
    const started = site.startWith([probe.nodeWord], "--no-console");
    onTestFinished(() => started.kill());
    const line = await dial(await started.port("line"));
    await probe.beginAttack();
    const product = judged(started, () => probe.delays());
    rmSync(site.mappingFile);
    execFileSync("mkfifo", [site.mappingFile]);
    const writer = spawn("sh", ["-c", `exec 3<>"${site.mappingFile}"; sleep 600`], { stdio: "ignore" });
    onTestFinished(() => void writer.kill());
    await asked("the refusal", async () => product.err().includes("says nothing"), 60_000);
    expect(await line.ask("REC START first")).toBe("OK REC first RECORDING");
    console.info(tellDelays("a pipe whose writer says nothing", await probe.delays()));
  },
);

test("what an entry of an address list means is told", async () => {
  const { site, file, url } = await startInFolder();
  writeFileSync(file, textOf(url, { first: 1 }, ["::/0", "0.0.0.0/0", "10.0.20.7/16", "fe80::1%eth0"]));
  const { out, err } = await site.run("check", file);
  for (const meaning of [
    "every IPv6 address in the world, and none of IPv4",
    "every IPv4 address in the world, and none of IPv6",
    "10.0.0.0 to 10.0.255.255, 65536 addresses",
  ])
    expect(out + err).toContain(meaning);
});

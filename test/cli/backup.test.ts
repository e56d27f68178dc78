import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { packTar, type TarEntry, unpackTar } from "modern-tar";
import { expect, onTestFinished, test } from "vitest";
import { readDatabase } from "../../src/journal/database.ts";
import { LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { writeJournal } from "../journal/setting.ts";
import { mappingText, openSurface, until } from "../support/rig.ts";
import { command } from "./in-process.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const ROOT = join(import.meta.dirname, "../..");
const SECRET = "swordfish-on-monday";

const freePort = () => 20_000 + Math.floor(Math.random() * 20_000);

/** Every file that a mapping may read beside it, and some that it must not give away. */
function writeSite(folder: string, url: string, port: number): string {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, "parts"), { recursive: true });
  copyFileSync(join(ROOT, "devices/serial/profiles/button-box.json"), join(folder, "parts/box.json"));
  copyFileSync(join(ROOT, "node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf"), join(folder, "parts/own.ttf"));
  write("parts/rooms.csv", "name,id\ninterview-1,1\ninterview-2,2\n");
  write(
    "parts/looks.jsonc",
    '{ "devices": { "box": { "kind": "serial", "address": "tcp://127.0.0.1:9", "profile": "./parts/box.json" } } }',
  );
  write("parts/not-named.jsonc", "{}");
  for (const room of ["interview-1", "interview-2", "interview-3"])
    write(`parts/${room}.svg`, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>');
  write("valt-password", SECRET);
  const text = mappingText(url, {
    device: { listen: `udp://127.0.0.1:${port}` },
    extra: {
      include: ["parts/looks.jsonc"],
      font: "parts/own.ttf",
      panels: {
        desk: { kind: "virtual", model: "mini", controls: { "key-1": { picture: "parts/{room}.svg" } } },
      },
    },
  });
  const site = {
    ...JSON.parse(text),
    rooms: { "{name}": { from: "parts/rooms.csv", id: "{id}", devices: { desk: { use: "desk" } } } },
  };
  site.server.url = url.replace("://", `://panel:${SECRET}@`);
  write("site.jsonc", `// The site of the test.\n${JSON.stringify(site, undefined, 2)}`);
  return join(folder, "site.jsonc");
}

async function startSimulator(): Promise<Simulator> {
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  return created.value;
}

async function ask(...words: readonly string[]) {
  return command(words, { VALT_PASSWORD: "", VALT_PASSWORD_FILE: "/nowhere" });
}

function marksIn(folder: string): readonly unknown[] {
  const database = readDatabase(join(folder, LEDGER_FORMAT.name), LEDGER_FORMAT);
  const rows = database.prepare("SELECT text, state FROM marks").all();
  database.close();
  return rows;
}

function tried(read: () => readonly unknown[]): readonly unknown[] {
  try {
    return read();
  } catch {
    return [];
  }
}

async function contentOf(archive: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await unpackTar(new Uint8Array(gunzipSync(readFileSync(archive))));
  return new Map(entries.map(({ header, data }) => [header.name, Buffer.from(data ?? [])]));
}

test("a running site is saved and restored elsewhere: whole, without secrets, and its mark is delivered once", async () => {
  const { folder } = scratch();
  const simulator = await startSimulator();
  const port = freePort();
  const file = writeSite(folder, simulator.url, port);
  const secrets = { VALT_PASSWORD: "", VALT_PASSWORD_FILE: join(folder, "pw") };
  writeFileSync(join(folder, "pw"), "simulator");
  const own = { ...secrets, XDG_RUNTIME_DIR: folder, STATE_DIRECTORY: join(folder, "state") };
  const state = join(folder, "state/default");
  const bridge = valtBridge(["run", file, "--no-console"], own);
  await bridge.shows("logged in");
  const surface = await openSurface(port);
  onTestFinished(() => surface.close());
  surface.send("/valt/room/interview-1/start");
  await until("a recording", () => simulator.world.room(1)?.status === "recording", 20_000);
  await until("that it is told", () => surface.last("/valt/ok"), 20_000);
  surface.send("/valt/room/interview-1/marker", "Before");
  await until("a mark", () => simulator.world.room(1)?.marks.length === 1, 20_000);
  await simulator.down();
  surface.send("/valt/room/interview-1/marker", "Waits");
  const waits = { text: "Waits", state: "waiting" };
  await until(
    "the mark on the disk",
    // The file may be in the making.
    () => tried(() => marksIn(state)).some((one) => JSON.stringify(one) === JSON.stringify(waits)),
    20_000,
  );

  const out = join(folder, "saved.tar.gz");
  const saved = await command(["backup", file, "--state", state, "--out", out], own);
  expect([saved.code, saved.err]).toEqual([0, ""]);
  expect(saved.out).toContain("VALT_PASSWORD: the password of panel-bridge: secrets are not saved");
  const running = await command(["restore", out, "--state", state, "--replace"], own);
  expect([running.code, running.err]).toEqual([
    1,
    expect.stringContaining(`a bridge is running on ${state}: stop it first`),
  ]);
  bridge.process.kill("SIGKILL");
  await bridge.ended;

  const content = await contentOf(out);
  expect([...content.keys()]).toEqual([
    "manifest.json",
    "mapping/site.jsonc",
    "mapping/parts/rooms.csv",
    "mapping/parts/looks.jsonc",
    "mapping/parts/own.ttf",
    "mapping/parts/box.json",
    "mapping/parts/interview-1.svg",
    "mapping/parts/interview-2.svg",
    "state/journal.head",
    "state/journal.sqlite",
    "state/marks.sqlite",
    "state/started.json",
  ]);
  const all = Buffer.concat([...content.values()]).toString("latin1");
  expect(all).not.toContain(SECRET);
  const manifest = JSON.parse(content.get("manifest.json")?.toString() ?? "");
  expect(manifest).toMatchObject({
    kind: "backup",
    format: 1,
    stateFormats: { "journal.sqlite": 1, "marks.sqlite": 1, "started.json": 1 },
  });
  expect(manifest.leftOut).toContainEqual({
    what: "what is *** in site.jsonc",
    why: "secrets are not saved",
  });
  for (const { path, bytes, sha256 } of manifest.files) {
    const found = content.get(path);
    expect([bytes, sha256]).toEqual([
      found?.length,
      createHash("sha256")
        .update(found ?? "")
        .digest("hex"),
    ]);
  }

  const there = scratch().folder;
  const [newState, newFile] = [join(there, "kept/default"), join(there, "etc/panel.jsonc")];
  const restored = await ask("restore", out, "--state", newState, "--mapping", newFile);
  expect([restored.code, restored.err]).toEqual([0, ""]);
  expect(readdirSync(there).toSorted()).toEqual(["etc", "kept"]);
  expect(readdirSync(join(there, "etc")).toSorted()).toEqual(["panel.jsonc", "parts"]);
  const verified = await ask("journal", "verify", "--folder", newState);
  expect([verified.code, verified.out]).toEqual([0, expect.stringMatching(/^fine/m)]);
  const checked = await ask("check", newFile);
  expect([checked.code, checked.out]).toEqual([0, expect.any(String)]);

  await simulator.up();
  const again = valtBridge(["run", newFile, "--no-console"], {
    ...own,
    STATE_DIRECTORY: join(there, "kept"),
  });
  const texts = () => simulator.world.room(1)?.marks.map(({ text }) => text) ?? [];
  await until("the mark", () => texts().includes("Waits"), 30_000);
  await until(
    "that it is known",
    () => marksIn(newState).every((one) => JSON.stringify(one).includes("delivered")),
    20_000,
  );
  again.process.kill("SIGTERM");
  await again.ended;
  expect(texts().filter((text) => text === "Waits")).toEqual(["Waits"]);
}, 120_000);

/** A backup of a small site, made by the program. */
async function makeBackup() {
  const { folder } = scratch();
  const state = join(folder, "state");
  await writeJournal(state, 5);
  const file = writeSite(folder, "http://127.0.0.1:1", 0);
  const out = join(folder, "saved.tar.gz");
  const { code, err } = await ask("backup", file, "--state", state, "--out", out);
  expect([code, err]).toEqual([0, ""]);
  return { folder, state, file, out };
}

function snapshot(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => [
      join(parentPath, name),
      readFileSync(join(parentPath, name), "hex"),
    ]),
  );
}

test("what is there is kept unless it may be replaced, and then it is moved aside", async () => {
  const { folder, state, file, out } = await makeBackup();
  const taken = await ask("backup", file, "--state", state, "--out", out);
  expect([taken.code, taken.err]).toEqual([1, expect.stringContaining(`${out} is there already`)]);
  await writeJournal(state, 3, "run-2");
  writeFileSync(file, "{}");
  const before = snapshot(state);
  const places = ["--state", state, "--mapping", file];
  const refused = await ask("restore", out, ...places);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(
    `${state} has a state already; ${file} is there already, and differs: with --replace`,
  );
  expect([snapshot(state), readFileSync(file, "utf8")]).toEqual([before, "{}"]);
  const replaced = await ask("restore", out, ...places, "--replace");
  expect([replaced.code, replaced.err]).toEqual([0, ""]);
  const aside = readdirSync(folder).find((name) => name.startsWith("state.before-")) ?? "";
  expect(Object.values(snapshot(join(folder, aside)))).toEqual(Object.values(before));
  const beside = readdirSync(folder).find((name) => name.startsWith("before-")) ?? "";
  expect(readdirSync(join(folder, beside))).toEqual(["site.jsonc"]);
  expect(readFileSync(join(folder, beside, "site.jsonc"), "utf8")).toBe("{}");
  expect((await ask("journal", "verify", "--folder", state)).out).toMatch(/^rows {5}5/m);
}, 60_000);

/** The archive with other entries, packed again. */
async function forge(
  archive: string,
  change: (entries: TarEntry[], manifest: Manifest) => TarEntry[],
): Promise<void> {
  const entries = (await unpackTar(new Uint8Array(gunzipSync(readFileSync(archive))))).map(
    ({ header, data }): TarEntry => ({ header, body: data }),
  );
  const manifest = JSON.parse(Buffer.from(entries[0]?.body as Uint8Array).toString()) as Manifest;
  const [first, ...others] = change(entries, manifest);
  const text = Buffer.from(JSON.stringify(manifest));
  const head = first && { header: { ...first.header, size: text.length }, body: text };
  writeFileSync(archive, gzipSync(await packTar(head === undefined ? others : [head, ...others])));
}

interface Manifest {
  format: number;
  program: string;
  stateFormats: Record<string, number>;
  files: { path: string; bytes: number; sha256: string }[];
}

const evil = Buffer.from("evil");
const sumOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const add =
  (path: string, header: object = {}) =>
  (entries: TarEntry[], { files }: Manifest): TarEntry[] => {
    files.push({ path, bytes: evil.length, sha256: sumOf(evil) });
    const entry: TarEntry = { header: { name: path, size: evil.length, ...header }, body: evil };
    if (entry.header.size === 0) delete entry.body;
    return [...entries, entry];
  };

const hostile: readonly [string, Parameters<typeof forge>[1], RegExp][] = [
  ["a path that leads up", add("mapping/../../outside"), /"mapping\/\.\.\/\.\.\/outside" in it is no place/],
  ["an absolute path", add("/tmp/outside"), /is no place/],
  ["a path of another system", add("mapping/..\\outside"), /is no place/],
  ["a drive", add("mapping/c:outside"), /is no place/],
  ["a strange file of the state", add("state/lock/1"), /is no place/],
  ["a file that the mapping does not name", add("mapping/.bashrc"), /is no file that its mapping names/],
  [
    "a link",
    add("mapping/link", { type: "symlink", linkname: "/etc/passwd", size: 0 }),
    /"mapping\/link" in it is no file/,
  ],
  [
    "a file that the manifest is silent of",
    (entries) => [...entries, { header: { name: "mapping/x", size: 4 }, body: evil }],
    /does not tell of "mapping\/x"/,
  ],
  ["a file twice", (entries) => [...entries, ...entries.slice(-1)], /does not tell of "state/],
  ["a missing file", (entries) => entries.slice(0, -1), /"state\/.*" is missing in it/],
  [
    "a changed file",
    (entries) =>
      entries.map((one) =>
        one.header.name === "mapping/parts/rooms.csv"
          ? { ...one, body: Buffer.from(one.body as Uint8Array).fill(65) }
          : one,
      ),
    /"mapping\/parts\/rooms.csv" in it is damaged/,
  ],
  [
    "more than the disk has",
    (entries, { files }) => {
      if (files[1]) files[1].bytes = 9e15;
      return entries;
    },
    /has no room for it/,
  ],
  [
    "a newer format",
    (entries, manifest) => {
      manifest.format = 2;
      return entries;
    },
    /a newer version made it \(valt-panel-bridge .*, format 2\): restore it with that version/,
  ],
  [
    "a newer state",
    (entries, manifest) => {
      manifest.stateFormats["journal.sqlite"] = 2;
      return entries;
    },
    /its journal.sqlite is of a newer version/,
  ],
  [
    "no manifest",
    (entries) =>
      entries
        .slice(1)
        .map((one, at) => (at === 0 ? { ...one, header: { ...one.header, name: "other" } } : one)),
    /is no backup that valt-bridge made/,
  ],
];

test("archives that somebody made up, or that were damaged, are refused, and nothing is touched", async () => {
  const { folder, state, file, out } = await makeBackup();
  const good = readFileSync(out);
  const target = join(folder, "target");
  mkdirSync(join(target, "state"), { recursive: true });
  writeFileSync(join(target, "state/started.json"), "former");
  writeFileSync(join(target, "site.jsonc"), "former");
  const before = snapshot(folder);
  const restore = () =>
    ask(
      "restore",
      out,
      "--replace",
      "--state",
      join(target, "state"),
      "--mapping",
      join(target, "site.jsonc"),
    );
  for (const [what, change, refusal] of hostile) {
    writeFileSync(out, good);
    await forge(out, change);
    const { code, err } = await restore();
    expect([what, code, err]).toEqual([what, 1, expect.stringMatching(refusal)]);
    expect(err).toMatch(/^nothing was restored: /);
    writeFileSync(out, good);
    expect([what, snapshot(folder)]).toEqual([what, before]);
  }
  for (const damage of [good.subarray(0, good.length - 400), Buffer.from("no archive"), Buffer.alloc(0)]) {
    writeFileSync(out, damage);
    expect((await restore()).code).toBe(1);
    writeFileSync(out, good);
    expect(snapshot(folder)).toEqual(before);
  }
  expect(existsSync(file) && existsSync(state)).toBe(true);
}, 120_000);

test("a restore that is killed leaves what was there untouched, and the next one clears up after it", async () => {
  const { folder, state, out } = await makeBackup();
  const before = snapshot(state);
  // A killed one left them.
  mkdirSync(`${state}.restoring`);
  writeFileSync(join(`${state}.restoring`, "journal.sqlite"), "half of it");
  symlinkSync("/etc", join(folder, ".valt-bridge-restoring"));
  const stuck = join(folder, "stuck.tar.gz");
  writeFileSync(stuck, readFileSync(out).subarray(0, -500));
  const places = ["--state", state, "--mapping", join(folder, "site.jsonc"), "--replace"];
  expect((await ask("restore", stuck, ...places)).code).toBe(1);
  expect(snapshot(state)).toEqual(before);
  expect(existsSync("/etc/passwd")).toBe(true);
  expect((await ask("restore", out, ...places)).code).toBe(0);
  expect(readdirSync(folder).filter((name) => name.includes("restoring"))).toEqual([]);
}, 60_000);

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { printable } from "../../src/base/printable.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { scratch, valtBridge } from "../cli/valt-bridge.ts";
import { mappingText, until } from "../support/rig.ts";

const PASSCODE = "rack-Walrus-2917";
const ESCAPES = "\u001b[2J\u009b31m\u202e\u2028";
const WITHIN_MS = 60_000;

/** What a program on the machine, or a peer whose words are logged, may have written to the log. */
const LINES = [
  `panel valt-bridge[7]: heard "${ESCAPES}LOGIN ${PASSCODE}"`,
  `panel valt-bridge[7]: heard ${"-".repeat(200_000)}`,
  `panel valt-bridge[7]: heard ${'"'.repeat(200_000)}`,
  `panel valt-bridge[7]: heard ${"https://a?".repeat(20_000)}`,
  `panel valt-bridge[7]: heard ${"Bearer ".repeat(20_000)}`,
];

test("a bundle with a hostile log, hostile names and a log without end", { timeout: 240_000 }, async () => {
  const { folder, write } = scratch();
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const elsewhere = scratch();
  elsewhere.write("outside.json", '{"outside": "Ocelot"}');
  const site = join(folder, "site");
  mkdirSync(site);
  // Every text that may be the name of a file is looked for.
  const names = [
    "../outside.json",
    `${elsewhere.folder}/outside.json`,
    "/etc/passwd",
    "./../../../../etc/passwd",
    "..\\..\\etc\\passwd",
  ];
  const device = { allow: ["127.0.0.1"], passcodeFrom: "RACK_PASSCODE" };
  const rooms = {
    "interview-1": { id: 1, label: "Exam" },
    "interview-2": { id: 2, serverName: `x${ESCAPES}/` },
  };
  const commands = Object.fromEntries(
    names.map((name, at) => [`/n/${at}`, { mark: name, room: "interview-1" }]),
  );
  const text = mappingText(created.value.url, { rooms, device: { ...device, commands } as never });
  const file = join(site, "site.jsonc");
  writeFileSync(file, text);
  const bin = join(folder, "bin");
  mkdirSync(bin);
  write("lines", LINES.join("\n"));
  const endless = `cat ${join(folder, "lines")}; echo; yes "panel valt-bridge[7]: again ${PASSCODE}"`;
  writeFileSync(join(bin, "journalctl"), `#!/bin/sh\n${endless}\n`);
  chmodSync(join(bin, "journalctl"), 0o755);
  const own = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    XDG_RUNTIME_DIR: folder,
    STATE_DIRECTORY: join(folder, "state"),
    VALT_PASSWORD: "simulator",
    RACK_PASSCODE: PASSCODE,
  };
  const bridge = valtBridge(["run", file, "--no-console"], own);
  await until("the bridge", () => `${bridge.out()}${bridge.err()}`.includes("device open"), 30_000);
  const out = join(folder, "bundle.tar.gz");
  const beganMs = performance.now();
  const { code, out: said } = await valtBridge(["support", file, "--out", out], own).ended;
  const tookMs = performance.now() - beganMs;
  expect(code).toBe(0);
  const listed = execFileSync("tar", ["-tzf", out]).toString().trim().split("\n");
  for (const name of listed) expect(name).toMatch(/^(?:mapping\/)?[\w.-]+$/);
  const unpacked = scratch().folder;
  execFileSync("tar", ["-xzf", out, "-C", unpacked]);
  const all = readdirSync(unpacked, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const texts = all.map(
    ({ parentPath, name }) => [name, readFileSync(join(parentPath, name), "utf8")] as const,
  );
  for (const [name, content] of [...texts, ["said", said] as const]) {
    expect(content.includes(PASSCODE), `the passcode in ${name}`).toBe(false);
    expect(content.includes("root:x:0"), `another file in ${name}`).toBe(false);
    expect(content.includes("Ocelot"), `a file from elsewhere in ${name}`).toBe(false);
    const lines = content.split("\n");
    expect(lines.filter((line) => printable(line) !== line).slice(0, 3), `escapes in ${name}`).toEqual([]);
  }
  expect(texts.find(([name]) => name === "log.txt")?.[1].split("\n").length).toBeLessThanOrEqual(5000);
  console.info(`a hostile bundle: ${listed.length} files after ${tookMs.toFixed(0)} ms`);
  expect(tookMs).toBeLessThan(WITHIN_MS);
  bridge.process.kill("SIGTERM");
  await bridge.ended;
});

import { spawn, spawnSync } from "node:child_process";
import { chmodSync, openSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Finding } from "../../src/cli/doctor/finding.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText, openSurface, until } from "../support/rig.ts";
import { command } from "./in-process.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

interface Site {
  readonly url?: string | readonly string[];
  readonly devices?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: Parameters<typeof mappingText>[1];
}

const rack = { kind: "osc", listen: "udp://127.0.0.1:0" };

/** A folder for all that a bridge and its doctor keep, and the doctor's visits to a site. */
function createPractice() {
  const { folder, write } = scratch();
  const own = { XDG_RUNTIME_DIR: folder, STATE_DIRECTORY: folder };
  return {
    own,
    write,
    async visit({ url = "http://127.0.0.1:1", devices = { rack }, environment = {}, settings }: Site) {
      const extra = { devices, ...settings?.extra };
      const file = write("site.jsonc", mappingText(url, { ...settings, extra }));
      const { code, out, err } = await command(["doctor", file, "--json"], { ...own, ...environment });
      const { findings, ok } = JSON.parse(out) as { findings: readonly Finding[]; ok: boolean };
      expect(code).toBe(ok ? 0 : 1);
      expect(`${out}${err}`).not.toContain("s3cret");
      const about = (name: string) => findings.filter((finding) => finding.about === name);
      return { findings, about, ok, file };
    },
  };
}

async function startSimulator() {
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  return created.value;
}

test("a site that works has no FAIL, and the exit code says so", async () => {
  const { url } = await startSimulator();
  const { visit, own } = createPractice();
  const { findings, ok, file } = await visit({ url });
  expect(findings.filter(({ state }) => state === "FAIL")).toEqual([]);
  expect(ok).toBe(true);
  const fine = findings.filter(({ state }) => state === "OK").map(({ about }) => about);
  expect(fine).toEqual(
    expect.arrayContaining([
      "node",
      "state folder",
      "mapping",
      "secret",
      "server name",
      "server port",
      "login",
      "rooms",
      "device rack",
    ]),
  );
  const { out } = await command(["doctor", file], own);
  expect(out).toMatch(/^OK {4}server port +127\.0\.0\.1 port \d+ accepts connections$/m);
  expect(out).toMatch(/^Nothing keeps this site from working\. 0 FAIL, \d+ WARN, \d+ OK\.$/m);
});

describe("the doctor explains", () => {
  test("each mistake in the mapping with its place, and the machine all the same", async () => {
    const { own, write } = createPractice();
    const file = write(
      "bad.jsonc",
      '{ "server": { "url": "http://valt" },\n  "rooms": {}, "devices": {}, "x": 1 }',
    );
    const { code, out } = await command(["doctor", file], own);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^FAIL  mapping +${file}:2:\\d+: unknown key "x"`, "m"));
    expect(out).toMatch(/^OK +node +Node /m);
  });

  test("a password that is missing, and does not try without it", async () => {
    const { url } = await startSimulator();
    const { about } = await createPractice().visit({ url, environment: { VALT_PASSWORD: "" } });
    const [secret] = about("secret");
    expect(secret).toMatchObject({ state: "FAIL" });
    for (const way of ["VALT_PASSWORD;", "VALT_PASSWORD_FILE", "LoadCredential=valt-password:"])
      expect(secret?.remedy).toContain(way);
    expect(about("login")).toMatchObject([{ state: "WARN", text: expect.stringContaining("not tried") }]);
  });

  test("a password that is wrong, and rooms that are not there", async () => {
    const { url } = await startSimulator();
    const { visit } = createPractice();
    const wrong = await visit({ url, environment: { VALT_PASSWORD: "s3cret" } });
    expect(wrong.about("login")).toMatchObject([
      { state: "FAIL", remedy: expect.stringContaining("password") },
    ]);
    const absent = await visit({ url, settings: { rooms: { lab: 77 } } });
    expect(absent.about("rooms")).toMatchObject([
      { state: "FAIL", text: expect.stringContaining("no room 77") },
    ]);
  });

  test("a name that does not resolve, and a port on which nothing listens", async () => {
    const { visit } = createPractice();
    const nameless = await visit({ url: "valt.invalid" });
    expect(nameless.about("server name")).toMatchObject([
      {
        state: "FAIL",
        text: expect.stringMatching(/^"valt\.invalid" does not resolve .*name servers asked/),
      },
    ]);
    expect(nameless.about("server port")).toEqual([]);
    const closed = await visit({ url: "http://127.0.0.1:9" });
    expect(closed.about("server port")).toMatchObject([
      { state: "FAIL", text: expect.stringContaining("nothing listens on that port") },
    ]);
  });

  test("each address of a server, and which of them answers", async () => {
    const { url } = await startSimulator();
    const { visit } = createPractice();
    const one = await visit({ url: ["http://127.0.0.1:9", url] });
    expect(one.ok).toBe(true);
    expect(one.about("server port")).toMatchObject([
      { state: "WARN", text: expect.stringMatching(/^http:\/\/127\.0\.0\.1:9: .*nothing listens/) },
      { state: "OK", text: expect.stringContaining(`${url}: `) },
    ]);
    expect(one.about("address")).toMatchObject([{ state: "OK", text: `${url}: answers` }]);
    expect(one.about("login")).toMatchObject([{ state: "OK" }]);
    const none = await visit({ url: ["http://127.0.0.1:9", "http://127.0.0.1:10"] });
    expect(none.about("server port")).toMatchObject([{ state: "FAIL" }, { state: "FAIL" }]);
    expect(none.about("address")).toEqual([]);
  });

  test("by whom a listening port is taken", async () => {
    const taken = spawn(process.execPath, [
      "-e",
      'const s = require("node:dgram").createSocket("udp4"); s.bind(0, "127.0.0.1", () => console.log(s.address().port))',
    ]);
    onTestFinished(() => void taken.kill("SIGKILL"));
    let said = "";
    taken.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const port = await until("its port", () => said.endsWith("\n") && said.trim(), 10_000);
    const device = { kind: "osc", listen: `udp://127.0.0.1:${port}` };
    const { about } = await createPractice().visit({ devices: { rack: device, twin: device } });
    expect(about("device rack")[0]?.text).toBe(`udp://127.0.0.1:${port} is named by "twin" too`);
    const alone = await createPractice().visit({ devices: { rack: device } });
    expect(alone.about("device rack")).toMatchObject([
      { state: "FAIL", text: `udp://127.0.0.1:${port} is taken by node (process ${taken.pid})` },
    ]);
  });

  test("an address that this machine does not have, and a listener that hears nobody else", async () => {
    const elsewhere = { kind: "osc", listen: "udp://192.0.2.1:9000" };
    const open = { kind: "osc", listen: "udp://0.0.0.0:0" };
    const { about } = await createPractice().visit({ devices: { elsewhere, open } });
    expect(about("device elsewhere")[0]).toMatchObject({
      state: "FAIL",
      text: "udp://192.0.2.1:9000: this machine has no such address",
      remedy: expect.stringContaining("127.0.0.1"),
    });
    expect(about("device open").map(({ state }) => state)).toEqual(["OK", "WARN"]);
  });

  test("a serial port that is not there, one that is no device, and by whom one is used", async () => {
    const user = spawn("sleep", ["60"], { stdio: [openSync("/dev/full", "r"), "ignore", "ignore"] });
    onTestFinished(() => void user.kill("SIGKILL"));
    const line = (path: string) => ({ kind: "serial", path });
    const { about } = await createPractice().visit({
      devices: {
        gone: line("/dev/serial/by-id/usb-gone"),
        used: line("/dev/full"),
        free: line("/dev/zero"),
        odd: line("/dev/shm"),
      },
    });
    expect(about("device gone")).toMatchObject([
      { state: "FAIL", text: "there is no /dev/serial/by-id/usb-gone" },
    ]);
    expect(about("device odd")).toMatchObject([{ state: "FAIL", text: "/dev/shm is no device" }]);
    expect(about("device used")[0]?.text).toContain(`sleep (process ${user.pid})`);
    expect(about("device used")[0]?.state).toBe("FAIL");
    expect(about("device free")).toMatchObject([{ state: "OK", text: "/dev/zero can be opened" }]);
  });

  test("a peer that does not answer, hardware that is none, and panels that need no hardware", async () => {
    const { about } = await createPractice().visit({
      devices: {
        peer: { kind: "serial", address: "tcp://127.0.0.1:9" },
        fake: { kind: "stream-deck", address: "fake://mk2", room: "interview-1" },
        screen: { kind: "virtual", room: "interview-1" },
      },
    });
    expect(about("device peer")).toMatchObject([{ state: "FAIL" }]);
    expect(about("device fake")).toMatchObject([
      { state: "WARN", text: expect.stringContaining("no hardware") },
    ]);
    expect(about("device screen")).toMatchObject([{ state: "OK", text: "needs no hardware" }]);
  });
});

const MAIN = join(import.meta.dirname, "../../dist/src/main.js");
const NOBODY = { uid: 65_534, gid: 65_534 };
/** Only root can pose as somebody with fewer rights, and make a device file. */
const canPose =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, ["-e", `require("node:fs").accessSync("${MAIN}")`], NOBODY).status === 0 &&
  spawnSync("mknod", ["--version"]).status === 0;

test.skipIf(!canPose)(
  "what an account may not open or write is told with the command that permits it",
  async () => {
    const { folder, write } = scratch();
    chmodSync(folder, 0o755);
    const [line, raw] = [join(folder, "ttyUSB7"), join(folder, "hidraw7")];
    // The group `tty` has the number 5 everywhere on Linux.
    spawnSync("sh", [
      "-c",
      `mknod ${line} c 1 3 && chown 0:5 ${line} && chmod 660 ${line}; mknod ${raw} c 1 3; chmod 600 ${raw}`,
    ]);
    const devices = {
      line: { kind: "serial", path: line },
      raw: { kind: "stream-deck", path: raw, room: "interview-1" },
    };
    const file = write("site.jsonc", mappingText("http://127.0.0.1:9", { extra: { devices } }));
    const environment = { PATH: process.env.PATH, STATE_DIRECTORY: folder, VALT_PASSWORD: "simulator" };
    const { stdout } = spawnSync(process.execPath, [MAIN, "doctor", file], { ...NOBODY, env: environment });
    const out = String(stdout);
    expect(out).toMatch(
      /^FAIL +device line +\S+ may not open \S+ttyUSB7, which belongs to the group tty -> sudo usermod -aG tty /m,
    );
    expect(out).toMatch(
      /^FAIL +device raw +\S+ may not open .*-> valt-bridge udev \| sudo tee \/etc\/udev\/rules\.d\//m,
    );
    expect(out).toMatch(/^FAIL +state folder +\S+ may not make \S+ -> sudo install -d -o \S+ -m 700 /m);
  },
);

test("what a running bridge has is left alone, and named with its process", async () => {
  const { url } = await startSimulator();
  const practice = createPractice();
  const probe = await openSurface(1);
  const port = probe.port;
  probe.close();
  const devices = { rack: { kind: "osc", listen: `udp://127.0.0.1:${port}` } };
  const { file } = await practice.visit({ url, devices });
  const bridge = valtBridge(["run", file], practice.own);
  await bridge.shows("device open");
  const { about, ok } = await practice.visit({ url, devices });
  expect(about("device rack")).toMatchObject([
    {
      state: "OK",
      text: `held by the running bridge, process ${bridge.process.pid}: udp://127.0.0.1:${port}`,
    },
  ]);
  expect(ok).toBe(true);
  expect(bridge.err()).not.toContain("lost");
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText, openSurface, until } from "../support/rig.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

async function simulator() {
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  return created.value;
}

const freePort = () => 20_000 + Math.floor(Math.random() * 20_000);

test("check lists every problem of a mapping with its line and column, and ends with 3", async () => {
  const { write } = scratch();
  const file = write(
    "bad.jsonc",
    `{
  "server": { "url": "http://valt", "usernam": "u" },
  "rooms": { "a": 1 },
  "devices": { "d": { "kind": "ocs" } },
}`,
  );
  const { code, err } = await valtBridge(["check", file]).ended;
  expect(code).toBe(3);
  expect(err).toContain(`${file}:2:37: error: unknown key "usernam" (did you mean "username"?)`);
  expect(err).toContain(`${file}:4:31: error: "ocs" is not known here (did you mean "osc"?)`);
  expect(err).toContain('"username" is missing');
});

test("check --json is for programs, and a good mapping ends with 0", async () => {
  const { write } = scratch();
  const file = write("good.jsonc", mappingText("http://127.0.0.1:1"));
  const { code, out } = await valtBridge(["check", file, "--json"]).ended;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ file, ok: true, problems: [] });
});

test("check tells which addresses an entry of allow means", async () => {
  const { write } = scratch();
  const device = { allow: ["10.0.20.7", "10.0.20.0/24"] };
  const file = write("good.jsonc", mappingText("http://127.0.0.1:1", { device }));
  const { code, out } = await valtBridge(["check", file]).ended;
  expect(code).toBe(0);
  expect(out).toContain('"surface" hears 10.0.20.7: this address alone, always gets one connection\n');
  expect(out).toContain('"surface" hears 10.0.20.0/24: 10.0.20.0 to 10.0.20.255, 256 addresses\n');
});

test("an unknown command or option ends with 2", async () => {
  expect((await valtBridge(["frobnicate"]).ended).code).toBe(2);
  expect((await valtBridge(["check", "--frob", "x"]).ended).code).toBe(2);
});

test("rooms lists what the server has beside what the mapping calls it; without a server it ends with 4", async () => {
  const server = await simulator();
  const { write } = scratch();
  const file = write("mapping.jsonc", mappingText(server.url, { rooms: { door: 2 } }));
  const { code, out } = await valtBridge(["rooms", file, "--json"]).ended;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual([
    { id: 1, name: "Interview 1", mappedAs: null },
    { id: 2, name: "Interview 2", mappedAs: "door" },
  ]);
  await server.down();
  const lost = await valtBridge(["rooms", file]).ended;
  expect(lost.code).toBe(4);
  expect(lost.err).not.toContain("simulator");
});

test("schema prints what stands in mappings/mapping.schema.json", async () => {
  const { out } = await valtBridge(["schema"]).ended;
  const stored = readFileSync(join(import.meta.dirname, "../../mappings/mapping.schema.json"), "utf8");
  expect(out).toBe(stored);
});

test("run serves presses, tells status, takes an edit over, keeps running on a bad edit, and closes on Ctrl-C", async () => {
  const server = await simulator();
  const { write, folder } = scratch();
  const port = freePort();
  const place = { device: { listen: `udp://127.0.0.1:${port}` } };
  const file = write("mapping.jsonc", mappingText(server.url, place));
  const environment = { XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: folder };
  const bridge = valtBridge(["run", file], environment);
  await bridge.shows("device open");
  const surface = await openSurface(port);
  onTestFinished(() => surface.close());

  surface.send("/valt/room/interview-1/start");
  await until("recording", () => server.world.room(1)?.status === "recording");
  const status = await valtBridge(["status", "--json"], environment).ended;
  expect(JSON.parse(status.out)).toMatchObject({
    server: { state: "reachable" },
    devices: [{ id: "surface" }],
  });
  const second = await valtBridge(["run", file], environment).ended;
  expect(second.code).toBe(1);
  expect(second.err).toContain("running already");

  write("mapping.jsonc", "{ oh no");
  await bridge.shows("the running one stays");
  surface.send("/valt/room/interview-1/pause");
  await until("paused", () => server.world.room(1)?.status === "paused");

  const commands = { "/enough/{room}": "stop" };
  write("mapping.jsonc", mappingText(server.url, { device: { ...place.device, commands } }));
  await bridge.shows("mapping reloaded");
  surface.send("/enough/interview-1");
  await until("stopped", () => server.world.room(1)?.status === "available");

  bridge.process.kill("SIGINT");
  const { code, out, err } = await bridge.ended;
  expect(code).toBe(0);
  expect(out).toContain("Devices closed, bridge stopped.");
  expect(err.match(/device open/g)).toHaveLength(1);
  expect(`${out}${err}`).not.toMatch(/access_token=(?!\*)/);
  expect((await valtBridge(["status"], environment).ended).code).toBe(1);
});

test("run takes an edited profile over that lies beside the mapping", async () => {
  const server = await simulator();
  const { write, folder } = scratch();
  const profile = (id: string) =>
    JSON.stringify({
      profile: 1,
      id: "wall-box",
      name: "Wall box",
      source: "made up",
      confirmed: "on paper",
      match: [{ vid: "1234", pid: "0001" }],
      input: { length: 8, reports: [{ controls: [{ kind: "button", id, at: 3, mask: "0x80" }] }] },
    });
  const wall = {
    kind: "usb-hid",
    profile: "./wall-box.json",
    path: "fake://",
    room: "interview-1",
    controls: { lid: { tap: "start" } },
  };
  write("wall-box.json", profile("lid"));
  const file = write("mapping.jsonc", mappingText(server.url, { extra: { devices: { wall } } }));
  const bridge = valtBridge(["run", file], { XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: folder });
  await bridge.shows("device open");

  write("wall-box.json", profile("latch"));
  await bridge.shows("the running one stays");
  await bridge.shows("latch");

  write("wall-box.json", profile("lid").replace("Wall box", "Another box"));
  await bridge.shows("mapping reloaded");
  await bridge.shows("Another box");
});

test("a taken port is named with its setting, and the other devices run on", async () => {
  const server = await simulator();
  const { write, folder } = scratch();
  const taken = await openSurface(1);
  onTestFinished(() => taken.close());
  const free = freePort();
  const extra = {
    devices: {
      taken: { kind: "osc", listen: `udp://127.0.0.1:${taken.port}` },
      free: { kind: "osc", listen: `udp://127.0.0.1:${free}` },
    },
  };
  const bridge = valtBridge(["run", write("mapping.jsonc", mappingText(server.url, { extra }))], {
    XDG_RUNTIME_DIR: folder,
    XDG_STATE_HOME: folder,
  });
  await bridge.shows("device open");
  await bridge.shows(String(taken.port));
  const surface = await openSurface(free);
  onTestFinished(() => surface.close());
  surface.send("/valt/ping");
  await until("the pong", () => surface.last("/valt/pong"));
});

test("record writes what a device sent and what was asked, without the passcode; replay agrees with it", async () => {
  const server = await simulator();
  const { write, folder } = scratch();
  const port = freePort();
  const device = { listen: `udp://127.0.0.1:${port}`, passcodeFrom: "PANEL_PASSCODE", room: "interview-1" };
  const file = write("mapping.jsonc", mappingText(server.url, { device }));
  const secret = { PANEL_PASSCODE: "s3cret-pass" };
  const out = join(folder, "out.jsonl");
  const recorder = valtBridge(["record", file, "--out", out], { XDG_RUNTIME_DIR: folder, ...secret });
  await recorder.shows("device open");
  const surface = await openSurface(port);
  onTestFinished(() => surface.close());
  surface.send("/valt/connect", "s3cret-pass");
  surface.send("/valt/room/interview-1/start");
  await until("recording", () => server.world.room(1)?.status === "recording");
  surface.send("/valt/room/interview-1/stop");
  await until("stopped", () => server.world.room(1)?.status === "available");
  recorder.process.kill("SIGINT");
  expect((await recorder.ended).code).toBe(0);
  const text = readFileSync(out, "utf8");
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter((line) => "asked" in line)).toMatchObject([
    { asked: { command: "start", room: "interview-1" } },
    { asked: { command: "stop", room: "interview-1" } },
  ]);
  expect(text).not.toContain(Buffer.from("s3cret-pass").toString("hex"));
  expect(lines.some((line) => "out" in line)).toBe(true);

  // The passcode is gone from the recording: with it overwritten the bridge lets nobody in, and says so.
  const refused = await valtBridge(["replay", out, "--json"], secret).ended;
  expect(refused.code).toBe(1);
  const replayed = await valtBridge(["replay", out, "--json"], { PANEL_PASSCODE: "***********" }).ended;
  expect(JSON.parse(replayed.out)).toMatchObject({ agrees: true });
});

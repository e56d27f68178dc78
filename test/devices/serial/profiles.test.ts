import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { serial } from "../../../devices/serial/driver.ts";
import {
  cleanLater,
  cleanUp,
  createNotingHost,
  farPort,
  hasSocat,
  open,
  ptyPair,
  show,
  tcpServer,
  until,
} from "./bench.ts";

afterEach(cleanUp);

test("a keypad on TCP is greeted, its buttons are pressed, its lamps are lit, and all is dark in the end", async () => {
  const keypad = await tcpServer();
  const host = createNotingHost();
  const address = `tcp://127.0.0.1:${keypad.port}`;
  const device = await open({ address, profile: "lutron-keypad", values: { integrationId: 5 } }, host);
  expect(device.productName).toBe(`Lutron keypad at ${address}`);
  expect(device.link).toBeUndefined();
  await until(() => expect(keypad.connections[0]?.received()).toContain("#MONITORING,3,1\r\n"));
  const [far] = keypad.connections;
  far?.write("QNET> ~DEVICE,5,2,3\r\n~DEV");
  far?.write("ICE,5,2,4\r\n~DEVICE,6,1,3\r\n");
  await until(() =>
    expect(host.events).toEqual([
      { kind: "down", control: "button-2" },
      { kind: "up", control: "button-2" },
    ]),
  );
  await show(device, "button-1", "lit");
  await until(() => expect(far?.received()).toContain("#DEVICE,5,81,9,1\r\n"));
  await device.close();
  await until(() => expect(far?.received()).toContain("#DEVICE,5,81,9,0\r\n"));
  expect(host.losses).toEqual([]);
});

describe.skipIf(!hasSocat)("a box on a tty (skipped where socat is not installed)", () => {
  const box = { profile: "button-box" };

  test("reports what is touched, with half a line of before forgotten", async () => {
    const { near, far } = await ptyPair();
    const other = await farPort(far);
    const host = createNotingHost();
    const device = await open({ path: near, ...box }, host);
    other.write("D1\nE1 -2\nU");
    await until(() => expect(host.events).toHaveLength(2));
    await device.close();
    await open({ path: near, ...box }, host);
    other.write("1\nD3\n");
    await until(() =>
      expect(host.events).toEqual([
        { kind: "down", control: "button-1" },
        { kind: "turned", control: "dial-1", detents: -2 },
        { kind: "down", control: "button-3" },
      ]),
    );
  });

  test("has the lines of its port besides its own controls", async () => {
    const host = createNotingHost();
    const settings = { address: "fake://lines", ...box, lines: { cts: {}, dtr: {} } };
    const device = await open(settings, host);
    const names = device.panel?.controls.map(({ id }) => id);
    expect(names).toEqual(expect.arrayContaining(["cts", "dtr", "button-8", "display"]));
    await show(device, "dtr", "lit");
  });
});

test("a profile beside the mapping is read when the mapping is loaded, and travels in the settings", async () => {
  const folder = mkdtempSync(join(tmpdir(), "profiles-"));
  cleanLater(() => rmSync(folder, { recursive: true, force: true }));
  const text = `{
    "profile": 1, "id": "bell", "name": "Bell", "source": "this test", "confirmed": "not on hardware",
    "frame": { "kind": "delimiter" }, // a comment
    "controls": [{ "id": "bell", "label": "bell", "input": "button" }],
    "receive": [{ "match": "RING", "do": { "control": "bell", "event": "click" } }]
  }`;
  writeFileSync(join(folder, "bell.json"), text);
  const settings = serial.settingsSchema.parse({ address: "fake://bell", profile: "./bell.json" });
  const completed = serial.completeSettings?.(settings, folder);
  if (completed?.ok !== true) throw new Error(completed?.failure.message);
  expect(completed.value).toMatchObject({ profile: { id: "bell" } });
  expect(serial.describeControls(completed.value, [])).toMatchObject([{ id: "bell" }]);
  const host = createNotingHost();
  const device = await open(completed.value, host);
  const player = await serial.openPlayer?.(completed.value, device.productName);
  if (player?.ok !== true) throw new Error("no player");
  await player.value.play(Buffer.from("RI"), "x");
  await player.value.play(Buffer.from("NG\r\n"), "x");
  expect(host.events).toEqual([{ kind: "pulsed", control: "bell", values: [] }]);
  await player.value.close();

  writeFileSync(join(folder, "bell.json"), text.replace('"RING"', "17"));
  const broken = serial.completeSettings?.(settings, folder);
  expect(broken).toMatchObject({ ok: false, failure: { setting: "profile" } });
  expect(broken?.ok === false && broken.failure.message).toContain("bell.json:5:");
});

test("a closure box notifies by datagrams: its own count, another machine's do not", async () => {
  const box = await tcpServer();
  const host = createNotingHost();
  const settings = { address: `tcp://127.0.0.1:${box.port}`, profile: "global-cache-contacts" };
  await open(settings, host);
  await until(() => expect(box.connections).toHaveLength(1));
  const own = createSocket("udp4").bind(0, "127.0.0.1");
  const stranger = createSocket("udp4").bind(0, "127.0.0.2");
  cleanLater(() => own.close());
  cleanLater(() => stranger.close());
  const notify = (from: typeof own, text: string) =>
    new Promise((resolve) => from.send(`${text}\r`, 9132, "127.0.0.1", resolve));
  await notify(own, "sensornotify,1:1:1");
  await until(() => expect(host.traces.some(({ channel }) => channel === "udp:127.0.0.1")).toBe(true));
  await notify(stranger, "sensornotify,1:1:0");
  await notify(own, "sensornotify,1:1:0");
  await until(() => expect(host.events.map(({ kind }) => kind)).toContain("down"));
  expect(host.traces.filter(({ channel }) => channel.startsWith("udp:"))).toHaveLength(2);
});

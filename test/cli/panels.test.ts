import { expect, test } from "vitest";
import { mappingText } from "../support/rig.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const decks = {
  extra: {
    devices: {
      desk: { kind: "stream-deck", address: "fake://mk2", room: "interview-1" },
      pedal: { kind: "stream-deck", address: "fake://pedal", room: "interview-1" },
      gone: { kind: "stream-deck", serialNumber: "AL99Z9A99999", room: "interview-2" },
    },
  },
};

test("lamp-test walks all colours over what can be opened, and says what cannot", async () => {
  const file = scratch().write("decks.jsonc", mappingText("http://127.0.0.1:1", decks));
  const { code, out, err } = await valtBridge(["lamp-test", file, "--step", "20"]).ended;
  expect(code).toBe(0);
  expect(out.trim().split("\n")).toEqual(["red", "green", "blue", "white", "off"]);
  expect(err).toContain("gone: ");
});

test("identify shows each panel's name until Ctrl-C", async () => {
  const file = scratch().write("decks.jsonc", mappingText("http://127.0.0.1:1", decks));
  const running = valtBridge(["identify", file]);
  await running.shows("Ctrl-C ends it");
  expect(running.out()).toContain("desk: Stream Deck MK.2");
  running.process.kill("SIGINT");
  expect((await running.ended).code).toBe(0);
});

test("udev prints a rule for each product, and devices answers in JSON where nothing is attached", async () => {
  const { out } = await valtBridge(["udev"]).ended;
  expect(out).toContain('ATTRS{idVendor}=="0fd9", ATTRS{idProduct}=="0080"');
  expect(out.match(/^KERNEL==/gm)?.length).toBeGreaterThan(15);
  const listed = await valtBridge(["devices", "--json"]).ended;
  expect(JSON.parse(listed.out)).toEqual([]);
});

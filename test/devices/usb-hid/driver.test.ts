import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { usbHid } from "../../../devices/usb-hid/driver.ts";
import { shippedProfiles } from "../../../devices/usb-hid/profile/store.ts";
import { shippedFolder, shippedProfileIds } from "../../../src/driver/shipped-profiles.ts";
import { cleanUpLater, createNotingHost, told } from "../../driver/hid/noting-host.ts";
import { expectOpen } from "./bench.ts";

const SIMPLE = `{
  "profile": 1, "id": "mine", "name": "Mine", "source": "a test", "confirmed": "on paper",
  "match": [{ "vid": "1234", "pid": "0001" }],
  "input": { "length": 1, "reports": [{ "controls": [{ "kind": "bits", "id": "key-{n}", "at": 0, "count": 2 }] }] }
}`;

function complete(settings: Record<string, unknown>, folder?: string) {
  const completed = usbHid.completeSettings?.(usbHid.settingsSchema.parse(settings), folder);
  if (completed === undefined) throw new Error("settings are not completed");
  return completed;
}

function folderWith(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "profiles-"));
  cleanUpLater(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return folder;
}

/** Ids of the controls that settings describe, once completed. */
function controlsOf(settings: Record<string, unknown>, folder?: string): readonly string[] {
  const completed = complete(settings, folder);
  if (!completed.ok) throw new Error(completed.failure.message);
  const controls = usbHid.describeControls(completed.value, []);
  return controls === "known-once-open" ? [] : controls.map(({ id }) => id);
}

describe("a profile is found", () => {
  it("by its name, among those that are shipped", () => {
    expect(controlsOf({ profile: "xkeys-xk-3-foot-pedal" })).toEqual(
      expect.arrayContaining(["left", "middle", "right"]),
    );
  });

  it("in a file beside the mapping", () => {
    expect(controlsOf({ profile: "./mine.json" }, folderWith("mine.json", SIMPLE))).toEqual([
      "key-1",
      "key-2",
    ]);
  });

  it("in the mapping itself", () => {
    expect(controlsOf({ profile: JSON.parse(SIMPLE) })).toEqual(["key-1", "key-2"]);
  });

  it("not at all for a product that is only recorded", () => {
    expect(controlsOf({ ids: "1234:abcd" })).toEqual([]);
  });
});

describe("a profile that cannot be used is refused:", () => {
  const faultOf = (settings: Record<string, unknown>, folder?: string) => {
    const completed = complete(settings, folder);
    return completed.ok ? {} : completed.failure;
  };

  it("a name that there is not, with the one that was meant", () => {
    expect(faultOf({ profile: "xkeys-xk24" })).toEqual({
      setting: "profile",
      message: 'there is no profile "xkeys-xk24"',
      hint: 'did you mean "xkeys-xk-24"?',
    });
  });

  it("a file that is wrong, with line and column", () => {
    const folder = folderWith("mine.json", SIMPLE.replace('"at": 0', '"at": 5'));
    expect(faultOf({ profile: "mine.json" }, folder)).toMatchObject({
      message: expect.stringMatching(/^mine\.json:4:\d+: reads byte 5; the report has 1/),
    });
  });

  it("one in the mapping that is wrong, with its path", () => {
    const wrong = JSON.parse(SIMPLE.replace('"at": 0', '"at": 5')) as Record<string, unknown>;
    expect(faultOf({ profile: wrong })).toMatchObject({
      message: expect.stringMatching(/^profile\.input\.reports\.0\.controls\.0\.at: reads byte 5/),
    });
  });

  it("a file that is not there, or has no folder", () => {
    expect(faultOf({ profile: "./none.json" }, tmpdir())).toMatchObject({
      message: expect.stringContaining("is not there"),
    });
    expect(faultOf({ profile: "./none.json" })).toMatchObject({ hint: "give the whole path" });
  });

  it("and the rest of the mapping is checked all the same", () => {
    const settings = usbHid.settingsSchema.parse({ profile: "./none.json" });
    expect(usbHid.describeControls(settings, [])).toBe("known-once-open");
  });

  it("none at all", () => {
    expect(faultOf({})).toMatchObject({ setting: "profile", hint: expect.stringContaining("ids") });
  });
});

describe("the profiles that come with the bridge", () => {
  it("are all sound, and each is named like its file", () => {
    expect(shippedFolder("usb-hid")).toBeDefined();
    expect(shippedProfiles().map(({ id }) => id)).toEqual(shippedProfileIds("usb-hid"));
  });

  it("are all listed for people", () => {
    const list = readFileSync(join(shippedFolder("usb-hid")!, "README.md"), "utf8");
    expect(shippedProfileIds("usb-hid").filter((name) => !list.includes(`| \`${name}\` |`))).toEqual([]);
  });

  it("make udev rules of which each names a vendor, and no line stands twice", () => {
    const lines = usbHid.udevRules!()
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !/ATTRS\{idVendor\}=="[0-9a-f]{4}"/.test(line))).toEqual([]);
    expect(new Set(lines).size).toBe(lines.length);
  });
});

describe("a device that is not there", () => {
  it("plays reports, tells what it was sent, and closes when it is told to stop", async () => {
    const host = createNotingHost();
    const stopping = new AbortController();
    const completed = complete({ profile: JSON.parse(SIMPLE), path: "fake://" });
    if (!completed.ok) throw new Error(completed.failure.message);
    const settings = completed.value;
    const device = expectOpen(await usbHid.open({ settings, named: [], host, signal: stopping.signal }));
    const player = await usbHid.openPlayer!(settings, device.productName);
    if (!player.ok) throw new Error(player.failure.message);
    await player.value.play(Uint8Array.of(2), "hid");
    expect(told(host.events)).toEqual(["down key-2"]);
    stopping.abort();
    await device.close();
    await player.value.play(Uint8Array.of(0), "hid");
    expect(told(host.events)).toEqual(["down key-2"]);
    expect((await usbHid.openPlayer!(settings, device.productName)).ok).toBe(false);
  });
});

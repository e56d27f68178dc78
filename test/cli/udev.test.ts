import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { deviceKinds } from "../../devices/index.ts";
import { examineRules } from "../../src/cli/doctor/udev.ts";

const kinds = await Promise.all(Object.values(deviceKinds).map((load) => load()));
const rules = kinds.flatMap(({ udevRules }) => udevRules?.() ?? []).join("");
const all = rules.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const isOfPins = (line: string) => line.includes('SUBSYSTEM=="leds"');
const lines = all.filter((line) => !isOfPins(line));

const DEBIAN = "root:x:0:\nplugdev:x:46:\npeople:x:1000:";
const FEDORA = "root:x:0:\nwheel:x:10:";

describe("the printed rules", () => {
  test("give a device to the group and to the people at the machine in a line each, for the same devices", () => {
    const matchOf = (line: string) => line.slice(0, line.search(/, (?:TAG|MODE)/));
    const grants = lines.filter((line) => line.includes("GROUP="));
    const tags = lines.filter((line) => line.includes("uaccess"));
    expect(grants.length + tags.length).toBe(lines.length);
    expect(grants.every((line) => line.endsWith(', MODE:="0660", GROUP="plugdev"'))).toBe(true);
    expect(grants.map(matchOf)).toEqual(tags.map(matchOf));
  });

  test("are matches and assignments of known keys, each of a vendor", () => {
    const part = '(?:KERNEL|SUBSYSTEM|ATTRS\\{id(?:Vendor|Product)\\})=="[\\w*]+"';
    const deed = '(?:TAG\\+="uaccess"|MODE:="0660"|GROUP="plugdev"|ENV\\{LIBINPUT_IGNORE_DEVICE\\}="1")';
    const form = new RegExp(`^${part}(?:, ${part})*, ${deed}(?:, ${deed})*$`);
    expect(lines.filter((line) => !form.test(line) || !/idVendor\}=="[\da-f]{4}"/.test(line))).toEqual([]);
  });

  test("give LEDs to the group where they are on pins, and no others", () => {
    const pins = all.filter(isOfPins);
    expect(pins).toHaveLength(1);
    expect(pins[0]).toContain('DRIVERS=="leds-gpio"');
    expect(pins[0]?.match(/RUN\+="[^"]+"/g)).toEqual([
      'RUN+="/bin/chgrp plugdev /sys%p/brightness /sys%p/trigger"',
      'RUN+="/bin/chmod g+w /sys%p/brightness /sys%p/trigger"',
    ]);
  });

  test("open readers that are known by their vendor alone", () => {
    expect(lines.filter((line) => line.includes('"event*"') && line.includes('"0c27"'))).toHaveLength(2);
  });

  // Of udev 254 and later.
  test.runIf(spawnSync("udevadm", ["verify", "--help"]).status === 0)("satisfy udevadm verify", () => {
    const folder = mkdtempSync(join(tmpdir(), "valt-bridge-test-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "70-valt-bridge.rules");
    writeFileSync(file, rules);
    const verified = spawnSync("udevadm", ["verify", "--resolve-names=never", file], { encoding: "utf8" });
    expect(`${verified.status} ${verified.stderr}`).toMatch(/^0 /);
  });
});

describe("doctor", () => {
  const told = (text: string, groups: string) =>
    examineRules(text, groups).map(({ state, text: what }) => `${state} ${what}`);

  test("has nothing to say where the rules and their group are good", () => {
    expect(told(rules, DEBIAN)).toEqual([]);
  });

  test("names a group that this machine does not have, once, and how to make it", () => {
    expect(told(rules, FEDORA)).toEqual([
      "WARN the group plugdev, to which the rules give devices, does not exist here",
    ]);
    expect(examineRules(rules, FEDORA)[0]?.remedy).toContain("sudo groupadd --system plugdev");
  });

  test("names a group that systemd 258 takes for a person's", () => {
    expect(told(rules, "plugdev:x:1001:")[0]).toContain("is none of the system's (1001)");
  });

  test("fails rules of an earlier version where the group is missing: they let nobody in", () => {
    const old = 'KERNEL=="hidraw*", ATTRS{idVendor}=="0fd9", MODE:="0660", GROUP="plugdev", TAG+="uaccess"';
    expect(told(old, FEDORA).map((line) => line.slice(0, 4))).toEqual(["FAIL", "WARN"]);
    expect(told(old, DEBIAN)).toEqual([expect.stringContaining("are old")]);
  });
});

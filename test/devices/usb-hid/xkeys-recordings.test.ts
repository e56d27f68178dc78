import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Profile } from "../../../devices/usb-hid/profile/profile.ts";
import { parseProfile } from "../../../devices/usb-hid/profile/read-profile.ts";
import { createDecoder } from "../../../devices/usb-hid/read/decoder.ts";
import { blinksItself, createLamps, lampsOf } from "../../../devices/usb-hid/write/lamps.ts";
import { controlId, type Rgb } from "../../../src/driver/contract.ts";
import { profileIds, readShipped } from "./profiles/shipped.ts";
import { tellEvent } from "./profiles/tell.ts";

/** Made by owners of real panels for SuperFlyTV/xkeys; read where they are, and no part of this project. */
const folder = new URL("../../../../shared/recordings/xkeys/", import.meta.url);
const isHere = existsSync(folder);

interface Call {
  readonly method: string;
  readonly arguments: readonly unknown[];
  readonly sentData: readonly string[];
}
interface Recording {
  readonly info: { readonly name: string; readonly productId: number; readonly interface: number };
  readonly actions: readonly Call[];
  readonly events: readonly { readonly data: readonly string[]; readonly description: string }[];
}

const recordings: readonly Recording[] = isHere
  ? readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Recording)
  : [];
const profiles = profileIds.filter((id) => id.startsWith("xkeys-")).map(readShipped);

/** Recorded calls that the bridge has no use for. This list may only shrink. */
const UNUSED_CALLS: readonly { readonly call: string; readonly why: string }[] = [
  {
    call: "setAllBacklights ffffff",
    why: "each key's lamp follows its own look; all at once are only darkened",
  },
  {
    call: "setAllBacklights blue",
    why: "each key's lamp follows its own look; all at once are only darkened",
  },
];
/** Panels without lamps under their keys: what they were sent for them had no effect. This list may only shrink. */
const WITHOUT_BACKLIGHT: readonly string[] = ["xkeys-xk-12-switch-interface", "xkeys-xk-3-foot-pedal"];

/** Profiles of products of which nobody has given us a recording. This list may only shrink. */
const WITHOUT_RECORDING: readonly string[] = [
  "xkeys-hd15-gpio",
  "xkeys-hd15-wire-interface",
  "xkeys-raildriver",
  "xkeys-xba-3x6-t-bar",
  "xkeys-xba-4x3-jog-shuttle",
  "xkeys-xba-4x3-trackball",
  "xkeys-xba-track-pad",
  "xkeys-xbk-16x6",
  "xkeys-xbk-3x6",
  "xkeys-xbk-4x6",
  "xkeys-xbk-qwerty",
  "xkeys-xc-dmx512-rj45",
  "xkeys-xc-dmx512-st",
  "xkeys-xc-motor-driver",
  "xkeys-xc-rc-servo",
  "xkeys-xc-relay",
  "xkeys-xc-rs232",
  "xkeys-xk-12-joystick",
  "xkeys-xk-128-matrix",
  "xkeys-xk-16-lcd",
  "xkeys-xk-24m-rgb",
  "xkeys-xk-3-switch-interface",
  "xkeys-xk-4-stick",
  "xkeys-xk-433rf-remote",
  "xkeys-xk-68-jog-shuttle",
  "xkeys-xk-68-joystick",
  "xkeys-xk-8-stick",
  "xkeys-xke-128",
  "xkeys-xke-180-broadcast",
  "xkeys-xke-64-jog-t-bar",
  "xkeys-xkr-32",
];

const title = isHere
  ? "recordings of real X-keys panels"
  : `recordings of real X-keys panels: ${folder} is absent`;

describe.skipIf(!isHere)(title, () => {
  test("are of products that have a profile, which says that hardware confirmed it", () => {
    const recorded = recordings.map((recording) => profileOf(recording).id);
    const confirmed = profiles.filter((profile) => profile.confirmed === "by hardware recordings");
    expect(confirmed.map(({ id }) => id).toSorted()).toEqual(recorded.toSorted());
  });

  test("exist of every product but those in the list", () => {
    const recorded = recordings.map((recording) => profileOf(recording).id);
    const missing = profiles.map(({ id }) => id).filter((id) => !recorded.includes(id));
    expect(missing.toSorted()).toEqual([...WITHOUT_RECORDING].toSorted());
  });

  describe.each(recordings.map((recording) => ({ name: recording.info.name, recording })))(
    "$name",
    ({ recording }) => {
      const profile = profileOf(recording);

      test("gives for each raw report exactly the event that was recorded", () => {
        const decoder = createDecoder(everyMove(profile));
        decoder.decode(answerOf(profile));
        const found = recording.events.map(({ data }) =>
          data.flatMap((report) => decoder.decode(Buffer.from(report, "hex"))).map(tellEvent),
        );
        expect(recording.events.length).toBeGreaterThan(5);
        expect(found).toEqual(
          recording.events.map(({ description }) => [expectedEvent(description, profile)]),
        );
      });

      test.each(usedCalls(recording).map((call) => ({ name: nameOf(call), call })))(
        "is sent the recorded bytes: $name",
        ({ call }) => {
          expect(bytesFor(call, profile)).toEqual(call.sentData);
        },
      );

      test("has no use for the recorded calls in the list, and for no others", () => {
        const unused = recording.actions.filter((call) => !usedCalls(recording).includes(call)).map(nameOf);
        const allowed = UNUSED_CALLS.map(({ call }) => call);
        const dark = WITHOUT_BACKLIGHT.includes(profile.id) ? ["setAllBacklights false"] : [];
        expect(unused).toEqual([...allowed, ...dark]);
      });
    },
  );
});

test.each([
  ["saves the lamps for the next power-up", "0xc7"],
  ["gives the unit another number", "0xbd"],
  ["makes it another product", "0xcc"],
  ["restarts it", "0xee"],
])("no profile may send an X-keys what %s", (_, command) => {
  const text = readFileSync(
    new URL("../../../devices/usb-hid/profiles/xkeys-xk-24.json", import.meta.url),
    "utf8",
  );
  const changed = text.replace('"0xd6"', `"${command}"`);
  expect(changed).not.toBe(text);
  expect(parseProfile(text, "xkeys-xk-24.json").ok).toBe(true);
  expect(parseProfile(changed, "xkeys-xk-24.json").ok).toBe(false);
});

function profileOf({ info }: Recording): Profile {
  const pid = info.productId.toString(16).padStart(4, "0");
  const found = profiles.filter(({ match }) =>
    match.some(
      (rule) => rule.pid?.includes(pid) === true && (rule.interface ?? info.interface) === info.interface,
    ),
  );
  if (found.length !== 1) throw new Error(`${found.length} profiles for ${info.name} (${pid})`);
  return found[0]!;
}

/** What the panel answers when it is opened and asked for its state: nothing is touched. */
function answerOf(profile: Profile): Uint8Array {
  const report = new Uint8Array(profile.input?.length ?? 0);
  report[1] = 2;
  return report;
}

/** The recorded words name a place on the panel; ours is its number, row by row. */
function expectedEvent(description: string, profile: Profile): string {
  const [, index, how, row, column] =
    /^Button (\d+) (pressed|released)\. +Metadata: row: (\d+), col: (\d+)/.exec(description) ?? [];
  if (how !== undefined) {
    const place = { row: Number(row), column: Number(column) };
    return `${how === "pressed" ? "down" : "up"} ${index === "0" ? "program-switch" : controlAt(place, profile)}`;
  }
  const [, what, value] = /^(T-bar|Shuttle) \( index 0\) value: (-?\d+)/.exec(description) ?? [];
  if (what === "T-bar") return `moved t-bar ${(Number(value) / 255).toFixed(4)}`;
  if (what === "Shuttle") return `moved shuttle ${((Number(value) + 7) / 14).toFixed(4)}`;
  throw new Error(`a recorded event of an unknown sort: ${description}`);
}

const COLUMNS: Readonly<Record<string, number>> = {
  "xkeys-xk-12-jog-shuttle": 4,
  "xkeys-xk-16-stick": 16,
  "xkeys-xk-24": 4,
  "xkeys-xk-60": 10,
  "xkeys-xk-80": 10,
  "xkeys-xke-124-t-bar": 16,
  "xkeys-xke-40": 20,
};

function controlAt({ row, column }: { row: number; column: number }, { id }: Profile): string {
  if (id === "xkeys-xk-3-foot-pedal") return ["left", "middle", "right"][column - 1] ?? "";
  if (id === "xkeys-xk-12-switch-interface") return `port-${column}${row === 2 ? "-ring" : ""}`;
  return `key-${(row - 1) * (COLUMNS[id] ?? 0) + column}`;
}

function nameOf({ method, arguments: given }: Call): string {
  return [method, ...given].join(" ");
}

function usedCalls({ actions, info }: Recording): readonly Call[] {
  const isDark = profiles.some(
    ({ id, match }) =>
      WITHOUT_BACKLIGHT.includes(id) &&
      match.some(({ pid }) => pid?.includes(info.productId.toString(16).padStart(4, "0")) === true),
  );
  return actions.filter((call) => {
    if (UNUSED_CALLS.some((unused) => unused.call === nameOf(call))) return false;
    return !(isDark && call.method === "setAllBacklights");
  });
}

const COLORS: Readonly<Record<string, Rgb>> = { "00f": [0, 0, 255], f00: [255, 0, 0], "000": [0, 0, 0] };

/** What the bridge sends for the same wish. */
function bytesFor({ method, arguments: given }: Call, profile: Profile): readonly string[] {
  const lamps = createLamps(profile);
  const show = (id: string, rgb: Rgb, blink: "steady" | "slow") => {
    const lamp = lampsOf(profile).find((one) => one.id === id);
    if (lamp === undefined) return [];
    if (blink !== "steady" && !blinksItself(lamp.rule, blink))
      throw new Error(`${id} would be switched instead`);
    return lamps.show(controlId(id), { kind: "lamp", rgb, blink });
  };
  const reports = () => {
    switch (method) {
      case "setIndicatorLED":
        return show(
          given[0] === 1 ? "indicator-green" : "indicator-red",
          given[1] === true ? [255, 255, 255] : [0, 0, 0],
          "steady",
        );
      case "setBacklight":
        return show(
          `key-${given[0]}`,
          COLORS[String(given[1])] ?? [1, 1, 1],
          given[2] === true ? "slow" : "steady",
        );
      case "setAllBacklights":
        return lamps.close();
      default:
        throw new Error(`a recorded call of an unknown sort: ${method}`);
    }
  };
  return reports().map(({ bytes }) => Buffer.from(bytes).toString("hex"));
}

/** The profile without its dead bands: the recordings have every move of a lever, the trembling ones too. */
function everyMove(profile: Profile): Profile {
  return JSON.parse(JSON.stringify(profile, (key, value: unknown) => (key === "deadBand" ? 0 : value)));
}

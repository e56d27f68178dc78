import { describe, expect, test } from "vitest";
import type { ControlRule } from "../../../../devices/usb-hid/profile/control-grammar.ts";
import { describeReports } from "../../../../devices/usb-hid/profile/control-rules.ts";
import type { ReportRule } from "../../../../devices/usb-hid/profile/profile.ts";
import type { OutReport } from "../../../../devices/usb-hid/write/encode-frame.ts";
import { createLamps, lampsOf } from "../../../../devices/usb-hid/write/lamps.ts";
import { controlId } from "../../../../src/driver/contract.ts";
import { decoderOf } from "./decoders.ts";
import { profileIds, readShipped } from "./shipped.ts";
import { tellEvent } from "./tell.ts";
import { allVectors, readPacket, readReport, readShown, vectors } from "./vectors.ts";

const profiles = profileIds.map((id) => ({ id, profile: readShipped(id), vector: vectors.get(id) ?? {} }));
const withInput = profiles.filter(({ profile }) => profile.input !== undefined);
const withReports = profiles.filter(({ profile }) => profile.input?.reports !== undefined);
const withKeys = profiles.filter(({ vector }) => vector.keys !== undefined);
const withLamps = profiles.filter(({ profile }) => lampsOf(profile).length > 0);

test("vectors are of shipped profiles, each in one place", () => {
  expect(allVectors.map(([id]) => id).toSorted()).toEqual(profileIds);
});

test.each(withKeys)(
  "$id has as many keys as the product, and a lamp in each or in none",
  ({ profile, vector }) => {
    const isKey = ({ id }: { readonly id: string }) => /^key-\d+$/.test(id);
    const keys = describeReports(profile)
      .filter(isKey)
      .map(({ id }) => id);
    const lamps = lampsOf(profile)
      .filter(isKey)
      .map(({ id }) => controlId(id));
    expect(keys).toHaveLength(vector.keys!);
    expect(lamps.length === 0 ? keys : lamps).toEqual(keys);
  },
);

describe("vectors of inputs", () => {
  test.each(withInput)("$id: each report means what its sources say", ({ profile, vector }) => {
    const introduction = vector.introduction === undefined ? undefined : readReport(vector.introduction);
    const decoder = decoderOf(profile, { tellsHeld: () => false, dropped: () => undefined }, introduction);
    const readBytes = profile.input?.evdev === undefined ? readReport : readPacket;
    const found = (vector.inputs ?? []).map(([report]) => [
      report,
      decoder?.decode(readBytes(report)).map(tellEvent).join(", "),
    ]);
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(vector.inputs);
  });

  test.each(withReports)("$id: every rule of the profile is touched", ({ profile, vector }) => {
    const told = (vector.inputs ?? []).flatMap(([, events]) =>
      events.split(", ").map((event) => event.split(" ")[1]),
    );
    const rules = (profile.input?.reports ?? []).flatMap(({ controls }) => controls);
    const untouched = rules.filter((rule) => {
      const own = describeReports({ ...profile, input: { ...profile.input!, reports: [reportOf(rule)] } });
      return !own.some(({ id }) => told.includes(id));
    });
    expect(untouched).toEqual([]);
  });
});

describe("vectors of lamps", () => {
  test.each(withLamps)("$id: what is shown is sent as its sources say", ({ profile, vector }) => {
    const lamps = createLamps(profile);
    const found = (vector.lamps ?? []).map(([shown]) => {
      const { control, frame } = readShown(shown);
      return [shown, ...lamps.show(controlId(control), frame).map(tellReport)];
    });
    expect(found).toEqual(
      (vector.lamps ?? []).map(([shown, ...reports]) => [shown, ...reports.map(respell)]),
    );
  });

  test.each(withLamps)(
    "$id: every rule of the profile is lit once and darkened once",
    ({ profile, vector }) => {
      const shown = (vector.lamps ?? []).map(([text]) => readShown(text));
      const forgotten = Object.values(profile.output?.lamps ?? {}).filter((rule) => {
        const own = lampsOf(profile).filter((lamp) => lamp.rule === rule);
        const frames = shown
          .filter(({ control }) => own.some(({ id }) => id === control))
          .map(({ frame }) => frame);
        return !(
          frames.some(({ rgb }) => Math.max(...rgb) > 0) && frames.some(({ rgb }) => Math.max(...rgb) === 0)
        );
      });
      expect(forgotten).toEqual([]);
    },
  );

  test.each(profiles)(
    "$id: greeting, farewell and sign of life are as its sources say",
    ({ profile, vector }) => {
      const lamps = createLamps(profile);
      expect({
        init: lamps.init().map(tellReport),
        close: lamps.close().map(tellReport),
        alive: lamps.keepAlive().map(tellReport),
      }).toEqual({
        init: (vector.init ?? []).map(respell),
        close: (vector.close ?? []).map(respell),
        alive: (vector.alive ?? []).map(respell),
      });
    },
  );
});

function reportOf(rule: ControlRule): ReportRule {
  return { when: [], continue: false, controls: [rule] };
}

function tellReport({ via, bytes }: OutReport): string {
  return `${via === "output" ? "out" : "feature"} ${Buffer.from(bytes).toString("hex")}`;
}

/** A report of the table, written out. */
function respell(text: string): string {
  const [via = "", hexadecimal = ""] = text.split(" ");
  return `${via} ${Buffer.from(readReport(hexadecimal)).toString("hex")}`;
}

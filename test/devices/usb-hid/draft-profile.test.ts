import fc from "fast-check";
import { expect, test } from "vitest";
import { draftProfile } from "../../../devices/usb-hid/profile/draft.ts";
import { parseProfile } from "../../../devices/usb-hid/profile/read-profile.ts";
import { createDecoder } from "../../../devices/usb-hid/read/decoder.ts";
import { settingsSchema } from "../../../devices/usb-hid/settings.ts";

const settings = settingsSchema.parse({ ids: "1234:ABCD" });
const bytes = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

function draft(...reports: readonly string[]) {
  const text = draftProfile(settings, reports.map(bytes));
  const parsed = parseProfile(text, "draft.json");
  if (!parsed.ok) throw new Error(parsed.failure);
  return parsed.value;
}

function play(profile: ReturnType<typeof draft>, ...reports: readonly string[]) {
  const decoder = createDecoder(profile);
  return reports.map((report) =>
    decoder.decode(bytes(report)).map((event) => `${event.kind} ${event.control}`),
  );
}

test("keys that are bits become buttons, in the order of their bits, and the draft reads what was seen", () => {
  const seen = [
    "00 00 00",
    "00 01 00",
    "00 00 00",
    "00 04 00",
    "00 05 00",
    "00 00 00",
    "00 00 80",
    "00 00 00",
  ] as const;
  const profile = draft(...seen);
  expect(profile.match).toEqual([expect.objectContaining({ vid: "1234", pid: ["abcd"] })]);
  expect(play(profile, ...seen)).toEqual([
    [],
    ["down button-1"],
    ["up button-1"],
    ["down button-2"],
    ["down button-1"],
    ["up button-1", "up button-2"],
    ["down button-3"],
    ["up button-3"],
  ]);
});

test("a key whose bit is set at rest is down when it is not", () => {
  const profile = draft("ff", "fe", "ff", "ff");
  expect(play(profile, "ff", "fe", "ff")).toEqual([[], ["down button-1"], ["up button-1"]]);
});

test("keys that send numbers become buttons of those numbers, with a note", () => {
  const profile = draft("1e 00", "1e 17", "1e 00", "1e 25", "1e 00", "1e 3a", "1e 00");
  expect(play(profile, "1e 00", "1e 25", "1e 00")).toEqual([[], ["down button-2"], ["up button-2"]]);
  expect(profile.notes).toContain("byte 1 (0 at rest) has a number for each button");
});

test("what takes many values becomes a fader, and what changes all the time is left out", () => {
  const reports = Array.from({ length: 60 }, (_, index) => {
    const position = index < 30 ? 0x10 + index * 3 : 0x10 + 29 * 3;
    return Buffer.from([index * 5, position, 7]).toString("hex");
  });
  const profile = draft(...reports);
  const controls = profile.input?.reports?.flatMap((report) => report.controls) ?? [];
  expect(controls).toEqual([
    expect.objectContaining({ kind: "value", at: 1, from: 0x10, to: 0x10 + 29 * 3 }),
  ]);
  expect(profile.notes).toMatch(/byte 0 changed with every report.*counter/);
});

test("reports of several lengths are told apart by their first byte", () => {
  const profile = draft("01 00 00", "02 00", "01 01 00", "01 00 00", "02 40", "02 00");
  expect(profile.input?.reports?.map(({ id }) => id)).toEqual([1, 2]);
  expect(play(profile, "02 40", "01 01 00")).toEqual([["down button-2"], ["down button-1"]]);
});

test("a draft says that it is one", () => {
  const profile = draft("00", "01", "00");
  expect([profile.confirmed, profile.source]).toEqual([
    "on paper",
    "Drafted by valt-bridge learn from 3 reports of one unit.",
  ]);
  expect(profile.notes).toMatch(/^A draft: .*guessed/);
});

test("whatever was seen, the draft is a sound profile", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 40 }), (reports) => {
      const parsed = parseProfile(draftProfile(settings, reports), "draft.json");
      expect(parsed.ok ? "" : parsed.failure).toBe("");
    }),
  );
});

import { expect, test } from "vitest";
import { usbHid } from "../../../devices/usb-hid/driver.ts";
import { profileOf } from "../../../devices/usb-hid/profile/store.ts";
import { type HidSettings, settingsSchema } from "../../../devices/usb-hid/settings.ts";
import { profileWith } from "./bench.ts";

const complete = (settings: Record<string, unknown>) =>
  usbHid.completeSettings!(settingsSchema.parse(settings), undefined);
const cardOf = (settings: Record<string, unknown>) => {
  const completed = complete(settings);
  if (!completed.ok) throw new Error(completed.failure.message);
  return profileOf(completed.value as HidSettings).input?.evdev?.card;
};

test("a mapping says how its reader types, and its words win over the profile's", () => {
  expect(cardOf({ profile: "card-reader" })).toMatchObject({ end: "enter", betweenKeysMs: 250 });
  const card = {
    length: 10,
    prefix: "ctrl-b",
    betweenKeysMs: 700,
    number: { from: "decimal", to: "hex", bytes: "reversed" },
  };
  expect(cardOf({ profile: "card-reader", card })).toEqual({
    ...card,
    control: "card",
    layout: "us",
    end: "enter",
    minimumLength: 4,
    maximumLength: 64,
  });
  const own = profileWith({ input: { evdev: { card: { layout: "fr", length: 8 } } } });
  expect(cardOf({ profile: own, card: { end: "pause" } })).toMatchObject({
    layout: "fr",
    length: 8,
    end: "pause",
  });
});

test.each([
  [{ profile: "card-reader", card: { end: "pause" } }, "card", 'needs "length"'],
  [{ profile: "pcsensor-pedal", card: { length: 10 } }, "card", "is none"],
])("%j is refused", (settings, setting, words) => {
  expect(complete(settings)).toMatchObject({
    ok: false,
    failure: { setting, message: expect.stringContaining(words) },
  });
});

test("a profile with such a fault says where", () => {
  expect(() => profileWith({ input: { evdev: { card: { end: "pause" } } } })).toThrow(
    'input.evdev.card: "end"',
  );
});

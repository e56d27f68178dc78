import { expect, test } from "vitest";
import { streamDeck } from "../../devices/stream-deck/driver.ts";
import { controlId, roomName } from "../../src/base/identifiers.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { createFace } from "../../src/panel/create-face.ts";
import { PressNotes } from "../../src/panel/press-notes.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { mappingText, parse } from "../support/rig.ts";

const KEY = controlId("key-1");

function createSetting(pin: string | undefined, model = "mk2") {
  const clock = createFakeClock();
  const errors: unknown[] = [];
  const log: Log = { ...silentLog, error: (_, fields) => errors.push(fields?.fault) };
  const deck = { kind: "stream-deck", model, room: "interview-1", pin: { from: "DESK_PIN", attempts: 2 } };
  const mapping = parse(mappingText("http://127.0.0.1:1", { extra: { devices: { deck } } }));
  const [device] = mapping.devices.values();
  const controls = streamDeck.describeControls(device!.settings, []);
  if (device === undefined || !Array.isArray(controls)) throw new Error("no controls");
  const still = { changed: () => undefined, isTouched: () => false };
  const request = { device, controls, clock, log, secret: () => pin, ...still };
  return { request, errors, create: (former?: ReturnType<typeof createFace>) => createFace(request, former) };
}

const textOf = (face: ReturnType<typeof createFace>) => face.bindingOf(KEY)?.look?.table.available.text;

test("a panel that is lost and comes back is as locked, or as open, as it was", () => {
  const { create } = createSetting("12");
  const face = create();
  expect(textOf(face)).toBe("1");
  face.take({ digit: "2" });
  face.take({ digit: "2" });
  const back = create(face);
  back.take({ digit: "2" });
  back.take({ digit: "2" });
  // Two wrong tries in all: now the right PIN is refused as well.
  back.take({ digit: "1" });
  back.take({ digit: "2" });
  expect(textOf(back)).toBe("1");

  const open = create();
  open.take({ digit: "1" });
  open.take({ digit: "2" });
  expect(textOf(create(open))).toBe("Ready");
});

test.each([
  { what: "a PIN that is not there", pin: undefined, model: "mk2", fault: "not found" },
  { what: "letters", pin: "12a", model: "mk2", fault: "this panel has the keys 1 2 3 4 5 6 7 8 9 0" },
  {
    what: "a digit that is not there",
    pin: "18",
    model: "mini",
    fault: "this panel has the keys 1 2 3 4 5 6",
  },
  { what: "nothing", pin: "", model: "mk2", fault: "this panel has the keys 1 2 3 4 5 6 7 8 9 0" },
])("$what is reported, and the panel stays locked", ({ pin, model, fault }) => {
  const { create, errors } = createSetting(pin, model);
  const face = create();
  expect(errors).toEqual([fault]);
  for (const digit of "1234567890-".repeat(8)) face.take({ digit });
  expect(textOf(face)).toBe("1");
});

const refused = (text: string) => ({ kind: "refused", text, room: roomName("interview-1") }) as const;

test("a refusal is shown for four seconds, a newer one for four of its own", async () => {
  const clock = createFakeClock();
  const changed: string[] = [];
  const notes = new PressNotes(clock, (control) => changed.push(control));
  notes.show(KEY, refused("busy"));
  await clock.advance(3000);
  notes.show(KEY, refused("the room is locked"));
  await clock.advance(1500);
  expect(notes.of(KEY)?.text).toBe("the room is locked");
  await clock.advance(2500);
  expect(notes.of(KEY)).toBeUndefined();
  expect(changed).toEqual([KEY, KEY, KEY]);
});

test("a refusal that comes again with the same reason is shown for its own time", async () => {
  const clock = createFakeClock();
  const notes = new PressNotes(clock, () => undefined);
  notes.show(KEY, refused("busy"));
  await clock.advance(3000);
  notes.show(KEY, refused("busy"));
  await clock.advance(3900);
  expect(notes.of(KEY)?.text).toBe("busy");
  await clock.advance(200);
  expect(notes.of(KEY)).toBeUndefined();
});

test("a delivered mark is shown for a second and a half", async () => {
  const clock = createFakeClock();
  const notes = new PressNotes(clock, () => undefined);
  notes.show(KEY, { ...refused("Marked ✓ 0:42"), kind: "delivered" });
  await clock.advance(1400);
  expect(notes.of(KEY)?.text).toBe("Marked ✓ 0:42");
  await clock.advance(200);
  expect(notes.of(KEY)).toBeUndefined();
});

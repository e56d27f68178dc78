import { expect, test } from "vitest";
import { createContacts } from "../../../devices/serial/contacts.ts";
import type { ControlEvent } from "../../../src/driver/contract.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const CALM = { cts: false, dsr: false, dcd: false, ri: false };

function rig(lines: Parameters<typeof createContacts>[0]) {
  const clock = createFakeClock();
  const events: string[] = [];
  const emit = (event: ControlEvent) => events.push(`${event.kind} ${event.control}`);
  return { clock, events, contacts: createContacts(lines, { clock, emit }) };
}

const plain = { invert: "no", debounceMs: 20 } as const;

test("a contact that rests for its debounce time is a press, and likewise a release", async () => {
  const { clock, events, contacts } = rig({ cts: plain });
  contacts.sense(CALM);
  contacts.sense({ ...CALM, cts: true });
  await clock.advance(19);
  expect(events).toEqual([]);
  await clock.advance(1);
  expect(events).toEqual(["down cts"]);
  contacts.sense(CALM);
  await clock.advance(20);
  expect(events).toEqual(["down cts", "up cts"]);
});

test("a contact that bounces is pressed once", async () => {
  const { clock, events, contacts } = rig({ dsr: plain });
  contacts.sense(CALM);
  for (let bounce = 0; bounce < 10; bounce++) {
    contacts.sense({ ...CALM, dsr: bounce % 2 === 0 });
    await clock.advance(5);
  }
  expect(events).toEqual([]);
  contacts.sense({ ...CALM, dsr: true });
  await clock.advance(100);
  expect(events).toEqual(["down dsr"]);
});

test("what is closed when the line opens is held, not pressed", async () => {
  const { clock, events, contacts } = rig({ dcd: plain });
  contacts.sense({ ...CALM, dcd: true });
  await clock.advance(100);
  expect(events).toEqual(["held dcd"]);
});

test("an inverted contact is pressed when its line goes off", async () => {
  const { clock, events, contacts } = rig({ cts: { ...plain, invert: "yes" } });
  contacts.sense({ ...CALM, cts: true });
  contacts.sense(CALM);
  await clock.advance(20);
  expect(events).toEqual(["down cts"]);
});

test("lines that are not configured, and those that a port cannot tell, mean nothing", async () => {
  const { clock, events, contacts } = rig({ ri: plain });
  contacts.sense({ ...CALM, ri: undefined });
  contacts.sense({ cts: true, dsr: true, dcd: true, ri: undefined });
  contacts.broke();
  await clock.advance(100);
  expect(events).toEqual([]);
});

test("a break is a click, and one that goes on is still one", async () => {
  const { clock, events, contacts } = rig({ break: {} });
  contacts.broke();
  await clock.advance(100);
  contacts.broke();
  await clock.advance(200);
  contacts.broke();
  expect(events).toEqual(["pulsed break"]);
  await clock.advance(300);
  contacts.broke();
  expect(events).toEqual(["pulsed break", "pulsed break"]);
});

test("nothing is told after closing", async () => {
  const { clock, events, contacts } = rig({ cts: plain });
  contacts.sense(CALM);
  contacts.sense({ ...CALM, cts: true });
  contacts.close();
  await clock.advance(100);
  expect(events).toEqual([]);
  expect(clock.timerCount()).toBe(0);
});

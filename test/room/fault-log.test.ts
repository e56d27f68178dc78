import { expect, test } from "vitest";
import { roomName } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { createFaultLog } from "../../src/room/fault-log.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const [ONE, TWO] = [roomName("one"), roomName("two")];

test("rooms that fail for one reason within a second are one line, each once until it is heard again", async () => {
  const clock = createFakeClock();
  const lines: unknown[] = [];
  const note = (_: string, fields?: object) => lines.push(fields);
  const faults = createFaultLog({ clock, log: { ...silentLog, warn: note, info: note } });
  faults.failed(ONE, "no such room");
  await clock.advance(500);
  faults.failed(TWO, "no such room");
  faults.failed(ONE, "no such room");
  await clock.advance(499);
  expect(lines).toEqual([]);
  await clock.advance(1);
  expect(lines.splice(0)).toEqual([{ rooms: [ONE, TWO], why: "no such room" }]);
  faults.failed(ONE, "refused");
  await clock.advance(1000);
  expect(lines.splice(0)).toEqual([{ rooms: [ONE], why: "refused" }]);
  faults.heard(ONE);
  faults.heard(ONE);
  expect(lines.splice(0)).toEqual([{ room: ONE }]);
  faults.failed(TWO, "refused");
  faults.failed(ONE, "gone");
  faults.close();
  expect(clock.timerCount()).toBe(0);
  await clock.advance(5000);
  expect(lines).toEqual([]);
});

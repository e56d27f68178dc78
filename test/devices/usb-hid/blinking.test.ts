import { expect, test } from "vitest";
import type { Blink } from "../../../src/driver/contract.ts";
import { createNotingHost, show } from "../../driver/hid/noting-host.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createMachine, expectOpen, openOn, unitAt } from "./bench.ts";
import { readShipped } from "./profiles/shipped.ts";

let panels = 0;
const red = (blink: Blink) => ({ kind: "lamp", rgb: [255, 0, 0], blink }) as const;

/** An opened X-keys; `lampStates` are those of the first key's red lamp: 0 dark, 1 lit, 2 flashing by itself. */
async function openPanel() {
  const clock = createFakeClock();
  const host = createNotingHost(clock);
  panels += 1;
  // A place of its own: on a clock that stands still, the panel of another test may still be closing.
  const path = `/dev/hidraw${panels}`;
  const xk24 = { vendorId: 0x05f3, productId: 0x0405, interface: 0, usagePage: 0x0c } as const;
  const machine = createMachine(unitAt(path, xk24));
  const handle = machine.handleAt(path);
  const device = expectOpen(await openOn(machine, { profile: readShipped("xkeys-xk-24") }, host));
  await clock.advance(0);
  handle.sent.splice(0);
  const lampStates = () =>
    handle.sent.filter((report) => report.startsWith("00b520")).map((report) => Number(report.slice(6, 8)));
  return { clock, host, handle, device, lampStates };
}

test("a paused room's key flashes by itself: one report, however long the pause", async () => {
  const { clock, device, lampStates } = await openPanel();
  await show(device, "key-1", red("slow"));
  await clock.advance(10_000);
  expect(lampStates()).toEqual([2]);
});

test("what the panel cannot flash by itself is switched on and off, until something else is shown", async () => {
  const { clock, device, lampStates } = await openPanel();
  await show(device, "key-1", red("double"));
  await clock.advance(1000);
  await show(device, "key-1", red("steady"));
  await clock.advance(5000);
  expect(lampStates()).toEqual([1, 0, 1, 0, 1, 1]);
});

test("a panel that is unplugged while a lamp is switched is lost, once", async () => {
  const { clock, host, handle, device } = await openPanel();
  await show(device, "key-1", red("fast"));
  handle.writes = "refused";
  await clock.advance(1000);
  expect(host.losses).toEqual([expect.stringContaining("Cannot write to hid device")]);
});

test("a panel that is closed is switched no more", async () => {
  const { clock, device, handle } = await openPanel();
  await show(device, "key-1", red("fast"));
  await device.close();
  handle.sent.splice(0);
  await clock.advance(1000);
  expect(handle.sent).toEqual([]);
});

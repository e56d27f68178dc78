import { expect, test } from "vitest";
import { createLamps } from "../../../../devices/usb-hid/write/lamps.ts";
import { profileIds, readShipped } from "./shipped.ts";

/** How long each device waits for a sign of life before it goes dark by itself, as its sign of life says. */
const patience: Readonly<Record<string, (sign: Uint8Array) => number>> = {
  // The keep-alive step: operation 8, and seconds in the lower four bits.
  "kuando-busylight": (sign) => ((sign[1] ?? 0) & 0x0f) * 1000,
  // The server tickle: hundredths of a second, high byte first.
  blink1: (sign) => ((sign[3] ?? 0) * 256 + (sign[4] ?? 0)) * 10,
  // Our own format: ten seconds, as the README tells builders.
  "teensy-rawhid": () => 10_000,
  "arduino-rawhid": () => 10_000,
};

const watched = profileIds.filter((id) => readShipped(id).output?.keepAlive !== undefined);

test("the lamps with a dead-man are those that are known to have one", () => {
  expect(watched).toEqual(Object.keys(patience).toSorted());
});

test.each(watched)(
  "%s lives on when one sign of life is lost, and is dark within 15 seconds of the last",
  (id) => {
    const profile = readShipped(id);
    const signs = createLamps(profile).keepAlive();
    expect(signs).toHaveLength(1);
    const patienceMs = patience[id]!(signs[0]!.bytes);
    expect(profile.output!.keepAlive!.everyMs * 2).toBeLessThan(patienceMs);
    expect(patienceMs).toBeLessThanOrEqual(15_000);
  },
);

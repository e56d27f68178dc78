import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Profile } from "../../../../devices/usb-hid/profile/profile.ts";
import { createLamps, lampsOf } from "../../../../devices/usb-hid/write/lamps.ts";
import { type ControlEvent, controlId } from "../../../../src/driver/contract.ts";
import { decoderOf } from "./decoders.ts";
import { profileIds, readShipped } from "./shipped.ts";
import { readReport, vectors } from "./vectors.ts";

/** For each profile; a longer search is asked for by FUZZ_RUNS. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 10);
const profiles = profileIds.map((id) => ({ id, profile: readShipped(id) }));
const withInput = profiles.filter(({ profile }) => profile.input !== undefined);
const withLamps = profiles.filter(({ profile }) => lampsOf(profile).length > 0);
const byte = fc.integer({ min: 0, max: 255 });

describe("whatever bytes a device sends", () => {
  test.each(withInput)(
    "$id: nothing is thrown, and events are sound and of its own controls",
    ({ id, profile }) => {
      const told = vectors.get(id)?.introduction;
      const introduction = told === undefined ? undefined : readReport(told);
      fc.assert(
        fc.property(fc.array(reportsLike(id, profile), { maxLength: 20 }), (reports) => {
          const decoder = decoderOf(
            profile,
            { tellsHeld: () => false, dropped: () => undefined },
            introduction,
          );
          const own = decoder?.controls.map((control) => control.id) ?? [];
          const events = reports.flatMap((report) => decoder?.decode(report) ?? []);
          expect(events.filter((event) => !own.includes(event.control) || !isSound(event))).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
  );
});

/** Some are long, some are short; most begin as real ones do, so that they get past the conditions. */
function reportsLike(id: string, profile: Profile): fc.Arbitrary<Uint8Array> {
  const isHid = profile.input?.evdev === undefined;
  const openings = (vectors.get(id)?.inputs ?? []).map(([report]) =>
    isHid ? readReport(report).subarray(0, 2) : new Uint8Array(16),
  );
  return fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc
      .tuple(fc.constantFrom(...openings), fc.uint8Array({ minLength: 8, maxLength: 72 }))
      .map(([opening, rest]) => Uint8Array.from([...opening, ...rest])),
  );
}

function isSound(event: ControlEvent): boolean {
  if (event.kind === "moved") return event.fraction >= 0 && event.fraction <= 1;
  if (event.kind === "turned") return Number.isSafeInteger(event.detents) && event.detents !== 0;
  return true;
}

describe("whatever a lamp shall show", () => {
  test.each(withLamps)("$id: the reports have the length that the device expects", ({ profile }) => {
    const lamps = createLamps(profile);
    const ids = lampsOf(profile).map(({ id }) => controlId(id));
    const usual = new Set(ids.slice(0, 1).flatMap((id) => sizes(lamps.show(id, lit))));
    fc.assert(
      fc.property(
        fc.constantFrom(...ids),
        fc.tuple(byte, byte, byte),
        fc.constantFrom("steady" as const, "slow" as const, "fast" as const, "double" as const),
        (id, rgb, blink) => {
          const reports = lamps.show(id, { kind: "lamp", rgb, blink });
          expect(reports.length).toBeGreaterThan(0);
          expect(sizes(reports).filter((size) => !usual.has(size))).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

const lit = { kind: "lamp", rgb: [255, 255, 255], blink: "steady" } as const;

function sizes(reports: ReturnType<ReturnType<typeof createLamps>["init"]>): readonly string[] {
  return reports.map(({ via, bytes }) => `${via} ${bytes.length}`);
}

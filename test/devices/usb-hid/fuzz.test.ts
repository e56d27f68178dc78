import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decoder } from "../../../devices/usb-hid/find/source.ts";
import { describeProfile } from "../../../devices/usb-hid/profile/describe.ts";
import type { Profile } from "../../../devices/usb-hid/profile/profile.ts";
import { parseProfile } from "../../../devices/usb-hid/profile/read-profile.ts";
import { shippedProfiles } from "../../../devices/usb-hid/profile/store.ts";
import { chooseDecoder } from "../../../devices/usb-hid/read/choose-decoder.ts";
import type { OutReport } from "../../../devices/usb-hid/write/encode-frame.ts";
import { createLamps } from "../../../devices/usb-hid/write/lamps.ts";
import type { Blink, ControlEvent } from "../../../src/driver/contract.ts";
import { createTestHandle } from "./bench.ts";

/** For each profile; a longer search is asked for by FUZZ_RUNS. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 10);
const profiles = shippedProfiles().map((profile) => [profile.id, profile] as const);
const blinks: readonly Blink[] = ["steady", "slow", "fast", "double"];

/** Reports of any length, and such as pass for real ones: the right length and a plausible beginning. */
function reportsOf({ input }: Profile) {
  const length = input?.length ?? 24;
  const starts = (input?.reports ?? []).map(({ id, when }) => {
    const start = new Uint8Array(length);
    if (id !== undefined) start[0] = id;
    for (const { at, equals, in: list } of when) start[at] = equals ?? list?.[0] ?? 0;
    return start;
  });
  const real = fc.uint8Array({ minLength: length, maxLength: length });
  const plausible = fc
    .tuple(real, fc.constantFrom(...starts, new Uint8Array(length)))
    .map(([bytes, start]) => {
      for (const [at, byte] of start.entries()) if (byte !== 0) bytes[at] = byte;
      return bytes;
    });
  return fc.array(fc.oneof(fc.uint8Array({ maxLength: 70 }), real, plausible), {
    minLength: 1,
    maxLength: 12,
  });
}

function expectSound({ controls }: Decoder, events: readonly ControlEvent[]): void {
  const known = new Set(controls.map(({ id }) => id));
  const down = new Set<string>();
  for (const event of events) {
    if (!known.has(event.control)) throw new Error(`${event.control} is no control`);
    if (event.kind === "up" && !down.delete(event.control)) throw new Error(`${event.control} was not down`);
    if (event.kind === "down" && down.has(event.control)) throw new Error(`${event.control} was down`);
    if (event.kind === "down" || event.kind === "held") down.add(event.control);
    if (!isInRange(event)) throw new Error(JSON.stringify(event));
  }
}

function print(reports: readonly OutReport[]): string {
  return reports.map(({ bytes }) => Buffer.from(bytes).toString("latin1")).join();
}

function isInRange(event: ControlEvent): boolean {
  if (event.kind === "moved") return event.fraction >= 0 && event.fraction <= 1;
  return event.kind !== "turned" || (Number.isInteger(event.detents) && event.detents !== 0);
}

describe.each(profiles)("%s", (_, profile) => {
  it("reads whatever comes without an error, and tells of its own controls alone", async () => {
    const handle = createTestHandle();
    const unit = { handle, profile, productName: "", named: [], reach: "wire" } as const;
    const tools = { tellsHeld: () => false, dropped: () => undefined };
    await fc.assert(
      fc.asyncProperty(reportsOf(profile), async (reports) => {
        const decoder = await chooseDecoder(unit, tools);
        expectSound(
          decoder,
          reports.flatMap((report) => [...decoder.decode(report)]),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it("shows whatever is wanted in reports of the same length, and dark when it is darkened", () => {
    const controls = describeProfile(profile, []);
    const ids =
      controls === "known-once-open"
        ? []
        : controls.flatMap(({ id, output }) => (output.kind === "lamp" ? [id] : []));
    if (ids.length === 0) return;
    const dark = print(createLamps(profile).repeat());
    const byte = fc.nat(255);
    const looks = fc.array(
      fc.tuple(fc.constantFrom(...ids), fc.tuple(byte, byte, byte), fc.constantFrom(...blinks)),
    );
    fc.assert(
      fc.property(looks, (wanted) => {
        const lamps = createLamps(profile);
        for (const [id, rgb, blink] of wanted) {
          for (const { bytes } of lamps.show(id, { kind: "lamp", rgb, blink }))
            expect(bytes.length).toBeLessThanOrEqual(1025);
        }
        lamps.darken();
        expect(print(lamps.repeat()) === dark).toBe(true);
      }),
      { numRuns: 8 },
    );
  });
});

it("a profile of any text is refused or read, and never throws", () => {
  const [, good] = profiles[0]!;
  const text = JSON.stringify(good);
  const mutated = fc
    .tuple(fc.nat(text.length), fc.nat(20), fc.string())
    .map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), mutated),
      (any) => typeof parseProfile(any, "any.json").ok === "boolean",
    ),
    { numRuns: RUNS * 10 },
  );
});

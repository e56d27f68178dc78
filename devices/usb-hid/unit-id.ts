import { type Clock, within } from "../../src/base/clock.ts";
import { createDecoder } from "./decoder.ts";
import { createLamps } from "./lamps.ts";
import { createLine } from "./line.ts";
import type { Profile } from "./profile.ts";
import type { ReportHandle } from "./source.ts";

const ANSWERS_WITHIN_MS = 500;

/** What a unit that was just opened says about itself; nothing if it does not say so in time. */
export async function readUnitId(
  handle: ReportHandle,
  profile: Profile,
  clock: Clock,
): Promise<number | undefined> {
  const decoder = createDecoder(profile);
  const { minGapMs = 0, retry = 0 } = profile.output ?? {};
  const line = createLine(handle, { clock, minGapMs, retry, traced: () => undefined });
  const told = new Promise<number | undefined>((resolve) => {
    handle.listen({
      report(bytes) {
        decoder.decode(bytes);
        const unitId = decoder.unitId?.();
        if (unitId !== undefined) resolve(unitId);
      },
      failed: () => resolve(undefined),
    });
    line.send(createLamps(profile).init()).catch(() => resolve(undefined));
  });
  const unitId = await within(clock, told, ANSWERS_WITHIN_MS);
  return unitId === "too-late" ? undefined : unitId;
}

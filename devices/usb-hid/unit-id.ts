import type { Clock } from "../../src/driver/contract.ts";
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
  return new Promise((resolve) => {
    const cancel = clock.after(ANSWERS_WITHIN_MS, () => resolve(undefined));
    const finish = (unitId: number | undefined) => {
      cancel();
      resolve(unitId);
    };
    handle.listen({
      report(bytes) {
        decoder.decode(bytes);
        const unitId = decoder.unitId?.();
        if (unitId !== undefined) finish(unitId);
      },
      failed: () => finish(undefined),
    });
    line.send(createLamps(profile).init()).catch(() => finish(undefined));
  });
}

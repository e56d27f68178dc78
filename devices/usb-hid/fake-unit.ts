import type { Profile } from "./profile.ts";
import type { ReportEars, ReportHandle } from "./source.ts";

/** A device that is not there: takes everything, and reports what it is given to report. */
export interface FakeUnit {
  readonly productName: string;
  readonly handle: ReportHandle;
  report(bytes: Uint8Array): void;
  /** What is written from now on, oldest first; only the newest are kept. */
  follow(written: Uint8Array[]): void;
}

const units = new Map<string, FakeUnit>();
let made = 0;
const MOST_KEPT = 20_000;

/** Found by its product name until it is closed. */
export function createFakeUnit({ name }: Profile): FakeUnit {
  made += 1;
  const productName = `${name} (fake ${made})`;
  let ears: ReportEars | undefined;
  let followed: Uint8Array[] | undefined;
  const note = async (report: Uint8Array) => {
    followed?.push(Uint8Array.from(report));
    if ((followed?.length ?? 0) > MOST_KEPT) followed?.shift();
  };
  const unit: FakeUnit = {
    productName,
    handle: {
      listen: (heard) => {
        ears = heard;
      },
      write: note,
      sendFeature: note,
      getFeature: async (_reportId, length) => new Uint8Array(length),
      close: async () => {
        ears = undefined;
        units.delete(productName);
      },
    },
    report: (bytes) => ears?.report(bytes),
    follow: (written) => {
      followed = written;
    },
  };
  units.set(productName, unit);
  return unit;
}

export function findFakeUnit(productName: string): FakeUnit | undefined {
  return units.get(productName);
}

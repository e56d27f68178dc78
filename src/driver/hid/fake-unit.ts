import type { FakeHardware } from "../player.ts";
import type { HidEars, HidHandle } from "./handle.ts";

/** A device that is not there: takes everything, and reports what is played into it. */
interface FakeUnit extends FakeHardware {
  readonly productName: string;
  readonly handle: HidHandle;
}

const units = new Map<string, FakeUnit>();
let made = 0;
const MOST_KEPT = 20_000;

/** Found by its product name until it is closed. */
export function createFakeUnit(name: string): FakeUnit {
  made += 1;
  const productName = `${name} (fake ${made})`;
  let ears: HidEars | undefined;
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
      getFeature: async (reportId, length) =>
        Uint8Array.from({ length }, (_, at) => (at === 0 ? reportId : 0)),
      close: async () => {
        ears = undefined;
        units.delete(productName);
      },
    },
    play: (bytes) => ears?.report(bytes),
    follow: (written) => {
      followed = written;
    },
  };
  units.set(productName, unit);
  return unit;
}

/** The fake that an open device plays with; nothing once it is closed. */
export function findFakeUnit(productName: string): FakeUnit | undefined {
  return units.get(productName);
}

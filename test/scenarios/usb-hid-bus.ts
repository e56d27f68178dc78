import { EventEmitter } from "node:events";

/** A unit on the fake bus: what is done to it, and what it was sent. Stands where hidraw would. */
export interface BusUnit {
  readonly path: string;
  /** Every output report with its id byte, oldest first, since it was plugged in. */
  readonly written: Written[];
  /** How many times it was opened. */
  opened: number;
  report(...bytes: readonly number[]): void;
  unplug(): void;
  plug(): void;
}

export interface Written {
  readonly bytes: Uint8Array;
  /** Monotonic. */
  readonly atMs: number;
}

export interface BusProduct {
  readonly vendorId: number;
  readonly productId: number;
  readonly product: string;
  readonly usagePage?: number;
  readonly serialNumber?: string;
  /** What it says to what it is sent. */
  answer?(report: Uint8Array): readonly number[] | undefined;
}

interface Plugged extends BusUnit {
  readonly product: BusProduct;
  isThere: boolean;
  open: FakeHid | undefined;
}

const units: Plugged[] = [];

/** Everything is unplugged again. */
export function clearBus(): void {
  units.length = 0;
}

export function plugIn(product: BusProduct): BusUnit {
  const unit: Plugged = {
    path: `/nowhere/hidraw${units.length}`,
    product,
    written: [],
    opened: 0,
    isThere: true,
    open: undefined,
    report: (...bytes) => unit.open?.emit("data", Buffer.from(bytes)),
    unplug() {
      const { open } = unit;
      Object.assign(unit, { isThere: false, open: undefined });
      open?.emit("error", new Error("could not read from HID device: device disconnected"));
    },
    plug() {
      unit.written.length = 0;
      unit.isThere = true;
    },
  };
  units.push(unit);
  return unit;
}

/** What node-hid exports, as far as the driver calls it. */
export async function devicesAsync() {
  return units
    .filter(({ isThere }) => isThere)
    .map(({ path, product }) => ({ path, interface: 0, release: 1, usage: 1, usagePage: 12, ...product }));
}

class FakeHid extends EventEmitter {
  readonly #unit: Plugged;

  constructor(unit: Plugged) {
    super();
    this.#unit = unit;
  }

  async write(report: Buffer): Promise<number> {
    const unit = this.#unit;
    if (!unit.isThere) throw new Error("Cannot write to hid device");
    unit.written.push({ bytes: Uint8Array.from(report), atMs: performance.now() });
    setImmediate(() => {
      const answer = unit.product.answer?.(report);
      if (answer !== undefined) this.emit("data", Buffer.from(answer));
    });
    return report.length;
  }

  sendFeatureReport(report: Buffer): Promise<number> {
    return this.write(report);
  }

  async getFeatureReport(_: number, length: number): Promise<Buffer> {
    return Buffer.alloc(length);
  }

  async close(): Promise<void> {
    if (this.#unit.open === this) this.#unit.open = undefined;
  }
}

export const HIDAsync = {
  async open(path: string): Promise<FakeHid> {
    const unit = units.find((one) => one.path === path && one.isThere);
    if (unit === undefined) throw new Error(`cannot open device with path ${path}`);
    unit.opened += 1;
    const hid = new FakeHid(unit);
    unit.open ??= hid;
    return hid;
  },
};

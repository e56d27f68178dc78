import { peerId, succeed } from "../../../src/driver/contract.ts";
import type { TransportRequest, TransportResult, WireEars } from "./wire.ts";

/** A wire without hardware: what is played into it arrives, what is written to it can be read. */
interface FakeWire {
  play(bytes: Uint8Array): void;
  /** Everything written from now on is added to the list. */
  follow(written: Uint8Array[]): void;
}

const open = new Map<string, FakeWire>();

/** By the name that follows `fake://`. */
export function findFakeWire(name: string): FakeWire | undefined {
  return open.get(name);
}

/** A wire of this name, until it is closed; a later one of the same name takes its place. */
export function openFakeWire(name: string, request: TransportRequest): TransportResult {
  const url = `fake://${name}`;
  let written: Uint8Array[] = [];
  const ears: WireEars = request.meet({
    peer: { id: peerId(url), address: url, reach: "wire", delivery: "stream" },
    write: (bytes) => void written.push(bytes),
    drive: () => Promise.resolve(),
  });
  const wire: FakeWire = {
    play: (bytes) => ears.took(bytes),
    follow(list) {
      written = list;
    },
  };
  return succeed({
    name: url,
    begin: () => void open.set(name, wire),
    async close() {
      if (open.get(name) === wire) open.delete(name);
    },
  });
}

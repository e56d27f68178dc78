import { describe, expect, it } from "vitest";
import { createDockFramer } from "../../../devices/stream-deck/dock-packet.ts";

describe("packets of a dock", () => {
  it.each(["legacy", "cora"] as const)("at random never throw: %s", (dialect) => {
    const start = Buffer.from(dialect === "cora" ? "43938a41" : "010a", "hex");
    for (let round = 0; round < 1000; round++) {
      const framer = createDockFramer();
      framer.push(start);
      for (let chunk = 0; chunk < 20; chunk++) framer.push(noise(round, chunk));
      expect(framer.dialect()).toBe(dialect);
    }
  });

  it("of absurd length are malformed, and so are bytes between packets", () => {
    const header = Buffer.from("43938a41000000000000000001000000", "hex");
    expect(createDockFramer().push(Buffer.concat([header, Buffer.alloc(1)]))).toHaveLength(1);
    const absurd = Buffer.from(header);
    absurd.writeUInt32LE(20_000, 12);
    expect(createDockFramer().push(absurd)).toBe("malformed");
    expect(createDockFramer().push(Buffer.concat([header, Buffer.alloc(2, 7)]))).toBe("malformed");
  });
});

function noise(round: number, chunk: number): Buffer {
  const length = (round * 31 + chunk * 17) % 97;
  return Buffer.from(Array.from({ length }, (_, at) => (at * round + chunk * 13) % 256));
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { readNews } from "../../../devices/serial/wire/com-port.ts";
import { createTelnetReader, escapeTelnet, subnegotiation } from "../../../devices/serial/wire/telnet.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

interface Heard {
  readonly data: number[];
  readonly offers: string[];
  readonly told: { readonly option: number; readonly bytes: readonly number[] }[];
  readonly drops: string[];
}

function listen() {
  const heard: Heard = { data: [], offers: [], told: [], drops: [] };
  const clock = createFakeClock();
  const ears = {
    took: (bytes: Uint8Array) => heard.data.push(...bytes),
    offered: (verb: number, option: number) => heard.offers.push(`${verb} ${option}`),
    told: (option: number, bytes: Uint8Array) => heard.told.push({ option, bytes: [...bytes] }),
    dropped: (reason: string) => heard.drops.push(reason),
  };
  return { heard, clock, push: createTelnetReader(ears, clock) };
}

test("data passes, and its doubled bytes 255 are one", () => {
  const { heard, push } = listen();
  push(Uint8Array.of(0x41, 0xff, 0xff, 0x42, 0xff, 241, 0x43));
  expect(heard).toMatchObject({ data: [0x41, 0xff, 0x42, 0x43], offers: [], told: [] });
});

test("whatever is escaped is read back, in any chunking", () => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(bytes, bytes, fc.integer({ min: 1, max: 7 }), (data, told, size) => {
      const { heard, push } = listen();
      const wire = Buffer.concat([
        escapeTelnet(data),
        subnegotiation(44, [...told]),
        Buffer.from([0xff, 253, 44]),
      ]);
      for (let at = 0; at < wire.length; at += size) push(wire.subarray(at, at + size));
      expect(heard).toEqual({
        data: [...data],
        told: [{ option: 44, bytes: [...told] }],
        offers: ["253 44"],
        drops: [],
      });
    }),
  );
});

test("a subnegotiation without its end ends after a second, and what follows is data again", async () => {
  const { heard, push, clock } = listen();
  push(Uint8Array.of(0xff, 250, 44, 107, 0x52, 0x45));
  await clock.advance(999);
  push(Uint8Array.of(0x43));
  expect(heard).toMatchObject({ data: [], drops: [] });
  await clock.advance(1);
  push(Uint8Array.of(0x41));
  expect(heard).toMatchObject({ data: [0x41], told: [], drops: ["telnet subnegotiation without its end"] });
  push(Uint8Array.of(0xff, 250, 44, 107, 16, 0xff, 240));
  await clock.advance(5000);
  expect(heard).toMatchObject({ told: [{ option: 44, bytes: [107, 16] }], drops: [expect.anything()] });
});

test("a subnegotiation that hardly ever ends is dropped with its end, and what follows is data again", () => {
  const { heard, push } = listen();
  push(Uint8Array.of(0xff, 250, 44));
  for (let round = 0; round < 1000; round++) push(new Uint8Array(1000).fill(0xff));
  push(Uint8Array.of(0xff, 240, 0x41));
  expect(heard).toMatchObject({ data: [0x41], told: [], drops: ["telnet subnegotiation too long"] });
});

test("a million random bytes break nothing, neither the reader nor what reads its news", () => {
  const { heard, push } = listen();
  let seed = 7;
  for (let round = 0; round < 1000; round++) {
    const chunk = Uint8Array.from({ length: 1000 }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      const byte = seed >>> 16;
      return byte % 5 === 0 ? 240 + (byte % 16) : byte % 256;
    });
    push(chunk);
    for (const { bytes } of heard.told.splice(0)) readNews(Uint8Array.from(bytes));
    heard.data.length = 0;
  }
  expect(heard.offers.length).toBeGreaterThan(0);
});

test("a server's news are read: lines, errors, breaks, what was set", () => {
  expect(readNews(Uint8Array.of(107, 0b1011_0000))).toEqual({
    kind: "modem",
    inputs: { cts: true, dsr: true, ri: false, dcd: true },
  });
  expect(readNews(Uint8Array.of(106, 0b0001_0000))).toMatchObject({ kind: "line", hasBreak: true });
  expect(readNews(Uint8Array.of(106, 0b0000_0100))).toMatchObject({
    damage: "parity error",
    hasBreak: false,
  });
  expect(readNews(Uint8Array.of(101, 0, 0, 0x25, 0x80))).toEqual({ kind: "set", what: "baud", value: 9600 });
  expect(readNews(Uint8Array.of(101, 0x25))).toBeUndefined();
  expect(readNews(Uint8Array.of())).toBeUndefined();
});

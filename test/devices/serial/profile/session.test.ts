import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { controlId } from "../../../../src/driver/contract.ts";
import { shippedProfileIds } from "../../../../src/driver/shipped-profiles.ts";
import { settle } from "../../../support/fake-clock.ts";
import { DARK, lamp, openLine, openShipped, parsed, RED, smallProfile } from "./line.ts";

const open = (parts: Record<string, unknown> = {}) => openLine(parsed(smallProfile(parts)));

describe("what a device says", () => {
  test("becomes touches, and what is unknown is counted and never answered", async () => {
    const line = open();
    line.hear("K1d\rK1u\rK3d\rnonsense\r");
    await settle();
    expect(line.events).toEqual(["down key-1", "up key-1"]);
    expect(line.dropped).toEqual(["message about an unknown control", "unknown message"]);
    expect(line.written).toEqual([]);
  });

  test("is reported as it came: nothing is invented and nothing kept back", () => {
    const line = open();
    line.hear("K1u\rK1d\rK1d\r");
    expect(line.events).toEqual(["up key-1", "down key-1", "down key-1"]);
  });

  test("that is a level is a touch only when it changes, and held when it is first heard", () => {
    const receive = [{ match: "K{n:int}={s:enum(1=down,0=up)}", do: { control: "key-{n}", level: "{s}" } }];
    const line = open({ receive });
    line.hear("K1=1\rK2=0\rK1=1\rK1=0\rK2=1\rK2=1\r");
    expect(line.events).toEqual(["held key-1", "up key-1", "down key-2"]);
  });

  test("may be bytes, with names, masks and meanings", () => {
    const line = open({
      frame: { kind: "fixed", lengthBytes: 4, sync: "\u00a0", checksum: { kind: "xor8", covers: "all" } },
      receive: [
        {
          bytes: ["01", { name: "state", mask: 0x30, means: { 1: "down", 2: "up" } }],
          do: { control: "key-1", event: "{state}" },
        },
        {
          bytes: ["02", { name: "keys" }],
          do: { bits: "keys", count: 2, control: "key-{bit+1}", whenSet: "down" },
        },
      ],
    });
    line.hear("\xa0\x01\x1f\xbe");
    line.hear("\xa0\x01\x20\x81\xa0\x01\x30\x91");
    line.hear("\xa0\x02\x01\xa3");
    expect(line.events).toEqual(["down key-1", "up key-1", "held key-1"]);
    expect(line.dropped).toEqual(["unknown message"]);
  });

  test("that does not suit its control is counted", () => {
    const line = open({
      controls: [
        { id: "key-1", input: "button" },
        { id: "dial", input: "encoder" },
      ],
      receive: [
        { match: "A", do: { control: "key-1", event: "turn" } },
        { match: "B{d:int}", do: { control: "dial", event: "turn", detents: "{d}" } },
        { match: "C", do: { control: "dial", event: "down" } },
      ],
    });
    line.hear("A\rB0\rB99999\rC\rB-2\r");
    expect(line.events).toEqual(["turned dial -2"]);
    expect(line.dropped).toHaveLength(4);
  });

  test("that is an echo of what was sent is nothing", async () => {
    const line = open({ send: { end: "\r", echo: "suppress" }, receive: [] });
    await line.show("key-1", lamp(RED));
    line.hear("L11\rL11\r");
    expect(line.dropped).toEqual(["unknown message"]);
  });

  test("is never too much: any bytes, split anywhere, are no error in any shipped profile", () => {
    const shipped = shippedProfileIds("serial").map((id) => openShipped(id));
    const text = fc.string({
      unit: fc.constantFrom(...'01,:~@# "{}[]aDKPstate\r\n\0\xff'.split("")),
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (chunks) => {
        for (const line of shipped) for (const chunk of chunks) line.hear(chunk);
      }),
      { numRuns: 200 },
    );
    for (const line of shipped) expect(line.lost).toEqual([]);
  });

  test("of a million random bytes means no touch", () => {
    const line = openShipped("lutron-keypad");
    let seed = 5;
    for (let round = 0; round < 1000; round++) {
      const noise = Array.from({ length: 1000 }, () => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return String.fromCharCode((seed >>> 16) & 0xff);
      });
      line.hear(noise.join(""));
    }
    expect(line.events).toEqual([]);
    expect(line.lost).toEqual([]);
  });
});

describe("what is sent", () => {
  test("keeps the least gap between two messages", async () => {
    const line = open({ send: { end: "\r", minGapMs: 100 } });
    void line.session.show(controlId("key-1"), lamp(RED));
    void line.session.show(controlId("key-2"), lamp(RED));
    await settle();
    expect(line.written).toEqual(["L11\r"]);
    await line.clock.advance(99);
    expect(line.written).toEqual(["L11\r"]);
    await line.clock.advance(1);
    expect(line.written).toEqual(["L11\r", "L21\r"]);
  });

  test("is written letter by letter for devices that lose them", async () => {
    const line = open({ send: { end: "\r", charGapMs: 10 } });
    const shown = line.session.show(controlId("key-1"), lamp(RED));
    await line.clock.advance(25);
    expect(line.written).toEqual(["L", "1", "1"]);
    await line.clock.advance(20);
    await shown;
    expect(line.written.join("")).toBe("L11\r");
  });

  test("is only the latest of each lamp while it waits, and every promise is kept", async () => {
    const line = open({ send: { end: "\r", minGapMs: 100 } });
    const shown = [RED, DARK, DARK, RED].map((rgb) => line.session.show(controlId("key-1"), lamp(rgb)));
    await line.clock.advance(1000);
    await Promise.all(shown);
    expect(line.written).toEqual(["L11\r", "L11\r"]);
  });

  test("is all of it where the profile says so, within bounds", async () => {
    const line = open({ send: { end: "\r", minGapMs: 10, coalesce: "all" } });
    const shown = Array.from({ length: 600 }, () => line.session.show(controlId("key-1"), lamp(RED)));
    await line.clock.advance(10_000);
    await Promise.all(shown);
    expect(line.written.length).toBe(513);
    expect(line.dropped.length).toBe(87);
  });

  test("is sent again when it is not acknowledged, and then the device is lost, once", async () => {
    const line = open({ send: { end: "\r", ack: { expect: "OK", timeoutMs: 200, retries: 1 } } });
    const first = line.session.show(controlId("key-1"), lamp(RED));
    await line.clock.advance(250);
    expect(line.written).toEqual(["L11\r", "L11\r"]);
    line.hear("OK\r");
    await first;
    const second = line.session.show(controlId("key-2"), lamp(RED));
    const refused = expect(second).rejects.toThrow("does not acknowledge");
    await line.clock.advance(1000);
    await refused;
    expect(line.written.slice(2)).toEqual(["L21\r", "L21\r"]);
    expect(line.lost).toEqual(["the device does not acknowledge what it is sent"]);
    expect(line.dropped).toEqual([]);
  });

  test("may be bytes with a checksum, and a colour", async () => {
    const line = open({
      controls: [
        {
          id: "key-1",
          lamp: {
            colors: { green: "#00ff00", red: "#ff0000" },
            states: { off: "0", on: "1" },
            send: { bytes: ["A0 01", { value: "{state}" }], checksum: { kind: "sum8" } },
          },
        },
        {
          id: "key-2",
          lamp: {
            colors: { g: "#00ff00", r: "#ff0000" },
            states: { off: "off", on: "on" },
            send: "{color} {state}",
          },
        },
      ],
      receive: [],
    });
    expect(await line.show("key-1", lamp(RED))).toEqual(["\xa0\x01\x01\xa2"]);
    expect(await line.show("key-2", lamp([200, 90, 0]))).toEqual(["r on\r"]);
  });

  test("is nothing where the frame does not suit the control", async () => {
    const line = open();
    expect(await line.show("key-1", { kind: "text", text: "hello" })).toEqual([]);
    expect(await line.show("key-9", lamp(RED))).toEqual([]);
    expect(line.dropped).toHaveLength(2);
  });
});

describe("a device that is asked", () => {
  const polled = (poll: Record<string, unknown>) =>
    open({ send: { end: "\r", poll: [{ everyMs: 1000, send: "?", ...poll }] } });

  test("is asked at once and again, and is lost, once, when it leaves three questions unanswered", async () => {
    const line = polled({ expect: "!{rest:text}" });
    line.session.start();
    await line.clock.advance(1500);
    expect(line.written).toEqual(["?\r", "?\r"]);
    line.hear("!\r");
    expect([line.events, line.dropped]).toEqual([[], []]);
    await line.clock.advance(3000);
    expect(line.lost).toEqual([]);
    await line.clock.advance(20_000);
    expect(line.lost).toEqual([expect.stringMatching(/^the device left \d questions unanswered$/)]);
    expect(line.clock.timerCount()).toBe(0);
  });

  test("is not lost within three seconds, however often it is asked", async () => {
    const line = polled({ everyMs: 20 });
    line.session.start();
    await line.clock.advance(2900);
    expect(line.lost).toEqual([]);
    line.hear("anything\r");
    await line.clock.advance(2900);
    expect(line.lost).toEqual([]);
    await line.clock.advance(200);
    expect(line.lost).toHaveLength(1);
  });

  test("must say what is expected, where something is", async () => {
    const line = polled({ expect: "!" });
    line.session.start();
    for (let second = 0; second < 10; second++) {
      line.hear("K1d\r");
      await line.clock.advance(1000);
    }
    expect(line.lost).toHaveLength(1);
  });
});

import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { readFraming } from "../../../../devices/serial/framing/dialect-frame.ts";
import { frameSchema } from "../../../../devices/serial/framing/frame-spec.ts";
import { createFramer } from "../../../../devices/serial/framing/framer.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { LINES } from "../../../../src/driver/link.ts";
import { rest, until } from "../../../support/rig.ts";
import { cut, frame, hex, openBench } from "./cutting.ts";

const native = readFraming(LINES);
const lines = frame({ kind: "delimiter" });

describe("a line that is too long", () => {
  test("is thrown away whole: its tail is never executed", () => {
    const bench = openBench(native);
    bench.push(`${"x".repeat(1100)}REC STOP 4\rPING\r`);
    expect(bench.frames).toEqual(["PING"]);
    expect(bench.dropped).toEqual(["frame too long"]);
  });

  test("is thrown away whole even when it pauses", async () => {
    const bench = openBench(lines);
    bench.push("x".repeat(300));
    await bench.clock.advance(60_000);
    bench.push("REC STOP 4\rPING\r");
    expect(bench.frames).toEqual(["PING"]);
  });

  test.for([
    ["256 where nothing else is said", lines, 256],
    ["1024 in the dialects of lines, which refuse one longer than 256 themselves", native, 1024],
  ] as const)("is one byte longer than %s", ([, spec, length]) => {
    const [longest, longer] = ["x".repeat(length), "y".repeat(length + 1)];
    expect(cut(spec, `${longest}\r${longer}\rPING\r`)).toEqual([longest, "PING"]);
  });

  test("never gives anything that is not a line of the stream, whatever stands in it", () => {
    const line = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 600 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.nat(50), (texts, size) => {
        const stream = texts.map((text) => `${text}\r`).join("");
        const pieces = stream.match(new RegExp(`.{1,${size + 1}}|\\r`, "g")) ?? [];
        expect(cut(lines, ...pieces)).toEqual(texts.filter(({ length }) => length > 0 && length <= 256));
      }),
      { numRuns: 100 },
    );
  });
});

describe("a frame that pauses", () => {
  test("is dropped after half a second in text", async () => {
    const bench = openBench(lines);
    bench.push("REC ST");
    await bench.clock.advance(490);
    bench.push("OP");
    await bench.clock.advance(490);
    expect(bench.dropped).toEqual([]);
    await bench.clock.advance(20);
    expect(bench.dropped).toEqual(["unfinished frame"]);
    bench.push("PING\r");
    expect(bench.frames).toEqual(["PING"]);
  });

  test("is dropped after three characters, but not before 100 ms, in binary", async () => {
    const spec = frame({ kind: "fixed", lengthBytes: 4 });
    const [quick, slow] = [openBench(spec, 0.1), openBench(spec, 100)];
    for (const bench of [quick, slow]) {
      bench.push("ab");
      await bench.clock.advance(150);
      bench.push("cdef");
    }
    expect([quick.frames, slow.frames]).toEqual([["cdef"], ["abcd"]]);
  });

  test("is forgotten silently after ten seconds in the dialects", async () => {
    const bench = openBench(native);
    bench.push("REC ST");
    await bench.clock.advance(9_900);
    bench.push("A");
    await bench.clock.advance(10_000);
    bench.push("PING\r");
    expect([bench.frames, bench.dropped]).toEqual([["PING"], []]);
  });

  test("is whole, or waited for, where the setting says so", async () => {
    const whole = openBench(frame({ kind: "delimiter", quietMs: 50, whenQuiet: "frame" }));
    const waiting = openBench(frame({ kind: "delimiter", whenQuiet: "wait" }));
    for (const bench of [whole, waiting]) {
      bench.push("PI");
      await bench.clock.advance(100_000);
      bench.push("NG\r");
    }
    expect([whole.frames, waiting.frames]).toEqual([["PI", "NG"], ["PING"]]);
  });

  test("ends where silence is the end", async () => {
    const bench = openBench(frame({ kind: "idle", gapMs: 20, longestBytes: 8 }));
    bench.push("ab");
    await bench.clock.advance(19);
    bench.push("cd");
    await bench.clock.advance(20);
    bench.push("0123456789");
    await bench.clock.advance(20);
    bench.push("ef");
    await bench.clock.advance(20);
    expect(bench.frames).toEqual(["abcd", "ef"]);
    expect(bench.dropped).toEqual(["frame too long"]);
  });

  test("keeps one timer, and none between frames", async () => {
    const bench = openBench(lines);
    for (const letter of "a long line") bench.push(letter);
    expect(bench.clock.timerCount()).toBe(1);
    bench.push("\r");
    await bench.clock.advance(1000);
    expect(bench.clock.timerCount()).toBe(0);
  });
});

describe("a damaged byte", () => {
  test("takes the rest of its line along, and nothing more", () => {
    const bench = openBench(native);
    bench.push("REC ST");
    bench.framer.discard("damaged");
    bench.push("P 4 STOP\rPING\r");
    expect(bench.frames).toEqual(["PING"]);
  });

  test("between lines takes along only what follows within half a second", async () => {
    const bench = openBench(native);
    bench.framer.discard("damaged");
    await bench.clock.advance(500);
    bench.push("PING\r");
    expect(bench.frames).toEqual(["PING"]);
  });

  test("in binary takes along everything up to silence", async () => {
    const bench = openBench(frame({ kind: "fixed", lengthBytes: 2 }));
    bench.push("a");
    bench.framer.discard("damaged");
    bench.push("bcd");
    await bench.clock.advance(500);
    bench.push("ef");
    expect(bench.frames).toEqual(["ef"]);
  });
});

describe("noise", () => {
  test("in text is control characters and FF before a line, and padding after it", () => {
    expect(cut(native, "\0\x03\xff\xffPING\0\0\r\0PING\xff\r")).toEqual(["PING", "PING"]);
  });

  test.each(["1\x002", "1\x032", "1\x1b[D2", "1\x152", "1\r\b2", "1\xff2", "1\xff\xff2"])(
    "%j never makes the 1 and the 2 a 12",
    (bytes) => {
      for (const spec of [
        native,
        frame({ kind: "idle", gapMs: 5, content: "text" }),
        frame({ kind: "delimiter", ends: ["\r\n"] }),
      ])
        for (const one of cut(spec, `REC START ${bytes}\r\n`)) expect(one).not.toMatch(/12/);
    },
  );

  test("backspace and DEL take a character back, of however many bytes, and so does telnet's EC", () => {
    expect(cut(native, "REC START 1\b2\rREC START 1\x7f2\rREC START 1\xff\xf72\r\b\bPING\r")).toEqual([
      "REC START 2",
      "REC START 2",
      "REC START 2",
      "PING",
    ]);
    expect(cut(native, "Anh\xc3\xb6\b.\r\xe2\x82\xac\bx\rAnh\xf6\b.\r")).toEqual(["Anh.", "x", "Anh."]);
  });

  test("that a person means by a key of telnet spoils the line: interrupt, erase line", () => {
    expect(cut(native, "REC START 1\xff\xf4\xff\xfd\x06\rREC START 1\xff\xf82\r")).toEqual([
      "REC START 1\x03",
      "REC START 1\x152",
    ]);
  });

  test("a subnegotiation without its end ends with a second of silence, and joins nothing", async () => {
    const bench = openBench(native);
    bench.push("REC START 1\xff\xfa\x2c");
    await bench.clock.advance(1000);
    bench.push("2\rPING\r");
    expect(bench.frames).toEqual(["REC START 1\x002", "PING"]);
    bench.push(`REC START 1\xff\xfa${"x".repeat(64)}2\rPING\r`);
    expect(bench.frames.slice(2)).toEqual(["REC START 1\x002", "PING"]);
  });

  test("a form takes no control character in between", () => {
    const bench = openBench(frame({ kind: "pattern", patterns: ["K{digits}."] }));
    bench.push("\0K1\x002.\rK3.");
    expect([bench.frames, bench.dropped]).toEqual([["K3."], ["bytes of no known form"]]);
  });

  test("that is telnet negotiation is taken out, and a lone FF takes nothing along", () => {
    expect(cut(native, "\xff\xfb\x18\xff\xfd\x01PI\xff\xfa\x18\x01\xff\xf0NG\r\xffR1\r\xff\xffR2\r")).toEqual(
      ["PING", "R1", "R2"],
    );
  });

  test("before a start is left out, and a line without one is counted", () => {
    const bench = openBench(frame({ kind: "delimiter", start: "#" }));
    bench.push("x~#PING\rPONG\r");
    expect([bench.frames, bench.dropped]).toEqual([["PING"], ["frame without its start"]]);
  });

  test("of forty bytes takes along the line that it runs into", () => {
    const noise = Array.from({ length: 40 }, (_, index) => String.fromCharCode(128 + index)).join("");
    expect(cut(native, `${noise}REC STOP 4\rPING\r`)).toEqual([`${noise}REC STOP 4`, "PING"]);
  });

  test("without a sync is lost until the line is silent", async () => {
    const bench = openBench(frame({ kind: "length-prefixed", addBytes: 1, longestBytes: 16 }));
    bench.push(hex("ff 02 41 42"));
    expect(bench.frames).toEqual([]);
    await bench.clock.advance(100);
    bench.push(hex("02 41 42"));
    expect(bench.frames).toEqual(["\x02AB"]);
  });

  test("with a sync is one complaint, and the frame after it is found", () => {
    const bench = openBench(frame({ kind: "fixed", lengthBytes: 4, sync: "\xa5\x5a" }));
    bench.push(hex("00 01 a5 00 a5 a5 5a 07 08"));
    expect(bench.frames).toEqual([hex("07 08")]);
    expect(bench.dropped).toEqual(["bytes outside of a frame"]);
  });
});

test("a start within brackets begins anew, since the end was lost", () => {
  const bench = openBench(frame({ kind: "brackets" }));
  bench.push("\x02AB\x02CD\x03");
  expect([bench.frames, bench.dropped]).toEqual([["CD"], ["unfinished frame"]]);
});

test("a wrong SLIP escape costs its frame alone", () => {
  const bench = openBench(frame({ kind: "slip" }));
  bench.push(hex("41 db 00 42 c0 43 c0 44 db c0 45 c0"));
  expect([bench.frames, bench.dropped]).toEqual([
    ["C", "E"],
    ["wrong escape", "wrong escape"],
  ]);
});

test("a line is whole whose end waited while nobody read", async () => {
  const framed: string[] = [];
  const server = createServer((socket) => {
    const framer = createFramer(frame({ kind: "delimiter", quietMs: 100 }), {
      clock: systemClock,
      framed: (bytes) => framed.push(Buffer.from(bytes).toString()),
      dropped: (reason) => framed.push(reason),
    });
    socket.on("data", (bytes) => framer.push(bytes));
    onTestFinished(() => framer.close());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1").setNoDelay();
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  await once(client, "connect");
  for (const [beginning, end] of [
    ["MARK 1 ", "x\r"],
    ["REC START ", "1\r"],
  ]) {
    client.write(beginning ?? "");
    await rest(40);
    client.write(end ?? "");
    const untilMs = performance.now() + 200;
    while (performance.now() < untilMs);
    const before = framed.length;
    await until("a line", () => framed.length > before);
  }
  expect(framed).toEqual(["MARK 1 x", "REC START 1"]);
});

test("what takes no known form is thrown away up to the end of the line, or silence", async () => {
  const bench = openBench(frame({ kind: "pattern", patterns: ["K{digit}"] }));
  bench.push("KxK1\rK2");
  bench.push("zK3");
  await bench.clock.advance(500);
  bench.push("K4");
  expect(bench.frames).toEqual(["K2", "K4"]);
  expect(bench.dropped).toEqual(["bytes of no known form", "bytes of no known form"]);
});

test("a setting that makes no sense is refused", () => {
  const wrong = [
    { kind: "delimiter", ends: [] },
    { kind: "delimiter", ends: ["ö€"] },
    { kind: "brackets", start: "ab" },
    { kind: "fixed" },
    { kind: "fixed", lengthBytes: 0 },
    { kind: "slip", longestBytes: 1_000_000 },
    { kind: "lines" },
    { kind: "idle", gapMs: 5, unknown: 1 },
  ];
  for (const setting of wrong)
    expect(frameSchema.safeParse(setting).success, JSON.stringify(setting)).toBe(false);
});

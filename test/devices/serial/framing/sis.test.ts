import { describe, expect, test } from "vitest";
import { readFraming } from "../../../../devices/serial/framing/dialect-frame.ts";
import { cut, openBench } from "./cutting.ts";

const smp = readFraming({ kind: "sis" });

describe("the bytes that public drivers for Extron's recorders send", () => {
  test.each([
    [
      "Companion's modules for the SMP 111 and 351: a line feed after everything, never a CR",
      "2I\n\x1bY1RCDR\n\x1bY0RCDR\n\x1bY2RCDR\n\x1bBRCDR\n1*2!\n1*1*3.\n",
      ["2I", "\x1bY1RCDR", "\x1bY0RCDR", "\x1bY2RCDR", "\x1bBRCDR", "1*2!", "1*1*3."],
    ],
    [
      "the Lua driver for Opencast: queries back to back",
      "Q\x1bYRCDR\r35II33I\x1bM13RCDR\r\x1bM9RCDR\r\x1bM13*Lecture 4RCDR\r\x1bY1RCDR\r",
      [
        "Q",
        "\x1bYRCDR",
        "35I",
        "I",
        "33I",
        "\x1bM13RCDR",
        "\x1bM9RCDR",
        "\x1bM13*Lecture 4RCDR",
        "\x1bY1RCDR",
      ],
    ],
    [
      "ACA's and PlaceOS's drivers: polls, extend, mark, swap",
      "I\x1bYRCDR\r\x1bE15RCDR\r\x1bBRCDR\r%I",
      ["I", "\x1bYRCDR", "\x1bE15RCDR", "\x1bBRCDR", "%", "I"],
    ],
    [
      "AVCoders: verbose mode first, then a poll a second",
      "\x1b3CV\rI\x1bY1RCDR\rII",
      ["\x1b3CV", "I", "\x1bY1RCDR", "I", "I"],
    ],
    [
      "a web page's: W instead of ESC, a bar instead of CR, small letters",
      "wY1RCDR|WE3*1RTMP|1*1!WY0RCDR|wM13*Room 1RCDR|",
      ["\x1bY1RCDR", "\x1bE3*1RTMP", "1*1!", "\x1bY0RCDR", "\x1bM13*Room 1RCDR"],
    ],
    [
      "Symphony's: small letters, long numbers, commands that no recorder needs",
      "nq1I10I13I55I98I\x1bCN\r\x1bDRCDR\r\x1bI1HDCP\r*Q",
      ["n", "q", "1I", "10I", "13I", "55I", "98I", "\x1bCN", "\x1bDRCDR", "\x1bI1HDCP", "*Q"],
    ],
    [
      "one without any end: each is whole with its last letter",
      "\x1bY1RCDR\x1bYRCDRI\x1bE5RCDR\x1bY0RCDR",
      ["\x1bY1RCDR", "\x1bYRCDR", "I", "\x1bE5RCDR", "\x1bY0RCDR"],
    ],
    [
      "a title without any end, before the next command",
      "\x1bM13*ARCDR\x1bY1RCDR",
      ["\x1bM13*ARCDR", "\x1bY1RCDR"],
    ],
  ])("%s", (_, stream, commands) => {
    expect(cut(smp, stream)).toEqual(commands);
    expect(cut(smp, ...stream)).toEqual(commands);
    for (let at = 0; at <= stream.length; at++)
      expect(cut(smp, stream.slice(0, at), stream.slice(at)), `split at ${at}`).toEqual(commands);
  });
});

test("a title may have a bar and the word RCDR in it", () => {
  expect(cut(smp, "\x1bM13*RCDR|WY0RCDR testRCDR\rI")).toEqual(["\x1bM13*RCDR|WY0RCDR testRCDR", "I"]);
  expect(cut(smp, "\x1bM13*A RCDR B|C RCDR\rI")).toEqual(["\x1bM13*A RCDR B|C RCDR", "I"]);
});

test("telnet negotiation is no command", () => {
  expect(cut(smp, "\xff\xfb\x18\xff\xfd\x03I\xff\xfa\x18\x00xterm\xff\xf0Q")).toEqual(["I", "Q"]);
});

test("ten seconds between characters end a command without a word", async () => {
  const bench = openBench(smp);
  bench.push("\x1bY1RC");
  await bench.clock.advance(9_900);
  bench.push("D");
  await bench.clock.advance(10_100);
  bench.push("R\rI");
  expect(bench.frames).toEqual(["R", "I"]);
  expect(bench.dropped).toEqual([]);
});

test("what is too long is thrown away up to its end, and its tail is not executed", () => {
  const bench = openBench(smp);
  bench.push(`\x1bM13*${"x".repeat(300)}Y1RCDR\rI`);
  expect(bench.frames).toEqual(["I"]);
  expect(bench.dropped).toEqual(["frame too long"]);
});

test("a command that breaks off is counted", () => {
  const bench = openBench(smp);
  bench.push("33\r\x1bY1\x1bY0RCDR\r");
  expect(bench.frames).toEqual(["\x1bY0RCDR"]);
  expect(bench.dropped).toEqual(["unfinished command", "unfinished command"]);
});

import { beforeEach, describe, expect, test } from "vitest";
import { dial, type LineRig, startListener, type Terminal } from "../support/lines.ts";

let line: LineRig;
let terminal: Terminal;
const status = () => line.simulator.world.room(1)?.status;

beforeEach(async () => {
  line = await startListener({ allow: ["127.0.0.1"] });
  terminal = await dial(line.port);
});

// The numbers are those of `test/field.md`.
describe("lines of control systems that others stumble over", () => {
  test("34: a command that arrives a byte or two at a time", async () => {
    for (const piece of ["R", "EC ", "STA", "RT", " 1", "\r", "\n"]) {
      terminal.type(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await terminal.hears("OK REC 1 RECORDING");
  });

  test("35: CR, LF and both end a line, and each command is answered once", async () => {
    terminal.type("PING\rPING\nPING\r\nREC? 1\r");
    await terminal.hears("OK REC 1 IDLE");
    expect(terminal.answers()).toHaveLength(4);
  });

  test("36: what PuTTY negotiates before its first word", async () => {
    const hello = [
      255, 251, 31, 255, 251, 32, 255, 251, 24, 255, 251, 39, 255, 253, 1, 255, 251, 3, 255, 253, 3,
    ];
    terminal.type(Uint8Array.from([...hello, ...Buffer.from("REC START 1\r")]));
    await terminal.hears("OK REC 1 RECORDING");
  });

  test("37: the size of a window, told unasked, is no part of the first word", async () => {
    const size = [255, 250, 31, 0, 94, 0, 55, 255, 240];
    terminal.type(Uint8Array.from([...size, ...Buffer.from("REC START 1\r")]));
    await terminal.hears("OK REC 1 RECORDING");
  });

  test("38: noise of a wrong speed starts nothing, and the next line is understood", async () => {
    const noise = Buffer.from("7242fb5e42fb2e2242425efb2a5e225efb4afb3242fb3efb72", "hex");
    terminal.type(noise);
    terminal.type("\r");
    expect(await terminal.ask("REC? 1")).toBeDefined();
    await terminal.hears("OK REC 1 IDLE");
    expect(status()).toBe("available");
  });

  test("39: a frame of STX and ETX around a command starts nothing silently", async () => {
    terminal.type(Uint8Array.from([2, ...Buffer.from("REC START 1"), 13, 10, 3]));
    terminal.type("PING\r");
    await terminal.hears("PONG");
    expect(terminal.answers().length).toBeGreaterThan(1);
  });

  test("40: two starts in one go make one recording", async () => {
    terminal.type("REC START 1\rREC START 1\r");
    await terminal.hears("OK REC 1 RECORDING\r\nOK REC 1 RECORDING");
    expect(line.simulator.world.recordings()).toHaveLength(1);
  });

  test("41: a pause where none is possible is refused in words", async () => {
    expect(await terminal.ask("REC PAUSE 1")).toMatch(/^ERR 14 STATE/);
  });

  test("42: a start in a room that is prepared works", async () => {
    line.simulator.somebodyElse(1, "prepare");
    await terminal.hears("");
    expect(await terminal.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  });
});

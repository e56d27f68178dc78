import { expect, test } from "vitest";
import { dial, startListener } from "../support/lines.ts";

const ROOMS = { rooms: { "interview-1": 1, "interview-2": 2, "interview-12": 12 }, simulator: { rooms: 12 } };

test("a backspace takes back what was typed, and no other control byte joins what stands around it", async () => {
  const { simulator, port } = await startListener({}, ROOMS);
  const terminal = await dial(port);
  expect(await terminal.ask("REC START 1\b2")).toBe("OK REC 2 RECORDING");
  for (const bytes of ["\0", "\x03", "\x15", "\x1b", "\x7f\x7f1\0", "\v"])
    expect([bytes, await terminal.ask(`@7 REC START 1${bytes}2`)]).toEqual([bytes, "@7 ERR 11 SYNTAX"]);
  terminal.type(Buffer.from("REC START 1\xff2\r", "latin1"));
  await terminal.hears("\r\nERR 11 SYNTAX\r\n");
  expect(await terminal.ask("REC?\t1")).toBe("OK REC 1 IDLE");
  expect(await terminal.ask("REC? 12")).toBe("OK REC 12 IDLE");
  expect(simulator.world.recordings()).toHaveLength(1);
});

test("what was interrupted is not done", async () => {
  const { simulator, port } = await startListener({}, ROOMS);
  const terminal = await dial(port);
  expect(await terminal.ask("REC START 1\x03")).toBe("ERR 11 SYNTAX");
  terminal.type(Buffer.from("REC START 1\xff\xf4\xff\xfd\x06\r", "latin1"));
  await terminal.hears("ERR 11 SYNTAX\r\nERR 11 SYNTAX");
  expect(simulator.world.recordings()).toHaveLength(0);
});

test("in the other languages neither", async () => {
  const smp = await startListener({ dialect: "smp", room: "interview-1" }, ROOMS);
  const module = await dial(smp.port);
  await module.hears("(c) Copyright");
  for (const command of ["\x1bY\x001RCDR\r", "\x1bY2\b1RCDR\r", "3\x005I"]) {
    const heard = module.text().length;
    module.type(command);
    await module.hears("E10\r\n".repeat(1));
    expect([command, module.text().slice(heard)]).toEqual([command, expect.stringMatching(/^(?:E10\r\n)?$/)]);
  }
  expect(smp.simulator.requests.all().filter(({ path }) => path.includes("record/"))).toEqual([]);
  const panopto = await startListener({ dialect: "panopto", room: "interview-1" }, ROOMS);
  const crestron = await dial(panopto.port);
  crestron.type("STOP\x00PED\rSTA\x07RT\r");
  await crestron.hears("Command not found: STOP?PED\nSerial-Error: Command not found: STA?RT\n");
  expect(panopto.simulator.world.recordings()).toHaveLength(0);
});

test("nor in commands of the mapping's own", async () => {
  const { simulator, port } = await startListener({ commands: { "GO {room}": { do: "start" } } }, ROOMS);
  const terminal = await dial(port);
  expect(await terminal.ask("GO 1\x002")).toMatch(/^ERR 1[12] /);
  expect(await terminal.ask("GO 1\b2")).toBe("OK");
  expect(simulator.world.recordings()).toHaveLength(1);
  expect(simulator.world.room(12)?.status).toBe("available");
});

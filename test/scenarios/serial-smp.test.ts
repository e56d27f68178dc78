import { expect, test } from "vitest";
import { dial, startListener, type Terminal } from "../support/lines.ts";
import { rest, until } from "../support/rig.ts";

const RECORDER = { dialect: "smp", room: "interview-1" };
const SILENT = { ...RECORDER, hello: "off" };
const ESC = "\x1b";

/** What comes after the text that was there before. */
async function exchange(terminal: Terminal, sent: string, expected: string): Promise<void> {
  const before = terminal.text().length;
  terminal.type(sent);
  await until(
    `${JSON.stringify(expected)} after ${JSON.stringify(sent)}, heard ${JSON.stringify(terminal.text().slice(before))}`,
    () => terminal.text().slice(before) === expected,
    10_000,
  );
}

test("a module that ends its commands with CR records, pauses, marks and stops a room of VALT", async () => {
  const { simulator, port } = await startListener(SILENT);
  const module = await dial(port);
  await exchange(module, `${ESC}YRCDR\r`, "0\r\n");
  await exchange(module, `${ESC}Y1RCDR\r`, "RcdrY1\r\n");
  expect(simulator.world.room(1)?.status).toBe("recording");
  await exchange(module, `${ESC}YRCDR\r`, "1\r\n");
  await exchange(module, `${ESC}BRCDR\r`, "RcdrB\r\n");
  await until("the chapter", () => simulator.world.room(1)?.marks[0]?.text === "Chapter");
  await exchange(module, `${ESC}Y2RCDR\r`, "RcdrY2\r\n");
  expect(simulator.world.room(1)?.status).toBe("paused");
  await exchange(module, `${ESC}Y2RCDR\r`, "RcdrY2\r\n");
  await exchange(module, `${ESC}YRCDR\r`, "2\r\n");
  await exchange(module, `${ESC}Y1RCDR\r`, "RcdrY1\r\n");
  expect(simulator.world.room(1)?.status).toBe("recording");
  await exchange(module, `${ESC}E5RCDR\r`, "E14\r\n");
  await exchange(module, `${ESC}Y7RCDR\r`, "E13\r\n");
  await exchange(module, "%", "E10\r\n");
  await exchange(module, `${ESC}Y0RCDR\r`, "RcdrY0\r\n");
  expect(simulator.world.room(1)?.status).toBe("available");
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
});

test("commands without an end, with LF, as W and |, glued together and cut anywhere are understood alike", async () => {
  const { simulator, port } = await startListener({ ...SILENT, limit: { perSecond: 1000, burst: 1000 } });
  const module = await dial(port);
  // Companion's module sends no end after RCDR; another polls with two glued questions; web pages write W and |.
  await exchange(module, `${ESC}Y1RCDR`, "RcdrY1\r\n");
  await exchange(module, `${ESC}YRCDR\n`, "1\r\n");
  await exchange(module, "WY2RCDR|", "RcdrY2\r\n");
  const before = module.text().length;
  module.type("I33I");
  await module.hears("N/A*N/A\r\n");
  expect(module.text().slice(before)).toMatch(
    /^<ChA1\*ChB3>\*<paused>\*<internal>\*<0>\*<00:00:\d\d>\*<00:00:00>\r\nN\/A\*N\/A\r\n$/,
  );
  const polled = module.text().length;
  module.type(`${ESC}YRCDR\r35I`);
  await until("both answers", () => module.text().slice(polled).split("\r\n").length === 3);
  expect(module.text().slice(polled)).toMatch(/^2\r\n00:00:\d\d\r\n$/);
  for (const piece of `${ESC}Y0RCDR`) {
    module.type(piece);
    await rest(2);
  }
  await module.hears("RcdrY0\r\n");
  expect(simulator.world.room(1)?.status).toBe("available");
  await exchange(module, "36I", "N/A 00:00:00\r\n");
  await exchange(module, "2I", "Streaming Media Processor\r\n");
  await exchange(module, "Q", "0.01\r\n");
});

test("telnet negotiation is no command", async () => {
  const { simulator, port, dropped } = await startListener(SILENT);
  const module = await dial(port);
  module.type(Uint8Array.of(255, 251, 31, 255, 250, 31, 0, 80, 0, 24, 255, 240, 255, 253, 3));
  await exchange(module, `${ESC}Y1RCDR\r`, "RcdrY1\r\n");
  expect(simulator.world.room(1)?.status).toBe("recording");
  expect(dropped()).toEqual({});
});

test("what another one does is told in the verbose modes that ask for it, once it is confirmed", async () => {
  const { simulator, port } = await startListener(SILENT);
  const [acting, told, quiet] = [await dial(port), await dial(port), await dial(port)];
  await exchange(told, `${ESC}3CV\r`, "Vrb3\r\n");
  await exchange(quiet, `${ESC}CV\r`, "0\r\n");
  await exchange(acting, `${ESC}Y1RCDR\r`, "RcdrY1\r\n");
  await told.hears("RcdrY1\r\n");
  await exchange(told, `${ESC}YRCDR\r`, "RcdrY1\r\n");
  simulator.somebodyElse(1, "pause");
  await told.hears("RcdrY2\r\n");
  simulator.somebodyElse(1, "stop");
  await told.hears("RcdrY0\r\n");
  await exchange(told, "35I", "Inf35*00:00:00\r\n");
  expect(told.lines()).toEqual(["Vrb3", "RcdrY1", "RcdrY1", "RcdrY2", "RcdrY0", "Inf35*00:00:00"]);
  expect(quiet.lines()).toEqual(["0"]);
  expect(acting.lines()).toEqual(["RcdrY1"]);
});

test("field 13 becomes the name of the next recording, and of no later one", async () => {
  const { simulator, port } = await startListener(SILENT);
  const module = await dial(port);
  await exchange(module, `${ESC}M13*Müller | hearing 2RCDR\r`, "RcdrM13*Müller | hearing 2\r\n");
  await exchange(module, `${ESC}M2*The creatorRCDR\r`, "RcdrM2*The creator\r\n");
  await exchange(module, `${ESC}M13RCDR\r`, "Müller | hearing 2\r\n");
  await exchange(module, `${ESC}Y1RCDR\r`, "RcdrY1\r\n");
  expect(simulator.world.room(1)?.recordingName).toBe("Müller | hearing 2");
  await exchange(module, `${ESC}Y0RCDR\r`, "RcdrY0\r\n");
  await until("stopped", () => simulator.world.room(1)?.status === "available");
  await exchange(module, `${ESC}M13RCDR\r`, "\r\n");
  await exchange(module, `${ESC}Y1RCDR\r`, "RcdrY1\r\n");
  expect(simulator.world.room(1)?.recordingName).not.toContain("Müller");
});

test("a session with a password begins like such a recorder's, and a password may look like a command", async () => {
  const secrets = { RACK_PASSCODE: "Q1I wY1RCDR" };
  const { simulator, port } = await startListener(
    { ...RECORDER, passcodeFrom: "RACK_PASSCODE" },
    { secrets },
  );
  const module = await dial(port);
  await module.hears("Password:");
  expect(module.text()).toMatch(
    /^\r\n\(c\) Copyright [^\r]*Extron Electronics, SMP 351 compatible subset[^\r]*\r\n\w{3}, \d\d \w{3} \d{4} [\d:]{8}\r\n\r\nPassword:$/,
  );
  const greeted = module.text().length;
  module.type(`\r${ESC}Y1RCDR\r`);
  await until("another prompt", () => module.text().slice(greeted) === "\r\nPassword:");
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  for (const piece of ["Q1I w", "Y1RC", "DR\r"]) {
    module.type(piece);
    await rest(5);
  }
  await module.hears("\r\nLogin Administrator\r\n");
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  await exchange(module, `${ESC}Y1RCDR`, "RcdrY1\r\n");
  expect(simulator.world.room(1)?.status).toBe("recording");
});

test("errors carry the recorder's own numbers", async () => {
  const { simulator, port } = await startListener(SILENT, { deadlineMs: 6000 });
  const module = await dial(port);
  await exchange(module, `${ESC}BRCDR\r`, "E14\r\n");
  simulator.fault({ kind: "latency", ms: 4000, path: "rooms/1/record/start", count: 1 });
  await exchange(module, `${ESC}Y1RCDR\r`, "E18\r\n");
  await until("the start after all", () => simulator.world.room(1)?.status === "recording", 10_000);
  await until("known", async () => {
    const before = module.text().length;
    module.type(`${ESC}YRCDR\r`);
    await until("an answer", () => module.text().length > before);
    return module.text().endsWith("1\r\n");
  });
  await simulator.down();
  await until("unknown", async () => {
    const before = module.text().length;
    module.type(`${ESC}YRCDR\r`);
    await rest(150);
    await until("an answer", () => module.text().length > before);
    return module.text().endsWith("E25\r\n");
  });
  await exchange(module, `${ESC}Y0RCDR\r`, "E25\r\n");
});

test("the room of a recorder may be changed while its module stays connected", async () => {
  const rig = await startListener(SILENT);
  const module = await dial(rig.port);
  await exchange(module, `${ESC}2CV\r`, "Vrb2\r\n");
  await rig.adopt({ ...SILENT, room: "interview-2" });
  await exchange(module, `${ESC}Y1RCDR\r`, "RcdrY1\r\n");
  expect(rig.simulator.world.room(2)?.status).toBe("recording");
  expect(rig.simulator.world.room(1)?.status).toBe("available");
  await rig.adopt({ ...SILENT, room: "interview-2", secondPause: "resumes", freeKilobytes: 777 });
  await until("the confirmation", () => rig.bridge.status().rooms[1]?.status === "recording");
  module.type("I");
  await module.hears("Inf*<ChA1*ChB3>*<recording>*<internal>*<777>*");
  await until("the end of the line", () => module.text().endsWith("\r\n"));
  await exchange(module, `${ESC}Y2RCDR\r`, "RcdrY2\r\n");
  await exchange(module, `${ESC}Y2RCDR\r`, "RcdrY1\r\n");
});

test("the ninth module is told E26 and cut off", async () => {
  const { port } = await startListener(SILENT);
  for (const module of await Promise.all(Array.from({ length: 8 }, () => dial(port))))
    await exchange(module, `${ESC}YRCDR\r`, "0\r\n");
  const ninth = await dial(port);
  await until("the end", () => ninth.hasEnded());
  expect(ninth.text()).toBe("E26\r\n");
});

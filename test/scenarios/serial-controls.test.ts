import { afterEach, expect, test } from "vitest";
import { cleanUp, tcpServer } from "../devices/serial/bench.ts";
import { farServer } from "../devices/serial/far-server.ts";
import { dial, startLine, startListener } from "../support/lines.ts";
import { rest, until } from "../support/rig.ts";

afterEach(cleanUp);

test("a key on a control system's touch panel is a button of the mapping, and its lamp is told", async () => {
  const { simulator, port } = await startListener({
    room: "interview-1",
    controls: {
      talk: { press: "toggle", look: "tally" },
      end: { hold: "stop", holdMs: 300 },
      note: { press: { mark: "From the touch panel" }, look: "mark" },
    },
  });
  const crestron = await dial(port);
  expect(await crestron.ask("LED? talk")).toBe("OK LED talk OFF");
  expect(await crestron.ask("SUB *")).toBe("OK SUB *");
  expect(crestron.told().slice(1)).toEqual([
    "!REC interview-1 IDLE",
    "!LED talk OFF",
    "!LED end OFF",
    "!LED note OFF",
  ]);
  simulator.fault({ kind: "latency", ms: 400, path: "rooms/1/record/start", count: 1 });
  expect(await crestron.ask("BTN talk CLICK")).toBe("OK BTN talk");
  await crestron.hears("!LED talk FAST");
  expect(crestron.text()).not.toContain("!LED talk ON");
  await crestron.hears("!LED talk ON");
  await crestron.hears("!LED note ON");
  expect(simulator.world.room(1)?.status).toBe("recording");
  expect(await crestron.ask("LED? TALK")).toBe("OK LED TALK ON");

  expect(await crestron.ask("btn NOTE down")).toBe("OK BTN NOTE");
  await until("the mark", () => simulator.world.room(1)?.marks[0]?.text === "From the touch panel");
  expect(await crestron.ask("BTN note UP")).toBe("OK BTN note");
  await crestron.hears("!LED note DOUBLE");
  await until("the lamp as before", () => crestron.told().at(-1) === "!LED note ON");
  simulator.somebodyElse(1, "pause");
  await crestron.hears("!LED talk SLOW");
  expect(await crestron.ask("BTN end DOWN")).toBe("OK BTN end");
  await rest(100);
  expect(await crestron.ask("BTN end UP")).toBe("OK BTN end");
  await rest(300);
  expect(simulator.world.room(1)?.status).toBe("paused");
  expect(await crestron.ask("BTN end DOWN")).toBe("OK BTN end");
  await until("held for long enough", () => simulator.world.room(1)?.status === "available");
  await crestron.hears("!LED talk OFF");
  expect(await crestron.ask("BTN other CLICK")).toBe("ERR 28 NOTFOUND");
  expect(await crestron.ask("BTN talk MAYBE")).toBe("ERR 11 SYNTAX");
});

test("a keypad's button starts, and its lamp follows the room: fast, solid, slow, and of its own for a fault", async () => {
  const keypad = await tcpServer();
  const { simulator } = await startLine(
    {
      address: `tcp://127.0.0.1:${keypad.port}`,
      profile: "button-box",
      room: "interview-1",
      controls: { "button-1": { tap: "toggle", look: "tally" } },
    },
    { deadlineMs: 2000 },
  );
  const [box] = await until("the connection", () => keypad.connections.length > 0 && keypad.connections);
  const lamps = () =>
    [...(box?.received() ?? "").matchAll(/L1 (\d) ([0-9a-fA-F]{6})\n/g)].map(
      ([, state, rgb]) => `${state} ${rgb?.toLowerCase()}`,
    );
  await until("green", () => lamps().at(-1) === "1 00b43c");
  simulator.fault({ kind: "latency", ms: 500, path: "rooms/1/record/start", count: 1 });
  box?.write("D1\nU");
  box?.write("1\n");
  await until("pending", () => lamps().at(-1) === "3 ffdc00");
  expect(simulator.world.room(1)?.status).toBe("available");
  await until("red", () => lamps().at(-1) === "1 ff0000");
  expect(simulator.world.room(1)?.status).toBe("recording");
  simulator.somebodyElse(1, "pause");
  await until("paused", () => lamps().at(-1) === "2 ff8000");
  await simulator.down();
  await until("stale", () => lamps().at(-1) === "4 aa00dc", 10_000);
  await simulator.up();
  await until("known again", () => lamps().at(-1) === "2 ff8000", 10_000);
});

test("a keypad that was cut off is found again, and shown what it missed", async () => {
  const keypad = await tcpServer();
  const { simulator } = await startLine({
    address: `tcp://127.0.0.1:${keypad.port}`,
    profile: "lutron-keypad",
    values: { integrationId: 5 },
    room: "interview-1",
    controls: { "button-1": { tap: "start", look: "sign" } },
  });
  await until("the lamp", () => keypad.connections[0]?.received().includes("#DEVICE,5,81,9,0\r\n"));
  keypad.connections[0]?.write("~DEVICE,5,1");
  keypad.connections[0]?.socket.destroy();
  simulator.somebodyElse(1, "start");
  await until("another connection", () => keypad.connections.length > 1, 10_000);
  keypad.connections[1]?.write(",3\r\n~DEVICE,5,1,4\r\n");
  await until("red", () => keypad.connections[1]?.received().includes("#DEVICE,5,81,9,1\r\n"));
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
});

test("switches and a lamp on the handshake lines of a far port press and show, and a break marks", async () => {
  const [DSR, CTS] = [32, 16];
  const far = await farServer();
  const { simulator } = await startLine({
    address: `rfc2217://127.0.0.1:${far.port}`,
    lines: { cts: {}, dsr: {}, break: {}, dtr: {} },
    room: "interview-1",
    controls: {
      cts: { press: "start" },
      dsr: { hold: "stop", holdMs: 200 },
      break: { pulse: { mark: "Break" } },
      dtr: { look: "sign" },
    },
  });
  // RFC 2217: 08 sets DTR on, 09 sets it off.
  const dtr = () => far.commands.findLast((command) => command === "0508" || command === "0509");
  // What is closed when the port opens is held, and not pressed.
  far.modem(CTS);
  await rest(100);
  far.modem(0);
  await rest(100);
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  expect(dtr()).toBe("0509");
  far.modem(CTS);
  await until("recording", () => simulator.world.room(1)?.status === "recording");
  await until("the lamp", () => dtr() === "0508");
  far.modem(0);
  far.lineState(16);
  await until("the mark", () => simulator.world.room(1)?.marks[0]?.text === "Break");
  far.modem(DSR);
  await until("stopped", () => simulator.world.room(1)?.status === "available");
  await until("dark", () => dtr() === "0509");
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
});

import { expect, test } from "vitest";
import { dial, startListener } from "../support/lines.ts";
import { rest, until } from "../support/rig.ts";

test("a control system starts, pauses, resumes, marks and stops, and each answer is the server's", async () => {
  const { simulator, port } = await startListener();
  const crestron = await dial(port);
  await crestron.hears("!HELLO RBP/1 ");
  expect(await crestron.ask("REC? 1")).toBe("OK REC 1 IDLE");
  expect(await crestron.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  expect(simulator.world.room(1)?.status).toBe("recording");
  expect(await crestron.ask("rec start interview-1")).toBe("OK REC interview-1 RECORDING");
  expect(simulator.world.recordings()).toHaveLength(1);
  expect(await crestron.ask("REC PAUSE 1")).toBe("OK REC 1 PAUSED");
  expect(simulator.world.room(1)?.status).toBe("paused");
  await until("the pause seen", () => simulator.requests.count("POST rooms/{r}/record/pause") === 1);
  expect(await crestron.ask("REC START 1")).toBe("ERR 14 STATE");
  expect(await crestron.ask("REC RESUME 1")).toBe("OK REC 1 RECORDING");
  expect(await crestron.ask("MARK 1 Says  the name")).toMatch(/^OK MARK 1 00:00:\d\d$/);
  await until("the mark", () => simulator.world.room(1)?.marks.length === 1);
  expect(simulator.world.room(1)?.marks[0]?.text).toBe("Says  the name");
  await until("the time", async () => /^OK REC 1 RECORDING 00:00:\d\d$/.test(await crestron.ask("REC? 1")));
  expect(await crestron.ask("REC STOP 1")).toBe("OK REC 1 IDLE");
  expect(simulator.world.room(1)?.status).toBe("available");
  expect(await crestron.ask("REC STOP 1")).toBe("OK REC 1 IDLE");
  expect(simulator.world.recordings()).toHaveLength(1);
  await until("rest", async () => (await crestron.ask("REC? 1")) === "OK REC 1 IDLE");
  expect(await crestron.ask("REC TOGGLE 1")).toBe("OK REC 1 RECORDING");
});

test("a room is locked and unlocked, and a locked one is not started", async () => {
  const { simulator, port } = await startListener();
  const amx = await dial(port);
  expect(await amx.ask("LOCK? 2")).toBe("OK LOCK 2 OFF");
  expect(await amx.ask("LOCK ON 2")).toBe("OK LOCK 2 ON");
  expect(simulator.world.room(2)?.status).toBe("locked");
  expect(await amx.ask("REC START 2")).toBe("ERR 14 STATE");
  await until("locked", async () => (await amx.ask("LOCK? 2")) === "OK LOCK 2 ON");
  expect(await amx.ask("REC? 2")).toBe("OK REC 2 LOCKED");
  expect(await amx.ask("LOCK OFF 2")).toBe("OK LOCK 2 OFF");
  expect(simulator.world.room(2)?.status).toBe("available");
});

test("questions and mistakes are answered, each with its number", async () => {
  const { port } = await startListener({ limit: { perSecond: 1000, burst: 1000 } });
  const terminal = await dial(port);
  const { version } = await import("../../package.json", { with: { type: "json" } }).then(
    (one) => one.default,
  );
  const expected: Readonly<Record<string, string | RegExp>> = {
    PING: "OK PONG",
    ping: "OK PONG",
    "ID?": /^OK ID \S+/,
    "VER?": `OK VER RBP/1 ${version}`,
    "ROOMS?": "OK ROOMS interview-1,interview-2",
    "STATUS?": "OK STATUS 2",
    "@17 REC? 1": "@17 OK REC 1 IDLE",
    "@a.b_c-d9 EXPLODE": "@a.b_c-d9 ERR 10 UNKNOWN",
    EXPLODE: "ERR 10 UNKNOWN",
    "REC START": "ERR 11 SYNTAX",
    "REC START 1 2": "ERR 11 SYNTAX",
    "PING PONG": "ERR 11 SYNTAX",
    [`MARK 1 ${"x".repeat(240)}`]: "ERR 14 STATE",
    [`MARK 1 ${"x".repeat(249)}`]: "ERR 14 STATE",
    "REC START 3": "ERR 12 ROOM",
    "REC? cellar": "ERR 12 ROOM",
    "SUB 1 TIME 0": "ERR 13 RANGE",
    "HB 3601": "ERR 13 RANGE",
    "REC PAUSE 1": "ERR 14 STATE",
    "MARK 1": "ERR 14 STATE",
    "BTN nowhere CLICK": "ERR 28 NOTFOUND",
    "LED? nowhere": "ERR 28 NOTFOUND",
    LOGIN: "ERR 11 SYNTAX",
  };
  for (const [asked, answer] of Object.entries(expected)) {
    const said = await terminal.ask(asked);
    if (typeof answer === "string") expect([asked, said]).toEqual([asked, answer]);
    else expect(said).toMatch(answer);
  }
  const help = await terminal.ask("HELP");
  const verbs = help.replace("OK HELP ", "").split(" ");
  for (const verb of verbs) expect(await terminal.ask(verb)).not.toBe("ERR 10 UNKNOWN");
  const heard = terminal.answers().length;
  for (const line of ["", "OK REC 1 IDLE", "ERR 10 UNKNOWN", "!REC 1 IDLE", "~DEVICE,1,2,3", "E14"])
    terminal.type(`${line}\r`);
  expect(await terminal.ask("PING")).toBe("OK PONG");
  expect(terminal.answers().length).toBe(heard + 1);
});

test("a line that is too long is refused whole, noise without an end is dropped, and no tail is obeyed", async () => {
  const { simulator, port, dropped } = await startListener();
  const terminal = await dial(port);
  expect(await terminal.ask(`@5 MARK 1 ${"x".repeat(256)}`)).toBe("@5 ERR 11 SYNTAX");
  terminal.type(`MARK 1 ${"x".repeat(1100)} REC START 1`);
  await rest(50);
  terminal.type("REC START 1\rREC? 1\r");
  await terminal.hears("OK REC 1 IDLE");
  expect(terminal.answers()).toEqual(["@5 ERR 11 SYNTAX", "OK REC 1 IDLE"]);
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  expect(dropped()).toEqual({ "frame too long": 1 });
});

test("who subscribes is told of every change, whoever makes it, and two clients see each other's", async () => {
  const { simulator, port } = await startListener();
  const [qsys, amx] = [await dial(port), await dial(port)];
  expect(await qsys.ask("SUB *")).toBe("OK SUB *");
  expect(await amx.ask("SUB 1")).toBe("OK SUB 1");
  expect(qsys.told().slice(1)).toEqual(["!REC interview-1 IDLE", "!REC interview-2 IDLE"]);
  expect(amx.told().slice(1)).toEqual(["!REC 1 IDLE"]);
  expect(await amx.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  await qsys.hears("!REC interview-1 RECORDING");
  await amx.hears("!REC 1 RECORDING");
  expect(await qsys.ask("REC PAUSE 1")).toBe("OK REC 1 PAUSED");
  await amx.hears("!REC 1 PAUSED");
  // Calling a room by its number is no change of the room.
  expect(qsys.text()).not.toContain("!REC 1 RECORDING");
  simulator.somebodyElse(1, "stop");
  await qsys.hears("!REC 1 IDLE");
  simulator.somebodyElse(2, "lock");
  await qsys.hears("!REC interview-2 LOCKED");
  expect(amx.text()).not.toContain("interview-2");
  expect(await amx.ask("UNSUB")).toBe("OK UNSUB");
  const before = amx.told().length;
  simulator.somebodyElse(1, "start");
  const lastState = () => qsys.told().findLast((line) => line.startsWith("!REC "));
  await until("the other", () => lastState() === "!REC 1 RECORDING");
  await rest(100);
  expect(amx.told().length).toBe(before);
  for (const terminal of [qsys, amx]) {
    const told = terminal.told();
    expect(told.filter((line, index) => line === told[index - 1])).toEqual([]);
  }
});

test("the time is told as often as was asked, and a heartbeat too", async () => {
  const { simulator, port } = await startListener();
  const terminal = await dial(port);
  simulator.somebodyElse(1, "start");
  expect(await terminal.ask("SUB 1 TIME 1")).toBe("OK SUB 1");
  expect(await terminal.ask("HB 1")).toBe("OK HB 1");
  const times = () => terminal.told().filter((line) => /^!REC 1 RECORDING 00:00:\d\d$/.test(line));
  await until(
    "three times",
    () => times().length >= 3 && terminal.told().filter((line) => line === "!HB").length >= 2,
    15_000,
  );
  expect(times()).toEqual([...new Set(times())].sort());
  expect(await terminal.ask("HB 0")).toBe("OK HB 0");
});

test("answers come in the order of the commands, and only once the server has answered", async () => {
  const { simulator, port } = await startListener({}, { deadlineMs: 3000 });
  const terminal = await dial(port);
  simulator.fault({ kind: "latency", ms: 700, path: "rooms/1/record/start", count: 1 });
  const startedMs = performance.now();
  terminal.type("@1 REC START 1\r@2 PING\r\n@3 ROOMS?\n@4 REC START 2\r");
  await rest(250);
  expect(terminal.answers()).toEqual([]);
  await terminal.hears("@4 ");
  expect(performance.now() - startedMs).toBeGreaterThan(690);
  expect(terminal.answers()).toEqual([
    "@1 OK REC 1 RECORDING",
    "@2 OK PONG",
    "@3 OK ROOMS interview-1,interview-2",
    "@4 OK REC 2 RECORDING",
  ]);
});

test("a server that is too slow is answered ERR 17 after 3 s, and the truth follows", async () => {
  const { simulator, port } = await startListener({}, { deadlineMs: 8000 });
  const terminal = await dial(port);
  simulator.fault({ kind: "latency", ms: 4000, path: "rooms/1/record/start", count: 1 });
  const startedMs = performance.now();
  expect(await terminal.ask("@9 REC START 1")).toBe("@9 ERR 17 TIMEOUT");
  const tookMs = performance.now() - startedMs;
  expect(tookMs).toBeGreaterThan(2900);
  expect(simulator.world.room(1)?.status).toBe("available");
  await terminal.hears("!REC 1 RECORDING");
  expect(terminal.answers()).toEqual(["@9 ERR 17 TIMEOUT"]);
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
});

test("when the server goes away subscribers are told, commands are refused, and marks are kept", async () => {
  const { simulator, port } = await startListener({}, { deadlineMs: 500 });
  const terminal = await dial(port);
  await terminal.ask("SUB *");
  expect(await terminal.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  await terminal.hears("!REC 1 RECORDING");
  await simulator.down();
  await terminal.hears("!SERVER DOWN");
  await terminal.hears("!REC 1 UNKNOWN");
  expect(await terminal.ask("REC? 1")).toBe("OK REC 1 UNKNOWN");
  expect(await terminal.ask("REC STOP 1")).toBe("ERR 25 OFFLINE");
  expect(await terminal.ask("MARK 1 Meanwhile")).toBe("OK MARK 1");
  await simulator.up();
  await terminal.hears("!SERVER UP");
  await until("the mark", () => simulator.world.room(1)?.marks[0]?.text === "Meanwhile", 10_000);
  await until(
    "red again",
    () => terminal.told().findLast((line) => line.startsWith("!REC 1")) === "!REC 1 RECORDING",
    10_000,
  );
});

test("before LOGIN everything is denied but PING and ID?, and a wrong code counts as none", async () => {
  const { simulator, port } = await startListener(
    { passcodeFrom: "RACK_PASSCODE" },
    { secrets: { RACK_PASSCODE: "open sesame" } },
  );
  const [known, stranger] = [await dial(port), await dial(port)];
  expect(await known.ask("REC START 1")).toBe("ERR 24 DENIED");
  // It is told once: what is answered next is the PING.
  for (const line of ["REC? 1", "SUB *", "ROOMS?", "HELP", "nonsense"]) known.type(`${line}\r`);
  expect(await known.ask("PING")).toBe("OK PONG");
  expect(await known.ask("ID?")).toMatch(/^OK ID /);
  expect(await known.ask("LOGIN open says me")).toBe("ERR 24 DENIED");
  expect(await known.ask("@1 LOGIN open sesame")).toBe("@1 OK LOGIN");
  expect(await known.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  expect(await stranger.ask("REC STOP 1")).toBe("ERR 24 DENIED");
  await rest(100);
  expect(stranger.told().filter((line) => !line.startsWith("!HELLO"))).toEqual([]);
  expect(simulator.requests.count("POST rooms/{r}/record/stop")).toBe(0);
});

test("who speaks too fast is told BUSY after forty, and the neighbour notices nothing", async () => {
  const { port, dropped } = await startListener();
  const [hasty, calm] = [await dial(port), await dial(port)];
  hasty.type("PING\r".repeat(200));
  await until("200 answers", () => hasty.answers().length === 200, 10_000);
  expect(await calm.ask("PING")).toBe("OK PONG");
  const pongs = hasty.answers().filter((line) => line === "OK PONG").length;
  expect(pongs).toBeGreaterThanOrEqual(40);
  expect(pongs).toBeLessThan(80);
  expect(new Set(hasty.answers())).toEqual(new Set(["OK PONG", "ERR 22 BUSY"]));
  expect(dropped()["too many messages"]).toBe(200 - pongs);
});

test("eight clients are served, the ninth is told that it is one too many, and one that leaves makes room", async () => {
  const { port } = await startListener();
  const clients = await Promise.all(Array.from({ length: 8 }, () => dial(port)));
  for (const client of clients) expect(await client.ask("PING")).toBe("OK PONG");
  const ninth = await dial(port);
  await ninth.hears("ERR 26 FULL\r\n");
  await until("the ninth's end", () => ninth.hasEnded());
  expect(ninth.lines()).toEqual(["ERR 26 FULL"]);
  clients[3]?.hangUp();
  await until("room", async () => {
    const next = await dial(port);
    return (await next.ask("PING").catch(() => "")) === "OK PONG";
  });
});

test("a half line dies with its connection, and the next one knows nothing of it", async () => {
  const { simulator, port } = await startListener();
  const first = await dial(port);
  expect(await first.ask("SUB 1")).toBe("OK SUB 1");
  first.type("REC START ");
  await rest(50);
  first.hangUp();
  const second = await dial(port);
  expect(await second.ask("1")).toBe("ERR 10 UNKNOWN");
  expect(await second.ask("REC? 1")).toBe("OK REC 1 IDLE");
  simulator.somebodyElse(1, "start");
  await until("recording", async () => (await second.ask("REC? 1")).startsWith("OK REC 1 RECORDING"));
  expect(second.told().filter((line) => line.startsWith("!REC"))).toEqual([]);
});

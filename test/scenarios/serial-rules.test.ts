import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import { cleanUp, tcpServer } from "../devices/serial/bench.ts";
import { dial, startLine, startListener } from "../support/lines.ts";
import { rest, until } from "../support/rig.ts";

afterEach(cleanUp);

const FAR = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

test("a line does what the mapping permits, and says what it does not", async () => {
  const { simulator, port } = await startListener({ may: ["mark", "start"] });
  const panel = await dial(port);
  expect(await panel.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  expect(await panel.ask("MARK 1 Here")).toMatch(/^OK MARK 1 00:00:\d\d$/);
  for (const line of ["REC STOP 1", "REC PAUSE 1", "LOCK ON 2"])
    expect(await panel.ask(line)).toBe("ERR 24 DENIED");
  expect(simulator.requests.count("POST rooms/{r}/record/stop")).toBe(0);
  expect(await panel.ask("REC? 1")).toMatch(/^OK REC 1 RECORDING/);
});

describe.skipIf(FAR === undefined)(
  "from another machine (skipped where this one has no network card)",
  () => {
    const everywhere = { listen: "tcp://0.0.0.0:0" };

    test("only marks are permitted unless the mapping says more", async () => {
      const { simulator, port } = await startLine({ ...everywhere, allow: [`${FAR}/32`] });
      const [far, near] = [await dial(port, FAR), await dial(port)];
      expect(await far.ask("REC START 1")).toBe("ERR 24 DENIED");
      expect(await near.ask("REC START 1")).toBe("OK REC 1 RECORDING");
      expect(await far.ask("MARK 1 From afar")).toMatch(/^OK MARK 1 00:00:\d\d$/);
      await until("the mark", () => simulator.world.room(1)?.marks[0]?.text === "From afar");
      expect(await far.ask("REC STOP 1")).toBe("ERR 24 DENIED");
    });

    test("the passcode permits everything", async () => {
      const { port } = await startLine(
        { ...everywhere, allow: [`${FAR}/32`], passcodeFrom: "RACK_PASSCODE" },
        { secrets: { RACK_PASSCODE: "sesame" } },
      );
      const far = await dial(port, FAR);
      expect(await far.ask("LOGIN sesame")).toBe("OK LOGIN");
      expect(await far.ask("REC START 1")).toBe("OK REC 1 RECORDING");
    });

    test("who is not on the list is cut off without a word", async () => {
      const { port, dropped } = await startLine(everywhere);
      const far = await dial(port, FAR);
      await until("the end", () => far.hasEnded());
      expect(far.text()).toBe("");
      expect(dropped()).toEqual({ "not on the allow-list": 1 });
    });
  },
);

test("a line that serves one room knows no other", async () => {
  const { port } = await startListener({ room: "interview-2" });
  const terminal = await dial(port);
  expect(await terminal.ask("ROOMS?")).toBe("OK ROOMS interview-2");
  expect(await terminal.ask("REC START 1")).toBe("ERR 12 ROOM");
  expect(await terminal.ask("REC START 2")).toBe("OK REC 2 RECORDING");
});

const OWN = {
  commands: {
    "GO {room}": "start",
    "NOTE {room} {text}": { mark: "{text}" },
  },
  pushes: { "TALLY {room}": ["{status}"] },
};

test("commands and pushes of one's own stand beside the protocol's, with its answers", async () => {
  const { simulator, port } = await startListener(OWN);
  const terminal = await dial(port);
  await terminal.hears("TALLY interview-1 available\r\nTALLY interview-2 available\r\n");
  expect(await terminal.ask("@3 GO 1")).toBe("@3 OK");
  await terminal.hears("TALLY interview-1 recording\r\n");
  terminal.type("NOTE 1 Says the name\r");
  await until("the mark", () => simulator.world.room(1)?.marks[0]?.text === "Says the name");
  terminal.type("GO cellar\rNOTE 2 Nothing\rREC STOP 1\r");
  const answers = () => terminal.answers().filter((line) => !line.startsWith("TALLY"));
  await until("all answers", () => answers().length === 5);
  expect(answers()).toEqual(["@3 OK", "OK", "ERR 12 ROOM", "ERR 14 STATE", "OK REC 1 IDLE"]);
  await terminal.hears("TALLY interview-1 available");
});

test("without a protocol only one's own commands are obeyed, in silence, and one's own lines told", async () => {
  const { simulator, port } = await startListener({ ...OWN, dialect: "none" });
  const terminal = await dial(port);
  await terminal.hears("TALLY interview-2 available\r\n");
  terminal.type("REC START 2\rGO 1\r");
  await terminal.hears("TALLY interview-1 recording\r\n");
  await rest(100);
  expect(terminal.lines()).toEqual([
    "TALLY interview-1 available",
    "TALLY interview-2 available",
    "TALLY interview-1 recording",
  ]);
  expect(simulator.world.room(2)?.status).toBe("available");
});

test("an edit of the mapping ends no conversation: subscriptions stay, the rules are new", async () => {
  const { port, adopt } = await startListener({
    controls: { talk: { press: "toggle", look: "tally", room: "interview-1" } },
  });
  const terminal = await dial(port);
  expect(await terminal.ask("SUB *")).toBe("OK SUB *");
  await adopt({
    may: ["start"],
    hello: "off",
    limit: { perSecond: 100, burst: 100 },
    controls: { talk: { press: "start", look: "tally", room: "interview-2" } },
  });
  expect(await terminal.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  await terminal.hears("!REC 1 RECORDING");
  expect(await terminal.ask("REC STOP 1")).toBe("ERR 24 DENIED");
  expect(await terminal.ask("BTN talk CLICK")).toBe("OK BTN talk");
  await terminal.hears("!REC interview-2 RECORDING");
  await terminal.hears("!LED talk ON");
  expect((await dial(port)).text()).toBe("");
  expect(terminal.hasEnded()).toBe(false);
});

test("a device server that the mapping connects to is trusted like a wire, and found again when it was cut off", async () => {
  const server = await tcpServer();
  const { simulator, bridge } = await startLine({ address: `tcp://127.0.0.1:${server.port}` });
  const [first] = await until("the connection", () => server.connections.length > 0 && server.connections);
  await until("the greeting", () => first?.received().startsWith("!HELLO RBP/1 "));
  first?.write("REC START 1\rREC STA");
  await until("the answer", () => first?.received().includes("OK REC 1 RECORDING\r\n"));
  first?.socket.destroy();
  simulator.somebodyElse(1, "stop");
  const again = await until("another connection", () => server.connections[1], 10_000);
  await until("what it missed", () => again.received().includes("!REC interview-1 IDLE\r\n"));
  again.write("RT 1\rPING\r");
  await until("the pong", () => again.received().endsWith("ERR 10 UNKNOWN\r\nOK PONG\r\n"));
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
  expect(bridge.status().devices.find(({ id }) => id === "line")?.status.kind).toBe("open");
});

test("a line that echoes what it is sent makes nobody talk for ever", async () => {
  const { port } = await startListener({ echo: "suppress" });
  const terminal = await dial(port);
  await terminal.hears("!HELLO");
  let echoed = 0;
  const echo = setInterval(() => {
    const text = terminal.text();
    if (text.length > echoed) terminal.type(text.slice(echoed));
    echoed = text.length;
  }, 5);
  try {
    terminal.type("SUB *\rEXPLODE\rREC START 1\r");
    await terminal.hears("OK REC 1 RECORDING\r\n");
    await terminal.hears("!REC 1 RECORDING\r\n");
    await rest(300);
  } finally {
    clearInterval(echo);
  }
  expect(terminal.answers()).toEqual(["OK SUB *", "ERR 10 UNKNOWN", "OK REC 1 RECORDING"]);
});

import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { deviceKinds } from "../../devices/index.ts";
import { volatileKeeper } from "../../src/action/mark.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import { Bridge } from "../../src/bridge.ts";
import { defineLineDialect } from "../../src/link/dialect.ts";
import { dialects } from "../../src/link/dialects/index.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { connect as connectValt, mappingText, portsOf, until } from "../support/rig.ts";

/** A dialect of its own: everything that the bridge needs to know of it stands here. */
const semicolons = defineLineDialect({
  name: "semicolons",
  style: "lines",
  settingsSchema: z.object({ polite: z.enum(["yes", "no"]).optional().describe("Whether it thanks.") }),
  framing: { kind: "delimiter", ends: [";"] },
  whenFull: "full;",
  commands: "own",
  needsRoom: true,
  create: (link) => ({
    joined: () => "hello;",
    parted: () => undefined,
    asksPasscode: () => true,
    read: (line, peer) => {
      const { room } = link;
      if (line !== "go" || room === undefined) return { kind: "unknown" };
      const thanks = link.settings.polite === "yes" ? ", thanks" : "";
      const go = () =>
        link
          .ask({ kind: "start", room, recording: {} }, line, peer)
          .inTime.then((outcome) => () => `${outcome === "too-slow" ? outcome : outcome.kind}${thanks};`);
      return { kind: "tasks", tasks: [go] };
    },
    readUnauthenticated: () => ({ kind: "ignored" }),
    refuse: (why) => `${why};`,
    answerOwn: () => "",
    roomChanged: () => undefined,
    subscribers: () => 0,
    close: () => undefined,
  }),
});

const loadVocabulary = createVocabularyLoader(deviceKinds, { dialects: [...dialects, semicolons] });
const line = { kind: "serial", listen: "tcp://127.0.0.1:0", dialect: "semicolons", polite: "yes" };

test("a dialect that is a file and an entry of the table is read from a mapping and speaks over a socket", async () => {
  const created = await createSimulator({ rooms: 1 });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const text = mappingText(simulator.url, {
    rooms: { lab: 1 },
    extra: { devices: { line: { ...line, room: "lab" } } },
  });
  const { mapping, problems } = loadMapping(text, await loadVocabulary(text));
  if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join());
  const bridge = new Bridge({
    mapping,
    clock: systemClock,
    log: silentLog,
    facts: [],
    keeper: volatileKeeper,
    connect: connectValt,
    secret: () => undefined,
  });
  bridge.start();
  onTestFinished(async () => {
    await bridge.close();
    await simulator.close();
  });
  const { tcp } = await until("the listener", () => portsOf(bridge, "line"));
  await until("the room", () => bridge.status().rooms[0]?.status === "available");
  const told = new Map<number, string>();
  const clients = [];
  for (let count = 0; count < 9; count++) {
    const socket = connect(tcp, "127.0.0.1");
    socket.on("data", (bytes) => told.set(count, `${told.get(count) ?? ""}${bytes.toString()}`));
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    socket.write("nonsense;");
    const answer = count < 8 ? "hello;unknown;" : "full;";
    await until(answer, () => told.get(count) === answer);
    clients.push(socket);
  }
  clients[0]?.write("go");
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  clients[0]?.write(";");
  await until("the outcome", () => told.get(0) === "hello;unknown;done, thanks;");
  expect(simulator.world.room(1)?.status).toBe("recording");
});

test.each([
  ["its word where the table has none", dialects, { ...line, room: "lab" }, /semicolons/],
  [
    "that it needs a room",
    [...dialects, semicolons],
    line,
    /the dialect "semicolons" speaks of one recorder/,
  ],
  [
    "a value that its setting does not have",
    [...dialects, semicolons],
    { ...line, room: "lab", polite: "perhaps" },
    /perhaps/,
  ],
])("a mapping is told %s", async (...[, table, device, message]) => {
  const text = mappingText("http://127.0.0.1:1", { rooms: { lab: 1 }, extra: { devices: { line: device } } });
  const { problems } = loadMapping(
    text,
    await createVocabularyLoader(deviceKinds, { dialects: table })(text),
  );
  expect(problems.map((problem) => problem.message).join()).toMatch(message);
});

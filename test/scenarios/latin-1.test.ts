import { expect, onTestFinished, test } from "vitest";
import { dial, startListener } from "../support/lines.ts";
import { startRig, until } from "../support/rig.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");

async function startRecording(rig: Awaited<ReturnType<typeof startListener>>) {
  const terminal = await dial(rig.port);
  await terminal.ask("REC START 1");
  await until("seen", () => rig.bridge.status().rooms[0]?.status === "recording");
  return terminal;
}

const marksOf = (rig: {
  simulator: { world: { room(id: number): { marks: readonly { text: string | null }[] } | undefined } };
}) => rig.simulator.world.room(1)?.marks.map(({ text }) => text) ?? [];

test("a mark in Latin-1 or Windows-1252 keeps its letters, beside marks in UTF-8", async () => {
  const rig = await startListener({ limit: { perSecond: 1000, burst: 1000 } });
  const terminal = await startRecording(rig);
  for (const bytes of [
    latin1("MARK 1 Anh\xF6rung\r"),
    latin1("MARK 1 5 \x80 \x96 ja\r"),
    Buffer.from("MARK 1 Größe\r"),
  ])
    terminal.type(bytes);
  await until("the marks", () => marksOf(rig).length === 3);
  expect(marksOf(rig).toSorted()).toEqual(["5 € – ja", "Anhörung", "Größe"]);
});

test("with utf-8 alone what is none is refused, and with windows-1252 everything is read as that", async () => {
  const strict = await startListener({ encoding: "utf-8" });
  const terminal = await startRecording(strict);
  terminal.type(latin1("MARK 1 Anh\xF6rung\r"));
  await terminal.hears("ERR 11 SYNTAX");
  expect(marksOf(strict)).toEqual([]);

  const western = await startListener({ encoding: "windows-1252" });
  (await startRecording(western)).type(Buffer.from("MARK 1 ö\r"));
  await until("the mark", () => marksOf(western).length === 1);
  expect(marksOf(western)).toEqual(["Ã¶"]);
});

test("texts go out in the encoding of the line", async () => {
  const { connect } = await import("node:net");
  for (const [encoding, question, answer] of [
    ["auto", latin1("\x1bM13*Anh\xf6rungRCDR\r"), latin1("RcdrM13*Anh\xf6rung\r\n")],
    ["auto", Buffer.from("\x1bM13*AnhörungRCDR\r"), Buffer.from("RcdrM13*Anhörung\r\n")],
    ["windows-1252", latin1("\x1bM13*Anh\xf6rungRCDR\r"), latin1("RcdrM13*Anh\xf6rung\r\n")],
  ] as const) {
    const { port } = await startListener({ dialect: "smp", room: "interview-1", hello: "off", encoding });
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    const chunks: Buffer[] = [];
    socket.on("data", (bytes) => chunks.push(bytes));
    socket.write(question);
    await until("the answer", () => Buffer.concat(chunks).length >= answer.length);
    expect(Buffer.concat(chunks)).toEqual(answer);
  }
});

test("what an encoding does not have is a question mark, and counted", async () => {
  const { port, dropped } = await startListener({
    encoding: "windows-1252",
    pushes: { "ROOM {room}": "Пеня" },
    dialect: "none",
  });
  const terminal = await dial(port);
  await terminal.hears("ROOM interview-1 ????\r\n");
  expect(dropped()["character that the encoding does not have"]).toBeGreaterThan(0);
});

test("OSC packets and text lines in Latin-1 keep their letters too", async () => {
  const rig = await startRig();
  rig.surface.send("/valt/room/1/start");
  await until("seen", () => rig.bridge.status().rooms[0]?.status === "recording");
  rig.surface.sendBytes(latin1("/valt/room/1/marker\0,s\0\0Anh\xF6rung\0\0\0\0"));
  rig.surface.sendBytes(latin1('/valt/room/1/marker "B\xFCro"\r'));
  await until("the marks", () => marksOf(rig).length === 2);
  expect(marksOf(rig).toSorted()).toEqual(["Anhörung", "Büro"]);
});

import { describe, expect, test } from "vitest";
import { controlId } from "../../../src/base/identifiers.ts";
import { settle } from "../../support/fake-clock.ts";
import { createLineSetting, DONE, LAB, streamPeer, wirePeer } from "./setting.ts";

describe("a client", () => {
  test("is greeted, unless the mapping does not want that", () => {
    const greeted = createLineSetting({ hello: "on" });
    greeted.link.joined(wirePeer);
    expect(greeted.heard()).toEqual(["!HELLO RBP/1 bridge\r\n"]);
    const silent = createLineSetting();
    silent.link.joined(wirePeer);
    expect(silent.heard()).toEqual([]);
  });

  test("may ask for a heartbeat and give it up", async () => {
    const { say, heard, clock } = createLineSetting();
    const client = streamPeer();
    say("HB 10", client);
    await clock.advance(35_000);
    expect(heard(client)).toEqual(["OK HB 10\r\n", "!HB\r\n", "!HB\r\n", "!HB\r\n"]);
    say("HB 0", client);
    await clock.advance(35_000);
    expect(heard(client)).toEqual(["OK HB 0\r\n"]);
  });

  test("that asks too often is told BUSY, once for each command and in order", async () => {
    const { say, heard, acted, clock } = createLineSetting({ outcome: DONE });
    const client = streamPeer();
    for (let count = 0; count < 60; count++) say(`@${count} REC START 4`, client);
    await settle();
    const answers = heard(client);
    expect(answers).toHaveLength(60);
    expect(answers[39]).toBe("@39 OK REC 4 RECORDING\r\n");
    expect(answers[40]).toBe("@40 ERR 22 BUSY\r\n");
    expect(answers[59]).toBe("@59 ERR 22 BUSY\r\n");
    expect(acted).toHaveLength(40);
    await clock.advance(1000);
    for (let count = 0; count < 30; count++) say("PING", client);
    expect(heard(client).filter((answer) => answer.startsWith("OK"))).toHaveLength(20);
  });

  test("that floods while a slow command is under way costs bounded memory", () => {
    const { say, dropped } = createLineSetting();
    const client = streamPeer();
    for (let count = 0; count < 10_000; count++) say("REC START 4", client);
    expect(dropped.filter((reason) => reason === "too many answers owed").length).toBeGreaterThan(9000);
  });

  test("that comes ninth finds no seat until one of the eight goes; a wire needs none", () => {
    const { say, heard, link } = createLineSetting({ hello: "on" });
    const clients = Array.from({ length: 9 }, () => streamPeer());
    for (const client of clients) link.joined(client);
    const [first, ninth] = [clients[0]!, clients[8]!];
    say("PING", ninth);
    expect(heard(ninth)).toEqual(["ERR 26 FULL\r\n", "ERR 26 FULL\r\n"]);
    expect(heard(first)).toEqual(["!HELLO RBP/1 bridge\r\n"]);
    link.joined(wirePeer);
    say("PING");
    expect(heard()).toEqual(["!HELLO RBP/1 bridge\r\n", "OK PONG\r\n"]);
    link.parted(first.id);
    say("PING", ninth);
    expect(heard(ninth)).toEqual(["OK PONG\r\n"]);
  });

  test("that is not on the allow-list is never spoken to", () => {
    const { say, link, sent, dropped } = createLineSetting({ hello: "on", outcome: DONE });
    const outsider = streamPeer({ address: "10.0.0.7", reach: "network" });
    link.joined(outsider);
    say("REC START 4", outsider);
    expect(sent).toEqual([]);
    expect(dropped).toEqual(["not on the allow-list"]);
  });
});

describe("a passcode", () => {
  test("is asked before everything but PING and ID?", async () => {
    const { say, heard, acted, setRoom } = createLineSetting({ passcode: "47 11", outcome: DONE });
    const client = streamPeer();
    const before = ["PING", "ID?", "@1 REC START 4", "SUB *", "HELP", "LOGIN", "LOGIN 4711", "nonsense"];
    for (const line of before) say(line, client);
    setRoom(LAB, "recording");
    expect(heard(client)).toEqual([
      "OK PONG\r\n",
      "OK ID bridge\r\n",
      // Once: SUB, HELP and what nobody knows are met with silence. What is said to LOGIN is said each time.
      "@1 ERR 24 DENIED\r\n",
      "ERR 11 SYNTAX\r\n",
      "ERR 24 DENIED\r\n",
    ]);
    expect(acted).toEqual([]);
    say("LOGIN 47 11", client);
    say("REC START 4", client);
    await settle();
    expect(heard(client)).toEqual(["OK LOGIN\r\n", "OK REC 4 RECORDING\r\n"]);
  });

  test("is forgotten when the client goes", () => {
    const { say, heard, link } = createLineSetting({ passcode: "4711" });
    const client = streamPeer();
    link.joined(client);
    say("LOGIN 4711", client);
    link.parted(client.id);
    heard(client);
    say("REC? 4", client);
    expect(heard(client)).toEqual(["ERR 24 DENIED\r\n"]);
  });
});

describe("buttons and lamps of a control system", () => {
  const lamp = (rgb: readonly [number, number, number], blink: "steady" | "slow" | "fast" | "double") =>
    ({ kind: "lamp", rgb, blink }) as const;
  const signal = new AbortController().signal;
  const red = [255, 0, 0] as const;

  test("are touched by BTN as if they were real", () => {
    const { say, heard, link, touched } = createLineSetting();
    const panel = link.panel([controlId("Rec"), controlId("Mark")])!;
    expect(panel.controls.map(({ id, input, output }) => [id, input.shape, output.kind])).toEqual([
      ["Rec", "button", "lamp"],
      ["Mark", "button", "lamp"],
    ]);
    const client = streamPeer();
    for (const line of ["BTN rec DOWN", "BTN rec UP", "@2 BTN Mark CLICK", "BTN Rec"]) say(line, client);
    expect(touched).toEqual([
      { kind: "down", control: "Rec" },
      { kind: "up", control: "Rec" },
      { kind: "pulsed", control: "Mark", values: [] },
    ]);
    expect(heard(client)).toEqual([
      "OK BTN rec\r\n",
      "OK BTN rec\r\n",
      "@2 OK BTN Mark\r\n",
      "ERR 11 SYNTAX\r\n",
    ]);
  });

  test("are told to subscribers as they are drawn, and can be asked for", async () => {
    const { say, heard, link } = createLineSetting();
    const panel = link.panel([controlId("Rec")])!;
    const client = streamPeer();
    say("SUB 4", client);
    expect(heard(client)).toEqual(["!REC 4 IDLE\r\n!LED Rec OFF\r\nOK SUB 4\r\n"]);
    await panel.show(controlId("Rec"), lamp(red, "fast"), signal);
    await panel.show(controlId("Rec"), lamp(red, "fast"), signal);
    await panel.show(controlId("Rec"), lamp(red, "steady"), signal);
    await panel.show(controlId("Rec"), lamp(red, "double"), signal);
    say("LED? rec", client);
    expect(heard(client)).toEqual([
      "!LED Rec FAST\r\n",
      "!LED Rec ON\r\n",
      "!LED Rec DOUBLE\r\n",
      "OK LED rec DOUBLE\r\n",
    ]);
  });

  test("follow an edited mapping", () => {
    const { say, heard, link } = createLineSetting();
    const panel = link.panel([controlId("Rec")])!;
    panel.rename?.([controlId("Stop")]);
    const client = streamPeer();
    for (const line of ["LED? Rec", "LED? Stop"]) say(line, client);
    expect(heard(client)).toEqual(["ERR 28 NOTFOUND\r\n", "OK LED Stop OFF\r\n"]);
    expect(panel.controls.map(({ id }) => id)).toEqual(["Stop"]);
  });
});

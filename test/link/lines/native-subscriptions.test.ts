import { describe, expect, test } from "vitest";
import type { LineMemory } from "../../../src/link/dialect.ts";
import { settle } from "../../support/fake-clock.ts";
import { createLineSetting, DONE, LAB, OFFICE, streamPeer, wirePeer } from "./setting.ts";

describe("a subscription", () => {
  test("begins with a snapshot and tells changes of its rooms only", async () => {
    const { say, heard, setRoom, link } = createLineSetting();
    const client = streamPeer();
    link.joined(client);
    say("SUB 4", client);
    expect(heard(client)).toEqual(["!REC 4 IDLE\r\nOK SUB 4\r\n"]);
    setRoom(LAB, "available");
    setRoom(OFFICE, "recording");
    setRoom(LAB, "recording");
    expect(heard(client)).toEqual(["!REC 4 RECORDING\r\n"]);
    say("UNSUB", client);
    setRoom(LAB, "available");
    expect(heard(client)).toEqual(["OK UNSUB\r\n"]);
  });

  test("to * is one to every room, told under the names that the client uses", () => {
    const { say, heard, setRoom } = createLineSetting();
    const client = streamPeer();
    say("SUB *", client);
    expect(heard(client)).toEqual(["!REC lab IDLE\r\n!REC office IDLE\r\nOK SUB *\r\n"]);
    say("REC? 4", client);
    heard(client);
    setRoom(LAB, "recording");
    setRoom(OFFICE, "locked");
    expect(heard(client)).toEqual(["!REC 4 RECORDING\r\n", "!REC office LOCKED\r\n"]);
  });

  test("ends for one room alone when asked to", () => {
    const { say, heard, setRoom } = createLineSetting();
    const client = streamPeer();
    for (const line of ["SUB lab", "SUB office", "UNSUB lab"]) say(line, client);
    heard(client);
    setRoom(LAB, "recording");
    setRoom(OFFICE, "recording");
    expect(heard(client)).toEqual(["!REC office RECORDING\r\n"]);
  });

  test("with TIME tells how far a recording is, and nothing while there is none", async () => {
    const { say, heard, setRoom, clock } = createLineSetting();
    const client = streamPeer();
    say("SUB 4 TIME 2", client);
    heard(client);
    await clock.advance(5000);
    expect(heard(client)).toEqual([]);
    setRoom(LAB, "recording");
    heard(client);
    await clock.advance(2000);
    expect(heard(client)).toEqual(["!REC 4 RECORDING 00:12:31\r\n"]);
  });

  test("of one client is told what another client did", async () => {
    const { say, heard, setRoom, link } = createLineSetting({ outcome: DONE });
    const [one, other] = [streamPeer(), streamPeer()];
    for (const client of [one, other]) link.joined(client);
    say("SUB *", other);
    heard(other);
    say("REC START 4", one);
    await settle();
    expect(heard(other), "nothing before the server confirmed it").toEqual([]);
    setRoom(LAB, "recording");
    expect(heard(other)).toEqual(["!REC lab RECORDING\r\n"]);
    expect(heard(one)).toEqual(["OK REC 4 RECORDING\r\n"]);
  });

  test("tells the last state of a storm of changes, and no more than some twenty a second", async () => {
    const { say, heard, setRoom, clock } = createLineSetting();
    const client = streamPeer();
    say("SUB 4", client);
    heard(client);
    for (let change = 0; change < 500; change++) {
      setRoom(LAB, change % 2 === 0 ? "recording" : "available");
      await clock.advance(2);
    }
    setRoom(LAB, "paused");
    await clock.advance(200);
    const told = heard(client);
    expect(told.length).toBeLessThan(30);
    expect(told.at(-1)).toBe("!REC 4 PAUSED\r\n");
  });

  test("loses and reorders none of twenty changes a second", async () => {
    const { say, heard, setRoom, clock } = createLineSetting();
    const client = streamPeer();
    say("SUB 4", client);
    heard(client);
    const words = ["recording", "paused", "recording", "available"] as const;
    for (let change = 0; change < 100; change++) {
      setRoom(LAB, words[change % 4]);
      await clock.advance(change % 2 === 0 ? 40 : 60);
    }
    expect(heard(client)).toHaveLength(100);
  });

  test("is told of the server, too", () => {
    const { say, heard, link, setServer } = createLineSetting();
    const [subscriber, other] = [streamPeer(), streamPeer()];
    for (const client of [subscriber, other]) link.joined(client);
    say("SUB 4", subscriber);
    heard(subscriber);
    setServer("down");
    setServer("up");
    expect(heard(subscriber)).toEqual(["!SERVER DOWN\r\n", "!SERVER UP\r\n"]);
    expect(heard(other)).toEqual([]);
    expect(link.subscribers()).toBe(1);
  });
});

describe("an alarm", () => {
  test("is told when it is raised and when it is over, of the client's rooms and of the whole site", () => {
    const { say, heard, setRoom, site, link } = createLineSetting();
    const client = streamPeer();
    say("SUB 4", client);
    heard(client);
    setRoom(LAB, "available", { alarm: "stopped\r\nREC START 4" });
    setRoom(OFFICE, "available", { alarm: "not this client's business" });
    site.push({ kind: "disk-nearly-full", text: "4 % left" });
    link.siteChanged();
    expect(heard(client)).toEqual([
      "!ALARM 4 ON stopped REC START 4\r\n",
      "!ALARM disk-nearly-full ON 4 % left\r\n",
    ]);
    setRoom(LAB, "available");
    site[0] = { kind: "disk-nearly-full", text: "" };
    link.siteChanged();
    link.siteChanged();
    expect(heard(client)).toEqual(["!ALARM 4 OFF\r\n", "!ALARM disk-nearly-full OFF\r\n"]);
  });

  test("that holds already is told to who subscribes, and at a wire's first command", () => {
    const { say, heard, setRoom, site } = createLineSetting();
    setRoom(LAB, "recording", { alarm: "its time stands still" });
    site.push({ kind: "clock-differs", text: "9 s" }, { kind: "rights-missing", text: "" });
    const told = "!ALARM lab ON its time stands still\r\n!ALARM clock-differs ON 9 s\r\n";
    const client = streamPeer();
    say("SUB *", client);
    expect(heard(client).join("")).toContain(told);
    say("PING");
    expect(heard().join("")).toBe(`${told}OK PONG\r\n`);
  });

  test("is a line of limited length, however much there is to say", () => {
    const { say, heard, site } = createLineSetting();
    site.push({ kind: "rights-missing", text: "x".repeat(1000) });
    say("SUB 4", streamPeer());
    say("PING");
    expect(Math.max(...heard().map((text) => text.length))).toBeLessThan(256);
  });
});

describe("a wire", () => {
  test("is told everything from its first command on, and not before", () => {
    const { say, heard, setRoom, link } = createLineSetting();
    link.joined(wirePeer);
    setRoom(LAB, "recording");
    say("\u00ff\u0000garbage");
    setRoom(LAB, "paused");
    expect(heard()).toEqual(["ERR 11 SYNTAX\r\n"]);
    say("PING");
    setRoom(OFFICE, "recording");
    expect(heard()).toEqual(["OK PONG\r\n", "!REC office RECORDING\r\n"]);
  });

  test("is told what it may have missed when the link was opened anew, unless it wanted silence", () => {
    const memory = new Map() as LineMemory;
    createLineSetting({ memory }).say("PING");
    const again = createLineSetting({ memory });
    again.site.push({ kind: "disk-nearly-full", text: "" });
    again.link.joined(wirePeer);
    expect(again.heard()).toEqual([
      "!REC lab IDLE\r\n",
      "!ALARM lab OFF\r\n",
      "!REC office IDLE\r\n",
      "!ALARM office OFF\r\n",
      "!ALARM disk-nearly-full OFF\r\n",
    ]);
    again.say("UNSUB");
    const silent = createLineSetting({ memory });
    silent.link.joined(wirePeer);
    silent.say("PING");
    silent.setRoom(LAB, "recording");
    expect(silent.heard()).toEqual(["OK PONG\r\n"]);
  });

  test("that was listening is told nothing again before it has given the passcode", () => {
    const memory = new Map() as LineMemory;
    memory.set(wirePeer.address, "subscribed");
    const { link, heard, say, setRoom, setServer } = createLineSetting({ memory, passcode: "4711" });
    link.joined(wirePeer);
    setRoom(LAB, "recording");
    setServer("down");
    expect(heard()).toEqual([]);
    say("LOGIN 4711");
    setRoom(LAB, "paused");
    expect(heard()).toEqual(["OK LOGIN\r\n", "!REC lab PAUSED\r\n"]);
  });

  test("gets no more than twenty answers a minute to lines that nobody knows", async () => {
    const { say, heard, clock, dropped } = createLineSetting();
    for (let minute = 0; minute < 2; minute++) {
      for (let line = 0; line < 60; line++) {
        say(`noise ${line}`);
        await clock.advance(1000);
      }
    }
    expect(heard()).toHaveLength(40);
    expect(dropped).toHaveLength(80);
  });
});

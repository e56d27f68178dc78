import { describe, expect, test } from "vitest";
import type { Action, Outcome } from "../../../src/action/action.ts";
import { settle } from "../../support/fake-clock.ts";
import { failures } from "../../support/fake-valt.ts";
import { createLineSetting, DONE, LAB, OFFICE, streamPeer } from "./setting.ts";

const START: Action = { kind: "start", room: LAB, recording: {} };

/** A client on a stream: a wire would be subscribed by its first command. */
function createNative(setting: Parameters<typeof createLineSetting>[0] = {}) {
  const native = createLineSetting(setting);
  const client = streamPeer();
  native.link.joined(client);
  native.sent.length = 0;
  return {
    ...native,
    client,
    ask: async (line: string) => {
      native.say(line, client);
      await settle();
      return native.heard(client).join("");
    },
  };
}

describe("a command of the native protocol", () => {
  test.each<[line: string, action: Action, outcome: Outcome, answer: string]>([
    ["REC START 4", START, DONE, "OK REC 4 RECORDING"],
    ["rec start lab", START, DONE, "OK REC lab RECORDING"],
    ["  REC   START   LAB  ", START, DONE, "OK REC LAB RECORDING"],
    ["@17 REC START 4", START, DONE, "@17 OK REC 4 RECORDING"],
    ["REC STOP 4", { kind: "stop", room: LAB }, DONE, "OK REC 4 IDLE"],
    ["REC PAUSE 4", { kind: "pause", room: LAB }, DONE, "OK REC 4 PAUSED"],
    ["REC RESUME 4", { kind: "resume", room: LAB }, DONE, "OK REC 4 RECORDING"],
    ["REC START 4", START, { kind: "already-so" }, "OK REC 4 IDLE"],
    ["LOCK ON 4", { kind: "lock", room: LAB }, DONE, "OK LOCK 4 ON"],
    ["LOCK OFF 4", { kind: "unlock", room: LAB }, DONE, "OK LOCK 4 OFF"],
    ["MARK 4", { kind: "mark", room: LAB, text: "Mark", color: "red" }, DONE, "OK MARK 4"],
    [
      "MARK 4 says:  café, twice",
      { kind: "mark", room: LAB, text: "says:  café, twice", color: "red" },
      { kind: "waiting", kept: "kept" },
      "OK MARK 4",
    ],
  ])("%j asks for %j and, when it ends as %j, is answered %j", async (...row) => {
    const [line, action, outcome, answer] = row;
    const { ask, acted } = createNative({ outcome });
    expect(await ask(line)).toBe(`${answer}\r\n`);
    expect(acted.map((one) => one.action)).toEqual([action]);
  });

  test.each<[outcome: Outcome, answer: string]>([
    [{ kind: "refused", reason: "room-locked" }, "ERR 14 STATE"],
    [{ kind: "refused", reason: "not-recording" }, "ERR 14 STATE"],
    [{ kind: "refused", reason: "not-permitted" }, "ERR 24 DENIED"],
    [{ kind: "refused", reason: "busy" }, "ERR 22 BUSY"],
    [{ kind: "refused", reason: "state-unknown" }, "ERR 25 OFFLINE"],
    [{ kind: "refused", reason: "unsupported" }, "ERR 28 NOTFOUND"],
    [{ kind: "failed", failure: failures.unreachable }, "ERR 25 OFFLINE"],
    [{ kind: "failed", failure: failures.lostAnswer }, "ERR 17 TIMEOUT"],
    [{ kind: "failed", failure: failures.refused }, "ERR 14 STATE"],
    [{ kind: "expired" }, "ERR 17 TIMEOUT"],
  ])("that ends as %j is answered %j", async (outcome, answer) => {
    const { ask } = createNative({ outcome });
    expect(await ask("REC START 4")).toBe(`${answer}\r\n`);
  });

  test.each([
    ["REC START", "ERR 11 SYNTAX"],
    ["REC GO 4", "ERR 11 SYNTAX"],
    ["REC START 4 5", "ERR 11 SYNTAX"],
    ["REC START 9", "ERR 12 ROOM"],
    ["REC? 9", "ERR 12 ROOM"],
    ["MARK", "ERR 11 SYNTAX"],
    ["MARK 9 text", "ERR 12 ROOM"],
    ["LOCK 4", "ERR 11 SYNTAX"],
    ["SUB", "ERR 11 SYNTAX"],
    ["SUB 4 TIME", "ERR 11 SYNTAX"],
    ["SUB 4 TIME 0", "ERR 13 RANGE"],
    ["SUB 4 TIME x", "ERR 13 RANGE"],
    ["HB 9999", "ERR 13 RANGE"],
    ["BTN k1 DOWN", "ERR 28 NOTFOUND"],
    ["LED? k1", "ERR 28 NOTFOUND"],
    ["PING 1", "ERR 11 SYNTAX"],
    ["@x7 NONSENSE 4", "@x7 ERR 10 UNKNOWN"],
    ["constructor", "ERR 10 UNKNOWN"],
    ["__proto__ 4", "ERR 10 UNKNOWN"],
    [`MARK 4 ${"x".repeat(300)}`, "ERR 11 SYNTAX"],
  ])("written as %j is answered %j and does nothing", async (line, answer) => {
    const { ask, acted } = createNative({ outcome: DONE });
    expect(await ask(line)).toBe(`${answer}\r\n`);
    expect(acted).toEqual([]);
  });

  test.each([
    "",
    "   ",
    "OK REC 4 RECORDING",
    "ERR 10 UNKNOWN",
    "!REC 4 IDLE",
    "~01@ OK",
    "E13",
    "@17 OK PONG",
  ])("is never seen in %j, which another speaker would say: nothing is answered", async (line) => {
    const { ask, acted } = createNative();
    expect(await ask(line)).toBe("");
    expect(acted).toEqual([]);
  });
});

describe("a question of the native protocol", () => {
  test.each([
    ["PING", "OK PONG"],
    ["ID?", "OK ID bridge"],
    ["VER?", "OK VER RBP/1 1.2.3"],
    ["ROOMS?", "OK ROOMS lab,office"],
    ["REC? 4", "OK REC 4 RECORDING 00:12:31"],
    ["REC? office", "OK REC office LOCKED"],
    ["LOCK? 4", "OK LOCK 4 OFF"],
    ["LOCK? 5", "OK LOCK 5 ON"],
    ["STATUS?", "!REC lab RECORDING\r\n!REC office LOCKED\r\nOK STATUS 2"],
    ["@1 STATUS?", "!REC lab RECORDING\r\n!REC office LOCKED\r\n@1 OK STATUS 2"],
  ])("%s is answered %j", async (line, answer) => {
    const { ask, setRoom } = createNative();
    setRoom(LAB, "recording");
    setRoom(OFFICE, "locked");
    expect(await ask(line)).toBe(`${answer}\r\n`);
  });

  test.each<[Parameters<ReturnType<typeof createNative>["setRoom"]>[1], string | undefined, string]>([
    ["available", undefined, "IDLE"],
    ["available", "start", "STARTING"],
    ["available", "lock", "IDLE"],
    ["prepared", undefined, "PREPARED"],
    ["recording", "stop", "STOPPING 00:12:31"],
    ["recording", "pause", "RECORDING 00:12:31"],
    ["paused", undefined, "PAUSED 00:12:31"],
    ["paused", "resume", "PAUSED 00:12:31"],
    ["locked", undefined, "LOCKED"],
    [undefined, undefined, "UNKNOWN"],
    [undefined, "start", "UNKNOWN"],
  ])("about a room that is %s with %s under way is answered %s", async (status, pending, word) => {
    const { ask, setRoom } = createNative();
    setRoom(LAB, status, { pending: pending as never });
    expect(await ask("REC? 4")).toBe(`OK REC 4 ${word}\r\n`);
  });

  test("for help names every verb", async () => {
    const { ask } = createNative();
    const verbs = (await ask("HELP")).trim().split(" ").slice(2);
    expect(verbs).toEqual(expect.arrayContaining(["REC", "REC?", "STATUS?", "SUB", "UNSUB", "BTN", "HELP"]));
    for (const verb of verbs) expect(await ask(verb)).not.toContain("UNKNOWN");
  });
});

describe("answers", () => {
  test("come in the order of the commands, though a slow one holds back the later ones", async () => {
    const { say, client, heard, acted, setRoom } = createNative();
    for (const line of ["@1 REC START 4", "@2 PING", "@3 REC STOP 5", "@4 REC? 4"]) say(line, client);
    acted[1]!.end(DONE);
    await settle();
    expect(heard(client)).toEqual([]);
    setRoom(LAB, "recording");
    acted[0]!.end(DONE);
    await settle();
    expect(heard(client)).toEqual([
      "@1 OK REC 4 RECORDING\r\n",
      "@2 OK PONG\r\n",
      "@3 OK REC 5 IDLE\r\n",
      // Told when it is its turn: no older than what was pushed meanwhile.
      "@4 OK REC 4 RECORDING 00:12:31\r\n",
    ]);
  });

  test("of one client do not wait for those of another", async () => {
    const { say, client, heard } = createNative();
    const other = streamPeer();
    say("REC START 4", client);
    say("PING", other);
    expect(heard(other)).toEqual(["OK PONG\r\n"]);
  });

  test("are not sent to a client that has gone", async () => {
    const { say, client, heard, acted, link } = createNative();
    say("REC START 4", client);
    link.parted(client.id);
    acted[0]!.end(DONE);
    await settle();
    expect(heard(client)).toEqual([]);
  });

  test("say TIMEOUT after three seconds, and the truth follows as a push though nobody subscribed", async () => {
    const { say, client, heard, acted, clock, setRoom } = createNative();
    say("REC START 4", client);
    await clock.advance(2999);
    expect(heard(client)).toEqual([]);
    await clock.advance(1);
    expect(heard(client)).toEqual(["ERR 17 TIMEOUT\r\n"]);
    setRoom(LAB, "available", { pending: "start" });
    acted[0]!.end(DONE);
    await clock.advance(100);
    setRoom(LAB, "recording");
    await clock.advance(100);
    expect(heard(client)).toEqual(["!REC 4 STARTING\r\n", "!REC 4 RECORDING\r\n"]);
    setRoom(LAB, "available");
    await clock.advance(100);
    expect(heard(client), "the command is settled: nothing more is told").toEqual([]);
  });

  test("leave no timer behind", async () => {
    const { ask, clock } = createNative({ outcome: DONE });
    const before = clock.timerCount();
    for (const line of ["REC START 4", "MARK 4", "STATUS?"]) await ask(line);
    expect(clock.timerCount()).toBe(before);
  });
});

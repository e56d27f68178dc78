import { describe, expect, test } from "vitest";
import { settle } from "../../support/fake-clock.ts";
import { createLineSetting, DONE, LAB, OFFICE, streamPeer, wirePeer } from "./setting.ts";

const own = {
  "LECTURE ON {room}": [{ room: "{room}", action: { kind: "start", recording: {} } }],
  PANIC: [
    { room: "lab", action: { kind: "stop" } },
    { room: "office", action: { kind: "stop" } },
  ],
} as const;

describe("a command of the mapping's own", () => {
  test.each<[dialect: string, granted: string, refused: string]>([
    ["native", "OK\r\n", "ERR 14 STATE\r\n"],
    ["smp", "", "E14\r\n"],
    ["panopto", "", "Error\n"],
    ["none", "", ""],
  ])("is understood in the dialect %s, answered %j, or %j when it is refused", async (...row) => {
    const [dialect, granted, refused] = row;
    const room = dialect === "smp" || dialect === "panopto" ? LAB : undefined;
    const good = createLineSetting({ dialect, room, own, outcome: DONE });
    good.say("LECTURE ON lab");
    await settle();
    expect(good.acted.map(({ action }) => action)).toEqual([{ kind: "start", room: LAB, recording: {} }]);
    expect(good.heard().join("")).toBe(granted);
    const outcome = { kind: "refused", reason: "room-locked" } as const;
    const bad = createLineSetting({ dialect, room, own, outcome });
    bad.say("LECTURE ON lab");
    await settle();
    expect(bad.heard().join("")).toBe(refused);
  });

  test("that asks for several things is answered with the worst", async () => {
    const { say, acted, heard } = createLineSetting({ own });
    say("PANIC");
    acted[1]!.end({ kind: "refused", reason: "busy" });
    await settle();
    expect(heard()).toEqual([]);
    acted[0]!.end(DONE);
    await settle();
    expect(heard()).toEqual(["ERR 22 BUSY\r\n"]);
  });

  test("for a room that is not there says so", () => {
    const { say, heard } = createLineSetting({ own });
    say("LECTURE ON cellar");
    expect(heard()).toEqual(["ERR 12 ROOM\r\n"]);
  });

  test("needs the passcode like any other", async () => {
    const { say, acted, heard } = createLineSetting({ dialect: "none", own, passcode: "1", outcome: DONE });
    say("PANIC");
    say("LOGIN 2");
    say("PANIC");
    expect(acted).toEqual([]);
    say("LOGIN 1");
    say("PANIC");
    await settle();
    expect(acted).toHaveLength(2);
    expect(heard()).toEqual([]);
  });
});

describe("a line of the mapping's own", () => {
  const pushes = [
    { text: "TALLY {room}", values: ["{status}"] },
    { text: "WHY {id} {reason}", values: [] },
  ];

  test("is told to everybody once known, then when it changes", () => {
    const { link, heard, setRoom } = createLineSetting({ dialect: "none", pushes });
    const client = streamPeer();
    link.joined(wirePeer);
    link.joined(client);
    const present = ["TALLY lab available\r\n", "WHY 4\r\n", "TALLY office available\r\n", "WHY 5\r\n"];
    expect(heard()).toEqual(present);
    expect(heard(client)).toEqual(present);
    setRoom(LAB, "recording");
    setRoom(LAB, "recording");
    expect(heard()).toEqual(["TALLY lab recording\r\n"]);
    setRoom(OFFICE, "available", { trouble: "no\r\nroom" });
    expect(heard(client)).toEqual(["TALLY lab recording\r\n", "WHY 5 no room\r\n"]);
  });

  test("says unknown for a figure that is not known, or what the mapping wants then", () => {
    const figures = [
      { text: "N {recording} {recording:0} {recording:1} {elapsedSeconds:-} {elapsedSeconds}", values: [] },
    ];
    const { heard, setRoom, link } = createLineSetting({ dialect: "none", pushes: figures, room: LAB });
    link.joined(wirePeer);
    expect(heard()).toEqual(["N 0 0 0 0 0\r\n"]);
    setRoom(LAB, undefined);
    expect(heard()).toEqual(["N unknown 0 1 - unknown\r\n"]);
    setRoom(LAB, "recording");
    expect(heard()).toEqual(["N 1 1 1 751 751\r\n"]);
  });

  test("is not told to those who have not given the passcode", () => {
    const { link, say, heard, setRoom } = createLineSetting({ pushes, passcode: "1" });
    const client = streamPeer();
    link.joined(client);
    setRoom(LAB, "recording");
    expect(heard(client)).toEqual([]);
    say("LOGIN 1", client);
    expect(heard(client)).toEqual(expect.arrayContaining(["TALLY lab recording\r\n", "OK LOGIN\r\n"]));
  });
});

import { describe, expect, test } from "vitest";
import type { Action, Outcome } from "../../../src/action/action.ts";
import type { RoomView } from "../../../src/room/room-view.ts";
import { settle } from "../../support/fake-clock.ts";
import { failures } from "../../support/fake-valt.ts";
import { createLineSetting, DONE, LAB, type LineSetting, OFFICE, streamPeer, wirePeer } from "./setting.ts";

const ESC = "\x1b";

function createSmp(setting: LineSetting = {}) {
  const smp = createLineSetting({ dialect: "smp", room: LAB, ...setting });
  const client = streamPeer();
  smp.link.joined(client);
  smp.sent.length = 0;
  return {
    ...smp,
    client,
    ask: async (line: string) => {
      smp.say(line, client);
      await settle();
      return smp.heard(client).join("");
    },
    actions: () => smp.acted.map(({ action }) => action),
  };
}

describe("a recorder's command", () => {
  const start: Action = { kind: "start", room: LAB, recording: {} };

  test.each<[line: string, action: Action, answer: string]>([
    [`${ESC}Y1RCDR`, start, "RcdrY1"],
    ["WY1RCDR", start, "RcdrY1"],
    ["wy1rcdr", start, "RcdrY1"],
    [`${ESC}Y0RCDR`, { kind: "stop", room: LAB }, "RcdrY0"],
    [`${ESC}Y2RCDR`, { kind: "pause", room: LAB }, "RcdrY2"],
    [`${ESC}BRCDR`, { kind: "mark", room: LAB, text: "Chapter", color: "red" }, "RcdrB"],
  ])("%j asks for %j and is answered %j", async (line, action, answer) => {
    const { ask, actions } = createSmp({ outcome: DONE });
    expect(await ask(line)).toBe(`${answer}\r\n`);
    expect(actions()).toEqual([action]);
  });

  test.each<[outcome: Outcome, answer: string]>([
    [{ kind: "already-so" }, "RcdrY1"],
    [{ kind: "refused", reason: "room-locked" }, "E14"],
    [{ kind: "refused", reason: "not-permitted" }, "E24"],
    [{ kind: "refused", reason: "busy" }, "E22"],
    [{ kind: "failed", failure: failures.unreachable }, "E25"],
    [{ kind: "failed", failure: failures.lostAnswer }, "E18"],
    [{ kind: "expired" }, "E18"],
  ])("that ends as %j is answered %s", async (outcome, answer) => {
    const { ask } = createSmp({ outcome });
    expect(await ask(`${ESC}Y1RCDR`)).toBe(`${answer}\r\n`);
  });

  test("is answered by the server's outcome only, or by E18 after three seconds", async () => {
    const { ask, clock, heard, client } = createSmp();
    expect(await ask(`${ESC}Y1RCDR`)).toBe("");
    await clock.advance(3000);
    expect(heard(client)).toEqual(["E18\r\n"]);
  });

  test("to record resumes a paused room; a second pause leaves it paused", async () => {
    const { ask, actions, setRoom } = createSmp({ outcome: DONE });
    setRoom(LAB, "paused");
    await ask(`${ESC}Y2RCDR`);
    expect(await ask(`${ESC}Y1RCDR`)).toBe("RcdrY1\r\n");
    expect(actions()).toEqual([
      { kind: "pause", room: LAB },
      { kind: "resume", room: LAB },
    ]);
  });

  test("to pause resumes a paused room where the mapping knows such recorders", async () => {
    const { ask, actions, setRoom } = createSmp({ outcome: DONE, smp: { secondPause: "resumes" } });
    setRoom(LAB, "paused");
    expect(await ask(`${ESC}Y2RCDR`)).toBe("RcdrY1\r\n");
    expect(actions()).toEqual([{ kind: "resume", room: LAB }]);
  });

  test("that has no equivalent here is refused honestly", async () => {
    const { ask, actions } = createSmp({ outcome: DONE });
    const refused = async (line: string) => `${line.replace(ESC, "ESC ")} ${(await ask(line)).trim()}`;
    expect(await refused(`${ESC}E5RCDR`)).toBe("ESC E5RCDR E14");
    expect(await refused(`${ESC}E100RCDR`)).toBe("ESC E100RCDR E13");
    expect(await refused(`${ESC}Y7RCDR`)).toBe("ESC Y7RCDR E13");
    expect(await refused(`${ESC}D3RCDR`)).toBe("ESC D3RCDR E14");
    expect(await refused(`${ESC}M18*x`)).toBe("ESC M18*x E10");
    expect(await refused(`${ESC}M18*xRCDR`)).toBe("ESC M18*xRCDR E13");
    expect(await refused(`${ESC}9CV`)).toBe("ESC 9CV E13");
    expect(await refused("38I")).toBe("38I E14");
    expect(await refused(`${ESC}1ECHO`)).toBe("ESC 1ECHO E14");
    expect(await refused(`${ESC}Lab 1CN`)).toBe("ESC Lab 1CN E14");
    expect(await refused("1*1!")).toBe("1*1! E10");
    expect(await refused(`${ESC}S1*1RTMP`)).toBe("ESC S1*1RTMP E10");
    expect(actions()).toEqual([]);
  });

  test.each(["E14", "RcdrY1", "Inf35*00:00:00", "Vrb3", "OK", "!REC 4 IDLE", "", "\r\n", "\x00"])(
    "is never seen in %j: nothing is answered",
    async (line) => {
      expect(await createSmp().ask(line)).toBe("");
    },
  );

  test("glued to others is carried out in order, and not at all when one of them is noise", async () => {
    const { ask, actions } = createSmp({ outcome: DONE });
    expect(await ask("I33I")).toBe(
      "<ChA1*ChB3>*<stopped>*<internal>*<0>*<00:00:00>*<00:00:00>\r\nN/A*N/A\r\n",
    );
    expect(await ask(`${ESC}YRCDR\r35I`)).toBe("0\r\n00:00:00\r\n");
    expect(await ask(`${ESC}Y2RCDR${ESC}Y0RCDR\nI`)).toContain("RcdrY2\r\nRcdrY0\r\n<ChA1*ChB3>");
    expect(actions()).toHaveLength(2);
    expect(await ask(`xx${ESC}Y1RCDR`)).toBe("E10\r\n");
    expect(await ask(`${ESC}Y1RCDRxx`)).toBe("E10\r\n");
    expect(await ask("I".repeat(100))).toBe("E10\r\n");
    expect(actions()).toHaveLength(2);
  });
});

describe("a recorder's state", () => {
  test.each<
    [status: RoomView["status"], rest: Partial<RoomView>, digit: string, word: string, elapsed: string]
  >([
    ["available", {}, "0", "stopped", "00:00:00"],
    ["prepared", {}, "0", "stopped", "00:00:00"],
    ["locked", {}, "0", "stopped", "00:00:00"],
    ["recording", {}, "1", "recording", "00:12:31"],
    ["paused", {}, "2", "paused", "00:12:31"],
    ["available", { pending: "start" }, "0", "setup", "00:00:00"],
    ["available", { pending: "start", expected: "recording", elapsedMs: 0 }, "1", "setup", "00:00:00"],
  ])("%s %j is told as %s, %s and %s", async (...row) => {
    const [status, rest, digit, word, elapsed] = row;
    const { ask, setRoom } = createSmp();
    setRoom(LAB, status, rest);
    expect(await ask(`${ESC}YRCDR`)).toBe(`${digit}\r\n`);
    expect(await ask("35I")).toBe(`${elapsed}\r\n`);
    expect(await ask("I")).toBe(`<ChA1*ChB3>*<${word}>*<internal>*<0>*<${elapsed}>*<00:00:00>\r\n`);
  });

  test("that the server does not say is no state: E25, and `unknown` in the line that needs a word", async () => {
    const { ask, setRoom } = createSmp();
    setRoom(LAB, undefined);
    expect(await ask(`${ESC}YRCDR`)).toBe("E25\r\n");
    expect(await ask("35I")).toBe("E25\r\n");
    const unknown = "<ChA1*ChB3>*<unknown>*<internal>*<0>*<N/A>*<00:00:00>\r\n";
    expect(await ask("I")).toBe(unknown);
    setRoom(LAB, undefined, { pending: "start", elapsedMs: 5000 });
    expect(await ask("I")).toBe(unknown);
    expect(await ask("35I")).toBe("E25\r\n");
  });

  test("a recording whose time the server has not told has not run for no time", async () => {
    const { ask, setRoom } = createSmp();
    setRoom(LAB, "recording", { elapsedMs: undefined });
    expect(await ask("35I")).toBe("E25\r\n");
    expect(await ask("I")).toContain("*<recording>*<internal>*<0>*<N/A>*");
  });

  test("that newer modules ask for is told: echo, part number, unit name, destination, alarms", async () => {
    const { ask, setRoom } = createSmp();
    setRoom(LAB, "recording", { alarm: "Its time stands still" });
    const asked = [`${ESC}0ECHO`, `${ESC}ECHO`, "N", `${ESC}CN`, "37I", "39I"];
    const answers = async () => {
      const all = [];
      for (const one of asked) all.push((await ask(one)).trim());
      return all;
    };
    const untagged = ["Echo0", "0", "60-1324-01", LAB, "internal", "<name:valt,level:warning>"];
    expect(await answers()).toEqual(untagged);
    await ask(`${ESC}3CV`);
    const tagged = [
      "Echo0",
      "Echo0",
      "Pno60-1324-01",
      `Ipn ${LAB}`,
      "Inf37*internal",
      `Inf39*${untagged[5]}`,
    ];
    expect(await answers()).toEqual(tagged);
    setRoom(LAB, "recording");
    expect(await ask("39I")).toBe("Inf39*\r\n");
  });

  test("is told without a title where there is none, and a title of nothing takes it back", async () => {
    const { ask } = createSmp();
    expect(await ask(`${ESC}M13RCDR`)).toBe("\r\n");
    await ask(`${ESC}2CV`);
    expect(await ask(`${ESC}M13RCDR`)).toBe("RcdrM13\r\n");
    expect(await ask(`${ESC}M13*Case 7RCDR`)).toBe("RcdrM13*Case 7\r\n");
    expect(await ask(`${ESC}M13RCDR`)).toBe("RcdrM13*Case 7\r\n");
    expect(await ask(`${ESC}M13*RCDR`)).toBe("RcdrM13\r\n");
    expect(await ask(`${ESC}M13RCDR`)).toBe("RcdrM13\r\n");
  });

  test.each([
    ["drive", "N/A 00:00:00", "internal", "<internal>*<0>*<00:12:31>*<00:00:00>"],
    [
      "two-drives",
      "internal 00:00:00*N/A 00:00:00",
      "internal*N/A",
      "<internal*N/A>*<0*0>*<00:12:31>*<00:00:00*00:00:00>",
    ],
    ["time", "00:00:00", "internal", "<internal>*<0>*<00:12:31>*<00:00:00>"],
  ] as const)("tells the time left in the form %s", async (timeLeft, ...[left, destination, rest]) => {
    const { ask, setRoom } = createSmp({ smp: { timeLeft } });
    setRoom(LAB, "recording");
    expect(await ask("36I37I")).toBe(`${left}\r\n${destination}\r\n`);
    expect(await ask("I")).toBe(`<ChA1*ChB3>*<recording>*${rest}\r\n`);
  });

  test.each([
    ["error", "E25\r\n"],
    ["stopped", "RcdrY0\r\n"],
  ] as const)("that is lost is told unasked as %s", async (whenUnknown, told) => {
    const { ask, setRoom, heard, client } = createSmp({ smp: { whenUnknown } });
    setRoom(LAB, "recording");
    await ask(`${ESC}3CV`);
    heard(client);
    setRoom(LAB, undefined);
    expect(heard(client)).toEqual([told]);
    setRoom(LAB, "recording");
    expect(heard(client)).toEqual(["RcdrY1\r\n"]);
  });

  test("carries tags in verbose modes 2 and 3", async () => {
    const { ask, setRoom } = createSmp();
    setRoom(LAB, "recording");
    const questions = [`${ESC}YRCDR`, "I", "33I", "35I", "36I", "57I", "2I", "Q", "1Q", "*Q", "q"];
    for (const mode of ["2", "3"]) {
      expect(await ask(`w${mode}cv`)).toBe(`Vrb${mode}\r\n`);
      expect(await ask(`${ESC}CV`)).toBe(`Vrb${mode}\r\n`);
      const answers = [];
      for (const question of questions) answers.push((await ask(question)).trim());
      expect(answers).toEqual([
        "RcdrY1",
        "Inf*<ChA1*ChB3>*<recording>*<internal>*<0>*<00:12:31>*<00:00:00>",
        "Inf33*N/A*N/A",
        "Inf35*00:12:31",
        "Inf36*N/A 00:00:00",
        "Inf57*N/A",
        "Inf02*Streaming Media Processor",
        "Ver01*1.02",
        "Ver01*1.02",
        "Bld1.02.0003",
        "Bld1.02.0003",
      ]);
    }
    expect(await ask(`${ESC}0CV`)).toBe("Vrb0\r\n");
    expect(await ask(`${ESC}CV`)).toBe("0\r\n");
    expect(await ask("Q")).toBe("1.02\r\n");
  });

  test("is told unasked in modes 1 and 3, once, and only when it is settled", async () => {
    const { ask, say, setRoom, heard, client, acted, link } = createSmp();
    const [silent, subscriber] = [streamPeer(), streamPeer()];
    for (const peer of [silent, subscriber]) link.joined(peer);
    heard(silent);
    say(`${ESC}3CV`, subscriber);
    await ask(`${ESC}3CV`);
    setRoom(LAB, "available");
    setRoom(OFFICE, "recording");
    expect(heard(client)).toEqual([]);
    await ask(`${ESC}Y1RCDR`);
    setRoom(LAB, "available", { pending: "start" });
    acted[0]!.end(DONE);
    await settle();
    expect(heard(client)).toEqual(["RcdrY1\r\n"]);
    setRoom(LAB, "available", { pending: "start", expected: "recording" });
    expect(heard(subscriber), "not confirmed yet").toEqual(["Vrb3\r\n"]);
    setRoom(LAB, "recording");
    expect(heard(subscriber)).toEqual(["RcdrY1\r\n"]);
    expect(heard(client), "it was answered so already").toEqual([]);
    setRoom(LAB, "paused");
    setRoom(LAB, undefined);
    setRoom(LAB, "available");
    expect(heard(client)).toEqual(["RcdrY2\r\n", "E25\r\n", "RcdrY0\r\n"]);
    expect(heard(silent)).toEqual([]);
  });

  test("is not that of another room: nothing of it is told, answered, or taken for told", async () => {
    const { ask, setRoom, heard, client, link } = createSmp();
    const [subscriber, silent] = [client, streamPeer()];
    link.joined(silent);
    link.joined(wirePeer);
    await ask(`${ESC}1CV`);
    for (const peer of [silent, wirePeer]) heard(peer);
    for (const status of ["recording", "paused", "available", "recording"] as const) setRoom(OFFICE, status);
    setRoom(OFFICE, undefined);
    setRoom(OFFICE, "recording");
    for (const peer of [subscriber, silent, wirePeer]) expect(heard(peer)).toEqual([]);
    expect(await ask(`${ESC}YRCDR`)).toBe("0\r\n");
    expect(await ask("I")).toContain("*<stopped>*");
    link.request({ text: `${ESC}1CV`, values: [] }, silent);
    heard(silent);
    setRoom(LAB, "recording");
    for (const peer of [subscriber, silent, wirePeer]) expect(heard(peer)).toEqual(["RcdrY1\r\n"]);
  });

  test("is told unasked on a wire from the beginning, on the network only when asked for", () => {
    const { setRoom, heard, link, client } = createSmp();
    link.joined(wirePeer);
    heard();
    setRoom(LAB, "recording");
    expect(heard()).toEqual(["RcdrY1\r\n"]);
    expect(heard(client)).toEqual([]);
  });
});

describe("metadata", () => {
  test("number 13 is the title of the next recording, and of that one only", async () => {
    const { ask, actions, setRoom } = createSmp({ outcome: DONE });
    expect(await ask(`${ESC}M13*Interview with W. RCDR`)).toBe("RcdrM13*Interview with W. \r\n");
    expect(await ask("wM13*RCDR | what?RCDR|wM2*xRCDR|")).toBe("RcdrM13*RCDR | what?\r\nRcdrM2*x\r\n");
    expect(await ask("wM13*Workshop: whoRCDR")).toBe("RcdrM13*Workshop: who\r\n");
    expect(await ask("wM2*Dr. WhoRCDR")).toBe("RcdrM2*Dr. Who\r\n");
    expect(await ask(`${ESC}M13RCDR`)).toBe("Workshop: who\r\n");
    await ask(`${ESC}Y1RCDR`);
    setRoom(LAB, "recording");
    expect(await ask(`${ESC}M13RCDR`)).toBe("\r\n");
    await ask(`${ESC}Y0RCDR`);
    await ask(`${ESC}Y1RCDR`);
    expect(actions()).toEqual([
      { kind: "start", room: LAB, recording: { name: "Workshop: who" } },
      { kind: "stop", room: LAB },
      { kind: "start", room: LAB, recording: {} },
    ]);
  });

  test("stays for the next attempt when a start fails", async () => {
    const { ask } = createSmp({ outcome: { kind: "refused", reason: "room-locked" } });
    await ask(`${ESC}M13*TitleRCDR`);
    await ask(`${ESC}Y1RCDR`);
    expect(await ask(`${ESC}M13RCDR`)).toBe("Title\r\n");
  });

  test("carries its tag in verbose mode 3, and is at most 127 characters long", async () => {
    const { ask } = createSmp();
    await ask(`${ESC}3CV`);
    expect(await ask(`${ESC}M13RCDR`)).toBe("RcdrM13\r\n");
    const longest = "x".repeat(127);
    expect(await ask(`${ESC}M13*${longest}RCDR`)).toBe(`RcdrM13*${longest}\r\n`);
    expect(await ask(`${ESC}M13*${longest}xRCDR`)).toBe("E13\r\n");
    expect(await ask(`${ESC}M13RCDR`)).toBe(`RcdrM13*${longest}\r\n`);
  });
});

import { describe, expect, test } from "vitest";
import { settle } from "../../support/fake-clock.ts";
import { createLineSetting, DONE, LAB, type LineSetting, streamPeer } from "./setting.ts";

/**
 * What published control modules for the SMP 300 series send, and what they look for in the answer: bytes, as
 * their sources have them. Each must drive a room as it stands.
 */
const ESC = "\x1b";

function createSession(setting: LineSetting = {}) {
  const session = createLineSetting({ dialect: "smp", room: LAB, hello: "on", outcome: DONE, ...setting });
  const client = streamPeer();
  session.link.joined(client);
  const greeting = session.heard(client).join("");
  return {
    ...session,
    client,
    greeting,
    ask: async (line: string) => {
      session.say(line, client);
      await settle();
      return session.heard(client).join("");
    },
    kinds: () => session.acted.map(({ action }) => action.kind),
  };
}

describe("the greeting", () => {
  test("names maker and model, then the date, then asks for the password without an end", () => {
    const { greeting, listening } = createSession({ passcode: "extron" });
    const lines = greeting.split("\r\n");
    expect(lines[0]).toBe("");
    // The Lua driver for Opencast compares the beginning, the Ruby driver of ACA looks for Copyright.
    expect(lines[1]).toMatch(/^\(c\) Copyright [\d-]+, Extron Electronics, SMP 35[12]/);
    expect(lines[2]).toMatch(/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}$/);
    expect(lines.slice(3)).toEqual(["", "Password:"]);
    expect(listening).toEqual(["passcode"]);
  });

  test("asks for no password where none is set", () => {
    const { greeting, listening } = createSession();
    expect(greeting).not.toContain("Password");
    expect(greeting).toMatch(/\d\r\n$/);
    expect(listening).toEqual([]);
  });

  test.each(["extron", "\rextron\r", "extron\n"])(
    "is followed by the password %j and a login, whichever way modules end it",
    async (password) => {
      const { ask, listening } = createSession({ passcode: "extron" });
      expect(await ask("")).toBe("");
      expect(await ask("wrong")).toBe("\r\nPassword:");
      expect(await ask(`${ESC}Y1RCDR`)).toBe("");
      expect(await ask("wrong again")).toBe("\r\nPassword:");
      expect(await ask(password)).toBe("\r\nLogin Administrator\r\n");
      expect(listening).toEqual(["passcode", "passcode", "passcode", "passcode", "commands"]);
      expect(await ask(`${ESC}Y1RCDR`)).toBe("RcdrY1\r\n");
    },
  );
});

describe("a module that has no password", () => {
  const questions = [
    `${ESC}3CV`,
    "2I",
    `${ESC}YRCDR`,
    `${ESC}S1*1RTMP`,
    `${ESC}1ENCM`,
    "36I",
    `${ESC}M13RCDR`,
    "wYRCDR",
  ];

  test("is told once that one is needed, and guesses nothing by asking on", async () => {
    const limit = { perSecond: 99, burst: 99 };
    const { ask, dropped } = createSession({ passcode: "extron", limit });
    const answers: string[] = [];
    for (let round = 0; round < 5; round++)
      for (const question of questions) answers.push(await ask(question));
    expect(answers).toEqual(["\r\nPassword:", ...Array(5 * questions.length - 1).fill("")]);
    expect(dropped.filter((why) => why.includes("passcodes"))).toEqual([]);
    expect(await ask("extron")).toBe("\r\nLogin Administrator\r\n");
  });

  test("may not guess a password in the form of a command either", async () => {
    const { ask, dropped, clock } = createSession({ passcode: "42I", limit: { perSecond: 99, burst: 99 } });
    for (let guess = 1; guess <= 10; guess++) await ask(`${guess}I`);
    expect(await ask("42I")).toBe("");
    expect(dropped.filter((why) => why.includes("passcodes"))).toHaveLength(2);
    await clock.advance(60_000);
    expect(await ask("42I")).toBe("\r\nLogin Administrator\r\n");
  });
});

describe("a module written for the recorder drives a room:", () => {
  test("Extron's own for Global Scripter, which speaks in w commands and wants verbose mode 3", async () => {
    const { ask, kinds, setRoom } = createSession();
    expect(await ask("w3cv")).toBe("Vrb3\r\n");
    expect(await ask("wY1RCDR")).toMatch(/^RcdrY(0|1|2)\r\n$/);
    setRoom(LAB, "recording");
    expect(await ask("wYRCDR")).toBe("RcdrY1\r\n");
    expect(await ask("35i")).toMatch(/^Inf35\*\d{1,2}:\d{1,2}:\d{1,2}\r\n$/);
    expect(await ask("36i")).toMatch(/^Inf36\*.* \d+:\d{1,2}:\d{1,2}\r\n$/);
    expect(await ask("i")).toMatch(
      /^Inf\*<[^>]*>\*<[^>]*>\*<(internal|usbfront|usbrear|auto|N\/A)>\*<\d*>\*<[^>]*>\*<[^>]*>\r\n$/,
    );
    expect(await ask("wM13*Interview 7RCDR")).toBe("RcdrM13*Interview 7\r\n");
    expect(await ask("wM13RCDR")).toMatch(/^RcdrM1?[0-9]\*.*\r\n$/);
    expect(await ask("wBRCDR")).toBe("RcdrB\r\n");
    expect(await ask("wY2RCDR")).toBe("RcdrY2\r\n");
    expect(await ask("wE5RCDR")).toMatch(/^E\d+\r\n$/);
    expect(kinds()).toEqual(["start", "mark", "pause"]);
  });

  test("ACA's in Ruby, which reads RcdrY and the parts of I", async () => {
    const { ask, kinds } = createSession();
    expect(await ask("I")).toMatch(/^</);
    expect(await ask(`${ESC}3CV`)).toBe("Vrb3\r\n");
    for (const [command, answer] of [
      [`${ESC}Y1RCDR`, "RcdrY1"],
      [`${ESC}Y2RCDR`, "RcdrY2"],
      [`${ESC}Y0RCDR`, "RcdrY0"],
    ] as const) {
      expect(await ask(command)).toBe(`${answer}\r\n`);
    }
    const parts = (await ask("I")).trim().slice("Inf*<".length, -1).split(">*<");
    expect(parts).toEqual(["ChA1*ChB3", "stopped", "internal", "0", "00:00:00", "00:00:00"]);
    expect(await ask("Q")).not.toBe("");
    expect(kinds()).toEqual(["start", "pause", "stop"]);
  });

  test("Companion's, which ends commands with LF or not at all and knows the unit by its description", async () => {
    const { ask, greeting, setRoom, kinds } = createSession();
    expect(greeting).toContain("Extron Electronics");
    expect(await ask(`${ESC}3CV\r2I\n`)).toContain("Streaming");
    const questions = [`${ESC}YRCDR\n`, `${ESC}S1*1RTMP\n`, `${ESC}1ENCM\n`, "36I\n", `${ESC}M13RCDR\n`];
    const answers = [];
    for (const question of questions) answers.push(await ask(question));
    expect(answers).toEqual(["RcdrY0\r\n", "E10\r\n", "E10\r\n", "Inf36*N/A 00:00:00\r\n", "RcdrM13\r\n"]);
    expect(await ask(`${ESC}Y1RCDR`)).toBe("RcdrY1\r\n");
    setRoom(LAB, "recording");
    expect(await ask(`${ESC}BRCDR\n`)).toBe("RcdrB\r\n");
    expect(kinds()).toEqual(["start", "mark"]);
  });

  test("the C# one for Crestron, which polls I untagged right after a command", async () => {
    const { ask, setRoom } = createSession();
    setRoom(LAB, "recording");
    expect(await ask(`${ESC}Y1RCDR\rI`)).toMatch(
      /^RcdrY1\r\n<ChA\d\*ChB\d>\*<\w+>\*<\w+>\*<\d+>\*<[\d:]+>\*<[\d:]+>\r\n$/,
    );
  });

  test("AVCoders' in C#, which takes the second and the fifth part of Inf*, and asks for USB drives", async () => {
    const { ask, setRoom } = createSession();
    await ask(`${ESC}3CV`);
    setRoom(LAB, "paused");
    const parts = [...(await ask("I")).matchAll(/<([^>]*)>/g)].map(([, part]) => part);
    expect([parts[1], parts[4]]).toEqual(["paused", "00:12:31"]);
    for (const drive of ["56I", "57I", "58I"]) expect(await ask(drive)).toMatch(/^Inf5\d\*N\/A\r\n$/);
  });

  test("the Lua one for Opencast, which compares answers whole and glues questions", async () => {
    const { ask, setRoom } = createSession();
    for (const [command, answer] of [
      [`${ESC}M13*Lecture 1RCDR\r`, "RcdrM13*Lecture 1\r\n"],
      [`${ESC}M2*Dr. WhoRCDR\r`, "RcdrM2*Dr. Who\r\n"],
      [`${ESC}Y1RCDR\r`, "RcdrY1\r\n"],
      [`${ESC}Y2RCDR\r`, "RcdrY2\r\n"],
      [`${ESC}Y0RCDR\r`, "RcdrY0\r\n"],
    ] as const) {
      expect(await ask(command)).toBe(answer);
    }
    setRoom(LAB, "recording");
    expect(await ask(`${ESC}YRCDR\r35I`)).toBe("1\r\n00:12:31\r\n");
    expect((await ask("I33I")).split("\r\n")).toHaveLength(3);
  });

  test("AMX's, which waits for RcdrY and asks for both times with an end that is not needed", async () => {
    const { ask, setRoom } = createSession();
    await ask(`${ESC}3CV\r`);
    setRoom(LAB, "recording");
    expect(await ask("35I\r")).toBe("RcdrY1\r\nInf35*00:12:31\r\n");
    // What that module shows as "no USB drive".
    expect(await ask("36I\r")).toContain("N/A 00:00:00");
  });
});

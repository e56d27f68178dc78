import { describe, expect, test } from "vitest";
import { readFraming } from "../../../devices/serial/framing/dialect-frame.ts";
import { createFramer } from "../../../devices/serial/framing/framer.ts";
import { settle } from "../../support/fake-clock.ts";
import { createLineSetting, DONE, LAB, wirePeer } from "./setting.ts";

/** Bytes as they come on a line, through the framing that the dialect is given. */
function createLine() {
  const setting = createLineSetting({ dialect: "smp", room: LAB, outcome: DONE });
  const framer = createFramer(readFraming({ kind: "sis" }), {
    clock: setting.clock,
    characterMs: 1,
    framed: (payload) => setting.say(new TextDecoder().decode(payload), wirePeer),
    dropped: () => undefined,
  });
  return {
    ...setting,
    send: async (...chunks: readonly string[]) => {
      for (const chunk of chunks) framer.push(new TextEncoder().encode(chunk));
      await settle();
      return setting.heard(wirePeer).join("");
    },
  };
}

describe("bytes in the language of SMP recorders", () => {
  const session =
    "\x1b3CV\r2I\n\x1bYRCDR\n36I\n\x1bM13*Who | what RCDR\r\x1bY1RCDR\rIwY2RCDR\rI33I\x1bYRCDR\r35I\x1bBRCDR";
  const answers = [
    "Vrb3",
    "Inf02*Streaming Media Processor",
    "RcdrY0",
    "Inf36*N/A 00:00:00",
    "RcdrM13*Who | what ",
    "RcdrY1",
    "Inf*<ChA1*ChB3>*<stopped>*<internal>*<0>*<00:00:00>*<00:00:00>",
    "RcdrY2",
    "Inf*<ChA1*ChB3>*<stopped>*<internal>*<0>*<00:00:00>*<00:00:00>",
    "Inf33*N/A*N/A",
    "RcdrY0",
    "Inf35*00:00:00",
    "RcdrB",
    "",
  ].join("\r\n");

  test("are answered one by one, though they come glued together and half of them without an end", async () => {
    const { send, acted } = createLine();
    expect(await send(session)).toBe(answers);
    expect(acted.map(({ action }) => action.kind)).toEqual(["start", "pause", "mark"]);
  });

  test("mean the same wherever they are cut", async () => {
    for (let cut = 1; cut < session.length; cut += 3) {
      expect(await createLine().send(session.slice(0, cut), session.slice(cut))).toBe(answers);
    }
  });
});

import { z } from "zod";
import { LINES } from "../../driver/link.ts";
import { defineLineDialect, type LineContext, type LineDialect, type LineInterpreter } from "../dialect.ts";

/** No protocol: the mapping's own commands are carried out and its own lines told, and nothing is answered. */
export const none: LineDialect = defineLineDialect({
  name: "none",
  style: "lines",
  settingsSchema: z.object({}),
  framing: LINES,
  whenFull: "",
  commands: "of-mapping-only",
  needsRoom: false,
  create,
});

function create(link: LineContext): LineInterpreter {
  return {
    joined: () => "",
    parted: () => undefined,
    asksPasscode: () => true,
    read: () => ({ kind: "ignored" }),
    readUnauthenticated: (line, peer) => {
      const passcode = /^LOGIN\s+(\S.*)$/i.exec(line.trim())?.[1];
      if (passcode === undefined) return { kind: "ignored" };
      const login = () => {
        link.prove(peer, passcode);
        return () => "";
      };
      return { kind: "tasks", tasks: [login] };
    },
    refuse: () => "",
    answerOwn: () => "",
    roomChanged: () => undefined,
    subscribers: () => 0,
    close: () => undefined,
  };
}

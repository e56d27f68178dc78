import type { LineDialect, LineDialectTools } from "./line-dialect.ts";

/** No protocol: the mapping's own commands are obeyed and its own lines told, and nothing is answered. */
export function createSilentDialect({ prove }: LineDialectTools): LineDialect {
  return {
    joined: () => "",
    parted: () => undefined,
    asksPasscode: () => true,
    read: () => ({ kind: "ignored" }),
    readStranger: (line, peer) => {
      const passcode = /^LOGIN\s+(\S.*)$/i.exec(line.trim())?.[1];
      if (passcode === undefined) return { kind: "ignored" };
      const login = () => {
        prove(peer, passcode);
        return () => "";
      };
      return { kind: "tasks", tasks: [login] };
    },
    refuse: () => "",
    answerOwn: () => "",
    roomChanged: () => undefined,
    serverChanged: () => undefined,
    listeners: () => 0,
    close: () => undefined,
  };
}

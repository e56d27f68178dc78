import type { Peer } from "../../driver/link.ts";
import {
  ANSWER_END,
  isSpoiled,
  type LineAnswer,
  type LineDialect,
  type LineDialectTools,
  type LineReading,
} from "../line-dialect.ts";
import { errorOfOutcome, errorOfRefusal } from "../line-errors.ts";
import {
  createNativeCommands,
  errorLine,
  type NativeCommand,
  type NativeLines,
  PROTOCOL,
} from "./native-commands.ts";
import { type NativeLine, readNativeLine, withoutTag } from "./native-line.ts";
import { NativePeers } from "./native-peers.ts";

/** What a client may say before it has given the passcode. */
const FOR_STRANGERS: ReadonlySet<string> = new Set(["PING", "ID?", "LOGIN"]);

/**
 * The bridge's own protocol: one answer for each command and in the order of the commands, `OK ...` or
 * `ERR n WORD`; lines that begin with `!` are told unasked.
 */
export function createNativeDialect(tools: LineDialectTools): LineDialect {
  const peers = new NativePeers(tools);
  const commands = createNativeCommands({ ...tools, peers });
  const { settings } = tools;

  function read(line: string, peer: Peer): LineReading {
    const asked = readNativeLine(line);
    if (asked === undefined) return { kind: "ignored" };
    const command = isSpoiled(line) ? undefined : commands[asked.verb];
    if (command === undefined) return { kind: "unknown" };
    return { kind: "tasks", tasks: [() => carryOut(command, { line: asked, text: line, peer })] };
  }

  function carryOut(
    command: NativeCommand,
    { line, text, peer }: { line: NativeLine; text: string; peer: Peer },
  ): LineAnswer {
    const from = peers.of(peer);
    const isFirstOfWire = peer.reach === "wire" && !tools.memory.has(peer.address);
    if (isFirstOfWire && tools.knows(peer)) {
      tools.memory.set(peer.address, "subscribed");
      peers.listenFromNowOn(from);
    }
    const lines = command({ line, text, from });
    const write = (ready: NativeLines) => () => writeLines(line.tag, ready());
    return typeof lines === "function" ? write(lines) : lines.then(write);
  }

  return {
    joined: (peer) => {
      const isListening = peer.reach === "wire" && tools.memory.get(peer.address) === "subscribed";
      if (isListening) peers.listenAgain(peers.of(peer));
      return settings.hello === "on" ? `!HELLO ${PROTOCOL} ${settings.product.name}${ANSWER_END}` : "";
    },
    parted: (peer) => peers.forget(peer.id),
    asksPasscode: () => true,
    read,
    withoutTag,
    readStranger: (line, peer) => {
      const asked = readNativeLine(line);
      if (asked === undefined || FOR_STRANGERS.has(asked.verb)) return read(line, peer);
      return { kind: "denied", text: writeLines(asked.tag, [errorLine("denied")]) };
    },
    refuse: (why, line) => writeLines(readNativeLine(line)?.tag ?? "", [errorLine(errorOfRefusal[why])]),
    answerOwn: (outcome, line) => {
      const fault = errorOfOutcome(outcome);
      return writeLines(readNativeLine(line)?.tag ?? "", [fault === undefined ? "OK" : errorLine(fault)]);
    },
    roomChanged: (room) => peers.roomChanged(room),
    siteChanged: () => peers.siteChanged(),
    serverChanged: (server) => peers.serverChanged(server),
    listeners: () => peers.listeners(),
    close: () => peers.close(),
  };
}

/** The last line is the answer and carries the tag. */
function writeLines(tag: string, lines: readonly string[]): string {
  return lines
    .map((line, index) =>
      index === lines.length - 1 ? `${tag}${line}${ANSWER_END}` : `${line}${ANSWER_END}`,
    )
    .join("");
}

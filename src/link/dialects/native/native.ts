import { z } from "zod";
import { LINES, type Peer } from "../../../driver/link.ts";
import {
  ANSWER_END,
  defineLineDialect,
  isSpoiled,
  type LineAnswer,
  type LineContext,
  type LineDialect,
  type LineInterpreter,
  type LineReading,
} from "../../dialect.ts";
import { errorOfLineRefusal, errorOfOutcome } from "../../errors.ts";
import { describeButton } from "../../lamp-board.ts";
import { helloSetting } from "../hello.ts";
import {
  createNativeCommands,
  errorLine,
  type NativeCommand,
  type NativeLines,
  PROTOCOL,
} from "./commands.ts";
import { type NativeLine, readNativeLine, withoutTag } from "./line.ts";
import { NativePeers } from "./peers.ts";
import { readStanding, writeStanding } from "./standing.ts";

const settingsSchema = z.object(helloSetting);

/**
 * The bridge's own protocol: one answer for each command and in the order of the commands, `OK ...` or
 * `ERR n WORD`; lines that begin with `!` are told unasked.
 */
export const native: LineDialect = defineLineDialect({
  name: "native",
  style: "lines",
  settingsSchema,
  framing: LINES,
  whenFull: `${errorLine("full")}${ANSWER_END}`,
  commands: "own",
  needsRoom: false,
  describeButton,
  create,
});

/** What a client may say before it has given the passcode. */
const BEFORE_LOGIN: ReadonlySet<string> = new Set(["PING", "ID?", "LOGIN"]);

function create(link: LineContext<z.output<typeof settingsSchema>>): LineInterpreter {
  const peers = new NativePeers(link);
  const commands = createNativeCommands(link, peers);

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
    const isFirstOfWire = peer.reach === "wire" && !link.memory.has(peer.address);
    if (isFirstOfWire && link.knows(peer)) {
      link.memory.set(peer.address, "subscribed");
      peers.subscribeFromNowOn(from);
    }
    const lines = command({ line, text, from });
    const write = (ready: NativeLines) => () => writeLines(line.tag, ready());
    return typeof lines === "function" ? write(lines) : lines.then(write);
  }

  return {
    joined: (peer) => {
      const isSubscribed = peer.reach === "wire" && link.memory.get(peer.address) === "subscribed";
      if (isSubscribed) peers.subscribeAgain(peers.of(peer));
      return link.settings.hello === "off" ? "" : `!HELLO ${PROTOCOL} ${link.product.name}${ANSWER_END}`;
    },
    standing: (peer) => writeStanding(peers.of(peer)),
    revive(peer, standing) {
      const isRevived = readStanding(standing, peers.of(peer));
      if (isRevived) peers.resume(peers.of(peer));
      return isRevived;
    },
    parted: (peer) => peers.forget(peer.id),
    asksPasscode: () => true,
    read,
    withoutTag,
    readUnauthenticated: (line, peer) => {
      const asked = readNativeLine(line);
      if (asked === undefined || BEFORE_LOGIN.has(asked.verb)) return read(line, peer);
      return { kind: "denied", text: writeLines(asked.tag, [errorLine("denied")]) };
    },
    refuse: (why, line) => writeLines(readNativeLine(line)?.tag ?? "", [errorLine(errorOfLineRefusal[why])]),
    answerOwn: (outcome, line) => {
      const fault = errorOfOutcome(outcome);
      return writeLines(readNativeLine(line)?.tag ?? "", [fault === undefined ? "OK" : errorLine(fault)]);
    },
    roomChanged: (room) => peers.roomChanged(room),
    siteChanged: () => peers.siteChanged(),
    serverChanged: (server) => peers.serverChanged(server),
    subscribers: () => peers.subscribers(),
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

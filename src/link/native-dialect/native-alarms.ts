import type { RoomName } from "../../base/identifiers.ts";
import { printableSentence } from "../../base/printable.ts";
import type { LineDialectTools } from "../line-dialect.ts";
import type { NativePeer } from "./native-peers.ts";

/** One line about one alarm. */
export interface AlarmNews {
  readonly subject: string;
  readonly line: string;
}

type AlarmTools = Pick<LineDialectTools, "view" | "siteAlarms"> & {
  /** What the client calls the room. */
  nameOf(room: RoomName): string;
};

/** What one client is to hear of the alarms of these rooms, or of the whole site. It counts as told. */
export function readAlarmNews(
  { alarmed }: Pick<NativePeer, "alarmed">,
  of: readonly RoomName[] | "site",
  { view, siteAlarms, nameOf }: AlarmTools,
): readonly AlarmNews[] {
  const alarms =
    of === "site"
      ? siteAlarms().map(({ kind, text }) => ({ subject: subjectOf(kind), what: kind, text }))
      : of.map((room) => ({
          subject: subjectOf(room),
          what: nameOf(room),
          text: view(room).alarm ?? "",
        }));
  return alarms.flatMap(({ subject, what, text }) => {
    // An alarm that a client has never heard of does not end for it.
    const isOver = text === "" && alarmed.delete(subject);
    if (text !== "") alarmed.add(subject);
    return isOver || text !== "" ? { subject, line: writeAlarm(what, text) } : [];
  });
}

/** A client that heard something before, and may have missed how it ended. */
export function suspectAlarms(
  { alarmed }: Pick<NativePeer, "alarmed">,
  rooms: readonly RoomName[],
  { siteAlarms }: Pick<AlarmTools, "siteAlarms">,
): void {
  for (const what of [...rooms, ...siteAlarms().map(({ kind }) => kind)]) alarmed.add(subjectOf(what));
}

function subjectOf(what: string): string {
  return `alarm ${what}`;
}

/** A line has its limits at the other end: the examples of the protocol's page read 256 bytes. */
const LONGEST_TEXT = 180;

function writeAlarm(what: string, text: string): string {
  if (text === "") return `!ALARM ${what} OFF`;
  // A server's sentence may bring line ends along: whatever it says, it is one line here.
  const line = printableSentence(text);
  return `!ALARM ${what} ON ${line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 3)}...` : line}`;
}

import type { RoomName } from "../base/identifiers.ts";

interface AlarmTraits {
  /**
   * An event has happened, and people only need to have seen that. A condition lasts, and is over exactly when it has
   * ended: no press and no time may make it look so.
   */
  readonly sort: "event" | "condition";
  readonly concerns: "room" | "site";
  /** Few words for a key or a lamp's label. */
  readonly words: string;
  /** What a person can do. */
  readonly remedy: string;
}

const alarms = {
  "stopped-elsewhere": {
    sort: "event",
    concerns: "room",
    words: "stopped elsewhere",
    remedy: "Look who stopped it on the server, and start again if it should run.",
  },
  "start-not-confirmed": {
    sort: "event",
    concerns: "room",
    words: "start not confirmed",
    remedy: "Look at the room on the server: it took the command and does not record.",
  },
  // Over as well when every refused mark of the room has been settled.
  "mark-refused": {
    sort: "event",
    concerns: "room",
    words: "mark not saved",
    remedy:
      "Enter it on the server by hand, if it matters, and settle it: the console's page Health and valt-bridge journal marks list it.",
  },
  "recording-stalled": {
    sort: "condition",
    concerns: "room",
    words: "recording stuck",
    remedy: "Look at the room on the server: it says that it records, and its time stands still.",
  },
  "wrong-room": {
    sort: "condition",
    concerns: "room",
    words: "room mixed up",
    remedy: "Correct the room's id or its name in the mapping.",
  },
  "rights-missing": {
    sort: "condition",
    concerns: "site",
    words: "rights missing",
    remedy: "Give the bridge's account the rights on the server.",
  },
  "certificate-expiring": {
    sort: "condition",
    concerns: "site",
    words: "certificate ends soon",
    remedy: "Renew the server's certificate.",
  },
  "clock-differs": {
    sort: "condition",
    concerns: "site",
    words: "clocks differ",
    remedy: "Set the clocks of this machine and of the server by the same time server.",
  },
  "looks-too-rare": {
    sort: "condition",
    concerns: "site",
    words: "room status too slow",
    remedy:
      "Raise requestsPerSecond or freshMs in the mapping's timing, or let the account of the bridge see the list of rooms.",
  },
  "marks-elsewhere": {
    sort: "condition",
    concerns: "site",
    words: "marks held back",
    remedy:
      "Name their server in the mapping again and they are delivered, or enter them by hand: valt-bridge journal marks lists them.",
  },
  "disk-nearly-full": {
    sort: "condition",
    concerns: "site",
    words: "disk nearly full",
    remedy: "Make room on the disk of the bridge.",
  },
  "journal-crowded": {
    sort: "condition",
    concerns: "site",
    words: "journal too small",
    remedy: "Raise keepMegabytes in the mapping's journal, or lower keepDays, before the oldest of it goes.",
  },
  "journal-failing": {
    sort: "condition",
    concerns: "site",
    words: "journal failing",
    remedy: "Look at the folder of the journal: the disk, its rights, its space.",
  },
} as const satisfies Readonly<Record<string, AlarmTraits>>;

export type AlarmKind = keyof typeof alarms;

/** Something that people should know although nobody pressed anything. */
export interface Alarm {
  readonly kind: AlarmKind;
  readonly sort: AlarmTraits["sort"];
  /** Absent when it concerns the whole site. */
  readonly room: RoomName | undefined;
  /** What happened, as a sentence. */
  readonly text: string;
  /** The same in few words, for a key or a lamp's label. */
  readonly words: string;
  /** What a person can do. */
  readonly remedy: string;
  readonly sinceWallMs: number;
}

export function describeAlarm(
  kind: AlarmKind,
  about: { readonly room: RoomName | undefined; readonly text: string; readonly sinceWallMs: number },
): Alarm {
  const { sort, words, remedy } = alarms[kind];
  return { kind, sort, ...about, words, remedy };
}

/** Whether something of the whole site is wrong; one for each kind, also for those that do not hold now. */
export interface SiteAlarm {
  readonly kind: AlarmKind;
  /** Empty while all is well. */
  readonly text: string;
}

/** Those of the whole site among what holds now. */
export function listSiteAlarms(holding: readonly Alarm[]): readonly SiteAlarm[] {
  return alarmKinds("site").map((kind) => ({
    kind,
    text: holding.find((alarm) => alarm.kind === kind)?.text ?? "",
  }));
}

export function alarmKinds(concerning: AlarmTraits["concerns"]): readonly AlarmKind[] {
  return (Object.keys(alarms) as AlarmKind[]).filter((kind) => alarms[kind].concerns === concerning);
}

import type { RoomName } from "../base/identifiers.ts";

export const alarmKinds = [
  "stopped-elsewhere",
  "start-not-confirmed",
  "recording-stalled",
  "wrong-room",
  "rights-missing",
  "certificate-expiring",
  "clock-differs",
  "disk-nearly-full",
  "journal-failing",
  "mark-refused",
] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/** Something that people should know although nobody pressed anything. */
export interface Alarm {
  readonly kind: AlarmKind;
  /** Absent when it concerns the whole site. */
  readonly room: RoomName | undefined;
  /** What happened, as a sentence. */
  readonly text: string;
  /** What a person can do. */
  readonly remedy: string;
  readonly sinceWallMs: number;
}

/** Few words for a key or a lamp's label. */
export const alarmWords: Readonly<Record<AlarmKind, string>> = {
  "stopped-elsewhere": "stopped elsewhere",
  "start-not-confirmed": "start not confirmed",
  "recording-stalled": "recording stalled",
  "wrong-room": "wrong room",
  "rights-missing": "rights missing",
  "certificate-expiring": "certificate expiring",
  "clock-differs": "clock differs",
  "disk-nearly-full": "disk nearly full",
  "journal-failing": "journal failing",
  "mark-refused": "mark refused",
};

const remedies: Readonly<Record<AlarmKind, string>> = {
  "stopped-elsewhere": "Look who stopped it on the server, and start again if it should run.",
  "start-not-confirmed": "Look at the room on the server: it took the command and does not record.",
  "recording-stalled": "Look at the room on the server: it says that it records, and its time stands still.",
  "wrong-room": "Correct the room's id or its name in the mapping.",
  "rights-missing": "Give the bridge's account the rights on the server.",
  "certificate-expiring": "Renew the server's certificate.",
  "clock-differs": "Set the clocks of this machine and of the server by the same time server.",
  "disk-nearly-full": "Make room on the disk of the bridge.",
  "journal-failing": "Look at the folder of the journal: the disk, its rights, its space.",
  "mark-refused": "Enter it on the server by hand, if it matters, and settle it: the console's page Health and valt-bridge journal marks list it.",
};

export function describeAlarm(
  kind: AlarmKind,
  about: { readonly room: RoomName | undefined; readonly text: string; readonly sinceWallMs: number },
): Alarm {
  return { kind, ...about, remedy: remedies[kind] };
}

import type { Sayable } from "../../language/told.ts";

/** What the pages know of the bridge, in shapes that travel as JSON; see `messages.ts`. */

/** `cancel` takes a finger back that went away: neither tap nor hold. */
export type TouchInfo =
  | { readonly kind: "down" | "up" | "cancel" }
  | { readonly kind: "turned"; readonly detents: number }
  | { readonly kind: "moved"; readonly fraction: number }
  | { readonly kind: "touched"; readonly how: "tap" | "hold" | "swipe-left" | "swipe-right" };

/**
 * A device, and its controls: while it is not there, those that its mapping tells. `sinceAtMs` is since when it is in its
 * state.
 */
export interface DeviceInfo {
  readonly id: string;
  /** The word of the mapping, such as `stream-deck`. */
  readonly kind: string;
  /** Those that it has to do with; none for a link that serves all. */
  readonly rooms: readonly string[];
  readonly state: "opening" | "open" | "lost";
  readonly productName: string;
  readonly why: string;
  /** What a person can do about it. */
  readonly remedy: string;
  readonly sinceAtMs: number;
  readonly face: "panel" | "link" | "unknown";
  readonly controls: readonly ControlInfo[];
  /** Unreadable or unwanted messages since the start, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly subscribers: number;
}

/** A control; its size in pixels of its picture, its place counted from 0. */
export interface ControlInfo {
  readonly id: string;
  readonly label: string;
  readonly input: "button" | "encoder" | "push-encoder" | "fader" | "touch" | "pulse" | "none";
  readonly output: "none" | "lamp" | "image" | "text";
  readonly widthPx: number;
  readonly heightPx: number;
  readonly area: "nowhere" | "keys" | "dials" | "strip" | "sensors" | "window" | "pedals";
  readonly column: number;
  readonly row: number;
}

/** What a lamp or a text display shows. */
export interface LampInfo {
  readonly device: string;
  readonly control: string;
  /** `#rrggbb`; black is dark. */
  readonly color?: string;
  readonly blink?: "steady" | "slow" | "fast" | "double";
  readonly text?: string;
}

type RoomStatusWord = "available" | "recording" | "paused" | "locked" | "prepared";

/** Who did something in a room: at a panel, with a card, through a link, at the console, or not from here. */
export type Doer =
  | { readonly kind: "panel" | "card"; readonly device: string; readonly control: string }
  | { readonly kind: "link"; readonly device: string }
  | { readonly kind: "console" }
  | { readonly kind: "elsewhere" }
  /** An earlier process of the bridge, which kept no more than that. */
  | { readonly kind: "here" };

/** Something that happened to a room. */
export interface ChangeInfo {
  readonly by: Doer;
  readonly wallMs: number;
}

/** What the server says of a recording that runs. */
export interface RecordingInfo {
  readonly room: string;
  readonly id: string;
  readonly name: string;
  /** Whose it is on the server. */
  readonly author?: string;
  /** When the server says that it was made. */
  readonly createdWallMs?: number;
}

/** What can be asked for in a room without a panel. */
export type RoomVerb = "start" | "stop" | "pause" | "resume" | "mark";

/** A room as it is at `atMs`; what is absent is not known. */
export interface RoomInfo {
  readonly name: string;
  /** What people call it; the name where the mapping says nothing else. */
  readonly label: string;
  /** Which server it is on; absent where the mapping has one only. */
  readonly server?: string;
  /** What the server calls it. */
  readonly serverName?: string;
  /** Absent while the room is not found on the server. */
  readonly id?: number;
  /** Where the id comes from when the mapping does not give it: the server's list, by the room's name there or as a whole. */
  readonly idFrom?: "server's name" | "server's list";
  readonly knowledge: "never-seen" | "live" | "stale";
  readonly status?: RoomStatusWord;
  readonly pending?: string;
  readonly recording?: string;
  /** At `atMs`; it runs on while the status is `recording`. */
  readonly elapsedMs?: number;
  readonly atMs: number;
  readonly seenAtMs?: number;
  readonly why?: string;
  readonly trouble?: string;
  /** Trouble in a few words; absent where the text is short. */
  readonly brief?: string;
  readonly alarm?: string;
  /** The alarm in a few words; absent where the text is short. */
  readonly alarmBrief?: string;
  readonly marksWaiting: number;
  /** What led to the status; absent where nobody saw it. */
  readonly lastChange?: ChangeInfo;
  /** Who began the recording; the moment is absent where an earlier process may have begun it before the machine started. */
  readonly start?: Pick<ChangeInfo, "by"> & Partial<Pick<ChangeInfo, "wallMs">>;
}

/** How the bridge is as a whole. */
export interface Overview {
  /** At least one, in the order of the mapping. */
  readonly servers: readonly ServerInfo[];
  readonly site: SiteInfo;
  readonly marksWaiting: number;
  readonly mapping: { readonly file: string; readonly fingerprint: string; readonly problems: number };
  readonly alarms: readonly AlarmInfo[];
  readonly isReady: boolean;
  readonly checks: readonly CheckInfo[];
}

/** How one VALT server is. */
export interface ServerInfo {
  /** As the mapping calls it; empty where it has one only. */
  readonly name: string;
  readonly url: string;
  readonly state: "reachable" | "lost";
  readonly sinceAtMs: number;
  readonly why: string;
  /** The same in few words. */
  readonly brief: string;
}

/** What the mapping says of how the console speaks and looks. */
export interface SiteInfo {
  /** Another one where the language or its words are others. */
  readonly words: string;
  readonly colors: "red-is-recording" | "green-is-recording";
}

/** Something that people should know although nobody pressed anything. */
interface AlarmInfo {
  readonly room: string;
  /** What happened, in few words. */
  readonly words: string;
  readonly text: string;
  readonly remedy: string;
  readonly sinceWallMs: number;
}

/** One check of whether a press does what it should. */
export interface CheckInfo {
  readonly name: string;
  /** Which server was asked, where the mapping has several. */
  readonly server?: string;
  readonly state: "fine" | "warning" | "failed" | "not-known";
  readonly text: Sayable;
  /** What the server or the machine told of it, as it did. */
  readonly why?: string;
  /** What a person can do; empty when nothing is to be done. */
  readonly remedy: string;
}

/** Everything that one touch or request caused, or one thing that happened by itself. */
export interface Story {
  readonly id: string;
  readonly wallMs: number;
  readonly kind: "press" | "request" | "room" | "device" | "server";
  /** What it is about, in one line. */
  readonly title: Sayable;
  readonly device?: string;
  readonly source?: string;
  readonly peer?: string;
  readonly rooms: readonly string[];
  readonly steps: readonly StoryStep[];
  readonly verdict: Verdict;
}

/** How a story ended, or that it goes on. */
export type Verdict = "open" | "done" | "refused" | "failed" | "news" | "trouble";

/** One step of a story. */
export interface StoryStep {
  readonly what: "touched" | "understood" | "asked" | "answered" | "ended" | "seen" | "shown" | "mark";
  /** Since the touch. */
  readonly afterMs: number;
  readonly text: Sayable;
  /** The text in a few words, where it is what the server or the machine told. */
  readonly brief?: string;
}

/** A line that a link received or sent. */
export interface LinkLine {
  readonly wallMs: number;
  readonly direction: "in" | "out";
  readonly peer: string;
  readonly text: string;
}

/** What is said on a link: the last lines, and the last thing that was asked for, in words. */
export interface LinkTalk {
  /** Oldest first. */
  readonly lines: readonly LinkLine[];
  readonly understood?: UnderstoodInfo;
}

/** What was asked for on a link, and how it ended; empty while it goes on. */
export interface UnderstoodInfo {
  readonly wallMs: number;
  readonly does: string;
  readonly outcome: string;
}

/** What a control means. `holdMs` is how long a hold takes. */
export interface BindingInfo {
  readonly control: string;
  readonly gestures: readonly { readonly gesture: string; readonly does: string }[];
  readonly holdMs: number;
  /** Whether it does or shows anything. */
  readonly isUsed: boolean;
  readonly room?: string;
  /** What it shows of its own accord: its room, whether the whole site is ready, or a text. */
  readonly shows?: "room" | "site" | "text";
  /** As the file says it where it does, else drafted. Ready to be pasted into the mapping, under the device's `controls`. */
  readonly snippet: string;
}

/** Something that a device reported which is learnt, and what may stand in the mapping for it. */
export interface HeardInfo {
  /** Its name in a mapping; of a message its address. */
  readonly control: string;
  readonly label: string;
  readonly shape: "button" | "encoder" | "fader" | "touch" | "pulse" | "none" | "message";
  readonly event: "held" | "down" | "up" | "turned" | "moved" | "touched" | "pulsed" | "message";
  /** How far, where or with what; of texts their length. */
  readonly value: string;
  readonly snippet: string;
}

/** A device that this page learns: something came, or it is over. */
export type LessonInfo =
  | { readonly device: string; readonly heard: HeardInfo }
  | { readonly device: string; readonly ended: "ended" | "quiet" | "gone" | "locked" };

/** What one page of a panel binds itself; `first` is the one that it begins with. */
export interface PageBindings {
  readonly page: string;
  /** What people call it. */
  readonly label: string;
  readonly bindings: readonly BindingInfo[];
}

/** The mapping file as it was read last. */
export interface MappingInfo {
  readonly file: string;
  readonly text: string;
  readonly isActive: boolean;
  readonly fingerprint: string;
  readonly problems: readonly ProblemInfo[];
  /** What the bridge runs on for a while in the place of the file, and who tries it. */
  readonly trial?: { readonly by: string; readonly untilWallMs: number };
}

/** What is wrong in the mapping, and where. */
export interface ProblemInfo {
  readonly severity: "error" | "warning";
  /** The file beside the mapping in which it stands; absent for the mapping itself. */
  readonly file?: string;
  /** One-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
}

/** Marks that are not on their server. */
export interface MarksInfo {
  readonly waiting: number;
  readonly refused: number;
  /** The newest of each kind, refused ones first. */
  readonly newest: readonly MarkInfo[];
}

/** One mark that is not on its server. */
export interface MarkInfo {
  readonly id: string;
  readonly state: "waiting" | "refused";
  readonly room: string;
  readonly text: string;
  readonly pressedWallMs: number;
  /** Into the recording, where it is known. */
  readonly timeSeconds?: number;
  readonly recording: string;
  /** Device and control, or what a link sent. */
  readonly by: string;
  /** Why it is not there; empty while it only waits for its turn. */
  readonly why: string;
}

/** One line of the log; `number` counts from the start of the bridge. */
export interface LogLineInfo {
  readonly number: number;
  readonly wallMs: number;
  readonly level: "debug" | "info" | "warning" | "error";
  readonly text: string;
}

/** The link of a tablet, without its key. */
export interface KioskInfo {
  readonly id: string;
  readonly panel: string;
  readonly right: "view" | "press";
  readonly madeWallMs: number;
}

/** How often something took how long. */
export interface HistogramInfo {
  readonly name: string;
  readonly title: string;
  /** Upper bounds in milliseconds; the last bucket has none. */
  readonly boundsMs: readonly number[];
  /** One more than bounds. */
  readonly counts: readonly number[];
}

/** The simulated server, in the demo. */
export interface SimulatorInfo {
  readonly url: string;
  readonly isUp: boolean;
  readonly rooms: readonly SimulatedRoom[];
  readonly faults: readonly { readonly id: string; readonly title: string; readonly isOn: boolean }[];
  readonly requests: number;
}

/** A mark on the simulated server. */
interface SimulatedMark {
  readonly text: string;
  readonly timeSeconds: number;
  readonly color: string;
}

/** A room as it is on the simulated server. */
export interface SimulatedRoom {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly recordingName: string;
  readonly elapsedSeconds: number;
  /** The newest of the recording that runs, else of the last one. */
  readonly marks: readonly SimulatedMark[];
  /** The last recording, while none runs; empty where there was none. */
  readonly lastName: string;
}

/** What a page can do to the simulated server. */
export type SimulatorAction =
  | { readonly kind: "somebody-else"; readonly room: number; readonly what: string }
  | { readonly kind: "fault"; readonly id: string; readonly isOn: boolean }
  | { readonly kind: "expire-tokens" };

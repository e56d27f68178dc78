/** What the pages know of the bridge, in shapes that travel as JSON; see `messages.ts`. */

/** `cancel` takes a finger back that went away: neither tap nor hold. */
export type TouchInfo =
  | { readonly kind: "down" | "up" | "cancel" }
  | { readonly kind: "turned"; readonly detents: number }
  | { readonly kind: "moved"; readonly fraction: number }
  | { readonly kind: "touched"; readonly how: "tap" | "hold" | "swipe-left" | "swipe-right" };

export interface DeviceInfo {
  readonly id: string;
  /** The word of the mapping, such as `stream-deck`. */
  readonly kind: string;
  readonly state: "opening" | "open" | "lost";
  readonly productName: string;
  readonly why: string;
  readonly sinceAtMs: number;
  readonly face: "panel" | "link" | "unknown";
  readonly controls: readonly ControlInfo[];
  /** Unreadable or unwanted messages since the start, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly subscribers: number;
}

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

export interface LampInfo {
  readonly device: string;
  readonly control: string;
  /** `#rrggbb`; black is dark. */
  readonly color?: string;
  readonly blink?: "steady" | "slow" | "fast" | "double";
  readonly text?: string;
}

type RoomStatusWord = "available" | "recording" | "paused" | "locked" | "prepared";

export interface RoomInfo {
  readonly name: string;
  readonly id: number;
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
  readonly alarm?: string;
  readonly marksWaiting: number;
  readonly lastChange?: { readonly by: string; readonly wallMs: number };
}

export interface Overview {
  readonly server: {
    readonly url: string;
    readonly state: "reachable" | "lost";
    readonly sinceAtMs: number;
    readonly why: string;
  };
  readonly marksWaiting: number;
  readonly mapping: { readonly file: string; readonly fingerprint: string; readonly problems: number };
  readonly alarms: readonly AlarmInfo[];
  readonly isReady: boolean;
  readonly checks: readonly CheckInfo[];
}

/** Something that people should know although nobody pressed anything. */
interface AlarmInfo {
  readonly room: string;
  readonly text: string;
  readonly remedy: string;
  readonly sinceWallMs: number;
}

export interface CheckInfo {
  readonly name: string;
  readonly state: "fine" | "warning" | "failed" | "not-known";
  readonly text: string;
  /** What a person can do; empty when nothing is to be done. */
  readonly remedy: string;
}

/** Everything that one touch or request caused, or one thing that happened by itself. */
export interface Story {
  readonly id: string;
  readonly wallMs: number;
  readonly kind: "press" | "request" | "room" | "device" | "server";
  /** What it is about, in one line. */
  readonly title: string;
  readonly device?: string;
  readonly source?: string;
  readonly peer?: string;
  readonly rooms: readonly string[];
  readonly steps: readonly StoryStep[];
  readonly verdict: Verdict;
}

export type Verdict = "open" | "done" | "refused" | "failed" | "news" | "trouble";

export interface StoryStep {
  readonly what: "touched" | "understood" | "asked" | "answered" | "ended" | "seen" | "shown" | "mark";
  /** Since the touch. */
  readonly afterMs: number;
  readonly text: string;
}

export interface LinkLine {
  readonly wallMs: number;
  readonly direction: "in" | "out";
  readonly peer: string;
  readonly text: string;
}

export interface BindingInfo {
  readonly control: string;
  readonly gestures: readonly { readonly gesture: string; readonly does: string }[];
  readonly holdMs: number;
  readonly room?: string;
  /** Ready to be pasted into the mapping, under the device's `controls`. */
  readonly snippet: string;
}

export interface MappingInfo {
  readonly file: string;
  readonly text: string;
  readonly isActive: boolean;
  readonly fingerprint: string;
  readonly problems: readonly ProblemInfo[];
}

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

export interface HistogramInfo {
  readonly name: string;
  readonly title: string;
  /** Upper bounds in milliseconds; the last bucket has none. */
  readonly boundsMs: readonly number[];
  /** One more than bounds. */
  readonly counts: readonly number[];
}

export interface SimulatorInfo {
  readonly url: string;
  readonly isUp: boolean;
  readonly rooms: readonly SimulatedRoom[];
  readonly faults: readonly { readonly id: string; readonly title: string; readonly isOn: boolean }[];
  readonly requests: number;
}

export interface SimulatedRoom {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly recordingName: string;
  readonly elapsedSeconds: number;
  readonly marks: readonly { readonly text: string; readonly timeSeconds: number; readonly color: string }[];
}

export type SimulatorDeed =
  | { readonly kind: "somebody-else"; readonly room: number; readonly what: string }
  | { readonly kind: "fault"; readonly id: string; readonly isOn: boolean }
  | { readonly kind: "expire-tokens" };

/**
 * What the page and the bridge say to each other over the one web socket. Texts are JSON of these shapes; pictures are
 * binary, see `readPicture` in `picture.ts`. Moments ending in `AtMs` are on the bridge's own clock, which the greeting
 * tells, those ending in `WallMs` are milliseconds since 1970.
 */

export type FromBridge =
  | Greeting
  | { readonly type: "devices"; readonly devices: readonly DeviceInfo[] }
  /** All of them, in the mapping's order. */
  | { readonly type: "rooms"; readonly rooms: readonly RoomInfo[] }
  /** Those that changed. */
  | { readonly type: "room-changes"; readonly rooms: readonly RoomInfo[] }
  /** When each room was last seen, in the order of the rooms; -1 for never. */
  | { readonly type: "seen"; readonly atMs: readonly number[] }
  | { readonly type: "overview"; readonly overview: Overview }
  /** New ones and those that went on; oldest first. */
  | { readonly type: "stories"; readonly stories: readonly Story[] }
  | { readonly type: "lamps"; readonly lamps: readonly LampInfo[] }
  | { readonly type: "lines"; readonly device: string; readonly lines: readonly LinkLine[] }
  | { readonly type: "bindings"; readonly device: string; readonly bindings: readonly BindingInfo[] }
  | { readonly type: "touch"; readonly device: string; readonly control: string; readonly what: string }
  | { readonly type: "mapping"; readonly mapping: MappingInfo }
  | { readonly type: "marks"; readonly marks: MarksInfo }
  | { readonly type: "latency"; readonly histograms: readonly HistogramInfo[] }
  | { readonly type: "simulator"; readonly simulator: SimulatorInfo }
  /** To a request that asked for one. */
  | { readonly type: "answer"; readonly request: number; readonly isFine: boolean; readonly text: string };

export type ToBridge =
  /** Panels whose pictures, lamps, lines and bindings are wanted; replaces what was wanted before. */
  | { readonly type: "watch"; readonly devices: readonly string[] }
  | { readonly type: "follow"; readonly topics: readonly Topic[] }
  | { readonly type: "touch"; readonly device: string; readonly control: string; readonly touch: TouchInfo }
  | { readonly type: "mapping" }
  | { readonly type: "reload"; readonly request: number }
  | { readonly type: "schedule"; readonly request: number; readonly room: string }
  /** Somebody has seen to a refused mark. */
  | { readonly type: "settle"; readonly request: number; readonly mark: string }
  | { readonly type: "simulate"; readonly request: number; readonly deed: SimulatorDeed };

export type Topic = "activity" | "learn" | "latency" | "marks" | "simulator";

export interface Greeting {
  readonly type: "greeting";
  /** The bridge's clock now. */
  readonly nowMs: number;
  readonly wallMs: number;
  readonly mayPress: boolean;
  readonly hasSimulator: boolean;
  /** Whether there is a session to leave. */
  readonly hasSession: boolean;
}

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

export type RoomStatusWord = "available" | "recording" | "paused" | "locked" | "prepared";

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
export interface AlarmInfo {
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

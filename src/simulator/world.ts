import type { Clock } from "../base/clock.ts";
import type { Chance } from "./random.ts";
import { createChance } from "./random.ts";
import type { RecordId, RoomMoment } from "./room-machine.ts";
import type { ResolvedSettings } from "./settings.ts";

/** Everything the server knows. The modules beside this one read and change it; nothing else does. */
export interface World {
  readonly settings: ResolvedSettings;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly rooms: Map<number, Room>;
  readonly recordings: Map<string, Recording>;
  /** Markers (VALT 5) and comments (VALT 6), by id. */
  readonly marks: Map<number, StoredMark>;
  readonly cameras: Map<number, Camera>;
  readonly schedules: Map<number, Schedule>;
  readonly users: Map<number, User>;
  readonly groups: Map<number, UserGroup>;
  readonly templates: Map<number, Template>;
  /** Valid tokens and whose they are. */
  readonly tokens: Map<string, User>;
  lagMs: number;
  /** Wall time at which the next schedule begins or ends. */
  scheduleDueMs: number;
  nextId(kind: string): number;
}

/** A room, with what it was before. */
export interface Room {
  readonly id: number;
  name: string;
  /** The present one last; older ones only as long as an answer may trail the truth. */
  readonly moments: RoomMoment[];
}

/** A recording; times in seconds since 1970. */
export interface Recording {
  readonly id: RecordId;
  name: string;
  readonly roomId: number;
  readonly authorId: number;
  readonly createdSeconds: number;
  /** Undefined while it runs. */
  durationSeconds: number | undefined;
  readonly videoId: RecordId;
  template: unknown;
  users: readonly number[];
  groups: readonly number[];
  retention: unknown;
}

/** A marker or comment. `timeSeconds` is into the recording, the others are since 1970. */
export interface StoredMark {
  readonly id: number;
  readonly recordingId: RecordId;
  kind: "marker" | "simple" | "duration" | "transcription";
  timeSeconds: number;
  /** Only of a `duration`. */
  endSeconds: number | undefined;
  text: string | null;
  color: string;
  template: unknown;
  readonly authorId: number;
  readonly createdSeconds: number;
  updatedSeconds: number;
  updatedBy: number | undefined;
}

/** A camera of a room. */
export interface Camera {
  readonly id: number;
  name: string;
  readonly roomId: number;
  readonly presets: Map<string, { readonly id: number; readonly name: string; readonly data: string }>;
  /** The preset that was applied last. */
  appliedPreset: string | undefined;
}

/** A planned recording. */
export interface Schedule {
  readonly id: number;
  name: string;
  roomId: number;
  readonly authorId: number;
  readonly createdSeconds: number;
  startSeconds: number;
  durationSeconds: number;
  template: unknown;
  recurrence: Readonly<Record<string, unknown>>;
  users: readonly number[];
  groups: readonly number[];
  /** The recording that this schedule started and that should end with it. */
  recordingId: RecordId | undefined;
  status: "pending" | "started";
}

/** An account. */
export interface User {
  readonly id: number;
  name: string;
  displayName: string | null;
  groupId: number;
  cardNumber: string;
  /** Undefined: this user cannot log in here. */
  password: string | undefined;
  rooms: readonly number[];
}

/** What its users may do, and which templates they fill in. */
export interface UserGroup {
  readonly id: number;
  name: string;
  information: number;
  marker: number;
  rights: readonly string[];
  maximumMinutes: number;
  rooms: readonly number[];
  videoUsers: readonly number[];
  videoGroups: readonly number[];
  retention: unknown;
}

/** A form that recordings or marks carry. */
export interface Template {
  readonly id: number;
  name: string;
  type: string;
  hidden: boolean;
  entityName: unknown;
  readonly fields: Map<number, TemplateField>;
}

/** One field of a form. */
export interface TemplateField {
  readonly id: number;
  on: boolean;
  required: boolean;
  type: string;
  name: string;
  data: unknown;
}

/** An empty building: rooms, cameras and people are moved in by `furnish`. */
export function createWorld(settings: ResolvedSettings): World {
  const lastIds = new Map<string, number>();
  return {
    settings,
    clock: settings.clock,
    chance: createChance(settings.seed),
    rooms: new Map(),
    recordings: new Map(),
    marks: new Map(),
    cameras: new Map(),
    schedules: new Map(),
    users: new Map(),
    groups: new Map(),
    templates: new Map(),
    tokens: new Map(),
    lagMs: settings.lagMs,
    scheduleDueMs: Number.POSITIVE_INFINITY,
    nextId(kind) {
      const id = (lastIds.get(kind) ?? 0) + 1;
      lastIds.set(kind, id);
      return id;
    },
  };
}

/** Wall time in whole seconds, as the server writes dates. */
export function epochSeconds(world: World): number {
  return Math.floor(world.clock.wallMs() / 1000);
}

/** Whether the server is VALT 5, whose markers differ. */
export function isVersionFive(world: World): boolean {
  return world.settings.valt === "5.9";
}

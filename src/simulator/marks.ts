import type { RecordId } from "./room-machine.ts";
import type { StoredMark, World } from "./world.ts";
import { epochSeconds } from "./world.ts";

/** The nine colours of VALT 5; only the hex values of red and white are documented, the rest is inferred. */
export const MARKER_COLORS: Readonly<Record<string, string>> = {
  white: "#ffffff",
  gray: "#808080",
  red: "#ff0000",
  yellow: "#ffff00",
  purple: "#800080",
  cyan: "#00ffff",
  blue: "#0000ff",
  green: "#008000",
  orange: "#ffa500",
};

/** A mark that is to be stored; times in seconds into the recording. */
export interface NewMark {
  readonly recordingId: RecordId;
  readonly kind: StoredMark["kind"];
  readonly timeSeconds: number;
  readonly endSeconds?: number | undefined;
  readonly text: string | null;
  readonly color?: string | undefined;
  readonly template?: unknown;
  readonly authorId: number;
}

/** Puts a mark on a recording's timeline, running or finished. */
export function addMark(world: World, wanted: NewMark): StoredMark {
  const createdSeconds = epochSeconds(world);
  const mark: StoredMark = {
    id: world.nextId("mark"),
    recordingId: wanted.recordingId,
    kind: wanted.kind,
    timeSeconds: wanted.timeSeconds,
    endSeconds: wanted.endSeconds,
    text: wanted.text,
    color: wanted.color ?? "red",
    template: wanted.template ?? null,
    authorId: wanted.authorId,
    createdSeconds,
    updatedSeconds: createdSeconds,
    updatedBy: undefined,
  };
  world.marks.set(mark.id, mark);
  return mark;
}

/** In the order in which they were added. */
export function marksOf(world: World, recordingId: RecordId): readonly StoredMark[] {
  return [...world.marks.values()].filter((mark) => String(mark.recordingId) === String(recordingId));
}

/** The shape of VALT 5. */
export function markerRow(mark: StoredMark): unknown {
  return {
    id: mark.id,
    event: mark.text ?? "",
    time: mark.timeSeconds,
    color: mark.color,
    hex_color: MARKER_COLORS[mark.color] ?? "#ff0000",
    template: mark.template ?? [],
  };
}

/** The shape of VALT 6; the times are texts in answers and numbers in requests, as documented. */
export function commentRow(world: World, mark: StoredMark): unknown {
  const author = world.users.get(mark.authorId);
  return {
    id: mark.id,
    parentId: null,
    type: mark.kind,
    message: mark.text,
    recordId: mark.recordingId,
    ...(mark.endSeconds === undefined
      ? { recordTime: String(mark.timeSeconds) }
      : { startTime: String(mark.timeSeconds), endTime: String(mark.endSeconds) }),
    createdAt: mark.createdSeconds,
    updatedAt: mark.updatedSeconds,
    author: { id: mark.authorId, username: author?.name ?? "", displayName: author?.displayName ?? null },
    updatedBy: mark.updatedBy ?? null,
    audioId: null,
    template: mark.template,
    files: [],
    color: mark.color,
    replies: [],
    taggedUsers: [],
    taggedUserGroups: [],
  };
}

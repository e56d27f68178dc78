import type { RoomName } from "../base/identifiers.ts";

/** What a recording-name template such as `{room} {date} {time}` may mention. */
export interface NameParts {
  readonly room: RoomName;
  readonly date: string;
  readonly time: string;
  /** How many recordings the bridge has started in this room since it runs, this one included. */
  readonly count: number;
}

export const namePlaceholders = ["room", "date", "time", "count"] as const;
export const defaultRecordingName = "{room} {date} {time}";

export function nameRecording(template: string, parts: NameParts): string {
  return template.replace(/\{(room|date|time|count)\}/g, (_, part: keyof NameParts) => String(parts[part]));
}

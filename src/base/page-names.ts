import type { RoomName } from "./identifiers.ts";

/** The word for the page on which a panel begins. */
export const FIRST_PAGE = "first";

/** The page of a wall on which one of its rooms is served. */
export function pageOfRoom(room: RoomName): string {
  return `room ${room}`;
}

import type { RoomName } from "./identifiers.ts";

/** The word for the page on which a panel begins. */
export const FIRST_PAGE = "first";

const OF_ROOM = "room ";

/** The page of a wall on which one of its rooms is served. */
export function pageOfRoom(room: RoomName): string {
  return `${OF_ROOM}${room}`;
}

/** The room that a page serves; nothing of any other page. */
export function roomOfPage(page: string): string | undefined {
  return page.startsWith(OF_ROOM) ? page.slice(OF_ROOM.length) : undefined;
}

import { roomName, valtRoomId } from "../../src/base/identifiers.ts";
import type { RoomView } from "../../src/room/room-view.ts";

export const nothing: RoomView = {
  knowledge: "never-seen",
  status: undefined,
  expected: undefined,
  pending: undefined,
  recording: undefined,
  elapsedMs: undefined,
  ageMs: undefined,
  why: undefined,
  isMissing: false,
  trouble: undefined,
  alarm: undefined,
  marksWaiting: 0,
};
export const room = { name: roomName("interview-1"), id: valtRoomId(4) };
export const viewOf = (part: Partial<RoomView>): RoomView => ({ ...nothing, ...part });

import { describe, expect, test } from "vitest";
import { roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { indexRooms } from "../../src/link/link-rooms.ts";

describe("rooms are found", () => {
  const tricky = indexRooms([
    { name: roomName("5"), id: valtRoomId(4) },
    { name: roomName("Hall"), id: valtRoomId(5) },
    { name: roomName("hall"), id: valtRoomId(6) },
  ]);

  test.each([
    ["hall", "hall"],
    ["Hall", "Hall"],
    ["HALL", "hall"],
    ["5", "5"],
    ["4", "5"],
    ["6", "hall"],
    ["7", undefined],
    ["", undefined],
    ["constructor", undefined],
    ["__proto__", undefined],
  ])("by %s: %s; a name goes before a number, exact capitals before others", (text, name) => {
    expect(tricky.find(text)).toBe(name);
  });
});

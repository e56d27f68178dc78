import type { RoomMapping } from "./mapping.ts";
import type { Finding } from "./problem.ts";

/** Control systems call a room by its name, in whatever capitals, or by its number: one text must not mean two rooms. */
export function checkRoomNames(
  rooms: Iterable<RoomMapping>,
  { report }: { report(finding: Finding): void },
): void {
  const all = [...rooms];
  const byNumber = new Map(all.map((room) => [String(room.id), room]));
  const byName = new Map<string, RoomMapping>();
  for (const room of all) {
    const path = ["rooms", room.name];
    const numbered = byNumber.get(room.name);
    if (numbered !== undefined && numbered !== room) {
      const message = `"${room.name}" is also the number of "${numbered.name}": whoever says ${room.name} gets this room`;
      report({ severity: "warning", path, at: "key", message, hint: "give it a name that is no number" });
    }
    const twin = byName.get(room.name.toLowerCase());
    if (twin !== undefined) {
      const message = `"${room.name}" and "${twin.name}" differ in capitals only: a line in other capitals gets this one`;
      report({ severity: "warning", path, at: "key", message, hint: "give one of them another name" });
    }
    byName.set(room.name.toLowerCase(), room);
  }
}

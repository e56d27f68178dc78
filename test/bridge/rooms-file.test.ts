import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { serverName } from "../../src/base/identifiers.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { openRoomsFile, type RememberedRooms, readRooms } from "../../src/bridge/rooms-file.ts";
import type { ServerMapping } from "../../src/mapping/mapping.ts";
import type { ListedRoom, RoomSearch } from "../../src/mapping/source/server-rooms.ts";
import { until } from "../support/rig.ts";

const SERVER = { url: "https://user:word@valt.example.com", username: "bridge" } as ServerMapping;
const EXAM = found({ "exam-3": { id: 103, name: "Exam 3" } });

function found(rooms: Readonly<Record<string, ListedRoom>>): RoomSearch {
  const all = Object.entries(rooms).map(([key, room]) => [key, { ...room, by: "name" as const }] as const);
  return { patterns: [], isListed: true, found: new Map(all), unfound: new Map(), doubts: [] };
}

/** A mapping of these servers. */
function of(
  servers: Readonly<Record<string, ServerMapping>>,
  searches: Readonly<Record<string, RoomSearch>> = {},
) {
  const byName = <Value>(values: Readonly<Record<string, Value>>) =>
    new Map(Object.entries(values).map(([name, value]) => [serverName(name), value]));
  return { servers: byName(servers), searches: byName(searches) };
}

/** What is remembered of a mapping's servers, as `name key id`. */
function recalled(rooms: RememberedRooms, servers: Readonly<Record<string, ServerMapping>>) {
  return [...rooms.recall(of(servers))].flatMap(([name, known]) =>
    [...known.found].map(([key, { id }]) => `${name} ${key} ${id}`),
  );
}

function createFolder(text?: string) {
  const folder = mkdtempSync(join(tmpdir(), "valt-rooms-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "rooms.json");
  if (text !== undefined) writeFileSync(file, text);
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (line) => warnings.push(line) };
  return { folder, file, warnings, log };
}

test("what was found is known again, for the same server and account only, without the address's secrets", async () => {
  const place = createFolder();
  (await openRoomsFile(place)).note(of({ server: SERVER }, { server: EXAM }));
  const text = await until("the file", () => {
    try {
      return readFileSync(place.file, "utf8");
    } catch {
      return undefined;
    }
  });
  expect(text).not.toContain("word");
  const rooms = await openRoomsFile(place);
  expect(recalled(rooms, { server: SERVER })).toEqual(["server exam-3 103"]);
  expect(recalled(rooms, { server: { ...SERVER, username: "other" } })).toEqual([]);
  expect(recalled(rooms, { server: { ...SERVER, url: "https://other.example.com" } })).toEqual([]);
  expect(place.warnings).toEqual([]);
});

test.each(["", "{", '{"format":1,"server":"x","rooms":{"a":{"id":"1","name":"A"}}}'])(
  "a damaged file %j is told and stands for nothing",
  async (text) => {
    const place = createFolder(text);
    expect(recalled(await openRoomsFile(place), { server: SERVER })).toEqual([]);
    expect(place.warnings).toHaveLength(1);
  },
);

test("a folder that cannot be written is told, and nothing waits for it", async () => {
  const place = createFolder();
  const rooms = await openRoomsFile({ ...place, folder: join(place.folder, "rooms.json", "x") });
  writeFileSync(place.file, "");
  rooms.note(of({ server: SERVER }, { server: EXAM }));
  await until("the warning", () => place.warnings.length > 0);
  expect(recalled(rooms, { server: SERVER })).toHaveLength(1);
});

test("of several servers each has its own rooms, under whatever name the mapping has it now", async () => {
  const place = createFolder();
  const other = { ...SERVER, url: "https://other.example.com" };
  const rooms = await openRoomsFile(place);
  const lab = found({ lab: { id: 103, name: "Lab" } });
  rooms.note(of({ north: SERVER, south: other }, { north: EXAM, south: lab }));
  await until("the file", () => existsSync(place.file));
  const again = await openRoomsFile(place);
  expect(recalled(again, { south: other, middle: SERVER })).toEqual(["south lab 103", "middle exam-3 103"]);
  // A build that knows of one server only reads the first one.
  expect(readRooms(readFileSync(place.file, "utf8"))).toMatchObject({
    format: 1,
    rooms: { "exam-3": { id: 103 } },
  });
});

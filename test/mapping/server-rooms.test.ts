import { describe, expect, test } from "vitest";
import { findEntry, plainValue } from "../../src/base/document/part.ts";
import { onlyServer } from "../../src/base/identifiers.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { tellProblem } from "../../src/mapping/problem.ts";
import { RoomsOnServer } from "../../src/mapping/rooms-on-server.ts";
import { openMapping } from "../../src/mapping/source/open.ts";
import type { KnownRooms, ListedRoom } from "../../src/mapping/source/server-rooms.ts";
import { testWorld } from "../support/kinds.ts";

const NOTHING_LISTED: KnownRooms = { listed: undefined, found: new Map() };
const SERVER = '"server": { "url": "https://valt.example.com", "username": "bridge" }';

/** A list of `103 Exam 3` and what was found before. */
function known(
  list: readonly string[] | undefined,
  found: Readonly<Record<string, string>> = {},
): KnownRooms {
  return {
    listed: list?.map(roomOf),
    found: new Map(Object.entries(found).map(([key, text]) => [key, roomOf(text)])),
  };
}

function onOnly(server: KnownRooms) {
  return new Map([[onlyServer, server]]);
}

function roomOf(text: string): ListedRoom {
  const [id = "", ...words] = text.split(" ");
  return { id: Number(id), name: words.join(" ") };
}

function load(rooms: string, server: KnownRooms = NOTHING_LISTED, devices = "{}") {
  const text = `{ ${SERVER}, "rooms": ${rooms}, "devices": ${devices} }`;
  const { mapping, problems } = loadMapping(
    openMapping(text, undefined, { rooms: onOnly(server) }),
    testWorld,
  );
  return {
    mapping,
    problems: problems.map((problem) => tellProblem("site.jsonc", problem)),
    rooms: [...(mapping?.rooms.values() ?? [])].map(({ name, id, serverName }) => [name, id, serverName]),
    unfound: [...(mapping?.unfound.values() ?? [])].map(({ name, why }) => `${name}: ${why}`),
    doubts: mapping?.searches.get(onlyServer)?.doubts,
  };
}

describe("a room by the server's name", () => {
  const EXAM = '{ "exam-3": { "serverName": "Exam 3", "label": "Exam room 3" } }';

  test("has no id before the server has shown its list, and is a room of the mapping all the same", () => {
    const desk = '{ "desk": { "kind": "test-panel", "room": "exam-3", "rooms": "all" } }';
    const { mapping, problems, rooms, unfound } = load(EXAM, NOTHING_LISTED, desk);
    expect(problems).toEqual([]);
    expect([rooms, unfound]).toEqual([[], ["exam-3: the server has not shown its list of rooms yet"]]);
    expect([...(mapping?.unfound.values() ?? [])][0]).toMatchObject({
      label: "Exam room 3",
      serverName: "Exam 3",
    });
    expect([...(mapping?.devices.values() ?? [])][0]?.layout?.rooms).toEqual(["exam-3"]);
  });

  test("is found in the list", () => {
    const { rooms, unfound, mapping } = load(EXAM, known(["7 Lobby", "103 Exam 3"]));
    expect([rooms, unfound]).toEqual([[["exam-3", 103, "Exam 3"]], []]);
    expect(mapping?.searches.get(onlyServer)?.found.get("exam-3")).toEqual({
      id: 103,
      name: "Exam 3",
      by: "name",
    });
  });

  test("that the list does not show has the names that are near it", () => {
    expect(load(EXAM, known(["7 Exam 03", "8 exam 3", "9 Lobby"])).unfound).toEqual([
      'exam-3: the server shows no room "Exam 3" (did you mean "exam 3"?)',
    ]);
    expect(load(EXAM, known(["9 Lobby"])).unfound).toEqual([
      'exam-3: the server shows no room "Exam 3" (known: "Lobby")',
    ]);
  });

  test("is refused when two fit, and says which", () => {
    expect(load(EXAM, known(["103 Exam 3", "203 Exam 3"])).unfound).toEqual([
      'exam-3: the server has 2 rooms "Exam 3" (103, 203): rename one there, or write the "id" of the one that is meant',
    ]);
  });

  test("stays with the one that it was when a second one comes, and tells it", () => {
    const before = { "exam-3": "103 Exam 3" };
    const { rooms, doubts } = load(EXAM, known(["103 Exam 3", "203 Exam 3"], before));
    expect(rooms).toEqual([["exam-3", 103, "Exam 3"]]);
    expect(doubts).toEqual(['the server has 2 rooms "Exam 3" (103, 203): "exam-3" stays with 103']);
  });

  test("keeps its id when no room is called so any more: its looks and answers tell", () => {
    const before = { "exam-3": "103 Exam 3" };
    expect(load(EXAM, known(["103 Old exam"], before)).rooms).toEqual([["exam-3", 103, "Exam 3"]]);
    expect(load(EXAM, known(undefined, before)).rooms).toEqual([["exam-3", 103, "Exam 3"]]);
    // What was found for another wish is nothing.
    const other = '{ "exam-3": { "serverName": "Exam 30" } }';
    expect(load(other, known(undefined, before)).rooms).toEqual([]);
  });

  test("moves to the one room that is called so now", () => {
    const before = { "exam-3": "103 Exam 3" };
    expect(load(EXAM, known(["103 Old exam", "203 Exam 3"], before)).rooms).toEqual([
      ["exam-3", 203, "Exam 3"],
    ]);
  });

  test("is found whatever blanks and spelling of letters, and expects what the server has", () => {
    const text = '{ "a": { "serverName": "Pru\u0308fung 3" } }';
    expect(load(text, known(["5  Pr\u00fcfung  3 "])).rooms).toEqual([["a", 5, " Pr\u00fcfung  3 "]]);
    expect(load(text, known(["5 PR\u00dcFUNG 3"])).rooms).toEqual([]);
  });

  test("has an id for itself", () => {
    const rooms = '{ "desk": 103, "exam-3": { "serverName": "Exam 3" } }';
    expect(load(rooms, known(["103 Exam 3"])).unfound).toEqual([
      'exam-3: room 103 ("Exam 3") is "desk" already',
    ]);
    const twice = '{ "a": { "serverName": "X" }, "b": { "serverName": "X" } }';
    expect(load(twice).problems).toEqual([
      'site.jsonc:1:134: error: "a" is the server\'s "X" already (without an id, each room has a name of its own on the server)',
    ]);
    // The list shows where the first one has gone.
    const moved = '{ "a": { "serverName": "Old" }, "b": { "serverName": "New" } }';
    const { rooms: found, unfound } = load(moved, known(["1 New"], { a: "1 Old" }));
    expect([found, unfound]).toEqual([[["b", 1, "New"]], ['a: room 1 ("Old") is "b" already']]);
  });

  test("needs a name or an id", () => {
    expect(load('{ "a": { "label": "A" } }').problems.join()).toContain(
      'the "id" of the room on the server is missing, or its "serverName", by which the id is found',
    );
  });

  test("with an id is what it was", () => {
    const { mapping, rooms } = load('{ "a": { "id": 3, "serverName": "Exam 3" } }', known(["4 Exam 3"]));
    expect(rooms).toEqual([["a", 3, "Exam 3"]]);
    expect(mapping?.searches.get(onlyServer)).toBe(undefined);
  });
});

describe("rooms by the server's list", () => {
  const LIST = known(["110 Exam 10", "7 Lobby", "102 Exam 2", "3 exam 4"]);

  test("are those with a name that fits, in the order in which people count", () => {
    const { mapping, rooms, problems } = load('{ "from": "server", "named": "Exam *" }', LIST);
    expect(problems).toEqual([]);
    expect(rooms).toEqual([
      ["exam-2", 102, "Exam 2"],
      ["exam-10", 110, "Exam 10"],
    ]);
    expect([...(mapping?.rooms.values() ?? [])].map(({ label }) => label)).toEqual(["Exam 2", "Exam 10"]);
    expect(mapping?.searches.get(onlyServer)).toMatchObject({ patterns: ["Exam *"], isListed: true });
  });

  test("may be all of them, several kinds of names, and beside others", () => {
    const count = (text: string) => load(text, LIST).rooms.map(([name]) => name);
    expect(count('"all"')).toEqual(["exam-2", "exam-4", "exam-10", "lobby"]);
    expect(count('{ "from": "server" }')).toHaveLength(4);
    expect(count('{ "from": "server", "named": ["Lob*", "*10"] }')).toEqual(["exam-10", "lobby"]);
    const beside = '{ "first": { "serverName": "Exam 2" }, "second": 7, "from": "server" }';
    expect(count(beside)).toEqual(["first", "second", "exam-4", "exam-10"]);
  });

  test("are no rooms before the list is there, and a wall of all has nobody to show", () => {
    const wall = '{ "wall": { "kind": "test-panel", "rooms": "all" } }';
    const { mapping, rooms, problems, unfound } = load('{ "from": "server" }', NOTHING_LISTED, wall);
    expect([...(mapping?.devices.values() ?? [])][0]?.layout?.rooms).toEqual([]);
    expect([rooms, problems, unfound]).toEqual([[], [], []]);
    expect(mapping?.searches.get(onlyServer)).toMatchObject({ patterns: ["*"], isListed: false });
  });

  test("may each have devices, with the list's columns as words", () => {
    const rooms = `{ "{name}": { "from": "server", "named": "Exam *", "recordingName": "{serverName} {date}",
      "devices": { "page": { "use": "page" } } } }`;
    const text = `{ ${SERVER}, "panels": { "page": { "kind": "test-panel", "room": "{room}", "controls": { "key-1": { "tap": "start", "hold": "stop", "label": "{label}, {id}" } } } }, "rooms": ${rooms} }`;
    const { root, slips } = openMapping(text, undefined, { rooms: onOnly(LIST) });
    expect(slips).toEqual([]);
    const devices = plainValue(findEntry(root, "devices")?.part as never) as Record<string, object>;
    expect(Object.keys(devices)).toEqual(["exam-2-page", "exam-10-page"]);
    expect(JSON.stringify(devices["exam-2-page"])).toContain('"Exam 2, 102"');
    expect(load(rooms, LIST).problems.join()).toContain('there is no panel "page"');
  });

  test("that would have one short name are none, until one of them was it before", () => {
    const list = ["1 Exam 3", "2 Exam-3", "3 Exam 4"];
    const rooms = '{ "from": "server" }';
    const refused = load(rooms, known(list));
    expect(refused.rooms.map(([name]) => name)).toEqual(["exam-4"]);
    expect(refused.unfound).toEqual([
      'exam-3: "Exam 3" (1) and "Exam-3" (2) on the server would both be "exam-3": rename one there, or write them into the mapping',
    ]);
    const known3 = load(rooms, known(list, { "exam-3": "2 Exam-3" }));
    expect(known3.rooms).toContainEqual(["exam-3", 2, "Exam-3"]);
    expect(known3.doubts).toEqual([
      '"Exam 3" (1) and "Exam-3" (2) on the server would both be "exam-3": it stays with 2',
    ]);
  });

  test("never take the place of a room that the mapping names", () => {
    const { rooms, doubts } = load('{ "exam-2": 50, "from": "server", "named": "Exam 2" }', LIST);
    expect(rooms).toEqual([["exam-2", 50, undefined]]);
    expect(doubts).toEqual(['"Exam 2" (102) on the server would be "exam-2", which the mapping has already']);
  });

  test("are known from before while the list is away", () => {
    const { rooms } = load(
      '{ "from": "server", "named": "Exam *" }',
      known(undefined, { "exam-2": "102 Exam 2", x: "9 Other" }),
    );
    expect(rooms).toEqual([["exam-2", 102, "Exam 2"]]);
  });

  test("bring no text that a mapping could not have", () => {
    const long = `Exam ${"x".repeat(90)}`;
    const { rooms, problems, mapping } = load(
      '"all"',
      known([`1 ${long}`, "2 \u68c0\u67e5\u5ba4 3", "3 --", "4 __proto__", "5 {room} {n:1..9}"]),
    );
    expect(problems.filter((one) => one.includes("error"))).toEqual([]);
    expect(rooms.map(([name]) => name)).toEqual(
      ["proto", "room-3", `exam-${"x".repeat(55)}`, "room-2"].toSpliced(2, 0, "room-n-1-9"),
    );
    expect([...(mapping?.rooms.values() ?? [])][3]?.label).toHaveLength(60);
  });

  test("are those of a link, too, which serves one room or all", () => {
    const link = (words: string) =>
      load('{ "a": 1 }', NOTHING_LISTED, `{ "line": { "kind": "test-link", ${words} } }`);
    const { mapping, problems } = link('"rooms": "all"');
    expect(problems).toEqual([]);
    expect([...(mapping?.devices.values() ?? [])][0]).toMatchObject({
      room: undefined,
      homeAfterMs: undefined,
    });
    expect(link('"rooms": "all", "room": "a"').problems.join()).toContain('a link serves "a" or all rooms');
  });

  test("say what cannot be meant", () => {
    expect(load('{ "from": "rooms.csv", "named": "x" }').problems.join()).toContain(
      'the only list of whole rooms is "server"',
    );
    expect(load('{ "{name}": { "from": "server", "id": 3 } }').problems.join()).toContain(
      '"id" comes from the server\'s list',
    );
    expect(load('{ "from": "server", "named": 7 }').problems.join()).toContain('for example "Exam *"');
  });

  test("a room that is called from is a room", () => {
    expect(load('{ "from": 3, "named": { "id": 4 } }').rooms).toEqual([
      ["from", 3, undefined],
      ["named", 4, undefined],
    ]);
  });
});

describe("what is known of the server's rooms", () => {
  const nothing = () => false;

  test("is its newest list, and for a minute what it left out", () => {
    const rooms = new RoomsOnServer();
    expect(rooms.known(nothing).listed).toBe(undefined);
    rooms.hear([roomOf("1 A"), roomOf("2 B")], 0);
    rooms.hear([roomOf("1 A2")], 59_000);
    expect(rooms.known(nothing).listed).toEqual([roomOf("1 A2"), roomOf("2 B")]);
    rooms.hear([roomOf("1 A2")], 60_000);
    expect(rooms.known(nothing).listed).toEqual([roomOf("1 A2")]);
  });

  test("is what it was for a room in which something runs", () => {
    const rooms = new RoomsOnServer(
      new Map([
        ["a", roomOf("1 A")],
        ["b", roomOf("2 B")],
      ]),
    );
    rooms.hear([roomOf("1 New"), roomOf("3 A")], 0);
    expect(rooms.known((room) => room === "a").listed).toEqual([roomOf("1 A"), roomOf("3 A")]);
    expect(rooms.known((room) => room === "b").listed).toEqual([
      roomOf("3 A"),
      roomOf("2 B"),
      roomOf("1 New"),
    ]);
    expect(rooms.known(nothing).listed).toEqual([roomOf("3 A"), roomOf("1 New")]);
  });

  test("leaves out what is no room's name or number", () => {
    const rooms = new RoomsOnServer();
    rooms.hear([roomOf("0 A"), roomOf("-1 B"), { id: 1, name: "  " }, { id: 2, name: "x".repeat(201) }], 0);
    expect(rooms.known(nothing).listed).toEqual([]);
  });
});

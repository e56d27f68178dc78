import { describe, expect, test } from "vitest";
import { serverName } from "../../src/base/identifiers.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { tellProblem } from "../../src/mapping/problem.ts";
import { partsOf, prefixOf } from "../../src/mapping/server-part.ts";
import { openMapping } from "../../src/mapping/source/open.ts";
import type { KnownServers } from "../../src/mapping/source/server-rooms.ts";
import { testWorld } from "../support/kinds.ts";

const BOTH = {
  north: { url: "https://north.example.com", username: "bridge", passwordFrom: "NORTH_PASSWORD" },
  south: { url: "https://south.example.com", username: "bridge", passwordFrom: "SOUTH_PASSWORD" },
};

function load(rooms: unknown, { known, ...change }: { known?: KnownServers; [word: string]: unknown } = {}) {
  const text = JSON.stringify({ servers: BOTH, rooms, devices: {}, ...change });
  const source = openMapping(text, undefined, { rooms: known });
  const { mapping, problems } = loadMapping(source, testWorld);
  return {
    mapping,
    problems: problems.map((one) => tellProblem("", one).replace(/^:\d+:\d+: /, "")),
    rooms: [...(mapping?.rooms.values() ?? [])].map(({ server, name, id }) => `${server} ${name} ${id}`),
  };
}

/** What each server lists. */
function lists(north: readonly string[], south: readonly string[]): KnownServers {
  const listOf = (texts: readonly string[]) =>
    texts.map((text) => ({ id: Number.parseInt(text, 10), name: text.replace(/^\d+ /, "") }));
  return new Map([
    [serverName("north"), { listed: listOf(north), found: new Map() }],
    [serverName("south"), { listed: listOf(south), found: new Map() }],
  ]);
}

describe("a mapping of several servers", () => {
  test("has rooms of the same number on each", () => {
    const { rooms, problems, mapping } = load({
      lab: { server: "north", id: 4 },
      ward: { server: "south", id: 4 },
    });
    expect(problems).toEqual([]);
    expect(rooms).toEqual(["north lab 4", "south ward 4"]);
    const parts = [...partsOf(mapping!)].map(([name, part]) => [name, [...part.rooms.keys()]]);
    expect(parts).toEqual([
      ["north", ["lab"]],
      ["south", ["ward"]],
    ]);
    expect(prefixOf(mapping!, serverName("south"))).toBe("south: ");
  });

  test.each<[what: string, rooms: unknown, change: object, problem: string]>([
    [
      "a room that says not on which",
      { lab: { id: 4 } },
      {},
      'error: "lab" does not say which server it is on ("server": "north" or "south")',
    ],
    [
      "a room that is a number",
      { lab: 4 },
      {},
      'error: "lab" does not say which server it is on ("server": "north" or "south")',
    ],
    [
      "a server that is not there",
      { lab: { server: "nord", id: 4 } },
      {},
      'error: there is no server "nord" (known: "north", "south")',
    ],
    [
      "two rooms of one number on one server",
      { a: { server: "north", id: 4 }, b: { server: "north", id: 4 } },
      {},
      'error: room id 4 is "a" already (each room has an id of its own)',
    ],
    [
      "one server beside them",
      {},
      { server: BOTH.north },
      'error: "server" stands there, too (put it among the servers, by a name)',
    ],
    ["none at all", {}, { servers: {} }, "error: names at least one server"],
    [
      "one under two names",
      {},
      { servers: { a: BOTH.north, b: { ...BOTH.north, url: "https://NORTH.example.com/" } } },
      'error: this is the server "a" already',
    ],
  ])("complains about %s", (...[, rooms, change, problem]) => {
    expect(load(rooms, { ...change }).problems.join("\n")).toContain(problem);
  });

  test("without any server says that one is missing", () => {
    expect(load({}, { servers: undefined }).problems.join("\n")).toContain('"server" is missing');
  });

  test("is told of servers that share a password without saying so", () => {
    const { passwordFrom: _, ...north } = BOTH.north;
    const { passwordFrom: __, ...south } = BOTH.south;
    expect(load({}, { servers: { north, south } }).problems).toEqual([
      'warning: "north" and "south" share one password, that of VALT_PASSWORD (for example "passwordFrom": "VALT_SOUTH_PASSWORD"; "VALT_PASSWORD" if one password is meant)',
    ]);
    const meant = { ...south, passwordFrom: "VALT_PASSWORD" };
    expect(load({}, { servers: { north, south: meant } }).problems).toEqual([]);
  });

  test("needs no name in its rooms where there is one only", () => {
    expect(load({ lab: 4 }, { servers: { north: BOTH.north } }).rooms).toEqual(["north lab 4"]);
  });

  test("finds a room by its name on its own server", () => {
    const known = lists(["7 Exam 1"], ["8 Exam 1"]);
    const rooms = {
      a: { server: "north", serverName: "Exam 1" },
      b: { server: "south", serverName: "Exam 1" },
    };
    expect(load(rooms, { known }).rooms).toEqual(["north a 7", "south b 8"]);
  });

  test("takes rooms of the list of one server, or of each", () => {
    const known = lists(["7 Exam 1", "9 Lobby"], ["8 Exam 2"]);
    expect(load({ from: "server", server: "north" }, { known }).rooms).toEqual([
      "north exam-1 7",
      "north lobby 9",
    ]);
    expect(load({ from: "server", named: "Exam *" }, { known }).rooms).toEqual([
      "north exam-1 7",
      "south exam-2 8",
    ]);
    expect(load("all", { known }).rooms).toHaveLength(3);
    const each = { "{server}-{name}": { from: "server", named: "Exam *" } };
    expect(load(each, { known }).rooms).toEqual(["north north-exam-1 7", "south south-exam-2 8"]);
  });

  test("leaves out a room of the second list that would have the same short name, and says so", () => {
    const { rooms, mapping } = load("all", { known: lists(["7 Exam 1"], ["8 Exam 1"]) });
    expect(rooms).toEqual(["north exam-1 7"]);
    expect([...mapping!.searches.values()].flatMap(({ doubts }) => doubts)).toEqual([
      '"Exam 1" (8) on the server would be "exam-1", which the mapping has already',
    ]);
  });

  test("may have a room that is called server", () => {
    const { rooms } = load({ server: { server: "north", id: 3 } });
    expect(rooms).toEqual(["north server 3"]);
  });
});

import { expect, test } from "vitest";
import { loadMapping } from "../../src/mapping/load.ts";
import { tellProblem } from "../../src/mapping/problem.ts";
import { testWorld } from "../support/kinds.ts";
import { withDevices } from "./texts.ts";

function problemsOf(text: string): readonly string[] {
  return loadMapping(text, testWorld).problems.map((problem) =>
    tellProblem("", problem).slice(1).replace(": ", " "),
  );
}

function withRooms(rooms: string): string {
  return `{
  "server": { "url": "https://valt.example.com", "username": "bridge" },
  "rooms": { ${rooms} },
  "devices": {}
}`;
}

test("a room named like another room's number is complained about", () => {
  expect(problemsOf(withRooms(`"2": 1, "lab": 2`))).toEqual([
    '3:14 warning: "2" is also the number of "lab": whoever says 2 gets this room (give it a name that is no number)',
  ]);
  expect(problemsOf(withRooms(`"2": 2, "1": 1`))).toEqual([]);
  expect(problemsOf(withRooms(`"2": 1, "1": 2`))).toHaveLength(2);
});

test("so are two names that differ in capitals only", () => {
  expect(problemsOf(withRooms(`"Lab": 1, "lab": 2`))).toEqual([
    '3:24 warning: "lab" and "Lab" differ in capitals only: a line in other capitals gets this one (give one of them another name)',
  ]);
});

test("an entry of allow that lets in more than people may mean is warned of, with what it means", () => {
  const text = withDevices(
    `    "wire": { "kind": "test-link", "allow": ["10.0.20.7", "0.0.0.0/0", "10.0.20.7/24", "fe80::1%eth0"] }`,
  );
  expect(problemsOf(text)).toEqual([
    '5:59 warning: "0.0.0.0/0" lets in every IPv4 address in the world, and none of IPv6 (name the addresses that need it)',
    '5:72 warning: "10.0.20.7/24" lets in 10.0.20.0 to 10.0.20.255, 256 addresses (name the addresses that need it)',
  ]);
});

test("a push may say what is told while a figure is not known; a wrong name in it is found", () => {
  const pushing = (value: string) =>
    withDevices(`    "wire": { "kind": "test-link", "pushes": { "/tally/{id:4}": ["${value}"] } }`);
  expect(problemsOf(pushing("{recording:0}"))).toEqual([]);
  expect(problemsOf(pushing("{recordng:0}"))).toEqual([
    '5:65 error: nothing fills {recordng} (did you mean "recording"?)',
  ]);
});

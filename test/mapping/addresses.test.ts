import { describe, expect, test } from "vitest";
import { onlyServer } from "../../src/base/identifiers.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { tellProblem } from "../../src/mapping/problem.ts";
import { testWorld } from "../support/kinds.ts";

/** A sound mapping but for its server; the address stands from 1:22 on. */
function load(url: unknown, others = "") {
  const text = `{ "server": { "url": ${JSON.stringify(url)}, "username": "bridge"${others} }, "rooms": {}, "devices": {} }`;
  const { mapping, problems } = loadMapping(text, testWorld);
  return {
    server: mapping?.servers.get(onlyServer),
    problems: problems.map((one) => tellProblem("", one).slice(1)),
  };
}

test("a server has one address, or the first of a list and the rest of it", () => {
  expect(load("https://a.example").server).toMatchObject({ url: "https://a.example", otherUrls: [] });
  expect(load(["https://a.example"]).server).toMatchObject({ url: "https://a.example", otherUrls: [] });
  expect(load(["https://a.example", "b.example/valt", "10.0.0.7:8443"]).server).toMatchObject({
    url: "https://a.example",
    otherUrls: ["b.example/valt", "10.0.0.7:8443"],
  });
});

describe("what is wrong with an address of a list", () => {
  test.each<[what: string, given: unknown, others: string, told: readonly string[]]>([
    [
      "is told once where it is wrong with all of them",
      ["ftp://a", "ftp://b"],
      "",
      ["1:13: error: the VALT server's address must look like https://valt.example.com"],
    ],
    [
      "points to the one that is none",
      ["https://a", "ftp://b", "https://c"],
      "",
      ["1:35: error: the VALT server's address must look like https://valt.example.com"],
    ],
    [
      "points to the one in clear text",
      ["https://a", "http://b"],
      "",
      [
        '1:35: error: http:// sends the password in clear text over the network: use https://, or say that it is meant with "tls": "none"',
      ],
    ],
    [
      "points to the one that has TLS where none is meant",
      ["http://a", "https://b"],
      ', "tls": "none"',
      ['1:34: error: "tls": "none" goes with an address that begins with http://'],
    ],
    [
      "points to the one that is there already",
      ["https://a", "https://b", "A:443/"],
      "",
      ["1:47: error: this address is in the list already, as https://a"],
    ],
    [
      "points to the one with a password",
      ["https://a", "https://me:secret@b"],
      "",
      [
        '1:35: warning: the address carries credentials, which anybody who may read this file sees (the account is "username", its password comes from VALT_PASSWORD)',
      ],
    ],
    ["points to the one that is no text", ["https://a", 7], "", ["1:35: error: 7 should be a string"]],
    [
      "is told of an empty list",
      [],
      "",
      ["1:22: error: an address of the server, or a list of 1 to 8 addresses"],
    ],
    [
      "is told of a long list",
      Array.from({ length: 9 }, (_, index) => `https://a${index}`),
      "",
      ["1:22: error: an address of the server, or a list of 1 to 8 addresses"],
    ],
    [
      "is told of what is neither address nor list",
      7,
      "",
      ["1:22: error: an address of the server, or a list of 1 to 8 addresses"],
    ],
  ])("%s", (...[, given, others, told]) => {
    expect(load(given, others).problems).toEqual(told);
  });

  test("is that it goes over the network in clear text, once for the server", () => {
    expect(load(["http://127.0.0.1", "http://b", "http://c"], ', "tls": "none"').problems).toEqual([
      expect.stringMatching(/^1:\d+: warning: the account's password travels in clear text/),
    ]);
  });
});

test("a mapping without a version that has an address in clear text among several is asked what is meant", () => {
  const { server, problems } = load(["https://a", "http://b"]);
  expect(server).toBeUndefined();
  expect(problems).toHaveLength(1);
});

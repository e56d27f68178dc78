import { describe, expect, test } from "vitest";
import { type Answer, judge } from "../../src/valt/answers.ts";
import type { ValtFailure } from "../../src/valt/failure.ts";
import { parseShort } from "../../src/valt/json-text.ts";
import { failureIn, valueIn } from "./support/setting.ts";

interface Case {
  readonly shape: string;
  readonly answer: Answer;
  readonly failure: Partial<ValtFailure>;
}

const json = (httpStatus: number, body: unknown): Answer => ({ httpStatus, text: JSON.stringify(body) });

const REFUSED = { kind: "refused", heard: "yes", again: "never" } as const;
const NOT_FOUND = { kind: "not-found", heard: "yes", again: "never" } as const;
const UNAUTHORIZED = { kind: "unauthorized", heard: "no", again: "later" } as const;
const SERVER_ERROR = { kind: "server-error", heard: "maybe", again: "later" } as const;
const MALFORMED = { kind: "malformed-answer", heard: "maybe", again: "later" } as const;

const PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

const CASES: readonly Case[] = [
  {
    shape: "E1: no token",
    answer: json(401, { error: { code: 401, message: "No API key provided" } }),
    failure: { ...UNAUTHORIZED, message: "No API key provided", httpStatus: 401 },
  },
  {
    shape: "E1 under HTTP 200",
    answer: json(200, { error: { code: 401, message: "No API key provided" } }),
    failure: { ...UNAUTHORIZED, message: "No API key provided", httpStatus: 200 },
  },
  {
    shape: "E2: an error with a code and no message",
    answer: json(404, { error: { code: 404 } }),
    failure: { ...NOT_FOUND, message: "The server does not know this room, recording or address (404)." },
  },
  { shape: "E2 under HTTP 200", answer: json(200, { error: { code: 404 } }), failure: NOT_FOUND },
  {
    shape: "E3: internal error",
    answer: json(500, { error: { code: 500, message: "Internal Server Error" } }),
    failure: { ...SERVER_ERROR, message: "Internal Server Error" },
  },
  {
    shape: "E3 under HTTP 200",
    answer: json(200, { error: { code: 500, message: "Internal Server Error" } }),
    failure: SERVER_ERROR,
  },
  {
    shape: "E4: status false beside a code",
    answer: json(404, { data: { message: "Recording in room not found", status: false }, code: 404 }),
    failure: { ...NOT_FOUND, message: "Recording in room not found" },
  },
  {
    shape: "E4 under HTTP 200",
    answer: json(200, { data: { message: "Recording in room not found", status: false }, code: 404 }),
    failure: { ...NOT_FOUND, message: "Recording in room not found", httpStatus: 200 },
  },
  {
    shape: "E5: a message beside a code",
    answer: json(400, { data: { message: "This room is already locked." }, code: 400 }),
    failure: { ...REFUSED, message: "This room is already locked." },
  },
  {
    shape: "E5 under HTTP 200",
    answer: json(200, { data: { message: "This room is already locked." }, code: 400 }),
    failure: { ...REFUSED, message: "This room is already locked." },
  },
  {
    shape: "E6: data is a text",
    answer: json(401, { data: "Invalid username or password" }),
    failure: { ...UNAUTHORIZED, message: "Invalid username or password" },
  },
  {
    shape: "E7: problem details",
    answer: json(404, { title: "An error occurred", status: 404, detail: "Not Found" }),
    failure: { ...NOT_FOUND, message: "Not Found" },
  },
  {
    shape: "E7 under HTTP 200",
    answer: json(200, { title: "An error occurred", status: 404, detail: "Not Found" }),
    failure: NOT_FOUND,
  },
  {
    shape: "E8: error is a text",
    answer: json(400, { error: "room busy" }),
    failure: { ...REFUSED, message: "room busy" },
  },
  {
    shape: "E8 under HTTP 200",
    answer: json(200, { error: "room busy" }),
    failure: { ...REFUSED, message: "room busy" },
  },
  {
    shape: "E9: the page of the web server in front",
    answer: { httpStatus: 502, text: PAGE },
    failure: {
      ...SERVER_ERROR,
      message: "The VALT server is offline or restarting (502 from the web server in front of it).",
    },
  },
  { shape: "a page with 200", answer: { httpStatus: 200, text: PAGE }, failure: MALFORMED },
  { shape: "a page with 404", answer: { httpStatus: 404, text: PAGE }, failure: NOT_FOUND },
  { shape: "a page with 401", answer: { httpStatus: 401, text: PAGE }, failure: UNAUTHORIZED },
  { shape: "an empty 200", answer: { httpStatus: 200, text: "" }, failure: MALFORMED },
  { shape: "an empty 500", answer: { httpStatus: 500, text: "" }, failure: SERVER_ERROR },
  { shape: "an empty 204", answer: { httpStatus: 204, text: "" }, failure: MALFORMED },
  { shape: "JSON that is cut off", answer: { httpStatus: 200, text: '{"data":{"sta' }, failure: MALFORMED },
  {
    shape: "start: false in a 200",
    answer: json(200, { data: { message: "The room is locked", start: false } }),
    failure: { ...REFUSED, message: "The room is locked" },
  },
  {
    shape: "status: false in a 200",
    answer: json(200, { data: { status: false } }),
    failure: { ...REFUSED, message: "The server refused the request (400)." },
  },
  {
    shape: "marker_add: false in a 200",
    answer: json(200, { data: { marker_add: false, message: "bad time" } }),
    failure: { ...REFUSED, message: "bad time" },
  },
  {
    shape: "comment_add: false in a 200",
    answer: json(200, { data: { comment_add: false, message: "bad time" } }),
    failure: { ...REFUSED, message: "bad time" },
  },
  { shape: "403", answer: { httpStatus: 403, text: "" }, failure: REFUSED },
  { shape: "429", answer: { httpStatus: 429, text: "" }, failure: { kind: "refused", again: "later" } },
  {
    shape: "a redirect, named without the token in it",
    answer: {
      httpStatus: 301,
      text: PAGE,
      location: "https://valt.example.com/api/v3/rooms/4/status?access_token=abc",
    },
    failure: {
      kind: "unreachable",
      heard: "maybe",
      again: "later",
      message: "The server redirects (301) to https://valt.example.com: set that as the server's address.",
    },
  },
  {
    shape: "a message of many lines and great length",
    answer: json(400, { error: { code: 400, message: `no\r\n\tgood${"!".repeat(500)}` } }),
    failure: { message: `no good${"!".repeat(192)}…` },
  },
];

describe("a failure is recognized in", () => {
  test.each(CASES)("$shape", ({ answer, failure }) => {
    expect(failureIn(judge(answer, parseShort(answer.text)))).toMatchObject(failure);
  });
});

describe("a success stays a success", () => {
  test.each([
    ["a room status, whose status is a text", { data: { status: "available", record: false } }],
    ["a bare comment", { id: 42, message: "Confession", recordTime: "61" }],
    ["a bare list", []],
    ["an absent error", { data: { id: 1 }, error: null }],
    ["data that is null", { data: null }],
    ["a small code", { data: {}, code: 200 }],
  ])("%s", (_what, body) => {
    const answer = json(200, body);
    expect(valueIn(judge(answer, parseShort(answer.text)))).toEqual(body);
  });
});

import { describe, expect, it, test } from "vitest";
import type { Cause, Outcome } from "../../src/action/action.ts";
import {
  controlId,
  deviceId,
  peerId,
  type RecordingId,
  recordingId,
  roomName,
} from "../../src/base/identifiers.ts";
import type { Fact, FactBody } from "../../src/journal/fact.ts";
import type { RoomView } from "../../src/room/room-view.ts";
import { RoomChanges } from "../../src/web/room-changes.ts";
import { until } from "../support/rig.ts";
import { startConsole } from "./console-rig.ts";
import { connectPage } from "./socket-client.ts";

const ROOM = roomName("interview-1");
const FIRST = recordingId("1");
const lost: Outcome = {
  kind: "failed",
  failure: { kind: "timed-out", message: "no answer", heard: "maybe", again: "never" },
};

function listen() {
  const changes = new RoomChanges();
  const happen = (atMs: number, body: FactBody) =>
    changes.take({ atMs, wallMs: 1e12 + atMs, ...body } as Fact);
  const see = (atMs: number, status: RoomView["status"], recording?: RecordingId) =>
    happen(atMs, { kind: "room", room: ROOM, view: { status, recording, knowledge: "live" } as RoomView });
  const ask = (atMs: number, { author, ...more }: Partial<Cause> & { author?: number } = {}) => {
    const correlation = "c-1" as Cause["correlation"];
    const cause: Cause = {
      correlation,
      device: deviceId("desk"),
      source: controlId("key-1"),
      gesture: "tap",
      pressedAtMs: atMs,
      completedAtMs: atMs,
      ...more,
    };
    const about = { correlation, command: "start", room: ROOM };
    happen(atMs, { kind: "action", cause, action: "start", room: ROOM });
    happen(atMs, { kind: "request", ...about, ...(author === undefined ? {} : { author }) });
    return {
      answer: (text: string) => happen(atMs + 1, { kind: "answer", ...about, answer: text }),
      end: (endMs: number, outcome: Outcome) =>
        happen(endMs, { kind: "outcome", correlation, room: ROOM, outcome }),
    };
  };
  return { changes, see, ask };
}

describe("who changed a room", () => {
  it.each([
    ["a panel", {}, { kind: "panel", device: "desk", control: "key-1" }],
    ["a person with a card", { author: 12 }, { kind: "card", device: "desk", control: "key-1" }],
    ["a link", { gesture: "request", peer: peerId("udp:10.0.0.7:1") }, { kind: "link", device: "desk" }],
    ["the console", { gesture: "request", peer: peerId("web:abc-1") }, { kind: "console" }],
  ])("is %s, when the server took its command and a look shows the effect", (_, cause, doer) => {
    const { changes, see, ask } = listen();
    see(1, "available");
    const start = ask(10, cause);
    start.answer("accepted");
    start.end(12, { kind: "done" });
    see(20, "recording", FIRST);
    expect(changes.lastOf(ROOM)).toEqual({ by: doer, wallMs: 1e12 + 20 });
    expect(changes.startOf(ROOM, FIRST)).toEqual({ by: doer, wallMs: 1e12 + 20 });
  });

  it("is somebody elsewhere, when nothing was asked from here", () => {
    const { changes, see } = listen();
    see(1, "available");
    see(2, "recording", FIRST);
    expect(changes.lastOf(ROOM)?.by).toEqual({ kind: "elsewhere" });
    see(3, "paused", FIRST);
    see(4, "recording", FIRST);
    expect(changes.startOf(ROOM, FIRST)?.wallMs).toBe(1e12 + 2);
    see(5, "recording", recordingId("2"));
    expect(changes.startOf(ROOM, recordingId("2"))?.wallMs).toBe(1e12 + 5);
  });

  it("is nobody that is known, when the room was so before it was looked at", () => {
    const { changes, see } = listen();
    see(1, "recording", FIRST);
    expect(changes.lastOf(ROOM)).toBeUndefined();
    expect(changes.startOf(ROOM, FIRST)).toBeUndefined();
  });

  it("is not who pressed when the room was so already", () => {
    const { changes, see, ask } = listen();
    see(1, "recording", FIRST);
    const start = ask(10);
    start.answer("the room is recording");
    see(20, "recording", FIRST);
    start.end(21, { kind: "already-so" });
    expect(changes.lastOf(ROOM)).toBeUndefined();
  });

  it("is somebody elsewhere, when the command came too late for its own effect", () => {
    const { changes, see, ask } = listen();
    see(1, "available");
    const start = ask(10);
    start.answer("the room is recording");
    see(20, "recording", FIRST);
    expect(changes.lastOf(ROOM)).toBeUndefined();
    start.end(21, { kind: "already-so" });
    expect(changes.lastOf(ROOM)?.by).toEqual({ kind: "elsewhere" });
  });

  it("is who pressed, when the answer was lost and the outcome says that it worked", () => {
    const { changes, see, ask } = listen();
    see(1, "available");
    const start = ask(10);
    start.answer("no answer");
    see(20, "recording", FIRST);
    start.end(21, { kind: "done" });
    expect(changes.lastOf(ROOM)?.by).toMatchObject({ kind: "panel" });
  });

  it("is not told, when it may be the effect of a command that failed", () => {
    const { changes, see, ask } = listen();
    see(1, "available");
    const start = ask(10);
    start.answer("no answer");
    start.end(20, lost);
    see(30, "recording", FIRST);
    expect(changes.lastOf(ROOM)).toBeUndefined();
    see(200_000, "available");
    expect(changes.lastOf(ROOM)?.by).toEqual({ kind: "elsewhere" });
  });
});

test("the console starts, marks, pauses and stops a room like a panel, and names the recording", async () => {
  const rig = await startConsole();
  const page = await connectPage(rig.console.url);
  page.say({ type: "follow", topics: ["recordings"] });
  const act = async (request: number, what: "start" | "mark" | "pause" | "stop") => {
    page.say({ type: "act", request, room: "clinic", what, text: "Seen" });
    return page.heard("answer", (answer) => answer.request === request);
  };
  expect(await act(1, "start")).toMatchObject({ isFine: true });
  const { recordings } = await page.heard("recordings", (told) => told.recordings.length > 0);
  expect(recordings[0]).toMatchObject({ name: rig.simulator.world.room(3)?.recordingName });
  const { rooms } = await page.heard("room-changes", (told) => told.rooms[0]?.start !== undefined);
  expect(rooms[0]).toMatchObject({
    name: "clinic",
    lastChange: { by: { kind: "console" } },
    start: { by: { kind: "console" } },
  });
  expect(await act(2, "mark")).toMatchObject({ isFine: true });
  await until("the mark", () => rig.simulator.world.room(3)?.marks[0]?.text === "Seen");
  expect(await act(3, "pause")).toMatchObject({ isFine: true });
  expect(await act(4, "stop")).toMatchObject({ isFine: true });
  await until("the stop", () => rig.simulator.world.room(3)?.status === "available");
  const presses = rig.facts.flatMap((fact) => (fact.kind === "press" ? [fact.cause] : []));
  expect(presses.map(({ source }) => source)).toEqual(["start", "mark", "pause", "stop"]);
  expect(presses.every(({ peer }) => peer?.startsWith("web:") === true)).toBe(true);
  expect(await act(5, "pause")).toMatchObject({ isFine: false, text: "Not recording" });
});

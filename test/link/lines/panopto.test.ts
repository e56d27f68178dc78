import { describe, expect, test } from "vitest";
import type { Action, Outcome } from "../../../src/action/action.ts";
import { recordingId } from "../../../src/base/identifiers.ts";
import type { RoomView } from "../../../src/room/room-view.ts";
import { settle } from "../../support/fake-clock.ts";
import { failures } from "../../support/fake-valt.ts";
import { createLineSetting, DONE, LAB, type LineSetting, OFFICE, streamPeer } from "./setting.ts";

function createPanopto(setting: LineSetting = {}) {
  const panopto = createLineSetting({ dialect: "panopto", room: LAB, ...setting });
  const client = streamPeer();
  panopto.link.joined(client);
  return {
    ...panopto,
    client,
    ask: async (line: string) => {
      panopto.say(line, client);
      await settle();
      return panopto.heard(client).join("");
    },
  };
}

describe("a command in the style of Panopto's serial service", () => {
  test.each<[line: string, action: Action, event: string]>([
    ["START", { kind: "start", room: LAB, recording: {} }, "CommandStart"],
    ["stop", { kind: "stop", room: LAB }, "CommandStop"],
    ["Pause", { kind: "pause", room: LAB }, "CommandPause"],
    ["RESUME", { kind: "resume", room: LAB }, "CommandResume"],
  ])("%s asks for %j and is answered as %s, with LF alone", async (line, action, event) => {
    const { ask, acted } = createPanopto({ outcome: DONE });
    expect(await ask(line)).toBe(`${event} OK\n`);
    expect(acted.map((one) => one.action)).toEqual([action]);
  });

  test.each<[outcome: Outcome, verdict: string]>([
    [{ kind: "done" }, "OK"],
    [{ kind: "already-so" }, "Ignored"],
    [{ kind: "refused", reason: "not-recording" }, "Ignored"],
    [{ kind: "refused", reason: "room-locked" }, "Error"],
    [{ kind: "refused", reason: "not-permitted" }, "Error"],
    [{ kind: "failed", failure: failures.unreachable }, "Error"],
  ])("that ends as %j is answered %s", async (outcome, verdict) => {
    expect(await createPanopto({ outcome }).ask("STOP")).toBe(`CommandStop ${verdict}\n`);
  });

  test("is answered with an error after three seconds without an outcome", async () => {
    const { ask, clock, heard, client } = createPanopto();
    expect(await ask("START")).toBe("");
    await clock.advance(3000);
    expect(heard(client)).toEqual(["CommandStart Error\n"]);
  });

  test("to extend is an error, because nothing here can be extended", async () => {
    const { ask, acted } = createPanopto({ outcome: DONE });
    expect(await ask("EXTEND")).toBe("CommandExtend Error\n");
    expect(acted).toEqual([]);
  });

  test("that is none is repeated in the error, short and printable", async () => {
    const { ask } = createPanopto();
    expect(await ask("OPEN\u0007")).toBe("Serial-Error: Command not found: OPEN?\n");
    expect(await ask("x".repeat(200))).toHaveLength("Serial-Error: Command not found: \n".length + 64);
    expect(await ask("toString")).toBe("Serial-Error: Command not found: toString\n");
  });

  test.each(["CommandStart OK", "RecorderRecording OK", "Serial-Error: Command not found: x", "", "OK"])(
    "is never seen in %j, which such a recorder says: nothing is answered",
    async (line) => {
      expect(await createPanopto().ask(line)).toBe("");
    },
  );

  test("waits for the passcode where one is set", async () => {
    const { ask, acted } = createPanopto({ passcode: "4711", outcome: DONE });
    expect(await ask("START")).toBe("Error: not logged in\n");
    expect(await ask("STATUS")).toBe("");
    expect(await ask("NONSENSE")).toBe("");
    expect(await ask("LOGIN 1")).toBe("Login Error\n");
    expect(await ask("STOP")).toBe("");
    expect(acted).toEqual([]);
    expect(await ask("LOGIN 4711")).toBe("Login OK\n");
    expect(await ask("START")).toBe("CommandStart OK\n");
  });
});

describe("a state in the style of Panopto's serial service", () => {
  test.each<[status: RoomView["status"], rest: Partial<RoomView>, answer: string]>([
    ["available", {}, "Recorder-Status: PreviewingNoNextSchedule\n"],
    ["available", { pending: "start" }, "Recorder-Status: TransitionAnyToRecording\n"],
    [
      "recording",
      { recording: recordingId(77) },
      "Recorder-Status: Recording\nCurrentRecording-Id: 77\nCurrentRecording-Name: lab\n",
    ],
    ["recording", { pending: "pause" }, "Recorder-Status: TransitionRecordingToPause\n"],
    ["recording", { pending: "stop" }, "Recorder-Status: TransitionRecordingToStop\n"],
    ["paused", {}, "Recorder-Status: Paused\n"],
    ["locked", {}, "Recorder-Status: Dormant\n"],
    [undefined, {}, "Recorder-Status: Disconnected\n"],
    [undefined, { pending: "start" }, "Recorder-Status: Disconnected\n"],
    [undefined, { recording: recordingId(77) }, "Recorder-Status: Disconnected\n"],
    ["available", { recording: recordingId(77) }, "Recorder-Status: PreviewingNoNextSchedule\n"],
  ])("%s %j is %j", async (status, rest, answer) => {
    const { ask, setRoom, heard, client } = createPanopto();
    setRoom(LAB, status, rest);
    heard(client);
    expect(await ask("STATUS")).toBe(answer);
  });

  test("is told as an event when it has changed, of its own room only", () => {
    const { setRoom, heard, client } = createPanopto();
    heard(client);
    setRoom(LAB, "available");
    setRoom(OFFICE, "recording");
    setRoom(LAB, "available", { pending: "start" });
    setRoom(LAB, "recording");
    setRoom(LAB, "paused");
    setRoom(LAB, undefined);
    expect(heard(client)).toEqual([
      "RecorderRecording OK\n",
      "RecorderPaused OK\n",
      "RecorderDisconnected OK\n",
    ]);
  });
});

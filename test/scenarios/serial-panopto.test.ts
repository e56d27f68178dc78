import { expect, test } from "vitest";
import { dial, startListener, type Terminal } from "../support/lines.ts";

const RECORDER = { dialect: "panopto", room: "interview-1" };

/** Events may come between: an answer is known by its words. */
async function ask(module: Terminal, line: string, answer: string): Promise<void> {
  module.type(`${line}\n`);
  await module.hears(`${answer}\n`);
}

test("a module for Panopto's serial service drives a room, and hears OK, Ignored or Error", async () => {
  const { simulator, port } = await startListener(RECORDER);
  const module = await dial(port);
  await ask(module, "STATUS", "Recorder-Status: PreviewingNoNextSchedule");
  await ask(module, "STOP", "CommandStop Ignored");
  simulator.fault({ kind: "latency", ms: 300, path: "rooms/1/record/start", count: 1 });
  module.type("start\nSTATUS\n");
  await module.hears("CommandStart OK\n");
  expect(simulator.world.room(1)?.status).toBe("recording");
  await module.hears("RecorderRecording OK\n");
  await ask(module, "START", "CommandStart Ignored");
  await ask(module, "PAUSE", "CommandPause OK");
  await module.hears("RecorderPaused OK\n");
  await ask(module, "EXTEND", "CommandExtend Error");
  await ask(module, "RESUME", "CommandResume OK");
  await ask(module, "STOP", "CommandStop OK");
  expect(simulator.world.room(1)?.status).toBe("available");
  await module.hears("RecorderPreviewingNoNextSchedule OK\n");
  await ask(module, "REWIND", "Serial-Error: Command not found: REWIND");
  expect(module.text()).not.toContain("\r");
});

test("two modules are told the same, and what stands in STATUS is the server's word", async () => {
  const { simulator, port } = await startListener(RECORDER, { deadlineMs: 500 });
  const [one, other] = [await dial(port), await dial(port)];
  await ask(other, "STATUS", "Recorder-Status: PreviewingNoNextSchedule");
  one.type("START\r");
  await other.hears("RecorderRecording OK\n");
  const recordingId = simulator.world.room(1)?.recordingId;
  other.type("STATUS\r");
  await other.hears(
    `Recorder-Status: Recording\nCurrentRecording-Id: ${recordingId}\nCurrentRecording-Name: interview-1\n`,
  );
  simulator.somebodyElse(1, "stop");
  await one.hears("RecorderPreviewingNoNextSchedule OK\n");
  simulator.somebodyElse(1, "lock");
  await one.hears("RecorderDormant OK\n");
  await ask(one, "START", "CommandStart Error");
  await simulator.down();
  await other.hears("RecorderDisconnected OK\n");
  await ask(one, "STOP", "CommandStop Error");
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { silentLog } from "../src/base/log.ts";
import { replay } from "../src/cli/commands/replay.ts";
import { findUnshown, parseRecording } from "../src/cli/recording/recording-file.ts";
import { loadVocabulary } from "./support/rig.ts";

const FOLDER = join(import.meta.dirname, "recordings");
const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".jsonl"),
);

// Passcodes are overwritten in recordings, byte for byte: played again, that is what is typed.
beforeAll(() => {
  vi.stubEnv("RACK_PASSCODE", "********");
  return () => vi.unstubAllEnvs();
});

// Most of a recording is waiting: they are played side by side, each into a bridge and a server of its own.
test.concurrent.for(files)(
  "%s, played into a real bridge, asks the server exactly what it asked then",
  async (file) => {
    const recording = parseRecording(readFileSync(join(FOLDER, file), "utf8"));
    if (!recording.ok) throw new Error(recording.failure.message);
    const replayed = await replay(recording.value, { loadVocabulary, speed: 1, log: silentLog });
    if (!replayed.ok) throw new Error(replayed.failure.message);
    expect(replayed.value.asked).toEqual(replayed.value.expected);
    expect(replayed.value.expected.length).toBeGreaterThan(0);
    expect(replayed.value.unshown).toEqual([]);
  },
);

test("frames count as shown again only in their order", () => {
  const shown = (control: string, ...texts: string[]) => texts.map((text) => ({ control, frame: { text } }));
  const recorded = [...shown("key-1", "ready", "red"), ...shown("key-2", "dark")];
  const again = [...shown("key-1", "ready", "wait", "wait", "red", "ready"), ...shown("key-2", "dark")];
  expect(findUnshown(recorded, again)).toEqual([]);
  expect(findUnshown(recorded, [...shown("key-1", "red", "ready"), ...shown("key-2", "dark")])).toEqual([
    "key-1",
  ]);
  expect(findUnshown(recorded, shown("key-1", "ready", "red"))).toEqual(["key-2"]);
});

test("a damaged recording is refused with the line that is wrong", () => {
  const header = '{"recording":1,"kind":"osc","settings":{}}';
  expect(parseRecording(`${header}\n{"atMs":0,"in":"0z","channel":"udp:1"}`)).toMatchObject({
    ok: false,
    failure: { message: expect.stringContaining("line 2") },
  });
  expect(parseRecording('{"recording":2}')).toMatchObject({ ok: false });
});

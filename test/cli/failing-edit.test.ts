import { rmSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { volatileKeeper } from "../../src/action/mark.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { readMapping } from "../../src/cli/mapping/mapping-file.ts";
import { startBridge } from "../../src/cli/running/start-bridge.ts";
import type { Mapping } from "../../src/mapping/mapping.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { loadVocabulary, mappingText, until, withServer } from "../support/rig.ts";
import { scratch } from "./valt-bridge.ts";

/** A bridge on a mapping file, as `run` starts it. */
async function startOnFile(amend: (mapping: Mapping) => Mapping) {
  const created = await createSimulator({ rooms: 4 });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const { folder, write } = scratch();
  const textOf = (rooms: Readonly<Record<string, number>>) => mappingText(simulator.url, { rooms });
  const file = write("mapping.jsonc", textOf({ "interview-1": 1 }));
  vi.stubEnv("VALT_PASSWORD", "simulator");
  const complaints = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const errors: string[] = [];
  const log: Log = { ...silentLog, error: (text) => errors.push(text), child: () => log };
  const read = await readMapping(file, loadVocabulary);
  const { mapping } = read;
  if (mapping === undefined) throw new Error("the mapping has errors");
  const ending = new AbortController();
  const running = startBridge({
    ...{ file, read, mapping, loadVocabulary, log, amend },
    facts: [],
    keeper: volatileKeeper,
    signal: ending.signal,
  });
  onTestFinished(async () => {
    ending.abort();
    vi.unstubAllEnvs();
    complaints.mockRestore();
    await running.bridge.close();
    await simulator.close();
  });
  const edit = (rooms: Readonly<Record<string, number>>) => writeFileSync(file, textOf(rooms));
  const rooms = () => running.bridge.status().rooms.map(({ name }) => name);
  await until("the room", () => running.bridge.status().rooms[0]?.status === "available");
  return { ...running, folder, edit, rooms, errors };
}

test("a certificate file that went between two looks at it ends no later edit", async () => {
  let isThere = false;
  const { mapping, reload, edit, rooms, errors } = await startOnFile((edited) =>
    isThere ? edited : withServer(edited, { tls: { caFile: "gone.pem" } }),
  );
  edit({ "interview-1": 1, "interview-2": 2 });
  const failed = await reload();
  expect(failed.kind).toBe("has-errors");
  expect(failed.problems.map(({ message }) => message).join()).toContain("gone.pem");
  expect(mapping().isActive).toBe(false);
  expect(rooms()).toEqual(["interview-1"]);
  expect(errors).toHaveLength(1);

  // The same text again: it was never taken over, and so it is no repetition.
  isThere = true;
  // Who watches the file may have come first.
  expect((await reload()).kind).not.toBe("has-errors");
  expect(mapping().isActive).toBe(true);
  expect(rooms()).toEqual(["interview-1", "interview-2"]);

  edit({ clinic: 3 });
  await reload();
  expect(rooms()).toEqual(["clinic"]);
});

test("a mapping file that is gone for a moment ends no later edit", async () => {
  const { mapping, reload, edit, rooms } = await startOnFile((edited) => edited);
  const { file } = mapping();
  rmSync(file);
  expect((await reload()).kind).toBe("has-errors");
  edit({ clinic: 3 });
  await until("the edit", () => rooms()[0] === "clinic");
});

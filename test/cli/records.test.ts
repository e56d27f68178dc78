import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { openRecords } from "../../src/cli/running/records.ts";
import type { Mapping } from "../../src/mapping/mapping.ts";
import { bytesIn, cause, now, ROOM, scratchFolder } from "../journal/setting.ts";
import { until } from "../support/rig.ts";

function mappingWith(passwordFrom: string): Mapping {
  const parts = {
    servers: new Map([["server", { url: "https://valt.example.com", username: "bridge", passwordFrom }]]),
    journal: { keepDays: 90, keepMegabytes: 1000 },
    alarms: { diskFreePercent: 0, webhookFrom: undefined },
    devices: new Map(),
    rooms: new Map(),
  };
  return parts as unknown as Mapping;
}

/** The records of a bridge whose state folder has been prepared, and the alarm that it rings. */
function openIn(prepare: (folder: string) => void) {
  const home = scratchFolder();
  vi.stubEnv("XDG_STATE_HOME", home);
  const folder = join(home, "valt-panel-bridge", "default");
  mkdirSync(folder, { recursive: true });
  prepare(folder);
  const records = openRecords("default", mappingWith("FIRST_PASSWORD"), silentLog);
  const rung: string[] = [];
  records.watch({
    raiseAlarm: (kind, text) => kind === "journal-failing" && void rung.push(text),
    endAlarm: (kind) => kind === "journal-failing" && void rung.push("over"),
  } as Parameters<typeof records.watch>[0]);
  let isClosed = false;
  const close = async () => {
    if (!isClosed) await records.close();
    isClosed = true;
    vi.unstubAllEnvs();
  };
  onTestFinished(close);
  return { records, folder, rung, close };
}

test("what cannot be written from the start is an alarm, which ends when both files are written again", async () => {
  const { folder, rung } = openIn((place) => {
    for (const name of ["journal.sqlite", "marks.sqlite"]) mkdirSync(join(place, name));
  });
  await until("the alarm", () => rung.length > 0, 10_000);
  expect(rung[0]).toMatch(/^the journal cannot be written: .*; the file of marks cannot be written: /);
  rmSync(join(folder, "journal.sqlite"), { recursive: true });
  await until("news", () => rung.length > 1, 20_000);
  expect(rung[1]).toMatch(/^the file of marks cannot be written/);
  rmSync(join(folder, "marks.sqlite"), { recursive: true });
  await until("the end", () => rung.includes("over"), 20_000);
});

test("the secrets of an edited mapping are kept out of the journal from then on, and those before it too", async () => {
  const { records, folder, close } = openIn(() => undefined);
  vi.stubEnv("FIRST_PASSWORD", "opensesame");
  vi.stubEnv("SECOND_PASSWORD", "swordfishes");
  records.adopt(mappingWith("FIRST_PASSWORD"));
  records.adopt(mappingWith("SECOND_PASSWORD"));
  const typed = { ...cause, source: "typed opensesame and swordfishes" };
  records.sink(now({ kind: "action", cause: typed, action: "start", room: ROOM }));
  await close();
  const bytes = bytesIn(folder);
  expect(["typed ***", "opensesame", "swordfishes"].map((text) => bytes.includes(text))).toEqual([
    true,
    false,
    false,
  ]);
});

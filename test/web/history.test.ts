import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Cause } from "../../src/action/action.ts";
import { systemClock } from "../../src/base/clock.ts";
import { controlId, deviceId, peerId, roomName } from "../../src/base/identifiers.ts";
import { readDatabase } from "../../src/journal/database.ts";
import type { FactBody } from "../../src/journal/fact.ts";
import { JOURNAL_FORMAT } from "../../src/journal/formats.ts";
import { readPast } from "../../src/journal/past.ts";
import type { RoomView } from "../../src/room/room-view.ts";
import { tellPast } from "../../src/web/history.ts";
import { factAt, openBoth, scratchFolder } from "../journal/setting.ts";
import { until } from "../support/rig.ts";
import { eventually, hasBrowser, shareBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";
import { connectPage } from "./socket-client.ts";

const PEER = {
  id: peerId("test"),
  address: "127.0.0.1",
  reach: "same-machine",
  delivery: "stream",
} as const;
const ROOM = roomName("interview-1");
const DAY = { sinceWallMs: Date.UTC(2026, 0, 15), untilWallMs: Date.UTC(2026, 0, 16) };

function press(number: number, peer?: string): readonly FactBody[] {
  const cause: Cause = {
    correlation: `c-${number}` as Cause["correlation"],
    device: deviceId("desk"),
    source: controlId("key-1"),
    gesture: "tap",
    pressedAtMs: number * 1000,
    completedAtMs: number * 1000,
    ...(peer === undefined ? {} : { peer: peerId(peer) }),
  };
  const { correlation } = cause;
  const view = { knowledge: "live", status: "recording", marksWaiting: 0 } as unknown as RoomView;
  return [
    { kind: "press", cause },
    { kind: "action", cause, action: "start", room: ROOM },
    { kind: "request", correlation, room: ROOM, command: "start" },
    { kind: "answer", correlation, room: ROOM, command: "start", answer: "accepted" },
    { kind: "outcome", correlation, room: ROOM, outcome: { kind: "done" } },
    { kind: "room", room: ROOM, view: { ...view, status: number % 2 === 0 ? "recording" : "available" } },
  ];
}

/** A journal with so many presses, one a second, written and closed. */
async function written(presses: number, secrets: readonly string[] = []): Promise<string> {
  const folder = scratchFolder();
  const { journal, close } = await openBoth({ folder, secrets });
  for (let number = 0; number < presses; number += 1)
    for (const [index, body] of press(number, number === 1 ? "web:local-3" : undefined).entries())
      journal.sink(factAt(number * 1000 + index, body));
  const count = () => {
    const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
    const row = database.prepare("SELECT count(*) AS count FROM facts WHERE kind = 'outcome'").get();
    database.close();
    return (row as { readonly count: number }).count;
  };
  await until("the rows", () => count() === presses);
  await close();
  return folder;
}

async function storiesIn(folder: string, range = DAY) {
  const past = await readPast(systemClock, folder, range);
  if (!past.ok) throw new Error(past.failure.message);
  return { stories: await tellPast(past.value, systemClock), isCut: past.value.isCut };
}

describe("the past", () => {
  it("is told from the journal as it was told when it happened", async () => {
    const { stories, isCut } = await storiesIn(await written(2));
    expect(isCut).toBe(false);
    expect(stories).toHaveLength(2);
    expect(stories[1]).toMatchObject({
      kind: "press",
      title: { values: { device: "desk", control: "key-1" } },
      verdict: "done",
      rooms: ["interview-1"],
      device: "desk",
      peer: "web:local-3",
    });
    expect(stories[1]?.steps.map(({ what }) => what)).toEqual([
      ...["touched", "understood", "asked", "answered", "ended", "seen"],
    ]);
  });

  it("has only what happened in the range", async () => {
    const folder = await written(4);
    const start = Date.UTC(2026, 0, 15, 9);
    const range = { sinceWallMs: start + 1000, untilWallMs: start + 3000 };
    expect((await storiesIn(folder, range)).stories.map(({ wallMs }) => wallMs - start)).toEqual([
      1000, 2000,
    ]);
  });

  it("is the newest part of a range that has too much, and holds up nobody while it is read", async () => {
    const folder = await written(1000);
    let longestMs = 0;
    let lastMs = performance.now();
    const beat = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 1);
    const { stories, isCut } = await storiesIn(folder);
    clearInterval(beat);
    expect(isCut).toBe(true);
    expect(stories).toHaveLength(500);
    expect(stories.at(-1)?.wallMs).toBe(Date.UTC(2026, 0, 15, 9) + 999_000);
    expect(longestMs).toBeLessThan(150);
  });

  it("fails with a sentence where there is no journal", async () => {
    const past = await readPast(systemClock, scratchFolder(), DAY);
    expect(past.ok ? "" : past.failure.message).toContain("journal.sqlite");
  });
});

describe("the journal in the console", () => {
  it("is read for one page at a time", async () => {
    const folder = await written(1);
    const rig = await startConsole({ history: (range) => readPast(systemClock, folder, range) });
    const page = await connectPage(rig.console.url);
    page.say({ type: "history", request: 1, ...DAY });
    page.say({ type: "history", request: 2, ...DAY });
    expect((await page.heard("answer", ({ request }) => request === 2)).isFine).toBe(false);
    const { text } = await page.heard("answer", ({ request }) => request === 1);
    expect(JSON.parse(text)).toMatchObject({ isCut: false, stories: [{ verdict: "done" }] });
  });

  it("is told without what may not be read by anybody", async () => {
    const rig = await startConsole({
      secrets: { PASSCODE: "hunter2" },
      history: async () => ({
        ok: true,
        value: {
          facts: [
            {
              run: "1",
              fact: factAt(0, { kind: "device", device: deviceId("d"), state: "lost", text: "hunter2" }),
            },
          ],
          isCut: false,
        },
      }),
    });
    const page = await connectPage(rig.console.url);
    page.say({ type: "history", request: 1, ...DAY });
    const { text } = await page.heard("answer");
    expect(text).toContain("is gone");
    expect(text).not.toContain("hunter2");
  });
});

describe.skipIf(!hasBrowser)("the page of what happened", { timeout: 60_000 }, () => {
  const browser = shareBrowser();

  it("shows a day of the journal, searches in it, and saves what is seen", async () => {
    const folder = await written(3);
    const rig = await startConsole({ history: (range) => readPast(systemClock, folder, range) });
    const { page, errors } = await browser.open(`${rig.console.url}/activity`);
    const stories = page.locator(".story");
    for (const kind of ["down", "up"] as const)
      rig.bridge.touch(deviceId("desk"), { kind, control: controlId("key-1") }, PEER);
    await page.locator(".story", { hasText: "tap key-1" }).waitFor();
    await page.getByLabel("From").fill("2026-01-15");
    await eventually("three stories", async () => (await stories.count()) === 3);
    await page.getByLabel("Search in the stories").fill("WEB:local-3");
    await eventually("one story", async () => (await stories.count()) === 1);
    expect(await page.locator(".steps").isVisible()).toBe(false);
    await page.locator(".story summary").click();
    await page.getByText("the server answers: accepted").waitFor();
    const csv = await save("CSV");
    const json = await save("JSON");
    expect(csv.split("\r\n")).toHaveLength(3);
    expect(csv).toContain("2026-01-15T09:00:01.000Z,desk: tap key-1,done,interview-1,desk,web:local-3");
    expect(JSON.parse(json)).toMatchObject([{ title: "desk: tap key-1" }]);
    await page.getByLabel("From").fill("2026-01-14");
    await page.getByLabel("To", { exact: true }).fill("2026-01-14");
    await page.getByText("The journal has nothing that fits.").waitFor();
    await page.getByLabel("Search in the stories").fill("");
    await page.getByRole("button", { name: "Now" }).click();
    await until("the newest", () => page.locator(".story").first());
    await page.locator(".story", { hasText: "tap key-1" }).waitFor();
    expect(errors).toEqual([]);

    async function save(kind: string): Promise<string> {
      const download = page.waitForEvent("download", (one) =>
        one.suggestedFilename().endsWith(kind.toLowerCase()),
      );
      await page.getByRole("button", { name: `Save what is seen as ${kind}` }).click();
      return readFileSync(await (await download).path(), "utf8");
    }
  });
});

import { expect, test } from "vitest";
import type { ToBridge } from "../../src/web/page/messages.ts";
import { rest, until } from "../support/rig.ts";
import { openPage, type Page, startAttackedConsole, startFlood, TOKENS } from "./console.ts";
import { tellDelays } from "./support.ts";

/** Pages that may only look on, each near the limit of what a session may say. */
const PAGES = 24;
/** A start and a stop each: a key that is pressed again at once counts once. */
const KEYS = ["start", "stop", "start", "stop"];
const BETWEEN_MS = 300;

const decks = Object.fromEntries(
  Array.from({ length: 24 }, (_, index) => [
    `deck-${index}`,
    { kind: "virtual", model: "xl", room: "interview-1" },
  ]),
);
const desk = {
  kind: "virtual",
  room: "interview-2",
  // Definite wishes pass also where a busy machine has not looked at the room in time.
  controls: Object.fromEntries(KEYS.map((tap, at) => [`key-${at + 1}`, { tap }])),
};

/** Messages that take turns. */
const FLOODS: Readonly<Record<string, readonly ToBridge[]>> = {
  watch: [
    { type: "watch", devices: Object.keys(decks) },
    { type: "watch", devices: [] },
  ],
  follow: [
    { type: "follow", topics: ["activity", "marks", "latency", "learn"] },
    { type: "follow", topics: [] },
  ],
  mapping: [{ type: "mapping" }],
  schedule: [
    { type: "schedule", request: 1, room: "interview-1" },
    { type: "schedule", request: 2, room: "nowhere" },
  ],
};

test("no flood from pages that look on keeps a press waiting", async () => {
  const attacked = await startAttackedConsole({ devices: { ...decks, desk } });
  const { simulator, url } = attacked;
  const presser = await openPage(url, TOKENS.press);
  presser.say({ type: "follow", topics: ["activity"] });
  await until(
    "the desk",
    () => presser.told.some((one) => one.type === "rooms" && one.rooms[1]?.status === "available"),
    20_000,
  );
  const press = () => pressAgain(presser, () => simulator?.world.room(2)?.status);
  const schedules = () => simulator?.requests.count("GET schedule") ?? Infinity;
  // What is done for the first time takes long by nature.
  await press();
  for (const [what, messages] of Object.entries(FLOODS)) {
    const before = schedules();
    await attacked.beginAttack();
    const said = startFlood("page-flood.mjs", [url, TOKENS.view, String(PAGES), JSON.stringify(messages)]);
    await until("the flood", () => said.count() > 1000, 30_000);
    const sinceMs = performance.now();
    const slowestMs = await press();
    const seconds = (performance.now() - sinceMs) / 1000;
    const delays = await attacked.delays();
    said.end();
    const asked = schedules() - before;
    console.info(
      `${tellDelays(`${said.count()} × ${what}`, delays)}; slowest press ${slowestMs.toFixed(0)} ms; ${asked} schedules asked`,
    );
    expect(delays.longestBusyMs, what).toBeLessThan(100);
    expect(slowestMs, what).toBeLessThan(1000);
    // Five in a burst, then one a second; the flood began a little earlier.
    expect(asked, what).toBeLessThanOrEqual(5 + seconds + 2);
  }
}, 120_000);

/** How long the slowest of some presses took to reach the server. */
async function pressAgain(page: Page, statusOf: () => string | undefined): Promise<number> {
  let slowestMs = 0;
  for (const [at, wish] of KEYS.entries()) {
    const sinceMs = performance.now();
    for (const kind of ["down", "up"] as const)
      page.say({ type: "touch", device: "desk", control: `key-${at + 1}`, touch: { kind } });
    await until("the press", () => (statusOf() === "recording") === (wish === "start"), 10_000).catch(
      (error: Error) => {
        throw new Error(
          `${error.message}; the pages were told ${JSON.stringify(page.told.filter(({ type }) => type === "stories").slice(-3))}`,
        );
      },
    );
    slowestMs = Math.max(slowestMs, performance.now() - sinceMs);
    await rest(BETWEEN_MS);
  }
  return slowestMs;
}

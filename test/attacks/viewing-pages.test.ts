import { expect, test } from "vitest";
import type { ToBridge } from "../../src/web/page/protocol.ts";
import { rest, until } from "../support/rig.ts";
import { openPage, type Page, startAttackedConsole, TOKENS } from "./console.ts";
import { tellDelays } from "./support.ts";

/** Pages that may only look on, each near the limit of what a session may say. */
const PAGES = 50;
const EACH_MS = 4000;
const IN_A_BURST = 4;
const REST_MS = 25;

const decks = Object.fromEntries(
  Array.from({ length: 24 }, (_, index) => [
    `deck-${index}`,
    { kind: "virtual", model: "xl", room: "interview-1" },
  ]),
);
const desk = { kind: "virtual", room: "interview-2", controls: { "key-1": { tap: "toggle" } } };

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

test.each(Object.keys(FLOODS))(
  "a flood of %s from pages that look on keeps no press waiting",
  async (what) => {
    const attacked = await startAttackedConsole({ devices: { ...decks, desk } });
    const { simulator, url } = attacked;
    const presser = await openPage(url, TOKENS.press);
    await until(
      "the desk",
      () => presser.told.some((one) => one.type === "rooms" && one.rooms[1]?.status === "available"),
      20_000,
    );
    const pages = await Promise.all(Array.from({ length: PAGES }, () => openPage(url, TOKENS.view)));
    await attacked.beginAttack();
    const [said, slowestMs] = await Promise.all([
      flood(pages, FLOODS[what] ?? []),
      pressAllTheWhile(presser, () => simulator?.world.room(2)?.status),
    ]);
    const delays = await attacked.delays();
    const asked = simulator?.requests.count("GET schedule") ?? Infinity;
    console.info(
      `${tellDelays(`${said} × ${what}`, delays)}; slowest press ${slowestMs.toFixed(0)} ms; ${asked} schedules asked`,
    );
    expect(delays.longestBusyMs).toBeLessThan(100);
    expect(slowestMs).toBeLessThan(1000);
    // Five in a burst, then one a second.
    expect(asked).toBeLessThanOrEqual(5 + EACH_MS / 1000 + 1);
  },
  120_000,
);

async function flood(pages: readonly Page[], messages: readonly ToBridge[]): Promise<number> {
  const endMs = performance.now() + EACH_MS;
  let said = 0;
  while (performance.now() < endMs) {
    for (const page of pages)
      for (let count = 0; count < IN_A_BURST; count++) {
        const message = messages[count % messages.length];
        if (message !== undefined) page.say(message);
        said += 1;
      }
    await rest(REST_MS);
  }
  return said;
}

/** One press a second, until the flood is over; how long the slowest took to reach the server. */
async function pressAllTheWhile(page: Page, statusOf: () => string | undefined): Promise<number> {
  let slowestMs = 0;
  for (let count = 0; count < EACH_MS / 1000; count++) {
    const before = statusOf();
    const sinceMs = performance.now();
    for (const kind of ["down", "up"] as const)
      page.say({ type: "touch", device: "desk", control: "key-1", touch: { kind } });
    await until("the press", () => statusOf() !== before, 10_000);
    slowestMs = Math.max(slowestMs, performance.now() - sinceMs);
    await rest(1000);
  }
  return slowestMs;
}

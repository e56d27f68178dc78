import { describe, expect, test } from "vitest";
import {
  noRooms,
  type PollSettings,
  planPace,
  planWithoutList,
  pollSettings,
  type RoomCounts,
  tellAge,
  type Urgency,
} from "../../src/room/pace.ts";

const usual: PollSettings = {
  activeMs: 2000,
  idleMs: 2000,
  hurriedMs: 250,
  requestsPerSecond: 20,
  freshMs: 6000,
};
const everySecond = { perSecond: 1, oldestMs: 1010 };

interface Site {
  readonly rooms: Partial<RoomCounts>;
  readonly list?: { readonly perSecond: number; readonly oldestMs: number };
  readonly answerMs?: number;
  readonly settings?: Partial<PollSettings>;
}

function plan({ rooms, list, answerMs = 0, settings }: Site) {
  return planPace({ ...usual, ...settings }, { ...noRooms, ...rooms }, { list, answerMs });
}

describe("an interval", () => {
  test.each<[what: string, site: Site, seconds: Partial<Record<Urgency, number>>]>([
    ["is what the settings say", { rooms: { running: 1 }, settings: { activeMs: 1500 } }, { running: 1.5 }],
    ["of idle rooms too", { rooms: { unlisted: 1 }, settings: { idleMs: 1700 } }, { unlisted: 1.7 }],
    ["is no longer than a third of the limit", { rooms: {}, settings: { idleMs: 60_000 } }, { unlisted: 2 }],
    ["of a room that runs neither", { rooms: {}, settings: { activeMs: 60_000 } }, { running: 2 }],
    ["follows a shorter limit", { rooms: {}, settings: { freshMs: 600 } }, { shown: 0.2 }],
    ["of a shown room is that of a running one", { rooms: {}, settings: { activeMs: 500 } }, { shown: 0.5 }],
    ["also where the list vouches", { rooms: {}, settings: { activeMs: 500 } }, { "shown-listed": 0.5 }],
    ["after a command is short", { rooms: {} }, { hurried: 0.25 }],
    ["is nothing where list and look differ", { rooms: {} }, { doubted: 0 }],
    ["is long where the list vouches", { rooms: { listed: 12 }, list: everySecond }, { listed: 30 }],
    ["or longer if that is wished", { rooms: {}, settings: { idleMs: 90_000 } }, { listed: 90 }],
    [
      "of a room that fails is that of an idle one",
      { rooms: {}, settings: { idleMs: 1200 } },
      { failing: 1.2 },
    ],

    // 18 of 20 requests are the round's.
    ["grows with too many rooms", { rooms: { unlisted: 180 } }, { unlisted: 10 }],
    ["is not touched by just enough", { rooms: { unlisted: 36 } }, { unlisted: 2 }],
    ["is by one more", { rooms: { unlisted: 37 } }, { unlisted: 37 / 18 }],
    ["leaves the list its request", { rooms: { unlisted: 170 }, list: everySecond }, { unlisted: 10 }],
    ["has the readings in it", { rooms: { running: 270 } }, { running: 16 }],
    ["so has that of shown rooms", { rooms: { shown: 270 } }, { shown: 16 }],
    ["grows where answers are slow", { rooms: { unlisted: 40 }, answerMs: 500 }, { unlisted: 4 }],
    ["of those who come first does not grow", { rooms: { shown: 4, unlisted: 1000 } }, { shown: 2 }],
    ["of those behind has what is left", { rooms: { shown: 15, unlisted: 100 } }, { unlisted: 10 }],
    ["of those behind is not endless", { rooms: { shown: 2000, unlisted: 18 } }, { unlisted: 10 }],
    ["of running rooms is before idle ones", { rooms: { running: 15, unlisted: 1000 } }, { running: 2 }],
    ["of unknown rooms is before locks", { rooms: { unlisted: 32, "shown-listed": 900 } }, { unlisted: 2 }],
    [
      "for locks that somebody sees is before others",
      { rooms: { "shown-listed": 30, listed: 999 } },
      { "shown-listed": 2 },
    ],
    ["for locks takes a quarter", { rooms: { listed: 1000 }, list: everySecond }, { listed: 1000 / 4.25 }],
    ["of what fails comes last", { rooms: { unlisted: 3240, failing: 18 } }, { failing: 10 }],
  ])("%s", (_, site, expected) => {
    const { intervalMs } = plan(site);
    for (const [urgency, seconds] of Object.entries(expected))
      expect(intervalMs[urgency as Urgency] / 1000).toBeCloseTo(seconds, 3);
  });
});

test("a room with a command under way is looked at four times a second, whatever the mapping says", () => {
  const others = { statusTrailsMs: 5000, pressDeadlineMs: 2000, toggleRepeatMs: 500 };
  const wished = { activePollMs: 1500, idlePollMs: 1700, requestsPerSecond: 30, freshMs: 5000 };
  expect(pollSettings({ ...wished, ...others })).toEqual({
    activeMs: 1500,
    idleMs: 1700,
    hurriedMs: 250,
    requestsPerSecond: 30,
    freshMs: 5000,
  });
});

describe("a status", () => {
  test.each<[what: string, site: Site, seconds: { shown: number; all: number }]>([
    ["of no room has no age", { rooms: {} }, { shown: 0, all: 0 }],
    ["is as old as its interval and a little", { rooms: { unlisted: 4 } }, { shown: 0, all: 2.25 }],
    ["and the answer", { rooms: { running: 4 }, answerMs: 100 }, { shown: 0, all: 2.35 }],
    ["that is shown counts for all", { rooms: { shown: 4 } }, { shown: 2.25, all: 2.25 }],
    ["that is shown counts apart", { rooms: { shown: 4, unlisted: 200 } }, { shown: 2.25, all: 12.855 }],
    [
      "that is listed is as old as the list",
      { rooms: { listed: 1000 }, list: everySecond },
      { shown: 0, all: 1.01 },
    ],
    [
      "that is shown and listed as well",
      { rooms: { "shown-listed": 900 }, list: everySecond },
      { shown: 1.01, all: 1.01 },
    ],
    ["of a single one too", { rooms: { listed: 1 }, list: everySecond }, { shown: 0, all: 1.01 }],
    [
      "of a single one that is shown",
      { rooms: { "shown-listed": 1 }, list: everySecond },
      { shown: 1.01, all: 1.01 },
    ],
    ["of a room that a silent list vouches for has no age", { rooms: { listed: 3 } }, { shown: 0, all: 0 }],
    [
      "of a running room is not in the list",
      { rooms: { listed: 9, running: 9 }, list: everySecond },
      { shown: 0, all: 2.25 },
    ],
    ["of a failing room counts nowhere", { rooms: { failing: 5, unlisted: 1 } }, { shown: 0, all: 2.25 }],
    [
      "is not the list's where that vouches for none",
      { rooms: { shown: 1 }, list: { perSecond: 1, oldestMs: 9000 } },
      { shown: 2.25, all: 2.25 },
    ],
  ])("%s", (_, site, { shown, all }) => {
    const { oldestMs } = plan(site);
    expect(oldestMs.shown / 1000).toBeCloseTo(shown, 3);
    expect(oldestMs.all / 1000).toBeCloseTo(all, 3);
  });

  test.each([
    [12, 20, 2.25],
    [100, 20, 5.806],
    [300, 20, 16.917],
    [1000, 20, 55.806],
    [1000, 600, 2.01],
    [12, 101, 2.01],
    [12, 100, 2.25],
    [11, 1, 12.472],
  ])(
    "of %i rooms at %i requests a second, one by one, may be %f s old",
    (rooms, requestsPerSecond, seconds) => {
      const { oldestMs } = planWithoutList({ ...usual, requestsPerSecond }, rooms);
      expect(oldestMs.all / 1000).toBeCloseTo(seconds, 3);
    },
  );

  test.each([
    [
      { rooms: 1000, oldestMs: 55_806, freshMs: 6000 },
      "1,000 rooms at 20 requests/s: a status may be 56 s old, the limit is 6 s",
    ],
    [
      { rooms: 1, oldestMs: 9950, freshMs: 9940 },
      "1 room at 20 requests/s: a status may be 10 s old, the limit is 9.9 s",
    ],
    [
      { rooms: 60, oldestMs: 12_499, freshMs: 2500 },
      "60 rooms at 20 requests/s: a status may be 13 s old, the limit is 2.5 s",
    ],
  ])("is told with its limit: %o", ({ freshMs, ...age }, text) => {
    expect(tellAge({ ...usual, freshMs }, age)).toBe(text);
  });
});

test("whatever the rooms, the plan spends no more than the round's share, and nobody waits for ever", () => {
  const amounts = [0, 1, 30, 5000];
  for (const shown of amounts)
    for (const running of amounts)
      for (const unlisted of amounts)
        for (const listed of amounts) {
          const counts = { ...noRooms, shown, running, unlisted, listed, failing: 3 };
          const { intervalMs } = planPace(usual, counts, { list: everySecond, answerMs: 10 });
          const perSecond = (one: Urgency) => (1000 * counts[one]) / intervalMs[one];
          const spent =
            (16 / 15) * (perSecond("shown") + perSecond("running")) +
            perSecond("unlisted") +
            perSecond("listed") +
            perSecond("failing");
          expect(spent).toBeLessThan(17.001);
          expect(Math.max(...Object.values(intervalMs))).toBeLessThan(1e9);
        }
});

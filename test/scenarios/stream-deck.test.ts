import { expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { call, logIn } from "../simulator/start.ts";
import { type DeckRig, devicesOf, type Sight, startDecks } from "../support/decks.ts";
import { mappingText, parse, rest, until } from "../support/rig.ts";

const READY = 'green ready "Ready"';
const RECORDING = /^red record "REC/;
const desk = { room: "interview-1" };

test("a tap starts: the key says so within 50 ms, blinks fast, and is red only when it is true", async () => {
  const rig = await startDecks({ desk });
  const { simulator } = rig;
  const deck = rig.deck("desk");
  await deck.wait(1, READY);
  simulator.fault({ kind: "latency", ms: 1000, path: "rooms/1/record/start", count: 1 });
  await deck.down(1);
  const releasedMs = systemClock.monotonicMs();
  await deck.up(1);
  const pending = /^yellow wait "Starting"/;
  const { atMs } = await deck.wait(1, pending);
  expect(atMs - releasedMs).toBeLessThan(50);
  expect(simulator.world.room(1)?.status).toBe("available");
  await deck.wait(1, RECORDING);
  expect(simulator.world.room(1)?.status).toBe("recording");
  const sights = deck.saw(1);
  const first = sights.findIndex(({ text }) => pending.test(text));
  const starting = sights.filter(({ text }) => pending.test(text));
  expect(sights.slice(first, first + starting.length)).toEqual(starting);
  expectBlinking(starting, 125);
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
});

test.concurrent("taps never stop; a hold does, and its ring grows until then", async ({ onTestFinished }) => {
  const rig = await recording({ onTestFinished });
  const { simulator } = rig;
  const deck = rig.deck("desk");
  for (let tap = 0; tap < 4; tap++) await deck.tap(1);
  await deck.wait(1, /^red record "REC [\d:]+", hint/);
  await deck.down(1);
  await rest(600);
  await deck.up(1);
  await rest(300);
  expect(simulator.world.room(1)?.status).toBe("recording");
  expect(simulator.requests.count("POST rooms/{r}/record/stop")).toBe(0);
  expect(deck.sees(1)).not.toContain("held");

  const from = deck.saw(1).length;
  await deck.down(1);
  await until("stopped", () => simulator.world.room(1)?.status === "available");
  await deck.up(1);
  const ring = deck
    .saw(1)
    .slice(from)
    .flatMap(({ text }) => /held (\d+)%/.exec(text)?.[1] ?? [])
    .map(Number);
  expect(ring.length).toBeGreaterThan(5);
  expect(ring).toEqual([...ring].sort((one, other) => one - other));
  expect([ring[0]! < 10, ring.at(-1)! > 80]).toEqual([true, true]);
  await deck.wait(1, READY);
  expect(simulator.requests.count("POST rooms/{r}/record/stop")).toBe(1);
  expect(simulator.world.recordings()).toHaveLength(1);
});

test.concurrent("a pause blinks slowly, and resumes by the same key", async ({ onTestFinished }) => {
  const rig = await recording({ onTestFinished });
  const deck = rig.deck("desk");
  await deck.wait(2, 'white pause "Pause"');
  await deck.tap(2);
  await deck.wait(1, /^orange pause "PAUSED/);
  await deck.wait(2, /^orange pause "Resume"/);
  const from = deck.saw(1).length;
  await until("four changes", () => deck.saw(1).length >= from + 4);
  expectBlinking(deck.saw(1).slice(from), 500);
  await deck.tap(2);
  await deck.wait(1, RECORDING);
});

test.concurrent("a mark has the time of the press, and is there once, although the server acts when nobody waits any more", async ({
  onTestFinished,
}) => {
  const rig = await recording({ onTestFinished });
  const { simulator, bridge } = rig;
  const deck = rig.deck("desk");
  await deck.wait(1, 'red record "REC 0:01"');
  simulator.fault({ kind: "latency", ms: 1500, path: "comment", count: 1 });
  const pressedMs = bridge.status().rooms[0]?.elapsedMs ?? Number.NaN;
  await deck.tap(5);
  await rest(1000);
  expect(simulator.world.room(1)?.marks).toEqual([]);
  await until("the mark's delivery", () => bridge.status().marksWaiting === 0, 15_000);
  expect(simulator.world.room(1)?.marks).toHaveLength(1);
  const [mark] = simulator.world.room(1)?.marks ?? [];
  expect([mark?.text, mark?.timeSeconds]).toEqual(["Important", Math.floor(pressedMs / 1000)]);
});

test.concurrent("a delivered mark shows a tick and its time on the key that was pressed, and on no other", async ({
  onTestFinished,
}) => {
  const rig = await recording({ onTestFinished });
  const deck = rig.deck("desk");
  await deck.wait(1, 'red record "REC 0:01"');
  const pressedAtMs = performance.now();
  await deck.tap(3);
  const { atMs } = await deck.wait(3, /^white mark "Marked ✓ 0:0[12]"/);
  process.stdout.write(
    `from the press of a mark to its tick on the key: ${(performance.now() - pressedAtMs).toFixed(0)} ms\n`,
  );
  const gone = await deck.wait(3, 'white mark "Mark"', 4000);
  expect(gone.atMs - atMs).toBeGreaterThan(1200);
  expect(gone.atMs - atMs).toBeLessThan(2000);
  expect(deck.sees(5)).not.toContain("✓");
});

test.concurrent("a control has a label of its own, else its room's", async ({ onTestFinished }) => {
  // The labels are names that the reader of keys knows.
  const controls = {
    "key-1": { tap: "start", hold: "stop", look: "tally" },
    "key-2": { label: "interview-2", look: "tally" },
  };
  const rig = await startDecks({ desk: { ...desk, controls } }, { onTestFinished });
  await rig.deck("desk").wait(1, READY);
  await rig.deck("desk").wait(2, `${READY}, of interview-2`);
});

test.concurrent("without the server the tally says so, other keys say what they do; a mark waits, is counted, and arrives", async ({
  onTestFinished,
}) => {
  const rig = await recording({ onTestFinished });
  const { simulator } = rig;
  const deck = rig.deck("desk");
  await deck.wait(1, /^red record "REC 0/);
  await simulator.down();
  for (const key of [1, 15]) await deck.wait(key, /^purple offline "No contact/);
  await deck.wait(2, 'purple pause "Pause", of Not possible');
  await deck.wait(3, 'purple mark "Mark", of Press: send later');
  await deck.wait(4, 'purple lock "Lock", of Not possible');
  await deck.wait(5, 'purple mark "Important", of Press: send later');
  expect(deck.sees(10)).toBe("blank");
  await deck.tap(3);
  await deck.wait(1, /^purple offline "No contact [^"]*", \+1/);
  await deck.wait(3, 'purple mark "Mark", of 1 waiting, +1');
  await simulator.up();
  await deck.wait(1, /^red record "REC [^"]*"$/);
  await deck.wait(3, 'white mark "Mark"');
  await until("the mark", () => simulator.world.room(1)?.marks.length === 1);
});

test.concurrent("a mark that waited shows its tick on the key that was pressed when the server has it", async ({
  onTestFinished,
}) => {
  const rig = await recording({ onTestFinished });
  const { simulator } = rig;
  const deck = rig.deck("desk");
  await deck.wait(1, /^red record "REC 0/);
  await simulator.down();
  await deck.wait(3, 'purple mark "Mark", of Press: send later');
  await deck.tap(3);
  await deck.wait(3, 'purple mark "Mark", of 1 waiting, +1');
  await simulator.up();
  await deck.wait(3, /^white mark "Marked ✓ 0:\d\d"/, 20_000);
  await deck.wait(3, 'white mark "Mark"');
  expect(deck.saw(5).some(({ text }) => text.includes("✓"))).toBe(false);
});

test.concurrent("a key that marks and turns the page shows the tick, or the reason, where another page's key is by now", async ({
  onTestFinished,
}) => {
  const controls = {
    "key-1": { tap: "start", hold: "stop", look: "tally" },
    "key-3": { press: [{ mark: "turned" }, { page: "more" }], look: "mark" },
  };
  const rooms = { otherwise: { text: "Rooms" } };
  const pages = { more: { "key-3": { press: { page: "first" }, look: rooms } } };
  const rig = await startDecks({ desk: { ...desk, controls, pages } }, { onTestFinished });
  const deck = rig.deck("desk");
  await deck.wait(1, READY);
  await deck.tap(3);
  await deck.wait(3, /^purple warning "Not (recording|yet)/);
  await deck.wait(3, 'gray none "Rooms"', 6000);
  await deck.tap(1);
  await deck.wait(1, /^red record "REC 0:/);
  await deck.tap(3);
  await deck.wait(3, 'white mark "Mark"');
  await deck.tap(3);
  await deck.wait(3, /^white mark "Marked ✓ 0:0\d"/);
  await deck.wait(3, 'gray none "Rooms"');
});

test.concurrent("a mark that the server refuses says so on the key that was pressed", async ({
  onTestFinished,
}) => {
  const rig = await recording({
    onTestFinished,
    timing: { activePollMs: 3000, idlePollMs: 3000, freshMs: 9000 },
  });
  const { simulator, bridge } = rig;
  const deck = rig.deck("desk");
  await deck.wait(1, 'red record "REC 0:01"');
  const path = `records/${bridge.status().rooms[0]?.recording}/delete?access_token=${await logIn(simulator)}`;
  expect((await call(`${simulator.url}/api/v3/${path}`, "POST", {})).status).toBe(200);
  await deck.tap(3);
  const { atMs } = await deck.wait(3, /^purple warning "Room missing: call IT"/);
  const gone = await deck.wait(3, /^(?!purple warning "Room missing: call IT")/, 6000);
  expect(gone.atMs - atMs).toBeGreaterThan(3500);
});

test.concurrent("a refusal shows its reason on the key for four seconds, then the truth", async ({
  onTestFinished,
}) => {
  const rig = await startDecks(
    { desk },
    { onTestFinished, timing: { activePollMs: 3000, idlePollMs: 3000, freshMs: 9000 } },
  );
  const deck = rig.deck("desk");
  await deck.wait(1, READY);
  rig.simulator.somebodyElse(1, "lock");
  await deck.tap(1);
  const { atMs } = await deck.wait(1, /^purple warning "Locked: Unlock, or call IT/);
  const gone = await deck.wait(1, 'blue lock "LOCKED"', 6000);
  expect(gone.atMs - atMs).toBeGreaterThan(3500);
  expect(gone.atMs - atMs).toBeLessThan(4500);
});

test.concurrent("a panel with a PIN does nothing before it, and shows the tally meanwhile", async ({
  onTestFinished,
}) => {
  const pin = { from: "DESK_PIN" };
  const secrets = { DESK_PIN: "2580" };
  const rig = await startDecks({ desk: { ...desk, pin } }, { onTestFinished, secrets });
  const { simulator } = rig;
  const deck = rig.deck("desk");
  await deck.wait(1, 'gray none "1"');
  await deck.wait(15, READY);
  for (const key of [1, 2, 5, 7]) await deck.tap(key);
  await rest(300);
  expect(rig.facts.filter(({ kind }) => kind === "action")).toEqual([]);
  expect(deck.sees(1)).toBe('gray none "1"');
  for (const key of [2, 5, 8, 10]) await deck.tap(key);
  await deck.wait(1, READY);
  await deck.tap(1);
  await until("recording", () => simulator.world.room(1)?.status === "recording");
});

test.concurrent("at night all but the tally is dimmed, and the touch that wakes does nothing else", async ({
  onTestFinished,
}) => {
  const dim = { afterSeconds: 5, wake: "only-wakes" };
  const rig = await startDecks({ desk: { ...desk, dim } }, { onTestFinished });
  const { simulator } = rig;
  const deck = rig.deck("desk");
  await deck.wait(1, READY);
  await deck.tap(1);
  await deck.wait(2, 'white pause "Pause"');
  // The dimmed picture is none of those that the reader knows by day.
  await deck.wait(2, "unknown", 8000);
  expect(deck.sees(1)).toMatch(RECORDING);
  await deck.tap(2);
  await deck.wait(2, 'white pause "Pause"');
  await rest(200);
  expect(simulator.world.room(1)?.status).toBe("recording");
  await deck.tap(2);
  await until("paused", () => simulator.world.room(1)?.status === "paused");
});

test.concurrent("a key that is down while the page turns still means what it meant", async ({
  onTestFinished,
}) => {
  const controls = {
    "key-1": { tap: "start", hold: "stop", look: "tally" },
    "key-5": { tap: { page: "marks" }, look: "pause" },
  };
  const pages = {
    marks: {
      "key-1": { tap: { mark: "wrong" }, look: "mark" },
      "key-2": { press: { mark: "right" }, look: "mark" },
      "key-5": { tap: { page: "first" }, look: "lock" },
    },
  };
  const rig = await startDecks({ desk: { ...desk, controls, pages } }, { onTestFinished });
  const { simulator } = rig;
  const deck = rig.deck("desk");
  await deck.wait(1, READY);
  await deck.down(1);
  await deck.tap(5);
  await deck.wait(5, 'white lock "Lock"');
  await deck.up(1);
  await until("recording", () => simulator.world.room(1)?.status === "recording");
  await deck.wait(2, 'white mark "Mark"');
  await deck.tap(2);
  await until("the mark", () => simulator.world.room(1)?.marks.length === 1);
  expect(simulator.world.room(1)?.marks[0]?.text).toBe("right");
  await deck.tap(5);
  await deck.wait(1, RECORDING);
  await deck.wait(2, "blank");
});

test.concurrent("a wall of rooms leads to each room's recorder and back", async ({ onTestFinished }) => {
  const rig = await startDecks({ wall: { rooms: ["interview-1", "interview-2"] } }, { onTestFinished });
  const { simulator } = rig;
  const deck = rig.deck("wall");
  await deck.wait(1, READY);
  await deck.wait(2, 'green ready "Ready", of interview-2');
  simulator.somebodyElse(1, "start");
  await deck.wait(1, RECORDING);
  await deck.tap(2);
  await deck.wait(1, 'green ready "Ready", of interview-2');
  await deck.tap(1);
  await until("recording", () => simulator.world.room(2)?.status === "recording");
  await deck.wait(15, 'gray none "Rooms"');
  await deck.tap(15);
  await deck.wait(2, RECORDING);
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
});

test.concurrent("a wall carries READY and a mark key of its own on every page, and goes home by itself", async ({
  onTestFinished,
}) => {
  const controls = {
    "key-1": { look: "ready" },
    "key-15": { room: "interview-1", press: { mark: "Here" }, look: "mark" },
  };
  const wall = { rooms: ["interview-1", "interview-2"], controls, homeAfterSeconds: 5 };
  const rig = await startDecks({ wall }, { onTestFinished });
  const { simulator } = rig;
  const deck = rig.deck("wall");
  await deck.wait(2, READY);
  await deck.wait(1, 'green ready "READY"');
  simulator.somebodyElse(1, "start");
  await deck.wait(2, RECORDING);
  await deck.tap(3);
  await deck.wait(2, 'green ready "Ready", of interview-2');
  await deck.wait(14, 'gray none "Rooms"');
  expect(deck.sees(1)).toBe('green ready "READY"');
  // A finger that stays keeps the page.
  await deck.down(4);
  await rest(6500);
  expect(deck.sees(14)).toBe('gray none "Rooms"');
  await deck.up(4);
  await deck.tap(15);
  await until("the mark", () => simulator.world.room(1)?.marks.length === 1);
  expect(deck.sees(14)).toBe('gray none "Rooms"');
  await deck.wait(2, RECORDING);
  await deck.wait(14, "blank");
});

test.concurrent("two decks of different models show the same room alike, whoever pressed", async ({
  onTestFinished,
}) => {
  const rig = await startDecks({ desk, door: { ...desk, address: "fake://original" } }, { onTestFinished });
  await rig.deck("desk").wait(1, READY);
  await rig.deck("door").tap(1);
  for (const id of ["desk", "door"]) await rig.deck(id).wait(1, 'red record "REC 0:02"');
  // Each second is drawn on one after the other.
  for (const key of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15])
    await until(`key ${key} alike`, () => rig.deck("door").sees(key) === rig.deck("desk").sees(key));
});

test.concurrent("an edit changes keys while the deck stays open, and nothing is written twice", async ({
  onTestFinished,
}) => {
  const rig = await startDecks({ desk }, { onTestFinished });
  const { bridge, simulator } = rig;
  const deck = rig.deck("desk");
  await deck.wait(1, READY);
  const shown = () => rig.facts.filter(({ kind }) => kind === "shown");
  let before = 0;
  while (before !== shown().length) {
    before = shown().length;
    await rest(200);
  }
  await rest(700);
  expect(shown()).toHaveLength(before);
  const controls = { "key-7": { tap: "start", hold: "stop", look: "tally" } };
  await bridge.adopt(
    parse(mappingText(simulator.url, { extra: devicesOf({ desk: { ...desk, controls } }) })),
  );
  await deck.wait(7, READY);
  await deck.wait(1, "blank");
  await deck.tap(7);
  await until("recording", () => simulator.world.room(1)?.status === "recording");
  expect(openings(rig)).toEqual(["open"]);
});

test.concurrent("a deck that comes back is painted from nothing, and shows what is true now", async ({
  onTestFinished,
}) => {
  const rig = await startDecks({ desk }, { onTestFinished });
  const { simulator } = rig;
  const deck = rig.deck("desk");
  await deck.wait(1, READY);
  deck.unplug();
  simulator.somebodyElse(1, "start");
  await until("the deck again", () => openings(rig).join() === "open,lost,open");
  await deck.wait(1, RECORDING);
  const reopened = rig.facts.findLastIndex((fact) => fact.kind === "device" && fact.state === "open");
  const written = () =>
    rig.facts.slice(reopened).flatMap((fact) => (fact.kind === "shown" ? [fact.control] : []));
  await until("all fifteen", () => new Set(written()).size === 15);
  expect(deck.sees(10)).toBe("blank");
  await deck.down(1);
  await until("stopped", () => simulator.world.room(1)?.status === "available");
});

/** A rig whose first room records, started at the deck. */
async function recording(settings: Parameters<typeof startDecks>[1]): Promise<DeckRig> {
  const rig = await startDecks({ desk }, settings);
  const deck = rig.deck("desk");
  await deck.wait(1, READY);
  await deck.tap(1);
  await deck.wait(1, RECORDING);
  return rig;
}

/** Lit and dark in turn, each for about so long. */
function expectBlinking(sights: readonly Sight[], eachMs: number): void {
  const isDark = sights.map(({ text }) => text.endsWith(", dark"));
  expect(isDark.length).toBeGreaterThanOrEqual(4);
  for (const [index, dark] of isDark.slice(1).entries()) expect(dark).toBe(!isDark[index]);
  const gaps = sights.slice(1).map(({ atMs }, index) => atMs - (sights[index]?.atMs ?? Number.NaN));
  const middle = gaps.sort((one, other) => one - other)[Math.floor(gaps.length / 2)];
  expect(middle).toBeGreaterThan(eachMs * 0.7);
  expect(middle).toBeLessThan(eachMs * 1.3);
}

function openings({ facts }: DeckRig): readonly string[] {
  return facts.flatMap((fact) => (fact.kind === "device" && fact.device === "desk" ? [fact.state] : []));
}

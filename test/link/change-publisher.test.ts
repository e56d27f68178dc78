import { describe, expect, test } from "vitest";
import { peerId, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { ChangePublisher } from "../../src/link/change-publisher.ts";
import { indexRooms } from "../../src/link/link-rooms.ts";
import { createFakeClock } from "../support/fake-clock.ts";

interface Settings {
  readonly rooms?: number;
  readonly ticking?: boolean;
}

function createSetting({ rooms: count = 2, ticking = false }: Settings = {}) {
  const clock = createFakeClock();
  const rooms = Array.from({ length: count }, (_, index) => roomName(`room-${index + 1}`));
  const states = new Map(rooms.map((room) => [room, "available"]));
  const sent: { atMs: number; text: string; value: unknown; to: string }[] = [];
  const site: [kind: string, text: string][] = [];
  const publisher = new ChangePublisher({
    clock,
    rooms: () => indexRooms([...states.keys()].map((name, index) => ({ name, id: valtRoomId(index + 1) }))),
    ticks: () => ticking,
    describeSite: () => site.map(([kind, text]) => ({ text: "/alarm", values: [kind, text] })),
    describe: (room) => {
      const state = states.get(room);
      if (state === undefined) throw new Error(`${room} is not served`);
      return [
        { text: `/${room}/state`, values: [state] },
        { text: `/${room}/name`, values: [room] },
      ];
    },
    send: (message, to) =>
      sent.push({ atMs: clock.monotonicMs(), text: message.text, value: message.values[0], to }),
  });
  const change = (room: string, state: string) => {
    states.set(roomName(room), state);
    publisher.roomChanged(roomName(room));
  };
  const told = (to = "targets") =>
    sent.filter((one) => one.to === to).map(({ text, value }) => `${text} ${String(value)}`);
  return { clock, publisher, site, states, sent, change, told, forget: () => sent.splice(0) };
}

const [ALICE, BOB] = [peerId("alice"), peerId("bob")];

describe("the targets", () => {
  test("are told everything at the start", () => {
    expect(createSetting().told()).toEqual([
      "/room-1/state available",
      "/room-1/name room-1",
      "/room-2/state available",
      "/room-2/name room-2",
    ]);
  });

  test("are told only what changed", async () => {
    const { clock, change, told, forget } = createSetting();
    forget();
    await clock.advance(100);
    change("room-1", "recording");
    change("room-2", "available");
    expect(told()).toEqual(["/room-1/state recording"]);
  });

  test("are told a room at most every fifty milliseconds, and the newest then", async () => {
    const { clock, change, sent, forget, told } = createSetting();
    await clock.advance(100);
    forget();
    for (let count = 0; count < 100; count++) {
      change("room-1", `state ${count}`);
      await clock.advance(5);
    }
    await clock.advance(100);
    const gaps = sent.slice(1).map(({ atMs }, index) => atMs - sent[index]!.atMs);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(50);
    expect(sent.length).toBeLessThanOrEqual(11);
    expect(told().at(-1)).toBe("/room-1/state state 99");
  });

  test("are not told of a room that this link does not serve", async () => {
    const { clock, publisher, forget, sent } = createSetting();
    await clock.advance(100);
    forget();
    publisher.roomChanged(roomName("elsewhere"));
    await clock.advance(1000);
    expect(sent).toEqual([]);
  });

  test("are not told of a room that is gone when its turn comes", async () => {
    const { clock, change, states, forget, told } = createSetting();
    await clock.advance(100);
    forget();
    change("room-1", "recording");
    change("room-1", "paused");
    states.delete(roomName("room-1"));
    await clock.advance(1000);
    expect(told()).toEqual(["/room-1/state recording"]);
  });

  test("are told everything again within half a minute, a share at a time", async () => {
    const { clock, sent, forget } = createSetting({ rooms: 60 });
    forget();
    await clock.advance(30_000);
    expect(sent).toHaveLength(60 * 2);
    for (let second = 1; second <= 30; second++) {
      expect(sent.filter(({ atMs }) => Math.ceil(atMs / 1000) === second).length).toBeLessThanOrEqual(6);
    }
  });

  test("are not told the same every second because there is only one room", async () => {
    const { clock, sent, forget } = createSetting({ rooms: 1, ticking: true });
    forget();
    await clock.advance(29_000);
    expect(sent).toEqual([]);
    await clock.advance(2000);
    expect(sent).toHaveLength(2);
  });

  test("are told every second what time alone changes", async () => {
    const { clock, states, told, forget } = createSetting({ rooms: 1, ticking: true });
    forget();
    for (let second = 1; second <= 3; second++) {
      states.set(roomName("room-1"), `${second} s`);
      await clock.advance(1000);
    }
    expect(told()).toEqual(["/room-1/state 1 s", "/room-1/state 2 s", "/room-1/state 3 s"]);
  });

  test("are told nothing after closing, not even what was waiting", async () => {
    const { clock, publisher, change, forget, sent } = createSetting();
    await clock.advance(100);
    change("room-1", "a");
    change("room-1", "b");
    forget();
    publisher.close();
    await clock.advance(60_000);
    expect(sent).toEqual([]);
  });
});

describe("what concerns the whole site", () => {
  test("is told on change, again now and then, and first of all to who subscribes", async () => {
    const { clock, publisher, site, told, forget } = createSetting({ rooms: 1 });
    site.push(["disk", ""], ["clock", ""]);
    publisher.siteChanged();
    forget();
    site[0] = ["disk", "nearly full"];
    publisher.siteChanged();
    publisher.siteChanged();
    expect(told()).toEqual(["/alarm disk"]);
    forget();
    await clock.advance(31_000);
    expect(told().filter((text) => text.startsWith("/alarm"))).toEqual(["/alarm disk", "/alarm clock"]);
    publisher.subscribe(ALICE, ALICE, Infinity);
    expect(told("alice").slice(0, 2)).toEqual(["/alarm disk", "/alarm clock"]);
  });
});

describe("a subscriber", () => {
  test("is told everything at once, then what changes, where it wants to hear it", async () => {
    const { clock, publisher, change, told, forget } = createSetting();
    await clock.advance(100);
    forget();
    expect(publisher.subscribe(ALICE, BOB, Infinity)).toBe(true);
    expect(told("bob")).toHaveLength(4);
    change("room-2", "recording");
    expect(told("bob").slice(4)).toEqual(["/room-2/state recording"]);
    expect(told("alice")).toEqual([]);
  });

  test("is told nothing once its time is over, unless it came again", async () => {
    const { clock, publisher, change, told, forget } = createSetting();
    publisher.subscribe(ALICE, ALICE, 10_000);
    publisher.subscribe(BOB, BOB, 10_000);
    await clock.advance(5000);
    publisher.subscribe(BOB, BOB, 15_000);
    await clock.advance(6000);
    expect(publisher.subscribers()).toBe(1);
    forget();
    change("room-1", "recording");
    expect(told("alice")).toEqual([]);
    expect(told("bob")).toEqual(["/room-1/state recording"]);
  });

  test("that leaves is told nothing more", async () => {
    const { clock, publisher, change, told, forget } = createSetting();
    publisher.subscribe(ALICE, ALICE, Infinity);
    publisher.unsubscribe(ALICE);
    await clock.advance(100);
    forget();
    change("room-1", "recording");
    expect(told("alice")).toEqual([]);
  });

  test("is one too many after sixty-four, but whoever is there may renew", () => {
    const { publisher } = createSetting({ rooms: 1 });
    for (let count = 0; count < 64; count++) {
      const peer = peerId(`peer-${count}`);
      expect(publisher.subscribe(peer, peer, Infinity)).toBe(true);
    }
    expect(publisher.subscribe(ALICE, ALICE, Infinity)).toBe(false);
    expect(publisher.subscribe(peerId("peer-7"), peerId("peer-7"), Infinity)).toBe(true);
    publisher.unsubscribe(peerId("peer-7"));
    expect(publisher.subscribe(ALICE, ALICE, Infinity)).toBe(true);
  });

  test("of very many rooms gets them in portions, each once, and none after closing", async () => {
    const { clock, publisher, told } = createSetting({ rooms: 100 });
    await clock.advance(200);
    publisher.subscribe(ALICE, ALICE, Infinity);
    const first = told("alice").length;
    expect(first).toBeLessThan(200);
    await clock.advance(500);
    expect(told("alice")).toHaveLength(200);
    expect(new Set(told("alice")).size).toBe(200);
    publisher.subscribe(BOB, BOB, Infinity);
    publisher.close();
    await clock.advance(500);
    expect(told("bob")).toHaveLength(first);
  });

  test("that reads a message a millisecond loses none of a thousand rooms, also while all of them change", async () => {
    const { clock, publisher, states, sent, forget } = createSetting({ rooms: 1000 });
    await clock.advance(10_000);
    forget();
    publisher.subscribe(ALICE, ALICE, Infinity);
    await clock.advance(500);
    for (const room of states.keys()) {
      states.set(room, "recording");
      publisher.roomChanged(room);
    }
    await clock.advance(15_000);
    const ofAlice = sent.filter(({ to }) => to === "alice");
    expect(new Set(ofAlice.map(({ text }) => text)).size).toBe(2000);
    const told = new Map(ofAlice.map(({ text, value }) => [text, value]));
    expect([...states.keys()].every((room) => told.get(`/${room}/state`) === "recording")).toBe(true);
    expect(mostWaiting(ofAlice.map(({ atMs }) => atMs))).toBeLessThanOrEqual(256);
  });

  test("is told a change before the rest of what it asked for", async () => {
    const { clock, publisher, change, told } = createSetting({ rooms: 1000 });
    await clock.advance(10_000);
    publisher.subscribe(ALICE, ALICE, Infinity);
    await clock.advance(1000);
    expect(told("alice").length).toBeLessThan(1100);
    change("room-999", "recording");
    await clock.advance(25);
    expect(told("alice")).toContain("/room-999/state recording");
  });

  test("that asks again and again is told each room no oftener than it can read", async () => {
    const { clock, publisher, sent } = createSetting({ rooms: 1000 });
    await clock.advance(10_000);
    for (let count = 0; count < 400; count++) {
      publisher.tellSnapshot(
        [...Array(1000).keys()].map((at) => roomName(`room-${at + 1}`)),
        ALICE,
      );
      await clock.advance(25);
    }
    const ofAlice = sent.filter(({ to }) => to === "alice");
    expect(mostWaiting(ofAlice.map(({ atMs }) => atMs))).toBeLessThanOrEqual(256);
    expect(ofAlice.length).toBeGreaterThan(4000);
  });

  test("is one too many while sixty-four others are being told a thousand rooms", async () => {
    const { clock, publisher, sent, forget } = createSetting({ rooms: 1000 });
    await clock.advance(10_000);
    forget();
    const rooms = [...Array(1000).keys()].map((at) => roomName(`room-${at + 1}`));
    const asked = Array.from({ length: 65 }, (_, index) =>
      publisher.tellSnapshot(rooms, peerId(`peer-${index}`)),
    );
    expect(asked.filter((isTaken) => !isTaken)).toHaveLength(1);
    await clock.advance(1000);
    expect(sent.filter(({ to }) => to !== "targets").length).toBeLessThan(9000);
    await clock.advance(60_000);
    expect(publisher.tellSnapshot(rooms, ALICE)).toBe(true);
  });
});

/** How many messages wait at most for somebody who needs a millisecond for each. */
function mostWaiting(sentAtMs: readonly number[]): number {
  let readyAtMs = 0;
  let most = 0;
  for (const atMs of sentAtMs) {
    readyAtMs = Math.max(readyAtMs, atMs) + 1;
    most = Math.max(most, readyAtMs - atMs);
  }
  return most;
}

describe("whoever asks while a change waits for its turn", () => {
  test("is not left with what is over when the room is again as it was", async () => {
    const { clock, publisher, change, told } = createSetting();
    await clock.advance(100);
    change("room-1", "recording");
    change("room-1", "unknown");
    publisher.subscribe(ALICE, ALICE, 60_000);
    change("room-1", "recording");
    await clock.advance(200);
    expect(told(ALICE).findLast((one) => one.startsWith("/room-1/state"))).toBe("/room-1/state recording");
  });

  test("is told of it after everybody else, and no later", async () => {
    const { clock, publisher, change, told } = createSetting();
    await clock.advance(100);
    change("room-1", "recording");
    change("room-1", "paused");
    publisher.tellSnapshot([roomName("room-1")], ALICE);
    expect(told(ALICE)).toEqual([]);
    await clock.advance(50);
    expect(told().at(-1)).toBe("/room-1/state paused");
    expect(told(ALICE)).toEqual(["/room-1/state paused", "/room-1/name room-1"]);
  });

  test("is told of a room that changes all the time as well", async () => {
    const { clock, publisher, change, told } = createSetting();
    await clock.advance(100);
    change("room-1", "state");
    publisher.tellSnapshot([roomName("room-1")], ALICE);
    for (let count = 0; count < 20; count++) {
      change("room-1", `state ${count}`);
      await clock.advance(10);
    }
    expect(told(ALICE)).toContain("/room-1/name room-1");
  });
});

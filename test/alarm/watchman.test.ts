import { expect, onTestFinished, test } from "vitest";
import { roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import type { Outage } from "../../src/room/outage.ts";
import { createRoomStore } from "../../src/room/store.ts";
import { Watchman } from "../../src/watchman.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";
import { mappingText, parse } from "../support/rig.ts";

const ROOM = roomName("interview-1");

function createSetting() {
  const clock = createFakeClock();
  const state: { outage: Outage | undefined; told: number; rooms: object } = {
    outage: undefined,
    told: 0,
    rooms: { [ROOM]: { id: 1, serverName: "Interview 1" } },
  };
  const silence = () => new Promise<never>(() => undefined);
  const watchman = new Watchman({
    clock,
    log: silentLog,
    store: createRoomStore({ clock, timingOf: () => ({}) as never }),
    mapping: () => parse(mappingText("http://valt.example.com", { rooms: state.rooms as never })),
    valt: () => ({ authenticate: silence, inspect: silence }) as never,
    outage: () => state.outage,
    siteChanged: () => {
      state.told++;
    },
    secret: () => undefined,
    record: () => undefined,
  });
  onTestFinished(() => watchman.close());
  return { state, watchman };
}

test("a lost server is told at once, however long the checks take that follow", () => {
  const { state, watchman } = createSetting();
  state.outage = { sinceMs: 0, failure: failures.unreachable };
  watchman.serverChanged("down");
  expect(state.told).toBe(1);
  expect(watchman.readiness()).toMatchObject({ state: "not-ready", reason: "no server" });
  state.outage = undefined;
  watchman.serverChanged("up");
  expect(state.told).toBe(2);
  expect(watchman.readiness().state).toBe("checking");
});

test("an edit judges the names anew, and rooms that are gone have no alarm", () => {
  const { state, watchman } = createSetting();
  const kinds = () => watchman.alarms().map(({ kind, room }) => `${kind} ${room}`);
  watchman.names().hear(valtRoomId(1), "Waiting room");
  expect(kinds()).toEqual(["wrong-room interview-1"]);
  state.rooms = { [ROOM]: { id: 1, serverName: "Waiting room" } };
  watchman.begin();
  expect(kinds()).toEqual([]);
  state.rooms = { [ROOM]: { id: 1, serverName: "Interview 1" } };
  watchman.begin();
  expect(kinds()).toEqual(["wrong-room interview-1"]);
  state.rooms = { cellar: { id: 1 } };
  watchman.begin();
  expect(kinds()).toEqual([]);
});

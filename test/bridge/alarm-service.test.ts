import { expect, onTestFinished, test } from "vitest";
import { roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { succeed } from "../../src/base/result.ts";
import { AlarmService } from "../../src/bridge/alarm-service.ts";
import type { Check } from "../../src/preflight/check.ts";
import type { Outage } from "../../src/room/outage.ts";
import { createRoomStore } from "../../src/room/store.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";
import { mappingText, parse } from "../support/rig.ts";

const ROOM = roomName("interview-1");

function createSetting(server: "answers" | "silent" = "silent") {
  const clock = createFakeClock();
  const state: { outage: Outage | undefined; told: number; freshness: Check["state"]; rooms: object } = {
    outage: undefined,
    told: 0,
    freshness: "fine",
    rooms: { [ROOM]: { id: 1, serverName: "Interview 1" } },
  };
  const silence = () => new Promise<never>(() => undefined);
  const says = (value: unknown) => () => Promise.resolve(succeed(value));
  const answering = {
    authenticate: says(undefined),
    inspect: says({}),
    rooms: says([{ id: 1, name: "Interview 1" }]),
    rightsOf: says(undefined),
  };
  const watchman = new AlarmService({
    clock,
    log: silentLog,
    store: createRoomStore({ clock, timingOf: () => ({}) as never }),
    mapping: () => parse(mappingText("https://valt.example.com", { rooms: state.rooms as never })),
    valt: () => (server === "answers" ? answering : { authenticate: silence, inspect: silence }) as never,
    outage: () => state.outage,
    freshness: () => ({ name: "freshness", state: state.freshness, text: "too old", remedy: "" }),
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

test("a limit that is missed only where nobody sees it is an alarm; where people see it, nothing is ready", async () => {
  const { state, watchman } = createSetting("answers");
  const kinds = () => watchman.alarms().map(({ kind, text }) => `${kind}: ${text}`);
  watchman.begin();
  await settle();
  expect([watchman.readiness().state, ...kinds()]).toEqual(["ready"]);
  state.freshness = "warning";
  watchman.doubt();
  await settle();
  expect([watchman.readiness().state, ...kinds()]).toEqual(["ready", "looks-too-rare: too old"]);
  state.freshness = "failed";
  watchman.doubt();
  await settle();
  expect(watchman.readiness()).toMatchObject({ state: "not-ready", reason: "too old" });
  state.freshness = "fine";
  watchman.doubt();
  await settle();
  expect([watchman.readiness().state, ...kinds()]).toEqual(["ready"]);
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

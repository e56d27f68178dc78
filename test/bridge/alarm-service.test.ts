import { expect, onTestFinished, test } from "vitest";
import { onlyServer, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { succeed } from "../../src/base/result.ts";
import { AlarmService } from "../../src/bridge/alarm-service.ts";
import { partsOf } from "../../src/mapping/server-part.ts";
import type { Check } from "../../src/preflight/check.ts";
import { found } from "../../src/preflight/check.ts";
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
  const mapping = () => parse(mappingText("https://valt.example.com", { rooms: state.rooms as never }));
  const alarms = new AlarmService({
    clock,
    log: silentLog,
    site: {
      get mapping() {
        return mapping();
      },
      get parts() {
        return partsOf(mapping());
      },
      placeOf: (room) => room,
      valt: () => (server === "answers" ? answering : { authenticate: silence, inspect: silence }) as never,
    },
    rooms: {
      store: createRoomStore({ clock, timingOf: () => ({}) as never }),
      state: () => (state.outage === undefined ? "up" : "down"),
      outage: () => state.outage && { ...state.outage, account: "in-order" },
      freshness: () => found("freshness", state.freshness, { said: "too old" }),
    },
    sessions: {
      siteChanged: () => {
        state.told++;
      },
    },
    secret: () => undefined,
    record: () => undefined,
  });
  onTestFinished(() => alarms.close());
  return { state, alarms };
}

test("a lost server is told at once, however long the checks take that follow", () => {
  const { state, alarms } = createSetting();
  state.outage = { sinceMs: 0, failure: failures.unreachable };
  alarms.serverChanged("down");
  expect(state.told).toBe(1);
  expect(alarms.readiness()).toMatchObject({ state: "not-ready", reason: "no server" });
  state.outage = undefined;
  alarms.serverChanged("up");
  expect(state.told).toBe(2);
  expect(alarms.readiness().state).toBe("checking");
});

test("a limit that is missed only where nobody sees it is an alarm; where people see it, nothing is ready", async () => {
  const { state, alarms } = createSetting("answers");
  const kinds = () => alarms.board.list().map(({ kind, text }) => `${kind}: ${text}`);
  alarms.begin();
  await settle();
  expect([alarms.readiness().state, ...kinds()]).toEqual(["ready"]);
  state.freshness = "warning";
  alarms.doubt();
  await settle();
  expect([alarms.readiness().state, ...kinds()]).toEqual(["ready", "looks-too-rare: too old"]);
  state.freshness = "failed";
  alarms.doubt();
  await settle();
  expect(alarms.readiness()).toMatchObject({ state: "not-ready", reason: "too old" });
  state.freshness = "fine";
  alarms.doubt();
  await settle();
  expect([alarms.readiness().state, ...kinds()]).toEqual(["ready"]);
});

test("an edit judges the names anew, and rooms that are gone have no alarm", () => {
  const { state, alarms } = createSetting();
  const kinds = () => alarms.board.list().map(({ kind, room }) => `${kind} ${room}`);
  alarms.names.hear(onlyServer, valtRoomId(1), "Waiting room");
  expect(kinds()).toEqual(["wrong-room interview-1"]);
  state.rooms = { [ROOM]: { id: 1, serverName: "Waiting room" } };
  alarms.begin();
  expect(kinds()).toEqual([]);
  state.rooms = { [ROOM]: { id: 1, serverName: "Interview 1" } };
  alarms.begin();
  expect(kinds()).toEqual(["wrong-room interview-1"]);
  state.rooms = { cellar: { id: 1 } };
  alarms.begin();
  expect(kinds()).toEqual([]);
});

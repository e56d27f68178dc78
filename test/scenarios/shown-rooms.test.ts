import { expect, test } from "vitest";
import { controlId, deviceId } from "../../src/base/identifiers.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { rest, startRig, until } from "../support/rig.ts";

/** More rooms than can be looked at in time, and a list that names no recordings: 36 looks in two seconds. */
const MANY = 60;
const timing = { activePollMs: 500, idlePollMs: 500, freshMs: 1500, requestsPerSecond: 20 };
const from = { id: "test", address: "127.0.0.1", reach: "loopback" } as never;

test("rooms on the page that is up, and of links of their own, are looked at first; the page's rooms change with it", async () => {
  const { simulator, bridge } = await startRig({
    simulator: { rooms: MANY, bulkDetail: "names" },
    rooms: Object.fromEntries(Array.from({ length: MANY }, (_, index) => [`room-${index + 1}`, index + 1])),
    timing,
    extra: {
      devices: {
        surface: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] },
        own: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"], room: "room-30" },
        lamps: {
          kind: "osc",
          connect: "udp://127.0.0.1:9",
          controls: { "/lamp/1": { room: "room-40", look: "tally" } },
        },
        desk: {
          kind: "virtual",
          controls: {
            "key-1": { room: "room-10", look: "tally" },
            "key-2": { press: { page: "second" }, look: { otherwise: { text: "more" } } },
          },
          pages: { second: { "key-1": { room: "room-20", look: "tally" } } },
        },
      },
    },
  });
  await until("all rooms", () => simulator.requests.count("GET rooms/{r}/status") >= MANY);
  await rest(1100);
  const early = await countLooks(simulator);
  for (const room of [10, 30, 40]) expect(early.get(room), `room ${room}`).toBeGreaterThan(2);
  expect(early.get(20) ?? 0).toBeLessThan(2);
  bridge.touch(deviceId("desk"), { kind: "down", control: controlId("key-2") }, from);
  await rest(1300);
  const late = await countLooks(simulator);
  expect(late.get(20)).toBeGreaterThan(2);
  expect(late.get(10) ?? 0).toBeLessThan(2);
});

/** Looks in two seconds, by room. */
async function countLooks(simulator: Simulator): Promise<ReadonlyMap<number, number>> {
  const looks = new Map<number, number>();
  const stop = simulator.requests.onRequest(({ path }) => {
    const room = Number(/rooms\/(\d+)\/status/.exec(path)?.[1]);
    looks.set(room, (looks.get(room) ?? 0) + 1);
  });
  await rest(2000);
  stop();
  return looks;
}

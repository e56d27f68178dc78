import { expect, test } from "vitest";
import { dial, startListener } from "../support/lines.ts";
import { until } from "../support/rig.ts";

const ROOM = "/valt/room/interview-1";

test("a room of a server that is gone has a word of its own on every link, and no figures", async () => {
  const rig = await startListener({
    pushes: { "!TALLY {room}": ["{recording}", "{recording:0}", "{elapsedSeconds}"] },
  });
  const { simulator, surface, port } = rig;
  const line = await dial(port);
  await line.ask("SUB 1");
  surface.send("/valt/subscribe", 60);
  expect(await line.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  await until("red", () => surface.last(`${ROOM}/recording`)?.[0] === 1);
  await until("its time", () => typeof surface.last(`${ROOM}/elapsed`)?.[0] === "number");
  await simulator.down();
  await until("unknown", () => surface.last(`${ROOM}/state`)?.[0] === "unknown", 30_000);
  expect(surface.last(`${ROOM}/recording`)).toEqual([null]);
  expect(surface.last(`${ROOM}/elapsed`)).toEqual([null]);
  const figures = surface.all(`${ROOM}/recording`).map(({ values }) => values[0]);
  expect(figures.slice(figures.indexOf(1)), "from red to unknown").not.toContain(0);
  expect(await line.ask("REC? 1")).toBe("OK REC 1 UNKNOWN");
  expect(await line.ask("LOCK? 1")).toBe("OK LOCK 1 UNKNOWN");
  expect(line.lines()).toContain("!TALLY interview-1 unknown 0 unknown");
  expect(line.told().at(-1)).toMatch(/^!(?:REC 1 UNKNOWN|SERVER DOWN|TALLY .*|ALARM .*)$/);
  expect(line.told()).toContain("!REC 1 UNKNOWN");
});

test("a line says UNKNOWN and nothing else while nobody knows whether a command arrived", async () => {
  const { simulator, port } = await startListener({}, { deadlineMs: 500 });
  const [acting, asking] = [await dial(port), await dial(port)];
  await asking.ask("SUB 1");
  // The server acts, its answer is lost, and nobody can look.
  simulator.fault({ kind: "drop", when: "after-acting", path: "rooms/1/record" });
  simulator.fault({ kind: "hang", path: "rooms/1/status" });
  simulator.fault({ kind: "hang", path: "rooms/info" });
  const answer = acting.ask("REC START 1");
  await asking.hears("!REC 1 UNKNOWN\r\n");
  const heard = asking.lines().length;
  for (let question = 0; question < 5; question++)
    expect(await asking.ask("REC? 1")).toBe("OK REC 1 UNKNOWN");
  expect(await answer).toBe("ERR 17 TIMEOUT");
  expect(
    asking
      .lines()
      .slice(heard)
      .filter((line) => !line.startsWith("!SERVER")),
  ).toEqual(Array(5).fill("OK REC 1 UNKNOWN"));
  simulator.clearFaults();
  await acting.hears("!REC 1 RECORDING\r\n");
  await asking.hears("!REC 1 RECORDING\r\n");
  expect(await asking.ask("REC? 1")).toMatch(/^OK REC 1 RECORDING/);
});

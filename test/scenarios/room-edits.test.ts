import { expect, test } from "vitest";
import { dial, type LineRig, startListener, type Terminal } from "../support/lines.ts";
import { mappingText, parse, rest, until } from "../support/rig.ts";

const LINE = { kind: "serial", listen: "tcp://127.0.0.1:0", hello: "off" };

/** The mapping was edited: these are the rooms now. */
function edit(rig: LineRig, rooms: Readonly<Record<string, number>>): Promise<void> {
  const devices = { surface: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] }, line: LINE };
  return rig.bridge.adopt(parse(mappingText(rig.simulator.url, { rooms, extra: { devices } })));
}

/** Two rooms, of which number 1 records, and three who listen to it under different names. */
async function startListening() {
  const rig = await startListener(
    { hello: "off" },
    { rooms: { lab: 1, office: 2 }, simulator: { rooms: 4 } },
  );
  rig.simulator.somebodyElse(1, "start");
  await until("red", () => rig.bridge.status().rooms[0]?.status === "recording");
  const names = ["1", "lab", "*"];
  const [byNumber, byName, all] = await Promise.all(
    names.map(async (name) => {
      const line = await dial(rig.port);
      await line.ask(`SUB ${name}`);
      return line;
    }),
  );
  const lines = { byNumber, byName, all } as Readonly<Record<"byNumber" | "byName" | "all", Terminal>>;
  expect(lines.byNumber.told()).toEqual(["!REC 1 RECORDING"]);
  expect(lines.byName.told()).toEqual(["!REC lab RECORDING"]);
  return { ...rig, ...lines, rig };
}

test("a room that was given another number is unknown on lines until it was looked at", async () => {
  const { rig, simulator, byName, all, byNumber, surface } = await startListening();
  surface.send("/valt/subscribe", 60);
  await until("red", () => surface.last("/valt/room/lab/state")?.[0] === "recording");
  // The new room records as well, so nothing but the edit itself would be told.
  simulator.somebodyElse(3, "start");
  simulator.fault({ kind: "hang", path: "rooms/3/status" });
  simulator.fault({ kind: "hang", path: "rooms/info" });
  await edit(rig, { lab: 3, office: 2 });
  await byName.hears("!REC lab UNKNOWN\r\n");
  await all.hears("!REC lab UNKNOWN\r\n");
  await until("unknown", () => surface.last("/valt/room/lab/state")?.[0] === "unknown");
  // Number 1 is no room of this line any more.
  await byNumber.hears("!REC 1 UNKNOWN\r\n");
  simulator.clearFaults();
  await byName.hears("!REC lab UNKNOWN\r\n!REC lab RECORDING\r\n");
  await rest(300);
  expect(byNumber.told()).toEqual(["!REC 1 RECORDING", "!REC 1 UNKNOWN"]);
});

test("who listens to a number hears of that number, whatever the mapping calls its room", async () => {
  const { rig, simulator, byNumber, byName } = await startListening();
  await edit(rig, { lab: 2, office: 1 });
  await byName.hears("!REC lab IDLE\r\n");
  await until("red", () => rig.bridge.status().rooms[1]?.status === "recording");
  simulator.somebodyElse(2, "start");
  await byName.hears("!REC lab RECORDING\r\n");
  simulator.somebodyElse(1, "pause");
  await byNumber.hears("!REC 1 PAUSED\r\n");
  expect(new Set(byNumber.told().map((line) => line.split(" ")[1]))).toEqual(new Set(["1"]));
  expect(byNumber.told().at(-1)).toBe("!REC 1 PAUSED");
  expect(byNumber.told()).not.toContain("!REC 1 IDLE");
});

test("a room that is taken out of the mapping is unknown to who listened to it", async () => {
  const { rig, byNumber, byName, all } = await startListening();
  await edit(rig, { office: 2 });
  await byNumber.hears("!REC 1 UNKNOWN\r\n");
  await byName.hears("!REC lab UNKNOWN\r\n");
  await all.hears("!REC lab UNKNOWN\r\n");
  expect(await byName.ask("REC? lab")).toBe("ERR 12 ROOM");
});

import { expect, test } from "vitest";
import { startRig, until } from "../support/rig.ts";

const ROOM = "/valt/room/interview-1";
const STARTS = "POST rooms/{r}/record/start";

/** Sends, and waits until the bridge has dealt with it: a ping that follows is answered. */
async function asked(
  rig: Awaited<ReturnType<typeof startRig>>,
  address: string,
  ...values: (string | number)[]
) {
  const { surface } = rig;
  const before = surface.all("/valt/pong").length;
  surface.send(address, ...values);
  surface.send("/valt/ping");
  await until("the pong", () => surface.all("/valt/pong").length > before);
}

const LIMIT = { limit: { perSecond: 1000, burst: 1000 } };

test("an address that sets refuses words that it does not know", async () => {
  const rig = await startRig({ device: LIMIT });
  const { simulator, surface } = rig;
  for (const leaf of ["record", "record/set", "pause/set", "lock/set"]) {
    for (const word of ["", "perhaps", "1.000,0", "0;0", "2 rooms"]) {
      surface.told.length = 0;
      await asked(rig, `${ROOM}/${leaf}`, word);
      expect([leaf, word, surface.last("/valt/error")]).toEqual([
        leaf,
        word,
        [11, "SYNTAX", `${ROOM}/${leaf}`],
      ]);
    }
  }
  expect(simulator.requests.all().filter(({ path }) => /record|lock/.test(path))).toEqual([]);
});

test("no word for off starts anything, in whatever language, nor does a number with a comma or spaces", async () => {
  const rig = await startRig({ device: LIMIT });
  const words = [
    "0,0",
    "0, 0",
    " 0 ",
    "no",
    "stop",
    "nein",
    "inactive",
    "aus",
    "non",
    "arrêt",
    "apagado",
    "Stopp",
    "spento",
    "uit",
  ];
  for (const leaf of ["record", "record/set", "start", "toggle"])
    for (const word of words) await asked(rig, `${ROOM}/${leaf}`, word);
  expect(rig.simulator.requests.count(STARTS)).toBe(0);
});

test("words for on start, and a comma is a decimal point", async () => {
  for (const word of ["1,0", "ja", "oui", "sí", "активно"]) {
    const rig = await startRig({ device: { ...LIMIT, words: { on: ["активно"] } } });
    await asked(rig, `${ROOM}/record`, word);
    await until(word, () => rig.simulator.requests.count(STARTS) === 1);
  }
});

test("a toggle that is sent 1,0 and then 0,0 toggles once, and a button is pressed once", async () => {
  const rig = await startRig({
    device: { ...LIMIT, room: "interview-2", controls: { "/page/key": { press: "start" } } },
  });
  const { simulator, surface, bridge } = rig;
  await until("the rooms", () => bridge.status().rooms.every(({ status }) => status === "available"));
  for (const leaf of [`/valt/room/interview-2/toggle`]) {
    surface.send(leaf, "1,0");
    surface.send(leaf, "0,0");
    surface.sendBytes(Buffer.from(`${leaf} 0,0\r`));
  }
  await until("recording", () => simulator.world.room(2)?.status === "recording");
  surface.send("/page/key", "nothing known");
  await until("the drop", () => (bridge.status().devices[0]?.dropped["neither on nor off"] ?? 0) === 1);
  expect(simulator.world.room(2)?.status).toBe("recording");
  expect(simulator.requests.count(STARTS)).toBe(1);
  expect(simulator.requests.count("POST rooms/{r}/record/stop")).toBe(0);
});

test("a command of the mapping's own that sets refuses them too, and one that only triggers takes them", async () => {
  const rig = await startRig({
    device: {
      ...LIMIT,
      commands: {
        "/tally/{room}": { on: "start", off: "stop" },
        "/cue/go": { do: "start", room: "interview-2" },
      },
    },
  });
  await asked(rig, "/tally/interview-1", "perhaps");
  expect(rig.surface.last("/valt/error")).toEqual([11, "SYNTAX", "/tally/interview-1"]);
  expect(rig.simulator.requests.count(STARTS)).toBe(0);
  await asked(rig, "/cue/go", "Cue 7");
  await until("recording", () => rig.simulator.world.room(2)?.status === "recording");
});

test("a mark keeps its text, and an empty one is a plain mark", async () => {
  const rig = await startRig({ device: LIMIT });
  rig.surface.send(`${ROOM}/start`);
  await until("recording", () => rig.simulator.world.room(1)?.status === "recording");
  await until("seen", () => rig.bridge.status().rooms[0]?.status === "recording");
  await asked(rig, `${ROOM}/marker`, "Nein");
  await asked(rig, `${ROOM}/marker`, "");
  await until("both marks", () => rig.simulator.world.room(1)?.marks.length === 2);
  expect(
    rig.simulator.world
      .room(1)
      ?.marks.map(({ text }) => text)
      .toSorted(),
  ).toEqual(["Mark", "Nein"]);
});

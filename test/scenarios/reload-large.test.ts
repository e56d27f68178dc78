import { describe, expect, test } from "vitest";
import { deviceKinds } from "../../devices/index.ts";
import { checkPictures } from "../../src/bridge/check-pictures.ts";
import { findUntouched } from "../../src/bridge/device-plan.ts";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import type { Mapping } from "../../src/mapping/mapping.ts";
import { openMapping } from "../../src/mapping/source/open.ts";
import { mappingText, parse, rest, startRig, until } from "../support/rig.ts";

/** Two panels in each of these rooms, with the words of an edit. */
function panels(count: number, edit: Readonly<Record<string, unknown>> = {}) {
  const names = Array.from({ length: count }, (_, index) => `room-${index + 1}`);
  const panel = (room: string) => ({
    kind: "virtual",
    model: "mini",
    room,
    controls: { "key-1": { tap: "toggle", look: "tally" } },
  });
  const devices = names.flatMap((room) => [
    [`${room}-desk`, panel(room)],
    [`${room}-door`, panel(room)],
  ]);
  return {
    rooms: Object.fromEntries(names.map((name, index) => [name, index + 1])),
    extra: { devices: { ...Object.fromEntries(devices), ...edit } },
  };
}

describe("an edit of one line", () => {
  const edited = (count: number) => {
    const { extra } = panels(count);
    const desk = extra.devices["room-2-desk"] as Readonly<Record<string, unknown>>;
    return panels(count, {
      "room-2-desk": { ...desk, controls: { "key-1": { tap: "start", hold: "stop", look: "tally" } } },
    });
  };

  test("touches one device of many: no other one is drawn anew", async () => {
    const count = 10;
    const { bridge, simulator, facts } = await startRig({
      simulator: { rooms: count },
      ...panels(count),
      extra: {
        devices: { surface: { kind: "osc", listen: "udp://127.0.0.1:0" }, ...panels(count).extra.devices },
      },
    });
    const shown = () => facts.flatMap((fact) => (fact.kind === "shown" ? [fact.device] : []));
    await until("the rooms", () => bridge.status().rooms.every(({ status }) => status === "available"));
    for (let before = -1; before !== shown().length; ) {
      before = shown().length;
      await rest(300);
    }
    const { extra, rooms } = edited(count);
    const devices = { surface: { kind: "osc", listen: "udp://127.0.0.1:0" }, ...extra.devices };
    const before = shown().length;
    await bridge.adopt(parse(mappingText(simulator.url, { rooms, extra: { devices } })));
    await until("the edited panel", () =>
      shown()
        .slice(before)
        .includes("room-2-desk" as never),
    );
    expect(new Set(shown().slice(before))).toEqual(new Set(["room-2-desk"]));
  });

  const url = "https://valt.example.com";
  const touched = (before: Mapping, after: Mapping) => {
    const isUntouched = findUntouched(before, after);
    return [...after.devices.keys()].filter((id) => !isUntouched(id));
  };
  const mapping = (more: object = {}, rooms: object = {}) => {
    const { extra, rooms: all } = panels(3);
    const link = { kind: "osc", listen: "udp://127.0.0.1:9000" };
    const devices = { ...extra.devices, link };
    return parse(mappingText(url, { rooms: { ...all, ...rooms }, extra: { devices, ...more } }));
  };

  test("of a room touches what serves it; of looks and words what shows them; of times nothing", () => {
    const before = mapping();
    expect(touched(before, mapping())).toEqual([]);
    expect(touched(before, mapping({ timing: { freshMs: 9000 } }))).toEqual([]);
    expect(touched(before, mapping({}, { "room-2": { id: 2, label: "Second" } }))).toEqual([
      "room-2-desk",
      "room-2-door",
      "link",
    ]);
    expect(touched(before, mapping({}, { "room-4": 4 }))).toEqual(["link"]);
    expect(touched(before, mapping({ words: { Ready: "Free" } }))).toHaveLength(7);
    expect(touched(before, mapping({ language: "de" }))).toHaveLength(7);
  });
});

/** A second on a quiet machine; what grows with the square of the devices takes many. */
const MOST_MS = 4000;

test("four hundred rooms and eight hundred decks are read and checked in a second or so of processor time", async () => {
  const text = `{ "server": { "url": "https://valt.example.com", "username": "b" }, "timing": { "requestsPerSecond": 80 },
    "panels": { "d": { "kind": "stream-deck", "model": "xl", "serialNumber": "{room}-{k}", "controls": {
      "key-{i:1..8}": { "tap": "toggle", "look": "tally", "text": "Take" }, "key-9": { "look": "tally" } } } },
    "rooms": { "r{n:1..400}": { "id": "{n}", "label": "Room {n}", "devices": { "d{k:1..2}": { "use": "d", "with": { "k": "{k}" } } } } } }`;
  const load = createVocabularyLoader(deviceKinds);
  const took: number[] = [];
  // Of three, since other tests share the process.
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage();
    const source = openMapping(text);
    const { mapping, problems } = loadMapping(source, await load(source));
    if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join());
    expect([mapping.rooms.size, mapping.devices.size, problems]).toEqual([400, 800, []]);
    expect(await checkPictures(mapping)).toEqual([]);
    const { user, system } = process.cpuUsage(before);
    took.push((user + system) / 1000);
  }
  console.info(`read and checked in ${took.map(Math.round).join(", ")} ms of processor time`);
  expect(Math.min(...took)).toBeLessThan(MOST_MS);
});

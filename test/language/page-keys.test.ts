import { test } from "vitest";
import { controlId } from "../../src/base/identifiers.ts";
import type { Frame } from "../../src/driver/frame.ts";
import { createKeyImages } from "../../src/panel/key-image/key-image.ts";
import { blank } from "../panel/key-image/scenes.ts";
import { parse, until } from "../support/rig.ts";
import { type ConsoleRig, type ConsoleRigSettings, mappingText, startConsole } from "../web/console-rig.ts";

const images = await createKeyImages();
const LAST = "key-6";
const NAMES = ["a", "b", "c", "d", "e", "f", "g"];
const ROOMS = Object.fromEntries(NAMES.map((name, index) => [name, index + 1]));
/** Six keys for seven rooms: the last one leads to the next page. */
const WALL = { kind: "virtual", model: "mini", rooms: NAMES };

function settingsOf(extra: object, wall: object = {}): ConsoleRigSettings {
  const devices = { wall: { ...WALL, ...wall } };
  return { simulator: { rooms: NAMES.length }, rooms: ROOMS, devices, extra: { ...extra } };
}

function shown(rig: ConsoleRig, control: string): Frame | undefined {
  return rig.bridge.panels()[0]?.shown.get(controlId(control));
}

/** Until the key shows this text and nothing else, pixel for pixel. */
async function untilShown(rig: ConsoleRig, control: string, text: string): Promise<void> {
  await until(`"${text}" on ${control}`, () => {
    const frame = shown(rig, control);
    if (frame?.kind !== "image") return false;
    const wanted = images.draw({ ...blank, color: "gray", text }, frame);
    return Buffer.compare(Buffer.from(wanted), Buffer.from(frame.rgb)) === 0;
  });
}

function press({ bridge }: ConsoleRig, control: string): void {
  const peer = { id: "test", address: "127.0.0.1", reach: "same-machine", delivery: "stream" };
  for (const kind of ["down", "up"] as const)
    bridge.touch("wall" as never, { kind, control: controlId(control) }, peer as never);
}

const ALWAYS = { "00:00-12:00": "nl", "12:00-00:00": "nl" };

test.each([
  { whose: "English", site: {}, more: "More", rooms: "Rooms" },
  { whose: "the site's language", site: { language: "de" }, more: "Mehr", rooms: "Räume" },
  {
    whose: "the panel's own language",
    site: { language: "de" },
    wall: { language: "fr" },
    more: "Suite",
    rooms: "Salles",
  },
  {
    whose: "the language of the hour",
    site: { language: "de" },
    wall: { languageAt: ALWAYS },
    more: "Meer",
    rooms: "Ruimtes",
  },
  {
    whose: "the site's own word",
    site: { language: "es", words: { More: "Otras" } },
    more: "Otras",
    rooms: "Salas",
  },
])("the keys that turn a wall's pages speak $whose", async ({ site, wall, more, rooms }) => {
  const rig = await startConsole(settingsOf(site, wall));
  await untilShown(rig, LAST, more);
  press(rig, "key-1");
  await untilShown(rig, LAST, rooms);
});

test("the keys that turn a wall's pages follow a site that changes its language", async () => {
  const rig = await startConsole(settingsOf({ language: "de" }));
  await untilShown(rig, LAST, "Mehr");
  await rig.bridge.adopt(parse(mappingText(rig.simulator.url, settingsOf({ language: "es" }))));
  await untilShown(rig, LAST, "Más");
});

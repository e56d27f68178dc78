import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { streamDeck } from "../../../devices/stream-deck/driver.ts";
import { parseRecording } from "../../../src/cli/recording/recording-file.ts";
import { createNotingHost, show, told } from "../../driver/hid/noting-host.ts";
import { expectOpen } from "./bench.ts";
import { testFrame } from "./pictures.ts";

const FOLDER = join(import.meta.dirname, "../../recordings/stream-deck");

/** What each recording is about. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  "mk2-record-and-mark.jsonl": [
    "down key-1",
    "up key-1",
    "down key-2",
    "down key-8",
    "up key-2",
    "up key-8",
    "down key-15",
    "up key-15",
  ],
  "mk2-start-mark-hold-to-stop.jsonl": [
    "down key-1",
    "up key-1",
    "down key-3",
    "up key-3",
    "down key-1",
    "up key-1",
    "down key-1",
    "up key-1",
  ],
  "original-counted-from-the-right.jsonl": [
    "down key-1",
    "up key-1",
    "down key-5",
    "up key-5",
    "down key-11",
    "up key-11",
  ],
  "plus-dials-and-strip.jsonl": [
    "down dial-1",
    "up dial-1",
    "turned dial-1 1",
    "touched strip-3 tap",
    "touched strip-3 swipe-left",
    "touched strip-4 hold",
  ],
  "pedal-three-pedals.jsonl": ["down left", "up left", "down middle", "up middle", "down right", "up right"],
  "studio-card-reader.jsonl": [
    "down key-32",
    "up key-32",
    "pulsed card 04A1B2C3D4E5F6",
    "down key-32",
    "up key-32",
  ],
};

const files = readdirSync(FOLDER).filter((name) => name.endsWith(".jsonl"));

function load(name: string) {
  const recording = parseRecording(readFileSync(join(FOLDER, name), "utf8"));
  if (!recording.ok) throw new Error(recording.failure.message);
  return recording.value;
}

describe("recordings", () => {
  it.each(files)("%s means what its name says", async (name) => {
    const { header, lines } = load(name);
    const host = createNotingHost();
    const settings = streamDeck.settingsSchema.parse(header.settings);
    const { signal } = new AbortController();
    const device = expectOpen(await streamDeck.open({ settings, named: [], host, signal }));
    const player = await streamDeck.openPlayer!(settings, device.productName);
    if (!player.ok) throw new Error(player.failure.message);
    for (const line of lines)
      if ("in" in line) await player.value.play(Buffer.from(line.in, "hex"), line.channel);
    expect(told(host.events)).toEqual(MEANINGS[name]);
    expect(host.drops).toEqual([]);
  });

  it("hand back what the deck was sent", async () => {
    const settings = streamDeck.settingsSchema.parse({ address: "fake://mini" });
    const { signal } = new AbortController();
    const request = { settings, named: [], host: createNotingHost(), signal };
    const device = expectOpen(await streamDeck.open(request));
    const player = await streamDeck.openPlayer!(settings, device.productName);
    if (!player.ok) throw new Error(player.failure.message);
    await show(device, "key-2", testFrame(80, 80));
    expect(player.value.answers).toHaveLength(20);
    expect(player.value.answers[0]!.slice(0, 6)).toEqual(Uint8Array.of(2, 1, 0, 0, 0, 2));
  });

  it("are not played into a deck of somebody's", async () => {
    const settings = streamDeck.settingsSchema.parse({});
    const player = await streamDeck.openPlayer!(settings, "Stream Deck XL");
    expect(player).toMatchObject({ ok: false, failure: { reason: "unsupported" } });
  });
});

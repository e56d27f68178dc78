import { describe, expect, it } from "vitest";
import { type ModelWord, modelOf, modelWords } from "../../../devices/stream-deck/models.ts";
import { show } from "../../driver/hid/noting-host.ts";
import { type OpenedDeck, openModel, type Sent } from "./bench.ts";
import { decodeJpeg, joinReports, le16 } from "./pictures.ts";

/** Feature reports as hex without their trailing zeros, which all lengths have in common. */
function features(sent: readonly Sent[]): readonly string[] {
  return sent
    .filter(({ how }) => how === "feature")
    .map(({ bytes }) => bytes.toString("hex").replace(/(00)+$/, ""));
}

const lamp = (red: number, green: number, blue: number) =>
  ({ kind: "lamp", rgb: [red, green, blue], blink: "steady" }) as const;

describe("opening", () => {
  it.each(["mk2", "mk2-scissor", "original-v2", "module-15", "xl", "module-32"] as const)(
    "%s ends a half-sent picture, sets brightness, forbids sleep and clears",
    async (word) => {
      const { handle } = await openModel(word, { brightnessPercent: 42 });
      const [first, ...rest] = handle.sent;
      expect(first!.how).toBe("output");
      expect(first!.bytes).toEqual(Buffer.concat([Buffer.from([2]), Buffer.alloc(1023)]));
      expect(features(rest)).toEqual(["03082a", "030d", "0305"]);
      expect(rest.map(({ bytes }) => bytes.length)).toEqual([32, 32, 6]);
      expect(rest[1]!.bytes.subarray(0, 6).toString("hex")).toBe("030d00000000");
    },
  );

  it.each(["original", "mini", "module-6"] as const)(
    "%s sets brightness in its own way and blackens each key",
    async (word) => {
      const { handle } = await openModel(word);
      const { rows, columns } = modelOf(word).layout.keys!;
      expect(features(handle.sent)).toEqual(["0555aad10150"]);
      expect(handle.sent.find(({ how }) => how === "feature")!.bytes.length).toBe(17);
      const [first, ...pictures] = handle.sent.filter(({ how }) => how === "output");
      expect(first!.bytes.length).toBe(word === "original" ? 8191 : 1024);
      expect(new Set(pictures.map(({ bytes }) => bytes[5]))).toEqual(
        new Set(Array.from({ length: rows * columns }, (_, index) => index + 1)),
      );
      expect(pictures.every(({ bytes }) => bytes.subarray(16 + 54).every((part) => part === 0))).toBe(true);
    },
  );

  it("a Studio clears both of its panels, its knobs and their rings", async () => {
    const { handle } = await openModel("studio");
    const hex = handle.sent.map(({ bytes }) => bytes.toString("hex", 0, 6));
    for (const report of ["030500000000", "030501000000", "021000000000", "021001000000", "020f01000000"])
      expect(hex).toContain(report);
  });

  it("a Pedal writes nothing: it has nothing to show", async () => {
    const { handle } = await openModel("pedal");
    expect(handle.sent).toEqual([]);
  });

  it("a Galleon is told every half second that somebody is there", async () => {
    const { handle } = await openModel("galleon-k100");
    expect(features(handle.sent)).toContain("0327");
  });
});

describe("lamps", () => {
  it("of a Neo's sensors are filled with a colour", async () => {
    const { device, handle } = await openModel("neo");
    handle.sent.length = 0;
    await show(device, "sensor-1", lamp(255, 1, 2));
    await show(device, "sensor-2", lamp(3, 4, 5));
    expect(features(handle.sent)).toEqual(["030608ff0102", "030609030405"]);
  });

  it("of a Studio's dials are a knob and a ring of 24", async () => {
    const { device, handle } = await openModel("studio");
    handle.sent.length = 0;
    await show(device, "dial-2", lamp(9, 8, 7));
    const [knob, ring] = handle.sent.map(({ bytes }) => bytes);
    expect(knob!.toString("hex", 0, 7)).toBe("02100109080700");
    expect(ring!.toString("hex", 0, 3 + 72 + 1)).toBe(`020f01${"090807".repeat(24)}00`);
    expect([knob!.length, ring!.length]).toEqual([1024, 1024]);
  });

  it("of a Galleon's dials are rings of four, the right one counted first", async () => {
    const { device, handle } = await openModel("galleon-k100");
    handle.sent.length = 0;
    await show(device, "dial-2", lamp(1, 2, 3));
    await show(device, "dial-1", lamp(4, 5, 6));
    const rings = features(handle.sent).filter((hex) => hex.startsWith("0324"));
    expect(rings).toEqual([
      ...[0, 1, 2, 3].map((index) => `03240${index}010203`),
      ...[4, 5, 6, 7].map((index) => `03240${index}040506`),
    ]);
  });

  it("are not there on the dials of a Stream Deck +", async () => {
    const { device } = await openModel("plus");
    await expect(show(device, "dial-1", lamp(1, 1, 1))).resolves.toBeUndefined();
  });
});

describe("closing", () => {
  async function close(word: ModelWord, whenClosed: string, deck?: OpenedDeck): Promise<readonly Sent[]> {
    const { device, handle } = deck ?? (await openModel(word, { whenClosed }));
    handle.sent.length = 0;
    await device.close();
    await device.close();
    expect(handle.closed).toBe(1);
    return handle.sent;
  }

  it.each([
    ["mk2", "0302"],
    ["neo", "0302"],
    ["mini", "0b63"],
    ["original", "0b63"],
  ] as const)("%s shows its maker's logo if asked to", async (word, reset) => {
    expect(features(await close(word, "logo")).at(-1)).toBe(reset);
  });

  it("over the network does not reset a Studio, which would restart it", async () => {
    const deck = await openModel("studio", { whenClosed: "logo" }, { reach: "network" });
    expect(features(await close("studio", "logo", deck))).toEqual(["0305", "030501"]);
  });

  it("goes dark if asked to, sensors and window too", async () => {
    const sent = await close("neo", "dark");
    expect(features(sent)).toEqual(["030608", "030609", "0305"]);
    expect(sent.filter(({ bytes }) => bytes[1] === 0x0b).length).toBeGreaterThan(0);
  });

  it("otherwise writes OFFLINE on each key", async () => {
    const sent = await close("mk2", "offline-card");
    const keys = new Set(sent.map(({ bytes }) => bytes[2]));
    expect(keys.size).toBe(15);
    const first = sent.filter(({ bytes }) => bytes[2] === 0);
    const jpeg = joinReports(first, {
      length: 1024,
      header: ({ index, isLast, bodyBytes }) =>
        `020700${isLast ? "01" : "00"}${le16(bodyBytes!)}${le16(index)}`,
    });
    const picture = await decodeJpeg(jpeg);
    const light = Array.from(
      { length: 72 * 72 },
      (_, at) => picture.at(at % 72, Math.floor(at / 72))[0] > 90,
    );
    const count = light.filter(Boolean).length;
    expect(count).toBeGreaterThan(150);
    expect(count).toBeLessThan(900);
    // Only a band across the middle is written on.
    expect(light.slice(0, 72 * 20).some(Boolean)).toBe(false);
    expect(light.slice(72 * 52).some(Boolean)).toBe(false);
  });

  it.each(modelWords)("leaves no picture of %s that says otherwise", async (word) => {
    const sent = await close(word, "offline-card");
    const pictures = sent.filter(({ bytes }) => [0x01, 0x07, 0x0b, 0x0c].includes(bytes[1]!));
    const { keys, dials, strip, window } = modelOf(word).layout;
    const grid = keys?.screen === undefined ? 0 : keys.columns * keys.rows;
    const segments = strip === undefined ? 0 : dials!.count;
    const screens = grid + segments + (window === undefined ? 0 : 1);
    const lasts = pictures.filter(({ bytes }) => isLast(bytes));
    expect(lasts).toHaveLength(screens);
  });
});

function isLast(bytes: Buffer): boolean {
  const places: Record<number, number> = { 1: 4, 7: 3, 11: 3, 12: 10 };
  return bytes[places[bytes[1]!]!] === 1;
}

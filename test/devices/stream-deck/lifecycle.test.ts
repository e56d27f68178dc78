import { describe, expect, it } from "vitest";
import { openDeck } from "../../../devices/stream-deck/deck.ts";
import { streamDeck } from "../../../devices/stream-deck/driver.ts";
import { createNotingHost, show, told } from "../../driver/hid/noting-host.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createTestHandle, expectOpen, openModel, settingsOf } from "./bench.ts";
import { testFrame } from "./pictures.ts";
import { keysReport } from "./reports.ts";

describe("a deck that is unplugged", () => {
  it("refuses pictures, and is lost by that too", async () => {
    const { device, handle, host } = await openModel("mk2");
    handle.writes = "refused";
    await expect(show(device, "key-1", testFrame(72, 72))).rejects.toThrow("Cannot write");
    expect(host.losses).toHaveLength(1);
    expect(host.losses[0]).toContain("Cannot write");
  });

  it("is lost when a Galleon cannot be told any more that somebody is there", async () => {
    const { handle, host } = await openModel("galleon-k100");
    handle.writes = "refused";
    await expect.poll(() => host.losses.length, { timeout: 1500 }).toBe(1);
  });
});

describe("a deck that forgot how it was set up", () => {
  it.each([
    ["mk2", ["0308", "030d"]],
    ["mini", ["0555"]],
    ["pedal", []],
  ] as const)("gets brightness and sleep again, as when it was opened: %s", async (word, starts) => {
    const { device, handle } = await openModel(word, { brightnessPercent: 30 });
    const features = () => handle.sent.filter(({ how }) => how === "feature").map(({ bytes }) => bytes);
    const atFirst = features();
    handle.sent.length = 0;
    await device.panel!.refresh!();
    expect(features().map((bytes) => bytes.toString("hex").slice(0, 4))).toEqual(starts);
    for (const bytes of features()) expect(atFirst).toContainEqual(bytes);
    expect(handle.sent).toHaveLength(starts.length);
  });

  it("is lost when it does not take that any more", async () => {
    const { device, handle, host } = await openModel("mk2");
    handle.writes = "refused";
    await expect(device.panel!.refresh!()).rejects.toThrow("Cannot write");
    expect(host.losses).toHaveLength(1);
  });
});

describe("a deck that hangs", () => {
  it("is lost after a second and a half, and does not keep the next picture waiting for ever", async () => {
    const clock = createFakeClock();
    const host = createNotingHost(clock);
    const handle = createTestHandle();
    const opening = openDeck(
      { handle, model: "mini", productName: "Mini", reach: "wire" },
      settingsOf(),
      host,
    );
    await clock.advance(50);
    const device = expectOpen(await opening);
    handle.writes = "hanging";
    const shown = Promise.allSettled([1, 2].map((key) => show(device, `key-${key}`, testFrame(80, 80))));
    await clock.advance(1400);
    expect(host.losses).toEqual([]);
    await clock.advance(2000);
    expect((await shown).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(host.losses).toHaveLength(1);
  });
});

describe("the driver", () => {
  it("closes when it is told to stop, and reports what a deck without hardware is given", async () => {
    const host = createNotingHost();
    const stopping = new AbortController();
    const settings = streamDeck.settingsSchema.parse({ address: "fake://pedal" });
    const opened = await streamDeck.open({ settings, named: [], host, signal: stopping.signal });
    const device = expectOpen(opened);
    const player = await streamDeck.openPlayer!(settings, device.productName);
    if (!player.ok) throw new Error(player.failure.message);
    await player.value.play(keysReport("pedal", [2]), "hid");
    expect(told(host.events)).toEqual(["down right"]);
    stopping.abort();
    expect(host.losses).toEqual([]);
    await device.close();
    expect(await streamDeck.openPlayer!(settings, device.productName)).toMatchObject({ ok: false });
  });

  it.each([{ address: "fake://toaster" }, { address: "fake://xl", model: "mk2" }])(
    "knows no such fake deck: %j",
    async (wanted) => {
      const settings = streamDeck.settingsSchema.parse(wanted);
      const { signal } = new AbortController();
      const opened = await streamDeck.open({ settings, named: [], host: createNotingHost(), signal });
      expect(opened).toMatchObject({ ok: false, failure: { reason: "not-found" } });
    },
  );

  it("opens nothing, and says why, on a machine where no deck is attached", async () => {
    const settings = streamDeck.settingsSchema.parse({ serialNumber: "AA00A0A00000" });
    const { signal } = new AbortController();
    const opened = await streamDeck.open({ settings, named: [], host: createNotingHost(), signal });
    expect(opened).toMatchObject({ ok: false });
    expect(!opened.ok && opened.failure.message).toMatch(/AA00A0A00000|libusb-1.0-0|node-hid/);
  });
});

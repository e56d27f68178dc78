import type { EventEmitter } from "node:events";
import { createServer } from "node:net";
import type { StreamDeck } from "@elgato-stream-deck/core";
import { StreamDeckTcpConnectionManager } from "@elgato-stream-deck/tcp";
import { describe, expect, it } from "vitest";
import { connectDock } from "../../../devices/stream-deck/dock-connection.ts";
import { streamDeck } from "../../../devices/stream-deck/driver.ts";
import { cleanUpLater, createNotingHost, show, told } from "../../driver/hid/noting-host.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createSkippingClock, expectOpen, until } from "./bench.ts";
import { type FakeDockSettings, startFakeDock } from "./fake-dock.ts";
import { asPicture, decodeJpeg, difference, testFrame, turns } from "./pictures.ts";
import { cardReport, keysReport, pushesReport, turnsReport } from "./reports.ts";

const STUDIO = { productId: 0x00aa, serialNumber: "A00SA1234567X1" };
const DOCK = { productId: 0xffff, serialNumber: "A00DA1234567X1" };
const XL = { productId: 0x006c, serialNumber: "CL00K1A00001" };
const dialects = ["legacy", "cora"] as const;
/** Whole packets, single bytes, and pieces that cut headers and packets everywhere. */
const ways = dialects.flatMap((dialect) => [0, 1, 7, 100].map((pieceBytes) => ({ dialect, pieceBytes })));

async function reach(port: number, settings: Record<string, unknown> = {}) {
  const clock = createSkippingClock();
  const host = createNotingHost(clock);
  const parsed = streamDeck.settingsSchema.parse({
    address: `tcp://127.0.0.1:${port}`,
    whenClosed: "dark",
    ...settings,
  });
  const { signal } = new AbortController();
  const opened = await streamDeck.open({ settings: parsed, named: [], host, signal });
  return { opened, host, clock };
}

async function open(given: FakeDockSettings, settings: Record<string, unknown> = {}) {
  const dock = await startFakeDock(given);
  const { opened, host, clock } = await reach(dock.port, settings);
  const device = expectOpen(opened);
  clock.skip(200);
  return { dock, device, host, clock };
}

function asSettings({ dialect, pieceBytes }: (typeof ways)[number]) {
  return pieceBytes === 0 ? { dialect } : { dialect, pieceBytes };
}

function joinJpeg(payloads: readonly Buffer[]): Buffer {
  return Buffer.concat(payloads.map((payload) => payload.subarray(8, 8 + payload.readUInt16LE(4))));
}

describe("a Studio at its own port", () => {
  it.each(ways)("is opened, touched and drawn on: $dialect in pieces of $pieceBytes", async (way) => {
    const { dock, device, host } = await open({ ...asSettings(way), ...STUDIO });
    expect(device.productName).toBe("Stream Deck Studio");
    dock.box.report(
      keysReport("studio", [31]),
      keysReport("studio", []),
      turnsReport([-3, 0]),
      pushesReport([1]),
    );
    dock.box.report(cardReport("04A1B2C3"));
    await until(() => host.events.length === 5);
    expect(told(host.events)).toEqual([
      "down key-32",
      "up key-32",
      "turned dial-1 -3",
      "down dial-2",
      "pulsed card 04A1B2C3",
    ]);
    expect(host.drops).toEqual([]);
    dock.box.heard.length = 0;
    const frame = testFrame(144, 112);
    await show(device, "key-5", frame);
    const isDone = () => dock.box.heard.some(({ payload }) => payload[1] === 7 && payload[3] === 1);
    await until(isDone);
    const writes = dock.box.heard.filter(({ payload }) => payload[1] === 7);
    expect(writes.every(({ payload }) => payload.length === 1024 && payload[2] === 4)).toBe(true);
    const picture = await decodeJpeg(joinJpeg(writes.map(({ payload }) => payload)));
    expect(difference(picture, turns.none(asPicture(frame))).mean).toBeLessThan(4);
  });

  it.each(dialects)("is set up, and darkened at the end: %s", async (dialect) => {
    const { dock, device } = await open({ dialect, ...STUDIO }, { brightnessPercent: 33 });
    await device.close();
    const features = () =>
      dock.box.heard
        .filter(({ kind }) => kind === "feature")
        .map(({ payload }) => payload.toString("hex", 0, 3));
    await until(() => features().length >= 6);
    expect(features()).toEqual(["030821", "030d00", "030500", "030501", "030500", "030501"]);
    await until(() => dock.box.connections() === 0);
  });

  it.each(dialects)("is kept alive with the number that it gives the connection: %s", async (dialect) => {
    const { dock } = await open({ dialect, ...STUDIO, keepAliveMs: 20 });
    await until(() => dock.box.alive.length >= 4);
    expect(new Set(dock.box.alive)).toEqual(new Set([7]));
  });
});

describe("a deck behind a dock", () => {
  it.each(ways)("is opened, touched and drawn on: $dialect in pieces of $pieceBytes", async (way) => {
    const { dock, device, host } = await open({ ...asSettings(way), ...DOCK, child: XL });
    expect(device.productName).toBe("Stream Deck XL");
    dock.deck.report(keysReport("xl", [9]), keysReport("xl", []));
    await until(() => host.events.length === 2);
    expect(told(host.events)).toEqual(["down key-10", "up key-10"]);
    const frame = testFrame(96, 96);
    dock.deck.heard.length = 0;
    await show(device, "key-1", frame);
    await until(() => dock.deck.heard.some(({ payload }) => payload[1] === 7 && payload[3] === 1));
    const picture = await decodeJpeg(joinJpeg(dock.deck.heard.map(({ payload }) => payload)));
    expect(difference(picture, turns.half(asPicture(frame))).mean).toBeLessThan(4);
    expect(dock.box.heard).toEqual([]);
  });

  it("speaks the same reports as on USB, and a recording of it is the same", async () => {
    const { dock, host } = await open({ dialect: "cora", ...DOCK, child: XL });
    const report = keysReport("xl", [3]);
    dock.deck.report(report);
    await until(() => host.events.length === 1);
    const last = host.traces.at(-1)!;
    expect([last.direction, last.channel, Buffer.from(last.bytes)]).toEqual(["in", "hid", report]);
  });

  it.each(dialects)("is lost once when it is unplugged from the dock: %s", async (dialect) => {
    const { dock, host } = await open({ dialect, ...DOCK, child: XL });
    dock.unplug();
    await until(() => host.losses.length === 1);
    expect(host.losses).toEqual(["unplugged from the dock"]);
    dock.deck.drop();
    dock.box.drop();
    await until(() => dock.box.connections() === 0);
    expect(host.losses).toHaveLength(1);
  });
});

describe("another deck behind the same port", () => {
  it.each(dialects)(
    "is a new deck, though the dock never said that its port was empty: %s",
    async (dialect) => {
      const { dock, host } = await open({ dialect, ...DOCK, child: XL });
      dock.replug(XL);
      dock.deck.report(keysReport("xl", [0]));
      await until(() => host.events.length === 1);
      expect(host.losses).toEqual([]);
      dock.replug({ ...XL, serialNumber: "CL00K1A00002" });
      await until(() => host.losses.length === 1);
      expect(host.losses).toEqual(["another deck was plugged into the dock"]);
    },
  );

  it("is one too where only its model differs", async () => {
    const { dock, host } = await open({ dialect: "cora", ...DOCK, child: { ...XL, serialNumber: "" } });
    dock.replug({ productId: 0x006d, serialNumber: "" });
    await until(() => host.losses.length === 1);
  });
});

describe("which deck at an address is meant", () => {
  const both = { dialect: "cora", ...STUDIO, child: XL } as const;

  it.each([
    [{ model: "xl" }, "Stream Deck XL"],
    [{ model: "studio" }, "Stream Deck Studio"],
    [{ serialNumber: "CL00K1A00001" }, "Stream Deck XL"],
    [{ serialNumber: "a00sa1234567x1" }, "Stream Deck Studio"],
  ])("is told by the settings: %j", async (settings, productName) => {
    expect((await open(both, settings)).device.productName).toBe(productName);
  });

  it.each([
    [both, {}, /A00SA1234567X1.*CL00K1A00001/],
    [both, { serialNumber: "AL12H1A00001" }, /AL12H1A00001.*A00SA1234567X1/],
    [{ dialect: "legacy", ...DOCK } as const, {}, /none is attached/],
  ])("is not guessed: %#", async (given, settings, message) => {
    const dock = await startFakeDock(given);
    const { opened } = await reach(dock.port, settings);
    expect(opened).toMatchObject({ ok: false, failure: { reason: "not-found" } });
    expect(!opened.ok && opened.failure.message).toMatch(message);
    await until(() => dock.box.connections() === 0);
  });
});

describe("a dock that goes", () => {
  it.each(dialects)("is lost once, and can be opened again: %s", async (dialect) => {
    const { dock, device, host } = await open({ dialect, ...DOCK, child: XL });
    dock.deck.drop();
    dock.box.drop();
    await until(() => host.losses.length > 0);
    await expect(show(device, "key-1", testFrame(96, 96))).rejects.toThrow();
    await device.close();
    expect(host.losses).toHaveLength(1);

    const again = await reach(dock.port);
    expectOpen(again.opened);
    again.clock.skip(200);
    dock.deck.report(keysReport("xl", [0]));
    await until(() => again.host.events.length === 1);
    expect(told(again.host.events)).toEqual(["down key-1"]);
  });

  it("is gone when it says nothing for five seconds", async () => {
    const dock = await startFakeDock({ dialect: "legacy", ...STUDIO });
    const clock = createFakeClock();
    const connected = await connectDock({ host: "127.0.0.1", port: dock.port }, clock);
    if (!connected.ok) throw new Error(connected.failure.message);
    const losses: string[] = [];
    connected.value.listen({ report: () => undefined, failed: (reason) => losses.push(reason) });
    await clock.advance(4000);
    // Whatever comes counts: a keep-alive, or a touch.
    dock.box.report(keysReport("studio", []));
    await new Promise((resolve) => setTimeout(resolve, 50));
    dock.box.fallSilent();
    await clock.advance(5000);
    expect(losses).toEqual([]);
    await clock.advance(1000);
    expect(losses).toEqual(["the dock has said nothing for 5 s"]);
    expect(clock.timerCount()).toBe(0);
  });

  it("without an answer is no open deck", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.write(Buffer.concat([Buffer.from([1, 10]), Buffer.alloc(510)]));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanUpLater(() => server.close());
    const clock = createFakeClock();
    const connected = await connectDock(
      { host: "127.0.0.1", ...(server.address() as { port: number }) },
      clock,
    );
    if (!connected.ok) throw new Error(connected.failure.message);
    const asked = connected.value.ask(0x80, "box");
    asked.catch(() => undefined);
    await clock.advance(3000);
    await expect(asked).rejects.toThrow("does not answer");
    connected.value.close();
  });

  it("is not there when nothing listens", async () => {
    const dock = await startFakeDock({ dialect: "legacy", ...STUDIO });
    dock.close();
    const { opened } = await reach(dock.port);
    expect(opened).toMatchObject({ ok: false, failure: { reason: "not-found" } });
    expect(!opened.ok && opened.failure.message).toMatch(/nothing listens there/);
  });

  it.each(["HTTP/1.1 400 Bad Request\r\n\r\n", "\x01", "", "C\x93\x8aA\0\0\0\0\0\0\0\0\xff\xff\xff\xff"])(
    "is no dock when it answers %j",
    async (greeting) => {
      const server = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.write(Buffer.from(greeting, "latin1"), () => greeting.length < 2 && socket.end());
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      cleanUpLater(() => server.close());
      const { port } = server.address() as { port: number };
      const { opened } = await reach(port);
      expect(opened).toMatchObject({ ok: false, failure: { reason: "not-found" } });
    },
  );
});

describe("the fake dock of these tests", () => {
  it.each(dialects)("is a dock to the library's own client as well: %s", async (dialect) => {
    const dock = await startFakeDock({ dialect, ...STUDIO, child: XL });
    const manager = new StreamDeckTcpConnectionManager();
    cleanUpLater(() => manager.disconnectFrom("127.0.0.1", dock.port));
    // Its type loses the methods of the EventEmitter that it is.
    const news = manager as unknown as EventEmitter;
    const found: StreamDeck[] = [];
    const pressed: number[] = [];
    news.on("error", () => undefined);
    news.on("connected", (deck: StreamDeck) => {
      found.push(deck);
      deck.on("down", (control) => pressed.push(control.index));
    });
    manager.connectTo("127.0.0.1", dock.port);
    await until(() => found.length >= 1);
    expect(found[0]!.PRODUCT_NAME).toBe("Stream Deck Studio");
    dock.box.report(keysReport("studio", [5]));
    await until(() => pressed.length === 1);
    expect(pressed).toEqual([5]);
    await until(() => dock.deck.connections() === 1);
  });
});

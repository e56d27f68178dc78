import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { controlsOf as deckControlsOf } from "../../../devices/stream-deck/controls.ts";
import { controlsOf } from "../../../devices/virtual/controls.ts";
import { virtual } from "../../../devices/virtual/driver.ts";
import { layoutOf, layoutWords } from "../../../devices/virtual/layouts.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import type { ControlEvent, DeviceHost, OpenDevice } from "../../../src/driver/contract.ts";

interface Noted {
  readonly host: DeviceHost;
  readonly events: ControlEvent[];
  readonly drops: string[];
}

function noteAll(): Noted {
  const events: ControlEvent[] = [];
  const drops: string[] = [];
  const nothing = () => undefined;
  const host: DeviceHost = {
    clock: systemClock,
    log: silentLog,
    emit: (event) => events.push(event),
    dropped: (reason) => drops.push(reason),
    request: nothing,
    admits: () => true,
    joined: nothing,
    parted: nothing,
    traced: nothing,
    lost: nothing,
  };
  return { host, events, drops };
}

async function open(settings: Record<string, unknown>, host: DeviceHost): Promise<OpenDevice> {
  const { signal } = new AbortController();
  const opened = await virtual.open({
    settings: virtual.settingsSchema.parse(settings),
    named: [],
    host,
    signal,
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
}

const described = (settings: Record<string, unknown>) => {
  const controls = virtual.describeControls(virtual.settingsSchema.parse(settings), []);
  if (controls === "known-once-open") throw new Error("they are known");
  return controls;
};

describe("a virtual panel", () => {
  it.each(layoutWords)(
    "%s has the controls of the hardware, by the same names at the same places",
    (word) => {
      const outline = ({ id, label, input, place }: ReturnType<typeof controlsOf>[number]) => ({
        id,
        label,
        input,
        place,
      });
      const hardware = deckControlsOf(word)
        .map(({ description }) => description)
        .filter(({ id }) => id !== "card");
      expect(controlsOf(layoutOf(word)).map(outline)).toEqual(hardware.map(outline));
      const outputs = (all: readonly { output: { kind: string } }[]) => all.map(({ output }) => output.kind);
      expect(outputs(controlsOf(layoutOf(word)))).toEqual(outputs(hardware));
    },
  );

  it("is a Stream Deck MK.2 unless told otherwise", () => {
    expect(described({})).toHaveLength(15);
  });

  it("is a grid of large keys as a touch page", () => {
    const controls = described({ model: "touch-page", columns: 3, rows: 2 });
    expect(controls.map(({ id }) => id)).toEqual(["key-1", "key-2", "key-3", "key-4", "key-5", "key-6"]);
    expect(controls[4]?.place).toEqual({ area: "keys", column: 1, row: 1 });
  });

  it("refuses settings that mean nothing", () => {
    for (const wrong of [{ model: "xxl" }, { columns: 0 }, { rows: 13 }, { color: "red" }])
      expect(virtual.settingsSchema.safeParse(wrong).success).toBe(false);
  });

  it("takes every frame in silence, and its second end is not that of the panel that came after it", async () => {
    const { host, events, drops } = noteAll();
    const device = await open({ model: "mini" }, host);
    const frame = { kind: "image", rgb: new Uint8Array(3), widthPx: 1, heightPx: 1 } as const;
    for (const { id } of device.panel?.controls ?? [])
      expect(await device.panel?.show(id, frame, new AbortController().signal)).toBeUndefined();
    expect([events, drops]).toEqual([[], []]);
    await device.close();
    expect(await virtual.openPlayer!({}, device.productName)).toMatchObject({ ok: false });
    const next = await open({ model: "mini" }, host);
    await device.close();
    expect(await virtual.openPlayer!({}, next.productName)).toMatchObject({ ok: true });
    await next.close();
  });

  it("drops whatever is played that is no touch of it", async () => {
    const { host, events, drops } = noteAll();
    const device = await open({ model: "mini" }, host);
    const player = await virtual.openPlayer!({}, device.productName);
    if (!player.ok) throw new Error(player.failure.message);
    const play = (text: string) => player.value.play(Buffer.from(text), "page");
    await play('{"kind":"down","control":"key-1"}');
    await play('{"kind":"down","control":"key-7"}');
    await play('{"kind":"turned","control":"key-1","detents":1e9}');
    expect(events).toEqual([{ kind: "down", control: "key-1" }]);
    expect(drops).toHaveLength(2);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await player.value.play(bytes, "page");
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        await play(text);
      }),
      { numRuns: 300 },
    );
    expect(events).toHaveLength(1);
    await device.close();
    expect(await virtual.openPlayer!({}, device.productName)).toMatchObject({ ok: false });
  });
});

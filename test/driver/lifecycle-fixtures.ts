import { setImmediate } from "node:timers/promises";
import { osc } from "../../devices/osc/driver.ts";
import { encodePacket } from "../../devices/osc/encode.ts";
import { serial } from "../../devices/serial/driver.ts";
import { openDeck } from "../../devices/stream-deck/deck.ts";
import { models } from "../../devices/stream-dock/models.ts";
import { openPanel } from "../../devices/stream-dock/panel.ts";
import { openFrom } from "../../devices/usb-hid/find/opening.ts";
import type { HidSettings } from "../../devices/usb-hid/settings.ts";
import { virtual } from "../../devices/virtual/driver.ts";
import type { DeviceHost, DeviceKind, OpenDevice, OpenFailure, Result } from "../../src/driver/contract.ts";
import { closeOnAbort } from "../../src/driver/hid/close-on-abort.ts";
import { dialects } from "../../src/link/dialects/index.ts";
import { createTestHandle, settingsOf } from "../devices/stream-deck/bench.ts";
import { keysReport } from "../devices/stream-deck/reports.ts";
import { createMachine, profileWith, unitAt } from "../devices/usb-hid/bench.ts";

/** What a driver gives so that every driver's openings and endings are tested alike. */
export interface LifecycleFixture {
  readonly name: string;
  open(host: DeviceHost, signal: AbortSignal): Promise<Result<OpenDevice, OpenFailure>>;
  /** The hardware reports one touch; each call another one. */
  touch(): unknown;
  /** Only where a test can pull the cable, or make the device refuse what it is sent. */
  readonly hardware?: {
    unplug(): void;
    handle: { writes: "taken" | "refused" | "hanging"; closes: "at-once" | "never"; closed: number };
    written(): number;
  };
}

/** Drivers make one anew for each test. */
export const fixtures: readonly (() => LifecycleFixture)[] = [
  usbHid,
  deck,
  dock,
  serialLine,
  oscLink,
  virtualPanel,
];

const UNPLUGGED = "device disconnected";

let boxes = 0;

function usbHid(): LifecycleFixture {
  boxes += 1;
  const path = `/dev/hidraw-lifecycle-${boxes}`;
  const profile = profileWith({
    input: { length: 1, reports: [{ controls: [{ kind: "bits", id: "key-{n}", at: 0, count: 1 }] }] },
    output: { init: [{ bytes: [1] }], close: [{ bytes: [0] }] },
  });
  const machine = createMachine(unitAt(path));
  const handle = machine.handleAt(path);
  let isDown = false;
  return {
    name: "usb-hid",
    open: async (host, signal) =>
      closeOnAbort(
        await openFrom(machine, { settings: { profile } as HidSettings, host, named: [] }),
        signal,
      ),
    touch() {
      isDown = !isDown;
      handle.report(Number(isDown));
    },
    hardware: { handle, unplug: () => handle.fail(UNPLUGGED), written: () => handle.sent.length },
  };
}

function deck(): LifecycleFixture {
  const handle = createTestHandle();
  const unit = { handle, model: "mini", productName: "Mini", reach: "wire" } as const;
  let isDown = false;
  return {
    name: "stream-deck",
    open: async (host, signal) => closeOnAbort(await openDeck(unit, settingsOf(), host), signal),
    touch() {
      isDown = !isDown;
      handle.report(keysReport("mini", isDown ? [0] : []));
    },
    hardware: { handle, unplug: () => handle.fail(UNPLUGGED), written: () => handle.sent.length },
  };
}

function dock(): LifecycleFixture {
  const handle = createTestHandle();
  const model = models.find(({ generation }) => generation === "third")!;
  let state = 0;
  return {
    name: "stream-dock",
    open: async (host, signal) =>
      closeOnAbort(
        await openPanel({ handle, model, productName: "Dock" }, { brightnessPercent: 80 }, host),
        signal,
      ),
    touch() {
      state = 1 - state;
      handle.report(Buffer.concat([Buffer.from("41434b00004f4b0000", "hex"), Buffer.of(1, state)]));
    },
    hardware: { handle, unplug: () => handle.fail(UNPLUGGED), written: () => handle.sent.length },
  };
}

let lines = 0;

function serialLine(): LifecycleFixture {
  lines += 1;
  return played(serial, { address: `fake://lifecycle-${lines}`, dialect: "native" }, () => "PING\r");
}

function oscLink(): LifecycleFixture {
  const packet = encodePacket({ text: "/valt/room/interview-1/start", values: [] })!;
  const link = played(osc, { listen: "udp://127.0.0.1:0" }, () => packet);
  // The kernel has it then; who listens reads it in the next turn.
  return { ...link, touch: async () => [await link.touch(), await setImmediate(), await setImmediate()] };
}

function virtualPanel(): LifecycleFixture {
  let isDown = false;
  return played(virtual, {}, () => {
    isDown = !isDown;
    return JSON.stringify({ kind: isDown ? "down" : "up", control: "key-1" });
  });
}

/** A driver without hardware, into which its own player plays. */
function played(
  kind: DeviceKind,
  given: Record<string, unknown>,
  next: () => string | Uint8Array,
): LifecycleFixture {
  const settings = kind.settingsSchema.parse(given);
  const native = kind.linkStyle === "lines" ? dialects.find(({ name }) => name === "native") : undefined;
  const dialect = native?.style === "lines" ? native : undefined;
  let productName = "";
  let play: ((bytes: Uint8Array, channel: string) => Promise<void>) | undefined;
  return {
    name: kind.kind,
    async open(host, signal) {
      const opened = await kind.open({ settings, named: [], host, signal, ...(dialect && { dialect }) });
      if (opened.ok) productName = opened.value.productName;
      play = undefined;
      return opened;
    },
    async touch() {
      const player = play === undefined ? await kind.openPlayer?.(settings, productName) : undefined;
      if (player?.ok === true) play = player.value.play;
      await play?.(Buffer.from(next()), "test");
    },
  };
}

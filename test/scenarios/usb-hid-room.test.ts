import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Rig, type RigSettings, rest, startRig, until } from "../support/rig.ts";
import { clearBus } from "./usb-hid-bus.ts";
import { plugXKeys, type XKeys } from "./usb-hid-panel.ts";

vi.mock("node-hid", () => import("./usb-hid-bus.ts"));
beforeEach(clearBus);

const xkeys = { kind: "usb-hid", profile: "xkeys-xk-24" };
const controls = {
  "key-1": { tap: "start", hold: "stop", look: "tally" },
  "key-2": { tap: "pause", look: "pause" },
};
const desk = { ...xkeys, room: "interview-1", controls };

/** A bridge with these panels beside its surface; resolves when they are open. */
async function startPanels(
  panels: Readonly<Record<string, unknown>>,
  settings: RigSettings = {},
): Promise<Rig> {
  const surface = { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] };
  // On a busy machine a request may take long; none of this is about deadlines.
  const rig = await startRig({
    deadlineMs: 8000,
    ...settings,
    extra: { devices: { surface, ...panels }, ...settings.extra },
  });
  for (const id of Object.keys(panels)) await until(`${id} is open`, () => isOpen(rig, id), 15_000);
  // What was asked for on opening is answered by now: what comes later is a press.
  await rest(100);
  const { bridge } = rig;
  await until("the rooms", () => bridge.status().rooms.every(({ status }) => status === "available"), 15_000);
  return rig;
}

const isOpen = ({ bridge }: Rig, id: string) =>
  bridge.status().devices.find((device) => device.id === id)?.status.kind === "open";
const statusOf = ({ simulator }: Rig, room: number) => simulator.world.room(room)?.status;

async function startDesk(settings?: RigSettings): Promise<{ rig: Rig; panel: XKeys }> {
  const panel = plugXKeys(7);
  return { panel, rig: await startPanels({ desk }, settings) };
}

describe("an X-keys panel", () => {
  test("starts a recording: its lamp blinks fast until it is true, is solid while it runs, and dark after a hold", async () => {
    const { rig, panel } = await startDesk();
    rig.simulator.fault({ kind: "latency", ms: 3000, path: "rooms/1/record/start", count: 1 });
    await panel.tap(1);
    await panel.wait(1, "fast blink");
    expect(statusOf(rig, 1)).toBe("available");
    await panel.wait(1, "solid");
    expect(statusOf(rig, 1)).toBe("recording");
    panel.down(1);
    await until("the end", () => statusOf(rig, 1) === "available", 10_000);
    panel.up(1);
    await panel.wait(1, "dark");
  });

  test("tells recording, paused, pending and unknown apart by one colour alone", async () => {
    const { rig, panel } = await startDesk();
    const seen = new Set<string>();
    const sees = async (wanted: Parameters<XKeys["wait"]>[1]) => {
      await panel.wait(1, wanted);
      seen.add(wanted);
    };
    rig.simulator.fault({ kind: "latency", ms: 3000, path: "rooms/1/record/start", count: 1 });
    await panel.tap(1);
    await sees("fast blink");
    await sees("solid");
    await panel.tap(2);
    await until("the pause", () => statusOf(rig, 1) === "paused", 10_000);
    await sees("slow blink");
    await rig.simulator.down();
    await sees("double flash");
    await rig.simulator.up();
    await sees("slow blink");
    expect(seen.size).toBe(4);
  });

  test("flashes twice a second when the room refuses, and nothing was started", async () => {
    const { rig, panel } = await startDesk({
      timing: { activePollMs: 3000, idlePollMs: 3000, freshMs: 9000 },
    });
    rig.simulator.somebodyElse(1, "lock");
    await panel.tap(1);
    await panel.wait(1, "double flash");
    expect(statusOf(rig, 1)).not.toBe("recording");
    await panel.wait(1, "dark");
  });

  test("flashes twice for a mark that the server has, and is lit as before then", async () => {
    const panel = plugXKeys(7);
    const marking = { ...controls, "key-3": { press: { mark: "Here" }, look: "mark" } };
    const rig = await startPanels({ desk: { ...desk, controls: marking } });
    rig.simulator.somebodyElse(1, "start");
    await panel.wait(3, "solid");
    await panel.tap(3);
    await panel.wait(3, "double flash");
    await panel.wait(3, "solid");
    expect(rig.simulator.world.room(1)?.marks).toMatchObject([{ text: "Here" }]);
  });

  test("whose key is held when it is plugged in starts nothing; the next press does", async () => {
    const panel = plugXKeys(7);
    panel.down(1);
    const rig = await startPanels({ desk });
    await rest(300);
    panel.up(1);
    await rest(300);
    expect(rig.simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
    await panel.tap(1);
    await until("the recording", () => statusOf(rig, 1) === "recording", 10_000);
  });
});

describe("two identical panels", () => {
  test("are told apart by the unit ids that people gave them, and each serves its own room", async () => {
    const [left, right] = [plugXKeys(7), plugXKeys(8)];
    const rig = await startPanels({
      left: { ...desk, unitId: 7 },
      right: { ...desk, unitId: 8, room: "interview-2" },
    });
    await right.tap(1);
    await until("the recording", () => statusOf(rig, 2) === "recording", 10_000);
    await right.wait(1, "solid");
    expect([statusOf(rig, 1), left.red(1)]).toEqual(["available", "dark"]);
    await left.tap(1);
    await until("the other recording", () => statusOf(rig, 1) === "recording", 10_000);
    await left.wait(1, "solid");
  });

  test("are not guessed at when nothing tells them apart", async () => {
    plugXKeys(7);
    plugXKeys(8);
    const surface = { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] };
    const rig = await startRig({ extra: { devices: { surface, desk } } });
    const told = await until("the refusal", () => {
      const status = rig.bridge.status().devices.find(({ id }) => id === "desk")?.status;
      return status?.kind === "lost" ? status.why : undefined;
    });
    expect(told).toMatch(/2 devices fit X-keys XK-24.*"unitId" or "path"/);
  });
});

test("a panel that was unplugged is painted anew when it is back, and works", async () => {
  const { rig, panel } = await startDesk();
  await panel.tap(1);
  await panel.wait(1, "solid");
  panel.unit.unplug();
  await until("the loss", () => !isOpen(rig, "desk"), 10_000);
  rig.simulator.somebodyElse(1, "stop");
  panel.unit.plug();
  await until("the panel again", () => isOpen(rig, "desk"), 20_000);
  await until(
    "every key painted",
    () => panel.unit.written.filter(({ bytes }) => bytes[1] === 0xb5).length >= 2,
  );
  await panel.wait(1, "dark");
  await panel.tap(1);
  await panel.wait(1, "solid");
  expect(statusOf(rig, 1)).toBe("recording");
});

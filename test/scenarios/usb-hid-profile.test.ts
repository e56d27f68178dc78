import { expect, test } from "vitest";
import { usbHid } from "../../devices/usb-hid/driver.ts";
import { findFakeUnit } from "../../src/driver/hid/fake-unit.ts";
import { productNameOf } from "../support/decks.ts";
import { type Rig, startRig, until } from "../support/rig.ts";

/** A button with one red lamp, as it hangs on the wall, that no code of ours has ever heard of. */
const profile = {
  profile: 1,
  id: "wall-button",
  name: "Wall button",
  source: "a test",
  confirmed: "on paper",
  match: [{ vid: "1234", pid: "0001" }],
  input: { length: 2, reports: [{ controls: [{ kind: "button", id: "button", at: 1 }] }] },
  output: { lamps: { button: { can: "mono", set: [{ bytes: [1, "on"] }] } } },
};

async function startWall(): Promise<{ rig: Rig; written: Uint8Array[]; tap(): void }> {
  const door = {
    kind: "usb-hid",
    profile,
    path: "fake://",
    room: "interview-1",
    controls: { button: { tap: "toggle", look: "tally" } },
  };
  const rig = await startRig({
    deadlineMs: 8000,
    extra: { devices: { surface: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] }, door } },
  });
  const unit = () => findFakeUnit(productNameOf(rig, "door") ?? "");
  await until("the button", unit);
  const written: Uint8Array[] = [];
  const player = await usbHid.openPlayer!({} as never, productNameOf(rig, "door") ?? "");
  if (!player.ok) throw new Error(player.failure.message);
  unit()!.follow(written);
  return {
    rig,
    written,
    tap() {
      unit()!.play(Uint8Array.of(0, 1));
      unit()!.play(Uint8Array.of(0, 0));
    },
  };
}

/** The newest thing that the lamp was told. */
const isLit = (written: readonly Uint8Array[]) => written.at(-1)?.[2] === 1;

test("a product that is only a profile starts a recording, is lit while it runs, blinks while it is paused and goes dark after it", async () => {
  const { rig, written, tap } = await startWall();
  await until("the first look", () => rig.bridge.status().rooms[0]?.status === "available");
  tap();
  await until("the recording", () => rig.bridge.status().rooms[0]?.status === "recording", 10_000);
  await until("a lit lamp", () => isLit(written), 10_000);
  const solid = written.length;
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(written.slice(solid).every((report) => report[2] === 1)).toBe(true);
  rig.surface.send("/valt/room/interview-1/pause");
  await until("blinking", () => written.slice(solid).filter((report) => report[2] === 0).length >= 2, 10_000);
  rig.surface.send("/valt/room/interview-1/resume");
  await until("the recording again", () => rig.bridge.status().rooms[0]?.status === "recording", 10_000);
  tap();
  await until("the end", () => rig.bridge.status().rooms[0]?.status === "available", 10_000);
  await until("a dark lamp", () => !isLit(written), 10_000);
});

import { describe, expect, test } from "vitest";
import { createBlinker } from "../../../devices/usb-hid/write/blinker.ts";
import type { LampFrame } from "../../../devices/usb-hid/write/lamps.ts";
import { type Blink, controlId } from "../../../src/driver/contract.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const key = controlId("key-1");
const red = (blink: Blink): LampFrame => ({ kind: "lamp", rgb: [255, 0, 0], blink });

/** A lamp whose hardware blinks slowly and in no other way; `sent` is what it was told, `#` lit and `-` dark. */
function rig() {
  const clock = createFakeClock();
  const sent: string[] = [];
  const failures: unknown[] = [];
  let refusal: Error | undefined;
  const blinker = createBlinker({
    clock,
    blinksItself: (_, blink) => blink === "slow",
    async send(_, frame) {
      if (refusal !== undefined) throw refusal;
      sent.push(`${frame.rgb[0] > 0 ? "#" : "-"}${frame.blink === "steady" ? "" : frame.blink}`);
    },
    failed: (error) => failures.push(error),
  });
  const refuse = (error: Error) => {
    refusal = error;
  };
  return { clock, sent, failures, blinker, refuse };
}

describe("lamps whose hardware blinks at some rates", () => {
  test("are told once where the hardware blinks like that, and then left alone", async () => {
    const { clock, sent, blinker } = rig();
    await blinker.show(key, red("slow"));
    await clock.advance(3000);
    expect(sent).toEqual(["#slow"]);
    expect(clock.timerCount()).toBe(0);
  });

  test.each([
    ["fast", "#-#-#-#-#"],
    ["double", "#-#-#"],
  ] as const)("are switched by the clock where it does not: %s", async (blink, oneSecond) => {
    const { clock, sent, blinker } = rig();
    await blinker.show(key, red(blink));
    await clock.advance(1000);
    expect(sent.join("")).toBe(oneSecond);
  });

  test("stop blinking when they are shown something steady, and when the device is closed", async () => {
    const { clock, sent, blinker } = rig();
    await blinker.show(key, red("fast"));
    await clock.advance(200);
    await blinker.show(key, red("steady"));
    await clock.advance(2000);
    expect(sent.join("")).toBe("#-#");
    await blinker.show(key, red("fast"));
    blinker.close();
    await clock.advance(2000);
    expect(clock.timerCount()).toBe(0);
  });

  test("blink on in step when they are shown the same again", async () => {
    const { clock, sent, blinker } = rig();
    await blinker.show(key, red("double"));
    await clock.advance(500);
    sent.splice(0);
    await blinker.show(key, red("double"));
    await clock.advance(500);
    expect(sent.join("")).toBe("-#");
  });

  test("tell when the device takes no more", async () => {
    const { clock, failures, blinker, refuse } = rig();
    await blinker.show(key, red("fast"));
    refuse(new Error("unplugged"));
    await clock.advance(125);
    expect(failures).toEqual([new Error("unplugged")]);
  });
});

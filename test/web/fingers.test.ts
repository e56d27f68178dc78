import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { until } from "../support/rig.ts";
import { type Browser, hasBrowser, launchBrowser } from "./browser.ts";
import { type ConsoleRig, startConsole } from "./console-rig.ts";
import { keyOf, untilColor } from "./keys.ts";

const PATIENT_MS = 15_000;

describe.skipIf(!hasBrowser)(
  "several fingers on a tablet (skipped where there is no Chromium)",
  { timeout: 60_000 },
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser({ hasTouch: true });
    }, 60_000);

    afterAll(() => browser?.close());

    async function visit(rig: ConsoleRig) {
      const { page } = await browser.open(rig.console.url);
      onTestFinished(() => page.close());
      await page.locator('[data-contact="open"]').waitFor();
      return { page, hand: new Hand(await browser.context.newCDPSession(page)) };
    }

    let fingerCount = 0;
    const fingerOn = async (page: Page, device: string, control: string): Promise<Finger> => {
      const key = keyOf(page, device, control);
      await key.waitFor();
      const box = await key.boundingBox();
      if (box === null) throw new Error(`${control} cannot be seen`);
      fingerCount += 1;
      return { id: fingerCount, x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };

    const statusOf = (rig: ConsoleRig, room: number) => rig.simulator.world.room(room)?.status;
    const touches = (rig: ConsoleRig) =>
      rig.facts.flatMap((fact) => (fact.kind === "touch" ? [fact.event] : []));

    it("press two keys at once", async () => {
      const rig = await startConsole({
        devices: {
          desk: { kind: "virtual", model: "mk2", room: "interview-1" },
          other: { kind: "virtual", model: "mk2", room: "interview-2" },
        },
      });
      const { page, hand } = await visit(rig);
      const fingers = [await fingerOn(page, "desk", "key-1"), await fingerOn(page, "other", "key-1")];
      await hand.putDown(...fingers);
      await hand.lift(...fingers);
      await until(
        "both starts",
        () => [1, 2].every((room) => statusOf(rig, room) === "recording"),
        PATIENT_MS,
      );
    });

    it("hold one key while another is tapped", async () => {
      const rig = await startConsole();
      rig.simulator.somebodyElse(1, "start");
      const { page, hand } = await visit(rig);
      await untilColor(page, "red");
      const [stop, mark] = [await fingerOn(page, "desk", "key-1"), await fingerOn(page, "desk", "key-3")];
      await hand.putDown(stop, mark);
      await hand.lift(mark);
      await until("the stop", () => statusOf(rig, 1) === "available", PATIENT_MS);
      await hand.lift(stop);
      await until("all fingers", () => touches(rig).filter(({ kind }) => kind === "up").length === 2);
      expect(touches(rig).map(({ kind, control }) => `${kind} ${control}`)).toEqual([
        "down key-1",
        "down key-3",
        "up key-3",
        "up key-1",
      ]);
    });

    it("are one touch when both are on the same key, which only the first of them ends", async () => {
      const rig = await startConsole();
      rig.simulator.somebodyElse(1, "start");
      const { page, hand } = await visit(rig);
      await untilColor(page, "red");
      const one = await fingerOn(page, "desk", "key-1");
      const two = { ...(await fingerOn(page, "desk", "key-1")), x: one.x + 8 };
      await hand.putDown(one, two);
      await hand.lift(two);
      await until("the stop", () => statusOf(rig, 1) === "available", PATIENT_MS);
      await hand.lift(one);
      await until("the end", () => touches(rig).some(({ kind }) => kind === "up"));
      expect(touches(rig).map(({ kind }) => kind)).toEqual(["down", "up"]);
    });
  },
);

interface Finger {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** Fingers that come down and are lifted, each by itself, as the browser's own input. */
class Hand {
  readonly #session: CDPSession;

  constructor(session: CDPSession) {
    this.#session = session;
  }

  async putDown(...fingers: readonly Finger[]): Promise<void> {
    for (const finger of fingers) await this.#send("touchStart", finger);
  }

  async lift(...fingers: readonly Finger[]): Promise<void> {
    for (const finger of fingers) await this.#send("touchEnd", finger);
  }

  async #send(type: "touchStart" | "touchEnd", finger: Finger): Promise<void> {
    await this.#session.send("Input.dispatchTouchEvent", { type, touchPoints: [finger] });
  }
}

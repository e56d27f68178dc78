import { describe, expect, it, onTestFinished } from "vitest";
import { startFakeDock } from "../devices/stream-deck/fake-dock.ts";
import { until } from "../support/rig.ts";
import { eventually, hasBrowser, shareBrowser, type WatchedPage } from "./browser.ts";
import { layCable } from "./cable.ts";
import { type ConsoleRig, startConsole } from "./console-rig.ts";
import { colorOf, keyOf, untilColor } from "./keys.ts";

const PATIENT_MS = 15_000;

describe.skipIf(!hasBrowser)(
  "the console in a real browser (skipped where there is no Chromium)",
  { timeout: 90_000 },
  () => {
    const browser = shareBrowser();

    async function visit(rig: ConsoleRig, path = "/"): Promise<WatchedPage> {
      const opened = await browser.open(rig.console.url + path);
      onTestFinished(() => opened.page.close());
      return opened;
    }

    it("starts a recording by a press on a virtual deck, whose key turns red", async () => {
      const rig = await startConsole();
      const { page, errors } = await visit(rig);
      expect(await colorOf(page, "desk", "key-1")).not.toBe("red");
      await keyOf(page, "desk", "key-1").click();
      await untilColor(page, "red");
      expect(rig.simulator.world.room(1)?.status).toBe("recording");
      await eventually("its name for screen readers", async () => {
        const name = await keyOf(page, "desk", "key-1").getAttribute("aria-label");
        return /tap: start interview-1; hold: stop interview-1\. interview-1 is recording/.test(name ?? "");
      });
      expect(errors).toEqual([]);
    });

    it("stops it when the key is held, and not when it is only pressed", async () => {
      const rig = await startConsole();
      rig.simulator.somebodyElse(1, "start");
      const { page } = await visit(rig, "/panel/desk");
      await untilColor(page, "red");
      await keyOf(page, "desk", "key-1").click();
      await page.waitForTimeout(400);
      expect(rig.simulator.world.room(1)?.status).toBe("recording");
      await keyOf(page, "desk", "key-1").hover();
      await page.mouse.down();
      await until("the stop", () => rig.simulator.world.room(1)?.status === "available", PATIENT_MS);
      await page.mouse.up();
      await untilColor(page, "green");
    });

    it("means nothing by a finger that slides off the key, let go there or held", async () => {
      const rig = await startConsole();
      rig.simulator.somebodyElse(1, "start");
      const { page } = await visit(rig);
      await untilColor(page, "red");
      const downs = () => rig.facts.filter(({ kind }) => kind === "touch").length;
      for (const isHeld of [false, true]) {
        const before = downs();
        await keyOf(page, "desk", "key-1").hover();
        await page.mouse.down();
        await until("the touch", () => downs() > before);
        await page.waitForTimeout(250);
        await page.mouse.move(5, 5);
        if (!isHeld) await page.mouse.up();
        await page.waitForTimeout(1500);
        await page.mouse.up();
      }
      expect(rig.facts.filter(({ kind }) => kind === "action")).toEqual([]);
      expect(rig.simulator.world.room(1)?.status).toBe("recording");
    });

    it("does not hold a strip that the finger has left", async () => {
      const strip = { hold: "stop", "swipe-left": { mark: "Swiped" } };
      const rig = await startConsole({
        devices: {
          desk: { kind: "virtual", model: "plus", room: "interview-1", controls: { "strip-1": strip } },
        },
      });
      rig.simulator.somebodyElse(1, "start");
      const { page } = await visit(rig, "/panel/desk");
      await until("the recording", () => rig.bridge.status().rooms[0]?.status === "recording");
      await keyOf(page, "desk", "strip-1").hover();
      await page.mouse.down();
      await page.mouse.move(5, 5);
      await page.waitForTimeout(1200);
      await page.mouse.up();
      expect(rig.facts.filter(({ kind }) => kind === "action")).toEqual([]);
      expect(rig.simulator.world.room(1)?.status).toBe("recording");
    });

    it("takes a touch back when its key goes away under the finger", async () => {
      const rig = await startConsole();
      rig.simulator.somebodyElse(1, "start");
      const { page } = await visit(rig);
      await untilColor(page, "red");
      await keyOf(page, "desk", "key-1").hover();
      await page.mouse.down();
      await until("the touch", () => rig.facts.some(({ kind }) => kind === "touch"));
      await page.evaluate("document.querySelector('nav a[href=\"/health\"]').click()");
      await page.waitForTimeout(1500);
      await page.mouse.up();
      expect(rig.simulator.world.room(1)?.status).toBe("recording");
    });

    it("works by keyboard: Enter taps, H holds", async () => {
      const rig = await startConsole();
      const { page } = await visit(rig, "/panel/desk");
      await keyOf(page, "desk", "key-1").focus();
      await page.keyboard.press("Enter");
      await until("the start", () => rig.simulator.world.room(1)?.status === "recording", PATIENT_MS);
      await untilColor(page, "red");
      await page.keyboard.press("h");
      await until("the stop", () => rig.simulator.world.room(1)?.status === "available", PATIENT_MS);
    });

    it("works for screen readers, which click without a pointer", async () => {
      const rig = await startConsole();
      const { page } = await visit(rig, "/panel/desk");
      await keyOf(page, "desk", "key-1").dispatchEvent("click", { detail: 0 });
      await until("the start", () => rig.simulator.world.room(1)?.status === "recording", PATIENT_MS);
      await untilColor(page, "red");
      await page.getByText("Everything it does, as a list").click();
      await page.getByRole("button", { name: /^stop interview-1/ }).click();
      await until("the stop", () => rig.simulator.world.room(1)?.status === "available", PATIENT_MS);
    });

    it("turns and pushes dials, and taps the strip", async () => {
      const devices = {
        desk: {
          kind: "virtual",
          model: "plus",
          room: "interview-1",
          controls: {
            "dial-1": { turn: { right: "start" }, tap: "stop" },
            "strip-1": { tap: { mark: "Strip" }, "swipe-left": "pause" },
          },
        },
      };
      const rig = await startConsole({ devices });
      const { page } = await visit(rig, "/panel/desk");
      await page.getByRole("button", { name: "dial 1, turn right" }).click();
      await until("the start", () => rig.simulator.world.room(1)?.status === "recording", PATIENT_MS);
      await page
        .getByRole("button", { name: /interview-1 is recording/ })
        .first()
        .waitFor();
      await keyOf(page, "desk", "strip-1").click();
      await until("the mark", () => (rig.simulator.world.room(1)?.marks.length ?? 0) > 0, PATIENT_MS);
      await keyOf(page, "desk", "dial-1").focus();
      await page.keyboard.press("Enter");
      await until("the stop", () => rig.simulator.world.room(1)?.status === "available", PATIENT_MS);
    });

    it("shows a panel that is lost, why, and that it is back", async () => {
      const dock = await startFakeDock({
        dialect: "cora",
        productId: 0x00aa,
        serialNumber: "A00SA1234567X1",
      });
      const cable = await layCable(dock.port);
      const rig = await startConsole({
        devices: { desk: { kind: "stream-deck", address: `tcp://127.0.0.1:${cable.port}`, room: "clinic" } },
      });
      const { page } = await visit(rig);
      await keyOf(page, "desk", "key-1").click({ timeout: PATIENT_MS });
      await untilColor(page, "red");
      cable.pull();
      await page.getByText("1 device is not there").waitFor({ timeout: PATIENT_MS });
      await page.getByText("Technical reason").first().click({ timeout: PATIENT_MS });
      await page
        .getByText(/127\.0\.0\.1:\d+.*(?:reached|refused|listens|closed)/)
        .waitFor({ timeout: PATIENT_MS });
      expect(await keyOf(page, "desk", "key-1").count()).toBe(0);
      await cable.plug();
      await keyOf(page, "desk", "key-1").waitFor({ timeout: PATIENT_MS });
      await untilColor(page, "red");
      expect(await page.getByText("1 device is not there").count()).toBe(0);
    });

    it("shows everywhere that nothing is known when the server is gone", async () => {
      const rig = await startConsole();
      rig.simulator.somebodyElse(1, "start");
      const { page } = await visit(rig);
      await untilColor(page, "red");
      await rig.simulator.down();
      await page.getByRole("link", { name: "No connection" }).waitFor({ timeout: PATIENT_MS });
      await eventually("no red", async () => (await colorOf(page, "desk", "key-1")) !== "red");
      await page.getByRole("link", { name: "Rooms", exact: true }).click();
      await until(
        "rooms",
        async () => (await page.locator('.badge[data-look="stale"]').count()) === 4,
        PATIENT_MS,
      );
      await page.getByText("? of 4 recording").waitFor();
      await page.locator(".room-row button").first().click();
      // Its recording, its last change and its next booking.
      expect(await page.getByRole("complementary").getByText("not known", { exact: true }).count()).toBe(3);
      await rig.simulator.up();
      await page.getByRole("link", { name: "Ready" }).waitFor({ timeout: PATIENT_MS });
    });

    it("says that its pictures are old when the bridge is gone", async () => {
      const rig = await startConsole();
      const { page } = await visit(rig);
      await keyOf(page, "desk", "key-1").waitFor();
      await rig.console.close();
      await page.getByText("No contact with the bridge").waitFor({ timeout: PATIENT_MS });
      expect(await page.locator('[data-contact="lost"]').count()).toBe(1);
    });
  },
);

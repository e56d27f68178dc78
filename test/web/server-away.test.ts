import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../support/rig.ts";
import { hasBrowser, shareBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";

const PATIENT_MS = 15_000;

describe.skipIf(!hasBrowser)(
  "what the console offers while the server is away (skipped where there is no Chromium)",
  { timeout: 60_000 },
  () => {
    const browser = shareBrowser();

    it("is a mark in rooms that were last seen recording, and in no others", async () => {
      const rig = await startConsole();
      rig.simulator.somebodyElse(1, "start");
      await until("the recording", () => rig.bridge.status().rooms[0]?.status === "recording", PATIENT_MS);
      await rig.simulator.down();
      const { page } = await browser.open(`${rig.console.url}/rooms`);
      page.setDefaultTimeout(PATIENT_MS);
      onTestFinished(() => page.close());
      await page.getByText("In rooms that were last seen recording, marks are kept").waitFor();

      const mark = page.getByRole("button", { name: "Mark", exact: true });
      await page.locator(".room-row button", { hasText: "clinic" }).click();
      await page.getByRole("complementary", { name: "Room clinic" }).waitFor();
      expect(await mark.isDisabled()).toBe(true);

      await page.locator(".room-row button", { hasText: "interview-1" }).click();
      const drawer = page.getByRole("complementary", { name: "Room interview-1" });
      await drawer.waitFor();
      await mark.click();
      // The test has no disk.
      await drawer.getByText("kept in memory only until the server can be reached").waitFor();
    });

    it("is no start after an alarm, in the banner and in the room's drawer", async () => {
      const rig = await startConsole();
      const { page } = await browser.open(`${rig.console.url}/panel/desk`);
      page.setDefaultTimeout(PATIENT_MS);
      onTestFinished(() => page.close());
      await page.locator('[data-control="key-1"]').click();
      await until("the recording", () => rig.bridge.status().rooms[0]?.status === "recording", PATIENT_MS);
      rig.simulator.somebodyElse(1, "stop");
      await page.goto(`${rig.console.url}/rooms`);
      await page.locator(".room-row button", { hasText: "interview-1" }).click();
      const drawer = page.getByRole("complementary", { name: "Room interview-1" });
      const places = [page.locator(".banner.is-alarm"), drawer];
      for (const place of places) await place.getByText("start again if it should run").waitFor();
      await rig.simulator.down();
      for (const place of places) await place.getByText("Look who stopped it on the server.").waitFor();
      expect(await page.getByText("start again if it should run").count()).toBe(0);
    });
  },
);

import { describe, expect, it, onTestFinished } from "vitest";
import { hasBrowser, shareBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";

const PATIENT_MS = 15_000;

describe.skipIf(!hasBrowser)(
  "what can be read on controls without pictures (skipped where there is no Chromium)",
  { timeout: 60_000 },
  () => {
    const browser = shareBrowser();

    async function visit(url: string) {
      const { page } = await browser.open(url);
      page.setDefaultTimeout(PATIENT_MS);
      onTestFinished(() => page.close());
      return page;
    }

    const ROOMS = { "interview-1": { id: 1, label: "Talks" }, clinic: 3 };
    const CONTROLS = {
      "/page/record": { tap: "start", hold: "stop", look: "tally" },
      "/page/lamp": { look: "tally" },
    };
    const DEVICES = {
      foot: { kind: "virtual", model: "pedal", room: "interview-1" },
      tablet: {
        kind: "osc",
        listen: "udp://127.0.0.1:0",
        targets: "udp://127.0.0.1:9",
        room: "interview-1",
        controls: CONTROLS,
      },
      gone: { kind: "usb-hid", profile: "vec-infinity-pedal", room: "clinic" },
    };

    it.each(["/", "/panel/"])(
      "pedals, lamps and HID controls say what they do and how it stands, at %s",
      async (path) => {
        const rig = await startConsole({ rooms: ROOMS, devices: DEVICES });
        const page = await visit(`${rig.console.url}${path === "/" ? "/" : "/panel/foot"}`);
        const pedal = page.locator(".pedal", { hasText: "left pedal" }).first();
        await pedal.getByText("start Talks").waitFor();
        await pedal.getByText("Talks is available").waitFor();
        await pedal.click();
        await pedal.getByText("Talks is recording").waitFor();
        expect(await pedal.getAttribute("aria-label")).toMatch(/left pedal.*start Talks.*Talks is recording/);

        if (path !== "/") await page.goto(`${rig.console.url}/panel/tablet`);
        const lamp = page.locator(".plain-button", { hasText: "/page/record" });
        await lamp.getByText("tap: start Talks").waitFor();
        await lamp.getByText("hold: stop Talks").waitFor();
        await lamp.getByText("Talks is recording").waitFor();
        await page.locator(".plain-button", { hasText: "/page/lamp" }).getByText("shows Talks").waitFor();
        await page.getByLabel(/page\/lamp, shows Talks. Talks is recording/).waitFor();

        if (path !== "/") await page.goto(`${rig.console.url}/panel/gone`);
        const gone = page.getByRole("img", { name: /clinic is available/ });
        await gone
          .first()
          .getByText(/clinic/)
          .first()
          .waitFor();
      },
    );
  },
);

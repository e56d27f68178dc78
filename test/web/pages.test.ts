import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { languageTags } from "../../src/language/language.ts";
import { until } from "../support/rig.ts";
import { findFaults, putAxeInto } from "./axe.ts";
import { type Browser, eventually, hasBrowser, launchBrowser, settled } from "./browser.ts";
import { type ConsoleRig, DEVICES, mappingText, startConsole } from "./console-rig.ts";
import { EVERY_PAGE } from "./every-page.ts";

const PATIENT_MS = 15_000;
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;
const NARROW_AND_WIDE = [
  { width: 390, height: 844 },
  { width: 360, height: 740 },
  { width: 3840, height: 2160 },
] as const;
/** Nothing in it lets a line break. */
const LONG = "ObservationRoomOfThePaediatricDepartment".slice(0, 40);
/** Panels that are not the usual ones: gone, and without pictures. */
const MORE_TO_SEE: typeof EVERY_PAGE = [
  ["/panel/gone", [".plan"]],
  ["/panel/foot", [".pedal"]],
];
const FOOT = { kind: "virtual", model: "pedal", room: "interview-1" };
describe.skipIf(!hasBrowser)(
  "the console's pages (skipped where there is no Chromium)",
  { timeout: 90_000 },
  () => {
    let browser: Browser;

    beforeAll(async () => {
      // The accessibility checker is put into the page, which the page's own policy would rightly refuse.
      browser = await launchBrowser({ bypassCSP: true, permissions: ["clipboard-read", "clipboard-write"] });
    }, 60_000);

    afterAll(() => browser?.close());

    async function visit(rig: ConsoleRig, path: string): Promise<Page> {
      const { page } = await browser.open(rig.console.url + path);
      onTestFinished(() => page.close());
      return page;
    }

    it("Rooms keeps a thousand rooms smooth: rows that cannot be seen are not there", async () => {
      const names = Array.from({ length: 1000 }, (_, index) => `room-${String(index + 1).padStart(4, "0")}`);
      const rig = await startConsole({
        simulator: { rooms: 1000 },
        rooms: Object.fromEntries(names.map((name, index) => [name, index + 1])),
        devices: { desk: { kind: "virtual", room: "room-0001" } },
        // The list tells who changed; a thousand looks a second would leave the page no time.
        timing: { idlePollMs: 10_000, freshMs: 30_000 },
      });
      rig.simulator.somebodyElse(777, "start");
      const page = await visit(rig, "/rooms");
      await page.getByText("room-0001").waitFor({ timeout: PATIENT_MS });
      expect(await page.locator(".room-row").count()).toBeLessThan(60);
      await page.evaluate("scrollTo(0, 30000)");
      await page.getByText("room-0505").waitFor({ timeout: PATIENT_MS });
      expect(await page.locator(".room-row").count()).toBeLessThan(60);
      await page.getByLabel("Find a room").fill("0777");
      await page.locator('.room-row .badge[data-look="recording"]').waitFor({ timeout: PATIENT_MS });
      expect(await page.locator(".room-row").count()).toBe(1);
      await page.getByLabel("Find a room").fill("");
      await page.getByRole("button", { name: /^Recording 1/ }).click();
      await page.locator(".room-row button").click();
      await page
        .getByRole("complementary", { name: "Room room-0777" })
        .getByText("Elsewhere")
        .first()
        .waitFor();
    });

    it("Rooms starts, marks and stops a room from its drawer, and names its panels", async () => {
      const rig = await startConsole();
      const page = await visit(rig, "/rooms");
      await page.locator(".room-row button", { hasText: "interview-1" }).click({ timeout: PATIENT_MS });
      const drawer = page.getByRole("complementary", { name: "Room interview-1" });
      await drawer.getByRole("link", { name: "desk" }).waitFor();
      await drawer.getByRole("button", { name: "Start recording" }).click();
      await drawer
        .getByText(rig.simulator.world.room(1)?.recordingName ?? "interview-1 ")
        .first()
        .waitFor();
      await drawer.getByPlaceholder("Text of the mark").fill("Look here");
      await drawer.getByRole("button", { name: "Mark", exact: true }).click();
      await until("the mark", () => rig.simulator.world.room(1)?.marks[0]?.text === "Look here", PATIENT_MS);
      await drawer.getByRole("button", { name: "Stop recording" }).click();
      expect(rig.simulator.world.room(1)?.status).toBe("recording");
      await drawer.getByRole("button", { name: "Press again to stop" }).click();
      await until("the stop", () => rig.simulator.world.room(1)?.status === "available", PATIENT_MS);
    });

    it("Panels stand by room, and what is not there is told with its remedy and drawn", async () => {
      const rig = await startConsole({
        devices: {
          desk: { kind: "virtual", room: "interview-1" },
          gone: { kind: "stream-deck", model: "mk2", serialNumber: "AL12H1A00001", room: "interview-1" },
          foyer: { kind: "virtual", model: "touch-page", rooms: "all" },
        },
      });
      const page = await visit(rig, "/");
      const missing = page.getByRole("region", { name: "1 device is not there" });
      await missing.getByText("Check the cable and the settings.").waitFor({ timeout: PATIENT_MS });
      const room = page.getByRole("region", { name: "interview-1", exact: true });
      await room.locator('[data-device="desk"]').waitFor();
      await room.locator('[data-device="gone"]').getByText("start interview-1").waitFor();
      expect(await room.locator('[data-device="foyer"]').count()).toBe(0);
    });

    it("a panel's page fills the screen, its keys are as wide as a finger, and arrows go between them", async () => {
      const rig = await startConsole({
        devices: {
          desk: { kind: "virtual", model: "xl", room: "interview-1" },
          wall: { kind: "virtual", model: "touch-page", room: "interview-2" },
        },
      });
      const page = await visit(rig, "/panel/wall");
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.locator(".control img[src]").first().waitFor({ timeout: PATIENT_MS });
      const box = await page.locator(".deck").boundingBox();
      expect((box?.width ?? 0) * (box?.height ?? 0)).toBeGreaterThan(0.5 * 1440 * 900);
      await page.locator('[data-control="key-1"]').focus();
      for (const [key, control] of [
        ["ArrowRight", "key-2"],
        ["ArrowDown", "key-4"],
        ["ArrowLeft", "key-3"],
        ["ArrowUp", "key-1"],
      ] as const) {
        await page.keyboard.press(key);
        await page.locator(`[data-control="${control}"]:focus`).waitFor();
      }
      await page.getByText("arrows go to the next key").waitFor();
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto(`${rig.console.url}/panel/desk`);
      const keys = page.locator(".key");
      await keys.nth(31).waitFor({ timeout: PATIENT_MS });
      expect((await keys.first().boundingBox())?.width).toBeGreaterThanOrEqual(48);
    });

    it("every page is reached on a phone, and the bar shows where one is", async () => {
      const rig = await startConsole();
      const page = await visit(rig, "/");
      await page.setViewportSize({ width: 360, height: 740 });
      await page.locator('nav a[href="/simulator"]').waitFor({ timeout: PATIENT_MS });
      const links = page.locator(".bar nav a");
      for (let number = 0; number < (await links.count()); number++) {
        await links.nth(number).click();
        const current = page.locator(".bar nav a[aria-current]");
        await eventually("the place in the bar", async () => {
          const box = await current.boundingBox();
          return box !== null && box.x >= 0 && box.x + box.width <= 360;
        });
      }
      await page.reload();
      await eventually("the same after loading anew", async () => {
        const box = await page.locator(".bar nav a[aria-current]").boundingBox();
        return box !== null && box.x >= 0 && box.x + box.width <= 360;
      });
    });

    it("Activity tells one press as one story, and filters by room", async () => {
      const rig = await startConsole();
      const page = await visit(rig, "/activity");
      await page.getByText("has happened yet").or(page.locator(".story").first()).waitFor();
      press(rig, "desk", "key-1");
      const story = page.locator('.story[data-verdict="done"]', { hasText: "desk: tap key-1" });
      await story.locator("summary").click();
      for (const step of [
        "start interview-1",
        "asked the server",
        "accepted",
        "is recording",
        "the control shows it",
      ])
        await story.getByText(step).first().waitFor({ timeout: PATIENT_MS });
      rig.simulator.somebodyElse(3, "start");
      await page.getByText("clinic is recording: somebody else did that").waitFor({ timeout: PATIENT_MS });
      await page.getByLabel("Room").selectOption("interview-1");
      await eventually("one story", async () => (await page.locator(".story").count()) === 1);
    });

    it("Activity and keys call rooms by their labels", async () => {
      const labelled = { "interview-1": { id: 1, label: "Gespräch A" }, "interview-2": 2 };
      const rig = await startConsole({ rooms: labelled });
      const page = await visit(rig, "/activity");
      press(rig, "desk", "key-1");
      const story = page.locator('.story[data-verdict="done"]');
      await story.locator(".tag", { hasText: "Gespräch A" }).waitFor({ timeout: PATIENT_MS });
      await story.locator("summary").click();
      await story.getByText("the server says: Gespräch A is recording").waitFor({ timeout: PATIENT_MS });
      expect((await story.allInnerTexts()).join()).not.toContain("interview-1");
      await page.getByLabel("Search").fill("gespräch a");
      expect(await story.count()).toBe(1);
      await page.goto(`${rig.console.url}/panel/desk`);
      const key = page.locator('[aria-label*="Gespräch A is recording"][aria-label*="stop Gespräch A"]');
      await key.first().waitFor({ timeout: PATIENT_MS });
    });

    it("Activity says why an action was refused", async () => {
      const rig = await startConsole();
      rig.simulator.somebodyElse(1, "lock");
      await until("the lock", () => rig.bridge.status().rooms[0]?.status === "locked");
      const page = await visit(rig, "/activity");
      press(rig, "desk", "key-1");
      const story = page.locator('.story[data-verdict="refused"]');
      await story.locator(".why", { hasText: "the room is locked" }).waitFor({ timeout: PATIENT_MS });
    });

    it("Mapping marks problems at line and column, and reloads what is right again", async () => {
      const rig = await startConsole();
      const page = await visit(rig, "/mapping");
      await page.getByText("The bridge runs on this.").waitFor({ timeout: PATIENT_MS });
      rig.edit(mappingText(rig.simulator.url).replace('"room": "interview-1"', '"room": "interview-9"'));
      await page.getByRole("button", { name: "Reload" }).click();
      await page.getByText("The file has errors").waitFor({ timeout: PATIENT_MS });
      await page.getByRole("button", { name: "Line 17, column 15" }).waitFor({ timeout: PATIENT_MS });
      await page
        .locator('.code li[data-severity="error"]', { hasText: 'there is no room "interview-9"' })
        .waitFor();
      rig.edit(mappingText(rig.simulator.url).replace('"room": "interview-1"', '"room": "clinic"'));
      await page.getByRole("button", { name: "Reload" }).click();
      await page.getByText("The edited mapping has taken effect.").waitFor({ timeout: PATIENT_MS });
      press(rig, "desk", "key-1");
      await until(
        "a start in the clinic",
        () => rig.simulator.world.room(3)?.status === "recording",
        PATIENT_MS,
      );
    });

    it("Health says what is not there, since when, and what to do", async () => {
      const rig = await startConsole({
        devices: {
          gone: { kind: "stream-deck", address: "tcp://127.0.0.1:9" },
          desk: { kind: "virtual", room: "clinic" },
        },
      });
      const page = await visit(rig, "/health");
      await page.getByText("not there: 1 of 2 (gone)").waitFor({ timeout: PATIENT_MS });
      press(rig, "desk", "key-1");
      await page
        .getByRole("img", { name: /From the touch to the request: 1 measured/ })
        .waitFor({ timeout: PATIENT_MS });
      const metrics = await (await fetch(`${rig.console.url}/metrics`)).text();
      expect(metrics).toContain('valt_bridge_latency_seconds_count{stage="touch-to-request"} 1');
      expect(metrics).toContain('valt_bridge_device_open{device="gone",kind="stream-deck"} 0');
      expect((await fetch(`${rig.console.url}/readyz`)).status).toBe(200);
    });

    it("Simulator lets somebody else stop a recording, and the server go down and come back", async () => {
      const rig = await startConsole();
      rig.simulator.somebodyElse(1, "start");
      const page = await visit(rig, "/simulator");
      const card = page.getByRole("region", { name: "Room Interview 1 on the server" });
      await card.getByRole("button", { name: "stop" }).click({ timeout: PATIENT_MS });
      await card.getByText("Available").waitFor({ timeout: PATIENT_MS });
      const down = page.getByRole("switch", { name: "The server is down" });
      await down.click();
      await eventually("it is down", async () => !rig.simulator.isUp());
      await page.getByRole("switch", { name: /trails/, checked: false }).click();
      await page.getByRole("switch", { name: "The server is down", checked: true }).click();
      await eventually("it is up", async () => rig.simulator.isUp());
      expect(await page.getByRole("switch", { name: /trails/ }).getAttribute("aria-checked")).toBe("true");
    });

    it("has no fault that axe finds, in the light theme and in the dark one", async () => {
      const gone = { kind: "stream-deck", model: "plus", serialNumber: "AL12H1A00001", room: "interview-1" };
      const rig = await startConsole({ devices: { ...DEVICES, gone, foot: FOOT } });
      const page = await visit(rig, "/");
      await raiseAlarm(rig);
      for (const [path, marks] of [...EVERY_PAGE, ...MORE_TO_SEE]) {
        await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
        await page.setViewportSize(SIZES[0]);
        await page.goto(rig.console.url + path);
        await page.getByRole("alert").first().waitFor({ timeout: PATIENT_MS });
        await settled(page, marks);
        if (path === "/rooms") await page.locator(".room-row button").first().click();
        await putAxeInto(page);
        for (const size of SIZES)
          for (const colorScheme of ["light", "dark"] as const) {
            await page.setViewportSize(size);
            await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
            const where = `${path} in the ${colorScheme} theme, ${size.width} pixels wide`;
            expect(await findFaults(page), where).toEqual([]);
            expect(await page.evaluate(REDDISH), `red ${where}, and nothing records`).toEqual([]);
          }
      }
    }, 150_000);

    it.each(languageTags)(
      "scrolls sideways on no phone and no large screen, in the language %s",
      async (language) => {
        const gone = {
          kind: "stream-deck",
          model: "plus",
          serialNumber: "AL12H1A00001",
          room: "interview-1",
        };
        const rig = await startConsole({
          language,
          devices: { ...DEVICES, gone, foot: FOOT, [LONG]: { ...FOOT, room: LONG } },
          rooms: { "interview-1": 1, "interview-2": 2, clinic: 3, [LONG]: 4 },
          amend: (source) => ({
            ...source,
            mapping: () => ({ ...source.mapping(), file: `/var/lib/${LONG}.jsonc` }),
          }),
        });
        const page = await visit(rig, "/");
        await raiseAlarm(rig);
        const tooWide: string[] = [];
        for (const [path, marks] of [...EVERY_PAGE, ...MORE_TO_SEE]) {
          await page.goto(rig.console.url + path);
          await settled(page, language === "en" ? marks : withoutNames(marks));
          await openMore(page, path);
          tooWide.push(...(await listTooWide(page, path)));
        }
        expect(tooWide).toEqual([]);
      },
      90_000,
    );
  },
);

/** Those that no language changes. */
function withoutNames(marks: readonly string[]): readonly string[] {
  return marks.filter((mark) => !mark.includes("aria-label"));
}

async function openMore(page: Page, path: string): Promise<void> {
  if (path === "/rooms") await page.locator(".room-row button").last().click();
  if (path === "/mapping") await page.locator("select").first().selectOption("desk");
}

/** The sizes at which a page can be scrolled sideways, and by how much. */
async function listTooWide(page: Page, path: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const size of NARROW_AND_WIDE) {
    await page.setViewportSize(size);
    const beyondPx = Number(await page.evaluate("document.scrollingElement.scrollWidth - innerWidth"));
    if (beyondPx > 0) found.push(`${path} at ${size.width} pixels by ${beyondPx}`);
  }
  return found;
}

/** What is red, but for the pictures of panels: only what records may be, or the colour of somebody's mark. */
const REDDISH = `(() => {
  const isRed = (color) => {
    const parts = /^rgba?\\((\\d+), (\\d+), (\\d+)(?:, ([\\d.]+))?/.exec(color);
    if (parts === null) return false;
    const [red, green, blue] = parts.slice(1, 4).map(Number);
    const hue = (Math.atan2(Math.sqrt(3) * (green - blue), 2 * red - green - blue) * 180) / Math.PI;
    return Number(parts[4] ?? 1) > 0.1 && Math.abs(hue) < 20 && red > 1.6 * Math.max(green, blue) && red > 60;
  };
  const colors = (style) =>
    [style.color, style.backgroundColor, style.borderLeftColor, style.borderTopColor, style.fill,
      ...(style.backgroundImage.match(/rgba?\\([^)]*\\)/g) ?? [])];
  return [...document.querySelectorAll("body *:not(.mark-colour, .lamp)")].flatMap((one) =>
    [undefined, "::before", "::after"].flatMap((part) => {
      const red = colors(getComputedStyle(one, part)).filter(isRed);
      return red.length === 0 ? [] : [one.tagName + "." + one.className + " " + red[0]];
    }),
  );
})()`;

/** A recording that was begun here is stopped by somebody else. */
async function raiseAlarm(rig: ConsoleRig): Promise<void> {
  press(rig, "desk", "key-1");
  const statusOf = () => rig.bridge.status().rooms[0]?.status;
  await until("the recording", () => statusOf() === "recording", PATIENT_MS);
  rig.simulator.somebodyElse(1, "stop");
  await until("the alarm", () => rig.bridge.status().alarms.length > 0, PATIENT_MS);
}

function press({ bridge }: ConsoleRig, device: string, control: string): void {
  const peer = { id: "test", address: "127.0.0.1", reach: "same-machine", delivery: "stream" };
  for (const kind of ["down", "up"] as const)
    bridge.touch(device as never, { kind, control: control as never }, peer as never);
}

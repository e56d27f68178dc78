import { describe, expect, it } from "vitest";
import { LogTail } from "../../src/cli/running/log-tail.ts";
import { MappingSource } from "../../src/web/mapping-source.ts";
import { hasBrowser, shareBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";
import { connectPage } from "./socket-client.ts";

const DEVICES = {
  desk: {
    kind: "virtual",
    room: "clinic",
    controls: {
      "key-1": { tap: { do: "start", room: "clinic" }, look: "tally" },
      "key-2": { look: "tally", room: "clinic" },
    },
  },
};

describe("what the file says of a control", () => {
  const FILE = `{
  "devices": {
    "desk": {
      "controls": {
        // the first key
        "key-1": { "tap": "start", /* always */ "look": "tally" }, "key-2": {}
      },
      "pages": { "more": { "key-2": {}, "key-3": { "tap": "stop" } } }
    }
  }
}`;
  const textOf = (control: string, device = "desk", file = FILE) =>
    new MappingSource().textOf(file, device, control);

  it("is its own text, of whichever page", () => {
    expect(textOf("key-1")).toBe('"key-1": { "tap": "start", /* always */ "look": "tally" }');
    expect(textOf("key-3")).toBe('"key-3": { "tap": "stop" }');
  });

  it("is nothing where it is not there, is not clear, or the file is broken", () => {
    for (const found of [
      textOf("key-2"),
      textOf("key-9"),
      textOf("key-1", "wall"),
      textOf("key-1", "desk", "{"),
    ])
      expect(found).toBeUndefined();
  });
});

describe("the log's last lines", () => {
  it("are numbered, and not more than 300", () => {
    const tail = new LogTail();
    for (let number = 1; number <= 500; number += 1)
      tail.take(
        JSON.stringify({
          level: 40,
          time: "2026-01-15T09:00:00.000Z",
          device: "desk",
          msg: `line ${number}`,
        }),
      );
    expect(tail.lines()).toHaveLength(300);
    expect(tail.lines().at(-1)).toEqual({
      number: 500,
      wallMs: Date.UTC(2026, 0, 15, 9),
      level: "warning",
      text: "line 500 device=desk",
    });
  });

  it("reach the page without secrets", async () => {
    const log = [{ number: 1, wallMs: 0, level: "info", text: "the passcode is hunter2" }] as const;
    const rig = await startConsole({ log, secrets: { PASSCODE: "hunter2" } });
    const page = await connectPage(rig.console.url);
    page.say({ type: "follow", topics: ["log"] });
    const { lines } = await page.heard("log", ({ lines: all }) => all.length > 0);
    expect(lines[0]?.text).toContain("the passcode is");
    expect(lines[0]?.text).not.toContain("hunter2");
  });
});

describe.skipIf(!hasBrowser)("the pages Mapping and Health", { timeout: 60_000 }, () => {
  const browser = shareBrowser();

  it("lists keys that only look, and copies what the file says", async () => {
    const rig = await startConsole({ devices: DEVICES });
    await browser.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const { page, errors } = await browser.open(`${rig.console.url}/mapping`);
    await page.getByRole("combobox", { name: "Controls of" }).selectOption("desk");
    await page.locator(".bindings li", { hasText: "shows clinic" }).waitFor();
    await page.getByRole("button", { name: "Copy the binding of key-1" }).click();
    await page.getByText("Copied").waitFor();
    const copied = (await page.evaluate("navigator.clipboard.readText()")) as string;
    const [, own] = copied.split('"key-1":');
    expect(JSON.parse(own ?? "")).toEqual(DEVICES.desk.controls["key-1"]);
    expect(copied).toContain("\n");
    expect(errors).toEqual([]);
  });

  it("finds a line of the log", async () => {
    const log = [
      { number: 1, wallMs: 0, level: "info", text: "device open device=desk" },
      { number: 2, wallMs: 0, level: "warning", text: "server lost" },
    ] as const;
    const rig = await startConsole({ log });
    const { page } = await browser.open(`${rig.console.url}/health`);
    const lines = page.locator(".log li");
    await lines.nth(1).waitFor();
    expect(await lines.first().textContent()).toContain("server lost");
    await page.getByLabel("Search in the log").fill("DESK open");
    await page.locator(".log li", { hasText: "device=desk" }).waitFor();
    expect(await lines.count()).toBe(1);
    await page.getByLabel("Search in the log").fill("");
    await page.getByRole("button", { name: "Warnings and errors" }).click();
    await page.locator(".log li", { hasText: "server lost" }).waitFor();
    expect(await lines.count()).toBe(1);
  });

  it("says the reason of an outage once among the checks", async () => {
    const rig = await startConsole();
    await rig.simulator.close();
    const { page } = await browser.open(`${rig.console.url}/health`);
    await page.locator('.checks li[data-state="failed"]').first().waitFor();
    await page.getByText("nothing listens there").first().waitFor();
    const text = (await page.locator(".checks").textContent()) ?? "";
    expect(text.split("nothing listens there")).toHaveLength(2);
  });
});

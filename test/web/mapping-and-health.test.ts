import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { controlId, deviceId, peerId } from "../../src/base/identifiers.ts";
import { LogTail } from "../../src/cli/running/log-tail.ts";
import { MappingSource } from "../../src/web/mapping-source.ts";
import { until } from "../support/rig.ts";
import { hasBrowser, shareBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";
import { connectPage } from "./socket-client.ts";

const PEER = {
  id: peerId("web:1"),
  address: "127.0.0.1",
  reach: "same-machine",
  delivery: "stream",
} as const;

const DEVICES = {
  desk: {
    kind: "virtual",
    room: "clinic",
    controls: {
      "key-1": { tap: { do: "start", room: "clinic" }, look: "tally" },
      "key-2": { look: "tally", room: "clinic" },
    },
    pages: {
      more: { "key-3": { tap: { mark: "Later" } }, "key-4": { look: "ready" } },
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
    new MappingSource().textOf(file, { device, control });

  it("is its own text, of whichever page", () => {
    expect(textOf("key-1")).toBe('"key-1": { "tap": "start", /* always */ "look": "tally" }');
    expect(textOf("key-3")).toBe('"key-3": { "tap": "stop" }');
    const onPage = (control: string, page: string) =>
      new MappingSource().textOf(FILE, { device: "desk", control, page });
    expect(onPage("key-2", "more")).toBe('"key-2": {}');
    expect(onPage("key-2", "first")).toBe('"key-2": {}');
    expect(onPage("key-1", "more")).toBeUndefined();
  });

  it("stands as deep as its own lines are, and no deeper", () => {
    const file =
      '{\n  "devices": { "desk": { "controls": {\n    "key-1": {\n      "tap": "start"\n    }\n  } } }\n}';
    expect(textOf("key-1", "desk", file)).toBe('"key-1": {\n  "tap": "start"\n}');
  });

  it("is found in a device that stands in its room", () => {
    const file =
      '{ "rooms": { "exam-1": { "id": 1, "devices": { "desk": { "controls": { "key-1": {} } } } } } }';
    expect(textOf("key-1", "exam-1-desk", file)).toBe('"key-1": {}');
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

  it("lists every page of a panel, whichever it shows", async () => {
    const rig = await startConsole({ devices: DEVICES });
    const { page, errors } = await browser.open(`${rig.console.url}/mapping`);
    await page.getByRole("combobox", { name: "Controls of" }).selectOption("desk");
    const more = page.getByRole("region", { name: "Page more" });
    await more.locator("li", { hasText: "mark “Later” in clinic" }).waitFor();
    await more.locator("li", { hasText: "shows whether the site is ready" }).waitFor();
    expect(await page.getByRole("region", { name: "First page" }).locator("li").count()).toBe(2);
    expect(errors).toEqual([]);
  });

  it("learns a device: what is pressed is told and does nothing, until the page is left", async () => {
    const rig = await startConsole({ devices: DEVICES });
    const { page, errors } = await browser.open(`${rig.console.url}/mapping`);
    await page.getByRole("combobox", { name: "Controls of" }).selectOption("desk");
    await page.getByRole("button", { name: "Learn desk" }).click();
    await page.getByText("Press a control of desk.").waitFor();
    const press = () => {
      for (const kind of ["down", "up"] as const)
        rig.bridge.touch(deviceId("desk"), { kind, control: controlId("key-1") }, PEER);
    };
    press();
    const heard = page.getByRole("list", { name: "What came, newest first" }).locator("li");
    await heard.nth(1).waitFor();
    expect(await heard.allInnerTexts()).toEqual([
      expect.stringMatching(/key-1\s+key 1\s+button\s+released/),
      expect.stringMatching(/key-1\s+key 1\s+button\s+pressed/),
    ]);
    expect(await page.locator(".to-paste pre").textContent()).toContain('"look": "tally"');
    expect(rig.facts.filter(({ kind }) => kind === "press")).toEqual([]);
    await page.getByRole("link", { name: "Health" }).click();
    await until("the end", () => rig.facts.some((fact) => fact.kind === "lesson" && fact.state === "ended"));
    press();
    await until("the press", () => rig.facts.some(({ kind }) => kind === "press"));
    expect(errors).toEqual([]);
  });

  it("ends a lesson with its connection", async () => {
    const rig = await startConsole({ devices: DEVICES });
    const page = await connectPage(rig.console.url);
    await page.heard("devices", ({ devices }) => devices.some(({ state }) => state === "open"));
    page.say({ type: "learn", request: 1, device: "desk" });
    expect((await page.heard("answer")).isFine).toBe(true);
    page.close();
    await until("the end", () => rig.facts.some((fact) => fact.kind === "lesson" && fact.state === "ended"));
  });

  it("says the checks and what happened in the site's language, and saves it in English", async () => {
    const rig = await startConsole({ devices: DEVICES, extra: { language: "de" } });
    rig.bridge.touch(deviceId("desk"), { kind: "down", control: controlId("key-1") }, PEER);
    rig.bridge.touch(deviceId("desk"), { kind: "up", control: controlId("key-1") }, PEER);
    const { page } = await browser.open(`${rig.console.url}/health`);
    await page.locator(".checks li", { hasText: "alle Räume sind bekannt: 4" }).waitFor();
    await page.locator(".checks li", { hasText: "antwortet" }).first().waitFor();
    await rig.simulator.close();
    await page.locator(".checks li", { hasText: "antwortet nicht" }).first().waitFor();
    await page.getByText("Sie kommen mit dem Server zurück.").waitFor();
    await page.getByRole("link", { name: "Verlauf" }).click();
    await page.locator(".story", { hasText: "desk: tippen key-1" }).waitFor();
    const download = page.waitForEvent("download");
    await page.locator(".export button", { hasText: "CSV" }).click();
    expect(readFileSync(await (await download).path(), "utf8")).toContain("desk: tap key-1");
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
    await page.getByText("nothing listens there").first().waitFor({ state: "attached" });
    const text = (await page.locator(".checks").textContent()) ?? "";
    expect(text.split("nothing listens there")).toHaveLength(2);
  });
});

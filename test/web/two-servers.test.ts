import { describe, expect, onTestFinished, test } from "vitest";
import { deviceId } from "../../src/base/identifiers.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { parse, until } from "../support/rig.ts";
import { hasBrowser, shareBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";
import { connectPage } from "./socket-client.ts";

/** A console whose mapping has a second server, with one room and a tablet of its own. */
async function startTwo() {
  const created = await createSimulator({ rooms: 1 });
  if (!created.ok) throw new Error(created.failure.message);
  const south = created.value;
  onTestFinished(() => south.close());
  const rig = await startConsole();
  const account = { username: "panel-bridge", deadlineMs: 1000 };
  const text = JSON.stringify({
    servers: {
      north: { ...account, url: rig.simulator.url },
      south: { ...account, url: south.url },
    },
    rooms: { "interview-1": { server: "north", id: 1 }, studio: { server: "south", id: 1 } },
    devices: {
      desk: { kind: "virtual", model: "mk2", room: "interview-1" },
      wall: { kind: "virtual", model: "touch-page", room: "studio" },
    },
    timing: { activePollMs: 200, idlePollMs: 200, requestsPerSecond: 1000, freshMs: 600 },
  });
  rig.edit(text);
  await rig.bridge.adopt(parse(text));
  await until("both rooms", () => rig.bridge.status().rooms.every(({ knowledge }) => knowledge === "live"));
  return { ...rig, south };
}

test("a page is told which server a room is on, and which one is away", async () => {
  const rig = await startTwo();
  const page = await connectPage(rig.console.url);
  const { rooms } = await page.heard("rooms");
  expect(rooms.map(({ name, server }) => [name, server])).toEqual([
    ["interview-1", "north"],
    ["studio", "south"],
  ]);
  await rig.south.down();
  const { overview } = await page.heard("overview", (told) => told.overview.servers[1]?.state === "lost");
  expect(overview.servers.map(({ name, state }) => [name, state])).toEqual([
    ["north", "reachable"],
    ["south", "lost"],
  ]);
  const ofServers = overview.checks.filter(({ name }) => name === "Server");
  expect(ofServers.map(({ server, state }) => [server, state])).toEqual([
    ["north", "fine"],
    ["south", "failed"],
  ]);
  const metrics = await (await fetch(`${rig.console.url}/metrics`)).text();
  expect(metrics).toContain('valt_bridge_server_reachable{server="north"} 1');
  expect(metrics).toContain('valt_bridge_server_reachable{server="south"} 0');
});

describe.runIf(hasBrowser)("in a browser", () => {
  const browser = shareBrowser();

  test("the banner names the server that is away, and only rooms of it are not known", async () => {
    const rig = await startTwo();
    const { page, errors } = await browser.open(`${rig.console.url}/rooms`);
    await page.getByText("south · ").waitFor();
    await rig.south.down();
    await page.getByRole("alert").filter({ hasText: "south: " }).waitFor();
    await page.getByText("0 of 1 recording, 1 not known").waitFor();
    await page.locator('.room-row[data-knowledge="stale"]').waitFor();
    expect(await page.locator('.room-row[data-knowledge="live"]').count()).toBe(1);
    await page.getByRole("button", { name: /studio/ }).click();
    await page.getByRole("button", { name: "Start recording" }).waitFor();
    expect(await page.getByRole("button", { name: "Start recording" }).isDisabled()).toBe(true);
    // Nothing was seen to record there, so a mark would not be kept.
    expect(await page.getByRole("button", { name: "Mark" }).isDisabled()).toBe(true);
    expect(errors).toEqual([]);
  });

  test("a tablet of the other server's room shows no banner", async () => {
    const rig = await startTwo();
    const made = await rig.kiosks.make(deviceId("desk"), "press");
    if (!made.ok) throw new Error(made.failure);
    const { page } = await browser.open(`${rig.console.url}/kiosk?key=${made.value.key}`);
    await page.getByRole("button").first().waitFor();
    await rig.south.down();
    await until("the outage", () => rig.bridge.servers()[1]?.state === "lost");
    await rig.simulator.down();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("north: ");
    expect(await page.getByRole("alert").textContent()).not.toContain("south: ");
  });
});

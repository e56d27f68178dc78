import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { valtBridge } from "../cli/valt-bridge.ts";
import { openBoth, scratchFolder } from "./setting.ts";

/**
 * State folders as they were left by builds of earlier days, each killed while a mark waited; `formats-1` is of the first one
 * that wrote a format into every file.
 */
const BUILDS = ["0.1.0", "formats-1"];

function stateOf(build: string): { readonly home: string; readonly folder: string } {
  const home = scratchFolder();
  const folder = join(home, "valt-panel-bridge/default");
  cpSync(join(import.meta.dirname, "earlier-builds", build), folder, { recursive: true });
  return { home, folder };
}

test.each(BUILDS)("what build %s wrote is read on the command line", async (build) => {
  const { home } = stateOf(build);
  const asked = async (...words: string[]) =>
    (await valtBridge(["journal", ...words], { XDG_STATE_HOME: home }).ended).out;
  expect(await asked("verify")).toMatch(/^fine/m);
  const marks = await asked("marks");
  expect(marks).toMatch(/delivered .*interview-1 .*"Arrived"/);
  expect(marks).toMatch(/waiting .*clinic .*"Waits for delivery"/);
  const story = await asked("show");
  expect(story).toContain("the server answers start: accepted");
  expect(story).toContain('mark "Arrived" delivered');
});

test.each(BUILDS)("marks that waited in build %s are handed to this one", async (build) => {
  const { folder } = stateOf(build);
  const { ledger, close } = await openBoth({ folder });
  const { waiting } = await ledger.load();
  await close();
  expect(waiting.map(({ room, text }) => [room, text])).toEqual([["clinic", "Waits for delivery"]]);
});

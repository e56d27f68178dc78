import { Command } from "commander";
import { describe, expect, test, vi } from "vitest";
import { addJournalCommand } from "../../src/cli/commands/journal.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { markNamed, openBoth, rowsOf, scratchFolder } from "../journal/setting.ts";
import { mappingText, until } from "../support/rig.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

/** A ledger with one mark of every state, named after it. */
async function fillLedger(folder: string, server = "https://valt.example.com"): Promise<void> {
  const { ledger, close } = await openBoth({ folder });
  for (const id of ["waiting", "delivered", "refused", "settled"])
    await ledger.keep(markNamed(id, { server }));
  ledger.settle("delivered", "delivered", "");
  for (const id of ["refused", "settled"]) ledger.settle(id, "refused", "no such recording");
  ledger.settle("settled", "settled", "");
  await close();
}

/** What `journal marks` prints. */
async function list(folder: string, ...args: string[]): Promise<readonly string[]> {
  let out = "";
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const program = new Command("valt-bridge").exitOverride();
  addJournalCommand(program);
  await program.parseAsync(["node", "valt-bridge", "journal", "marks", "--folder", folder, ...args]);
  stdout.mockRestore();
  return out.trimEnd().split("\n");
}

describe("journal marks lists the ledger, whether or not a bridge runs", () => {
  test("in lines for people, a refused mark with its reason and where it belongs", async () => {
    const folder = scratchFolder();
    await fillLedger(folder);
    const lines = await list(folder);
    expect(lines.map((line) => line.split(" ")[0]).filter((word) => word !== "")).toEqual([
      "waiting",
      "delivered",
      "refused",
      "settled",
    ]);
    const at = lines.findIndex((line) => line.startsWith("refused"));
    expect(lines[at]).toMatch(
      /^refused +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}interview-1 at 0:00:12 {2}"text of refused" {2}by desk key-3$/,
    );
    expect(lines[at + 1]).toBe("           no such recording");
    expect(lines[at + 2]).toBe("           recording 616 on https://valt.example.com, id refused");
  });

  test("only those that are asked for, as lines of JSON or a table for a spreadsheet", async () => {
    const folder = scratchFolder();
    await fillLedger(folder);
    const [refused, ...others] = await list(folder, "--state", "refused", "--json");
    expect(others).toEqual([]);
    expect(JSON.parse(refused ?? "")).toMatchObject({
      state: "refused",
      room: "interview-1",
      recording: "616",
      timeSeconds: 12,
      pressed: "2026-02-02T02:40:00.000Z",
      ended: expect.stringMatching(/^\d{4}-/),
      why: "no such recording",
    });
    const [header, ...rows] = await list(folder, "--csv", "--room", "interview-1");
    expect(header).toMatch(/^state,pressed,room,recording,timeSeconds,text,/);
    expect(rows).toHaveLength(4);
    expect(await list(folder, "--csv", "--room", "elsewhere")).toEqual([header]);
  });
});

test("a refused mark of an earlier run is shown by status, settled in the running bridge, and on record", async () => {
  const { folder, write } = scratch();
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  const own = { XDG_RUNTIME_DIR: folder, STATE_DIRECTORY: folder };
  const state = `${folder}/default`;
  await fillLedger(state, created.value.url);
  const marks = async (...args: string[]) => valtBridge(["journal", "marks", ...args], own).ended;
  const lonely = await marks("--settle", "refused");
  expect([lonely.code, lonely.err]).toEqual([1, expect.stringContaining("no bridge is running here")]);

  const file = write("site.jsonc", mappingText(created.value.url));
  const bridge = valtBridge(["run", file, "--no-console"], own);
  const status = async (...args: string[]) => (await valtBridge(["status", ...args], own).ended).out;
  let told = "";
  await until(
    "the bridge",
    () => bridge.out().includes("logged in") || bridge.err().includes("logged in"),
    20_000,
  );
  for (let tries = 0; tries < 20 && !told.includes("REFUSED"); tries++) told = await status();
  expect(told).toContain(`marks    ${created.value.url}: `);
  expect(told).toMatch(/ 1 refused$/m);
  expect(told).toMatch(/^REFUSED {2}.*, interview-1 at 0:00:12: mark "text of refused", no such recording$/m);
  expect(JSON.parse(await status("--json")).marks.refused).toMatchObject([
    { id: "refused", text: "text of refused", device: "desk", recording: "616", why: "no such recording" },
  ]);

  const both = await marks("--settle", "refused", "unknown");
  expect(both.code).toBe(1);
  expect(both.out).toContain("settled refused");
  expect(both.err).toContain("no refused mark has the id unknown");
  expect(JSON.parse(await status("--json")).marks.refused).toEqual([]);
  bridge.process.kill("SIGTERM");
  await bridge.ended;
  await created.value.close();
  expect(await list(state, "--state", "refused")).toEqual(["no marks"]);
  expect(await list(state, "--state", "settled", "--json")).toHaveLength(2);
  expect(
    rowsOf(state)
      .filter(({ kind }) => kind === "mark")
      .at(-1),
  ).toMatchObject({
    author: expect.stringMatching(/ \(command line\)$/),
    body: expect.stringContaining('"result":"settled","text":"text of refused"'),
  });
}, 60_000);

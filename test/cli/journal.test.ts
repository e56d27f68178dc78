import { rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import { addJournalCommand } from "../../src/cli/commands/journal.ts";
import { stateFolder } from "../../src/cli/places/state-folder.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { HEAD_FILE } from "../../src/journal/head-file.ts";
import {
  cause,
  correlation,
  DESK,
  KEY,
  now,
  openBoth,
  ROOM,
  scratchFolder,
  tamper,
  writeJournal,
} from "../journal/setting.ts";

/** What the command prints, and how it ends. */
async function run(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  let [out, err] = ["", ""];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err += String(text);
    return true;
  });
  const program = new Command("valt-bridge").exitOverride();
  addJournalCommand(program);
  process.exitCode = 0;
  try {
    await program.parseAsync(["node", "valt-bridge", "journal", ...args]);
    return { out, err, code: Number(process.exitCode) };
  } finally {
    process.exitCode = 0;
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

async function journalWith(facts: readonly Fact[]): Promise<string> {
  const folder = scratchFolder();
  const { journal, close } = await openBoth({ folder });
  for (const fact of facts) journal.sink(fact);
  await close();
  return folder;
}

const lamp = { kind: "lamp", rgb: [255, 0, 0], blink: "steady" } as const;
const press = (): readonly Fact[] => [
  now({ kind: "action", cause, action: "start", room: ROOM, author: 12 }),
  now({ kind: "request", correlation, command: "start", room: ROOM }),
  now({ kind: "shown", device: DESK, control: KEY, frame: lamp }),
  now({ kind: "outcome", correlation, room: ROOM, outcome: { kind: "done", recording: recordingId(616) } }),
];

describe("journal show", () => {
  test("tells a press and all that came of it as one story", async () => {
    const { out, code } = await run("show", "--folder", await journalWith(press()));
    const lines = out.trimEnd().split("\n");
    expect(code).toBe(0);
    expect(lines[1]).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}desk key-3 \(tap\) by user 12 asks for start in/,
    );
    expect(lines[2]).toMatch(/^ {2} +\+\d+ ms {2}the server is asked to start interview-1$/);
    expect(lines[3]).toMatch(/^ {2} +~\d+ ms {2}desk key-3 shows #ff0000$/);
    expect(lines[4]).toMatch(/^ {2} +\+\d+ ms {2}outcome: done, recording 616$/);
    expect(lines).toHaveLength(6);
  });

  test("prints the rows that are asked for as lines of JSON", async () => {
    const folder = await journalWith(press());
    const { out } = await run("show", "--folder", folder, "--room", ROOM, "--json");
    const rows = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ kind }) => kind)).toEqual(["action", "request", "outcome"]);
    expect(rows[2]).toMatchObject({ correlation, room: ROOM, body: { kind: "done", recording: "616" } });
    const kinds = async (...filter: string[]) =>
      (await run("show", "--folder", folder, "--json", ...filter)).out.trimEnd().split("\n").length;
    expect(await kinds("--device", "desk")).toBe(2);
    expect(await kinds("--correlation", correlation)).toBe(3);
    expect(await kinds("--since", "1h")).toBe(6);
    expect((await run("show", "--folder", folder, "--json", "--until", "1h")).out).toBe("");
    expect((await run("show", "--folder", folder, "--json", "--since", "2100-01-01")).out).toBe("");
  });

  test("prints a table that a spreadsheet can read, without formulas", async () => {
    const device = now({
      kind: "mark",
      correlation,
      room: ROOM,
      result: "delivered",
      text: 'say "so", please',
    });
    const formula = now({
      kind: "action",
      cause: { ...cause, device: "=1+1" as never },
      action: "stop",
      room: ROOM,
    });
    const { out } = await run("show", "--folder", await journalWith([device, formula]), "--csv");
    const [header, , mark, action] = out.split("\n");
    expect(header).toBe("sequence,time,kind,correlation,device,room,author,body,run,atMs,hash");
    expect(mark).toContain(',"{""result"":""delivered"",""text"":""say \\""so\\"", please""}",');
    expect(action).toContain(`,"'=1+1",`);
  });
});

describe("journal verify", () => {
  test("ends well for a journal that is as it was written", async () => {
    const { out, code } = await run("verify", "--folder", await journalWith(press()));
    expect(out).toContain("rows     6\n");
    expect(out).toContain("fine: every row is as it was written, and none is missing");
    expect(code).toBe(0);
  });

  test("names every row that is not, and ends with 1", async () => {
    const folder = await journalWith(press());
    tamper(
      folder,
      "UPDATE facts SET device = 'door' WHERE sequence = 2",
      "DELETE FROM facts WHERE sequence >= 5",
    );
    const { out, code } = await run("verify", "--folder", folder);
    expect(out).toContain("error: row 2: not as written: edited, or moved to another place");
    expect(out).toContain("error: rows 5 to 6: missing at the end");
    expect(code).toBe(1);
    const { findings, ok } = JSON.parse((await run("verify", "--folder", folder, "--json")).out);
    expect([ok, findings.length]).toEqual([false, 2]);
  });

  test("is not content with a journal that itself tells of missing rows", async () => {
    const folder = await journalWith(press());
    tamper(folder, "DELETE FROM facts WHERE sequence >= 5");
    await writeJournal(folder, 2, "the next run");
    const { out, code } = await run("verify", "--folder", folder);
    expect(out).toContain('"kind":"rows-missing"');
    expect(out).toContain("error: the journal itself tells of what it lacks, in the rows above");
    expect(out).toContain("every row that is there is as it was written");
    expect(out).not.toContain("fine");
    expect(code).toBe(1);
    expect(JSON.parse((await run("verify", "--folder", folder, "--json")).out)).toMatchObject({
      ok: false,
      findings: [],
      remarks: [{ kind: "opened" }],
    });
  });

  test("vouches for no end without the head beside the journal", async () => {
    const folder = await journalWith(press());
    tamper(folder, "DELETE FROM facts WHERE sequence >= 5");
    rmSync(join(folder, HEAD_FILE));
    const { out, code } = await run("verify", "--folder", folder);
    expect(out).toContain("warning: there is no journal.head: nobody can say whether rows are missing");
    expect(out).not.toContain("none is missing");
    expect(code).toBe(0);
  });

  test("holds the journal against a head that was printed earlier", async () => {
    const folder = await journalWith(press());
    const head = (await run("head", "--folder", folder)).out.trim();
    expect(head).toMatch(/^6:[0-9a-f]{64}$/);
    expect((await run("verify", "--folder", folder, "--head", head)).code).toBe(0);
    const other = `6:${"0".repeat(64)}`;
    const { out, code } = await run("verify", "--folder", folder, "--head", other);
    expect(out).toContain("row 6: not the row that the head kept elsewhere stands for");
    expect(code).toBe(1);
  });

  test("of nothing says that there is none", async () => {
    const { err, code } = await run("verify", "--folder", scratchFolder());
    expect(err).toContain("the journal cannot be read: there is no");
    expect(code).toBe(1);
  });
});

test("the state folder is the service's, else the user's, with one folder for each instance", () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("STATE_DIRECTORY", "/var/lib/valt:/var/lib/more");
  expect(stateFolder("default")).toBe("/var/lib/valt/default");
  vi.stubEnv("STATE_DIRECTORY", undefined);
  vi.stubEnv("XDG_STATE_HOME", "/home/ivy/state");
  expect(stateFolder("lab")).toBe("/home/ivy/state/valt-panel-bridge/lab");
  vi.stubEnv("XDG_STATE_HOME", "relative");
  expect(stateFolder("lab")).toMatch(/\/\.local\/state\/valt-panel-bridge\/lab$/);
});

describe("journal show of pictures", () => {
  const picture = { kind: "image", widthPx: 1, heightPx: 1, rgb: Uint8Array.from([1, 2, 3]) } as const;
  const facts = () => [...press(), now({ kind: "shown", device: DESK, control: KEY, frame: picture })];

  test("leaves pictures out unless they are asked for", async () => {
    const folder = await journalWith(facts());
    expect((await run("show", "--folder", folder)).out).not.toContain("picture");
    expect((await run("show", "--folder", folder, "--pictures")).out).toContain("shows picture");
  });

  test("says that a room is unknown", async () => {
    const folder = await journalWith(facts());
    const { err, code } = await run("show", "--folder", folder, "--room", "interview-7");
    expect([err, code]).toEqual([`the journal has no room "interview-7" (did you mean "${ROOM}"?)\n`, 1]);
  });
});

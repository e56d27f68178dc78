import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { assignByPresses } from "../../src/cli/init/panels.ts";
import { readIds, wordsForRooms } from "../../src/cli/init/rooms.ts";
import type { DeviceHost, DeviceKind } from "../../src/driver/contract.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { openSurface, until, world } from "../support/rig.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/main.js");

async function startServer() {
  const created = await createSimulator({ rooms: 3 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  return created.value;
}

describe("init by options alone", () => {
  test("leads from an empty folder to a press that starts a recording", async () => {
    const beganMs = performance.now();
    const { url, world: rooms } = await startServer();
    const { folder } = scratch();
    const file = join(folder, "site.jsonc");
    const port = String(20_000 + Math.floor(Math.random() * 20_000));
    const made = valtBridge([
      ...["init", file, "--server", url, "--rooms", "1,3", "--no-panels"],
      ...["--add", `osc=127.0.0.1 ${port}`],
    ]);
    expect(await made.ended).toMatchObject({ code: 0 });
    const running = valtBridge(["run", file, "--no-console"], {
      XDG_STATE_HOME: folder,
      XDG_RUNTIME_DIR: folder,
    });
    await running.shows("logged in");
    const surface = await openSurface(Number(port));
    onTestFinished(() => surface.close());
    surface.send("/valt/room/interview-3/start");
    await until("the recording", () => rooms.rooms().find(({ id }) => id === 3)?.status === "recording");
    const tookMs = performance.now() - beganMs;
    console.log(`from an empty folder to a recording: ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(30_000);
  });

  test.each([
    ["a file that exists", ["--server", "URL"], "exists"],
    ["no server", [], "give --server"],
    ["a room that is not there", ["--server", "URL", "--rooms", "1,77"], "no room 77"],
    ["rooms that are no numbers", ["--server", "URL", "--rooms", "two"], "names no rooms"],
    ["a panel that is not there", ["--server", "URL", "--panel", "none-such=1"], "no such panel"],
    ["nobody to say that clear text is meant", ["--server", "http://192.0.2.1"], "give --clear-text"],
  ])("writes nothing after %s", async (why, words, text) => {
    const { url } = await startServer();
    const { folder, write } = scratch();
    const file = why === "a file that exists" ? write("site.jsonc", "mine") : join(folder, "site.jsonc");
    const { code, err } = await valtBridge([
      "init",
      file,
      ...words.map((word) => (word === "URL" ? url : word)),
    ]).ended;
    expect(err).toContain(text);
    expect(code).not.toBe(0);
    expect(existsSync(file) && readFileSync(file, "utf8")).toBe(why === "a file that exists" && "mine");
  });
});

test("init takes several addresses of one server", async () => {
  const { url } = await startServer();
  const file = join(scratch().folder, "site.jsonc");
  const second = url.replace("127.0.0.1", "localhost");
  const several = ["--server", `${url}, ${second}`];
  const made = valtBridge(["init", file, ...several, "--rooms", "1", "--no-panels", "--add", "virtual"]);
  expect(await made.ended).toMatchObject({ code: 0 });
  expect(JSON.stringify(parse(readFileSync(file, "utf8")))).toContain(
    JSON.stringify({ url: [url, second] }).slice(1, -1),
  );
});

describe.skipIf(!existsSync("/usr/bin/script"))("init with questions, on a pseudo-terminal", () => {
  test("asks for what is needed, hides the password, and keeps it where only its user reads it", async () => {
    const { url } = await startServer();
    const { folder } = scratch();
    const terminal = openTerminal(folder, "init site.jsonc");
    await terminal.answer("Address of the VALT server", url);
    await terminal.answer("Account of the VALT API", "");
    await terminal.answer("Password of panel-bridge", "simulator");
    await terminal.answer("Which rooms", "1-2");
    await terminal.answer("control system", "");
    await terminal.answer("touch page", "y");
    await terminal.answer("Keep the password", "y");
    await terminal.shows("valt-bridge service site.jsonc");
    expect(terminal.text()).toContain("VALT_PASSWORD_FILE=valt-password valt-bridge run site.jsonc");
    expect(terminal.text()).not.toContain("simulator\r");
    expect(statSync(join(folder, "valt-password")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, "site.jsonc"), "utf8")).toContain(
      '"interview-2": { "id": 2, "serverName": "Interview 2", "label": "Interview 2" }',
    );
  });
});

function openTerminal(folder: string, words: string) {
  const { VALT_PASSWORD: _, ...environment } = process.env;
  const child = spawn("script", ["-qfec", `${process.execPath} ${MAIN} ${words}`, "/dev/null"], {
    cwd: folder,
    env: { ...environment, NO_COLOR: "1", TERM: "dumb" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const shows = (text: string) => until(`"${text}" in: ${said}`, () => said.includes(text), 15_000);
  return {
    text: () => said,
    shows,
    async answer(question: string, line: string) {
      await shows(question);
      child.stdin.write(`${line}\r`);
    },
  };
}

describe("a press tells which panel is in which room", () => {
  const rooms = wordsForRooms([
    { id: 1, name: "Exam 1" },
    { id: 2, name: "Exam 2" },
    { id: 3, name: "Exam 3" },
  ]);

  test("one that has none is passed over, and one panel may serve several", async () => {
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    onTestFinished(() => void vi.restoreAllMocks());
    const hosts: DeviceHost[] = [];
    const [virtual] = world.kinds.filter(({ kind }) => kind === "virtual");
    const kind = {
      ...virtual,
      discover: async () =>
        ["A", "B"].map((id) => ({ productName: `Deck ${id}`, settings: { model: "mini" } })),
      open: async ({ host }: { readonly host: DeviceHost }) => {
        hosts.push(host);
        return { ok: true, value: { productName: "Deck", close: async () => undefined } };
      },
    } as unknown as DeviceKind;
    const asked: string[] = [];
    const press = (index: number) => hosts[index]?.emit({ kind: "down", control: "key-1" } as never);
    const answers = [() => press(1), () => "enter", () => press(1)];
    const assigned = await assignByPresses(
      rooms,
      {
        race: async (text: string, pressed: Promise<unknown>) => {
          asked.push(text);
          return answers[asked.length - 1]?.() === "enter" ? "" : pressed;
        },
      } as never,
      { loadVocabulary: async () => ({ kinds: [kind] }), signal: new AbortController().signal } as never,
    );
    expect([...assigned].map(([{ name }, served]) => [name, served.map(({ word }) => word)])).toEqual([
      ["deck-b", ["exam-1", "exam-3"]],
    ]);
    expect(asked[1]).toContain("Press a key on the panel for Exam 2");
  });
});

test("rooms get words that a mapping can have, each once", () => {
  const names = ["Exam 1", "Examen Général", "exam-1", "第一室", "Sim (Ward)"];
  expect(wordsForRooms(names.map((name, id) => ({ id, name }))).map(({ word }) => word)).toEqual([
    "exam-1",
    "examen-general",
    "exam-1-2",
    "room-3",
    "sim-ward",
  ]);
});

test.each([
  ["1,3-5", [1, 3, 4, 5]],
  [" 7 ", [7]],
  ["5-3", []],
  ["1,", undefined],
  ["a", undefined],
])("the numbers in %j", (text, ids) => {
  expect(readIds(text)).toEqual(ids);
});

import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText, until } from "../support/rig.ts";
import { command } from "./in-process.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/main.js");
const RECORDINGS = join(import.meta.dirname, "../recordings");

test("--version tells the package and its version", async () => {
  const { code, out } = await command(["--version"]);
  expect([code, out]).toEqual([0, expect.stringMatching(/^valt-panel-bridge \d+\.\d+\.\d+\n$/)]);
});

test.each([
  [["statsu"], 2, 'there is no command "statsu" (did you mean "status"?)'],
  [["nonsense"], 2, 'there is no command "nonsense" (valt-bridge --help lists them)'],
  [["check", "--bogus"], 2, "error: unknown option '--bogus'\n(--help tells what there is)"],
  [["check", "none.jsonc"], 3, "none.jsonc:1:1: error: the file is not there"],
  [["replay", "none.jsonl"], 2, "none.jsonl is not there"],
  [["simulate", "--port", "99999"], 2, "a port is a number up to 65535"],
  [["simulate", "--rooms", "9999999"], 2, "at most 5000 rooms"],
  [["simulate", "--rooms", "Exam {n}"], 2, "a number of rooms, or their ids and a name"],
])("%j ends with %i and one sentence: %s", async (args, code, sentence) => {
  const ended = await command(args);
  expect(ended.code).toBe(code);
  expect(ended.err).toContain(sentence);
  expect(ended.err).not.toContain("    at ");
  expect(ended.err.trim().split("\n").length).toBeLessThan(4);
});

test("simulate has rooms by their ids and names", async () => {
  const simulator = valtBridge([
    "simulate",
    "--port",
    "0",
    "--control-port",
    "0",
    "--rooms",
    "101-103,Exam {n}",
  ]);
  await simulator.shows("control API");
  const control = /control API: (\S+)/.exec(simulator.out())?.[1] ?? "";
  const { rooms } = (await (await fetch(control)).json()) as { rooms: { id: number; name: string }[] };
  expect(rooms.map(({ id, name }) => `${id} ${name}`)).toEqual([
    "101 Exam 101",
    "102 Exam 102",
    "103 Exam 103",
  ]);
});

test("a recording of room 101 replays anywhere", async () => {
  const text = readFileSync(join(RECORDINGS, "osc/touchosc-start-and-stop.jsonl"), "utf8");
  const [header = "", ...lines] = text.split("\n");
  const rooms = { "interview-1": { id: 101, serverName: "Exam 101" }, "interview-2": 102 };
  const moved = [JSON.stringify({ ...JSON.parse(header), rooms }), ...lines].join("\n");
  const { code, out, err } = await command([
    "replay",
    scratch().write("moved.jsonl", moved),
    "--speed",
    "20",
  ]);
  expect(`${out}${err}`).toContain("The server was asked the same as then.");
  expect(code).toBe(0);
});

test("status finds a demo, fits 80 columns and tells of an edit with errors; 22 devices warn of no listeners", async () => {
  const created = await createSimulator({ rooms: 2, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const { folder, write } = scratch();
  const environment = { XDG_RUNTIME_DIR: "", XDG_STATE_HOME: folder };
  const panels = Object.fromEntries(
    Array.from({ length: 22 }, (_, index) => [
      `panel-number-${index}`,
      { kind: "virtual", room: "interview-1" },
    ]),
  );
  const decks = {
    "the-deck": { kind: "stream-deck", serialNumber: "NOT-HERE", model: "xl", room: "interview-1" },
  };
  const mapping = JSON.stringify({
    ...JSON.parse(mappingText(created.value.url)),
    devices: { ...panels, ...decks },
  });
  const file = write("mapping.jsonc", mapping);
  const bridge = valtBridge(["run", file, "--instance", "demo", "--no-console"], environment);
  await bridge.shows("panel-number-21");
  await bridge.shows("No Stream Deck with serial number NOT-HERE");
  write("mapping.jsonc", mapping.replace('"virtual"', '"virtaul"'));
  await bridge.shows("the running one stays");
  const { code, out } = await command(["status"], environment);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^EDITED {3}the mapping has errors, the former one runs: .*"virtaul" is not known here/m,
  );
  const table = out.slice(out.indexOf("ROOM"));
  expect(table).toContain("the-deck");
  expect(table).toMatch(/^ {2}No Stream Deck with serial number NOT-HERE/m);
  expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(bridge.err()).not.toContain("MaxListenersExceededWarning");
});

test("the log for systemd's journal is text with its levels", async () => {
  const { folder, write } = scratch();
  const file = write("mapping.jsonc", mappingText("http://127.0.0.1:1"));
  const log = join(folder, "log");
  const descriptor = openSync(log, "w");
  const { dev, ino } = fstatSync(descriptor);
  const env = {
    ...process.env,
    VALT_PASSWORD: "simulator",
    XDG_STATE_HOME: folder,
    XDG_RUNTIME_DIR: "",
    JOURNAL_STREAM: `${dev}:${ino}`,
  };
  const bridge = spawn(process.execPath, [MAIN, "run", file, "--no-console"], {
    env,
    stdio: ["ignore", "ignore", descriptor],
  });
  onTestFinished(() => void bridge.kill("SIGKILL"));
  closeSync(descriptor);
  const lines = () => readFileSync(log, "utf8").split("\n").filter(Boolean);
  await until("a warning", () => lines().some((line) => /^<[34]>/.test(line)));
  expect(lines().filter((line) => !/^<[3467]>\S/.test(line))).toEqual([]);
});

test.runIf(existsSync("/bin/bash"))(
  "completion for bash completes commands, options and choices",
  async () => {
    const { out } = await command(["completion", "bash"]);
    const complete = (...words: readonly string[]) => {
      const script = `${out}\nCOMP_WORDS=(${words.map((word) => `"${word}"`).join(" ")}); COMP_CWORD=${words.length - 1}; _valt_bridge; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync("bash", ["-c", script], { encoding: "utf8", cwd: "/" }).trim().split("\n");
    };
    expect(complete("valt-bridge", "sta")).toEqual(["status"]);
    expect(complete("valt-bridge", "journal", "s")).toEqual(["show"]);
    expect(complete("valt-bridge", "journal", "show", "--ro")).toEqual(["--room"]);
    expect(complete("valt-bridge", "completion", "p")).toEqual(["powershell"]);
    expect(complete("valt-bridge", "check", "--st")).toEqual(["--strict"]);
  },
);

test.each([
  ["zsh", "#compdef valt-bridge"],
  ["fish", 'complete -c valt-bridge -f -n "__fish_use_subcommand" -a status'],
  ["powershell", "Register-ArgumentCompleter -Native -CommandName valt-bridge"],
])("completion for %s is printed", async (shell, line) => {
  const { code, out } = await command(["completion", shell]);
  expect(code).toBe(0);
  expect(out).toContain(line);
});

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { scratch } from "../cli/valt-bridge.ts";
import { startListener } from "../support/lines.ts";

const protocol = readFileSync(join(import.meta.dirname, "../../devices/serial/PROTOCOL.md"), "utf8");
const [ONE_ROOM = "", MANY_ROOMS = ""] = [...protocol.matchAll(/```lua\n(.*?)```/gs)].map(
  ([, script]) => script,
);
const LUA = ["lua5.3", "lua5.4", "lua"].find((name) => spawnSync(name, ["-v"]).status === 0);
const THREE_ROOMS = '{ "exam-1", "exam-2", "exam-3" }';

test.skipIf(LUA === undefined).each([
  { script: ONE_ROOM, of: 'room = "4"', is: 'room = "1"' },
  { script: ONE_ROOM, of: 'room = "4"', is: 'room = "interview-1"' },
  { script: MANY_ROOMS, of: THREE_ROOMS, is: '{ "interview-1", "interview-2" }', rooms: "2" },
])(
  "the script for a Core with $is drives a room and shows what it does (skipped where there is no Lua)",
  async ({ script = "", of, is, rooms = "" }) => {
    expect(script).toContain(of);
    const file = scratch().write(
      "core-script.lua",
      script.replace(of, is).replace('passcode = ""', 'passcode = "two words"'),
    );
    const { port } = await startListener(
      { passcodeFrom: "RACK_PASSCODE" },
      { secrets: { RACK_PASSCODE: "two words" } },
    );
    const line = connect(port, "127.0.0.1");
    const core = spawn(LUA ?? "", [join(import.meta.dirname, "core.lua"), file, rooms]);
    onTestFinished(() => {
      line.destroy();
      core.kill();
    });
    line.pipe(core.stdin);
    core.stdout.pipe(line);
    // The script ends before the line does.
    core.stdin.on("error", () => undefined);
    const [shown] = await Promise.all([text(core.stderr), once(core, "exit")]);
    expect(shown.trim()).toMatch(/^dark IDLE .*\blit RECORDING\b.* dark IDLE$/);
  },
);

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
const LUA = ["lua5.3", "lua5.4", "lua"].find((name) => spawnSync(name, ["-v"]).status === 0);

test.skipIf(LUA === undefined).each(["1", "interview-1"])(
  "the script for a Core drives room %s and shows what it does (skipped where there is no Lua)",
  async (room) => {
    const [, script = ""] = /```lua\n(.*?)```/s.exec(protocol) ?? [];
    const file = scratch().write(
      "core-script.lua",
      script.replace('local room = "4"', `local room = "${room}"`),
    );
    const { port } = await startListener();
    const line = connect(port, "127.0.0.1");
    const core = spawn(LUA ?? "", [join(import.meta.dirname, "core.lua"), file]);
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

import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lockFolder } from "../../src/cli/instance-lock.ts";
import { type BridgeProcess, createMachine } from "./bridge-process.ts";
import { scratch } from "./valt-bridge.ts";

const REFUSED = { code: 1, signal: null };

async function expectRefusal(second: BridgeProcess): Promise<void> {
  expect(await second.serves()).toBe(false);
  expect(await second.ended()).toEqual(REFUSED);
  expect(second.said()).toContain("running already");
}

test("of bridges that are started together, one lives", async () => {
  const machine = await createMachine();
  const bridges = await Promise.all([machine.run(), machine.run(), machine.run()]);
  const serving = await Promise.all(bridges.map((bridge) => bridge.serves()));
  expect(serving.toSorted()).toEqual([false, false, true]);
});

test("a bridge that is stopped keeps its place, and one that is killed does not", async () => {
  const machine = await createMachine();
  const first = await machine.run();
  await first.serves();
  first.child.kill("SIGSTOP");
  await expectRefusal(await machine.run());
  expect(existsSync(first.statusAddress)).toBe(true);
  first.child.kill("SIGKILL");
  await first.ended();
  expect(await (await machine.run()).serves()).toBe(true);
});

test("two bridges never share a state folder, wherever they can be asked", async () => {
  const machine = await createMachine();
  await (await machine.run()).serves();
  await expectRefusal(await machine.run({ runtime: "elsewhere" }));
});

test("somebody else at the place of the status is named, and the bridge works without", async () => {
  const machine = await createMachine();
  mkdirSync(join(machine.folder, "run"));
  const place = join(machine.folder, "run", `valt-bridge-${userInfo().username}-default.sock`);
  const stranger = createServer((socket) => socket.on("error", () => undefined).end("220 welcome\r\n"));
  await new Promise<void>((resolve) => stranger.listen(place, resolve));
  onTestFinished(() => void stranger.close());
  const bridge = await machine.run();
  expect(await bridge.serves()).toBe(true);
  expect(bridge.said()).toContain(`somebody listens at ${place} who does not answer as a bridge does`);
});

test("a folder is one folder, whatever links lead to it, also before it is made", async () => {
  const { folder } = scratch();
  symlinkSync(folder, `${folder}-link`);
  const lock = await lockFolder(join(folder, "state", "default"));
  expect(await lockFolder(join(`${folder}-link`, "state", "default"))).toEqual({ kind: "taken" });
  expect(await lockFolder(join(folder, "state", "other"))).toMatchObject({ kind: "held" });
  if (lock.kind === "held") lock.release();
});

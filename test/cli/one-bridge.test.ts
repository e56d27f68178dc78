import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lockFolder } from "../../src/cli/places/instance-lock.ts";
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
  const other = await lockFolder(join(folder, "state", "other"));
  expect([lock.kind, other.kind]).toEqual(["held", "held"]);
  for (const one of [lock, other]) if (one.kind === "held") one.release();
});

test("of many that want a folder at once one gets it, again and again", async () => {
  const folder = join(scratch().folder, "state");
  for (let round = 0; round < 20; round++) {
    const locks = await Promise.all(Array.from({ length: 8 }, () => lockFolder(folder)));
    const held = locks.flatMap((lock) => (lock.kind === "held" ? [lock] : []));
    expect(locks.filter(({ kind }) => kind !== "taken")).toHaveLength(1);
    expect(readdirSync(join(folder, "lock"))).toHaveLength(1);
    for (const lock of held) lock.release();
  }
});

test("a folder with a long name, and one that is there for everybody, are locked too", async () => {
  const { folder } = scratch();
  const long = join(folder, "x".repeat(120));
  const lock = await lockFolder(long);
  expect([lock.kind, await lockFolder(long)]).toEqual(["held", { kind: "taken" }]);
  if (lock.kind === "held") lock.release();
  mkdirSync(join(folder, "open", "lock"), { recursive: true });
  chmodSync(join(folder, "open", "lock"), 0o777);
  const closed = await lockFolder(join(folder, "open"));
  expect(statSync(join(folder, "open", "lock")).mode & 0o777).toBe(0o700);
  if (closed.kind === "held") closed.release();
});

test("a lock that cannot be had is no reason not to start, and says why", async () => {
  const { write } = scratch();
  expect(await lockFolder(write("file", ""))).toMatchObject({
    kind: "unknown",
    why: expect.stringContaining("ENOTDIR"),
  });
});

test("a slow process does not take a number that somebody has had before it", async () => {
  const folder = join(scratch().folder, "state");
  const first = await lockFolder(folder);
  if (first.kind === "held") first.release();
  const second = await lockFolder(folder);
  expect(readdirSync(join(folder, "lock"))).toEqual(["2"]);
  if (second.kind === "held") second.release();
});

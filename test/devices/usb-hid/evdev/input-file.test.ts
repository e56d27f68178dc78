import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { readInputEvents } from "../../../../devices/usb-hid/evdev/input-event.ts";
import { type InputFileTools, openInputFile } from "../../../../devices/usb-hid/evdev/input-file.ts";
import { type InputKernel, loadInputKernel } from "../../../../devices/usb-hid/evdev/kernel.ts";
import { createPolledReadiness, createTimedReadiness } from "../../../../devices/usb-hid/evdev/readiness.ts";
import { createFakeClock } from "../../../support/fake-clock.ts";
import { key, packet } from "./records.ts";

const F13 = 183;
const kernel = await realKernel();

async function realKernel(): Promise<InputKernel> {
  const loaded = await loadInputKernel();
  if (!loaded.ok) throw new Error(loaded.failure);
  return loaded.value;
}

const until = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 10_000, interval: 4 });

/** A pipe with a name is a file that may be waited for and is empty now and then, as an event file is. */
function openPipe() {
  const path = scratch("event");
  execFileSync("mkfifo", [path]);
  const writer = openSync(path, "r+");
  onTestFinished(() => closeSync(writer));
  return { path, type: (...bytes: readonly Uint8Array[]) => bytes.map((one) => writeSync(writer, one)) };
}

function scratch(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "valt-bridge-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

async function openAt(path: string, changes: Partial<InputFileTools> = {}) {
  const warnings: string[] = [];
  const handle = await openInputFile(path, {
    kernel,
    why: "",
    readiness: createPolledReadiness(kernel),
    grab: "off",
    recordBytes: 24,
    clock: createFakeClock(),
    warn: (message) => warnings.push(message),
    ...changes,
  });
  onTestFinished(() => handle.close());
  const reports: Uint8Array[] = [];
  const failures: string[] = [];
  handle.listen({ report: (bytes) => reports.push(bytes), failed: (reason) => failures.push(reason) });
  const told = () =>
    reports.map((report) =>
      readInputEvents(report).map(({ type, code, value }) => `${type} ${code} ${value}`),
    );
  return { handle, reports, failures, told, warnings };
}

const EMPTY_STATE = ["0 3 0", "0 0 0"];

describe.each([
  ["waited for in a thread", () => createPolledReadiness(kernel)],
  ["looked at now and then", () => createTimedReadiness()],
])("an input file %s", (_, createReadiness) => {
  test("tells its state first, then packet by packet, also those that come in pieces", async () => {
    const pipe = openPipe();
    const { told } = await openAt(pipe.path, { readiness: createReadiness() });
    await until(() => told().length === 1);
    expect(told()).toEqual([EMPTY_STATE]);
    const press = packet(key(F13, 1));
    pipe.type(press.subarray(0, 30));
    pipe.type(press.subarray(30), packet(key(F13, 0)));
    await until(() => told().length === 3);
    expect(told().slice(1)).toEqual([
      [`1 ${F13} 1`, "0 0 0"],
      [`1 ${F13} 0`, "0 0 0"],
    ]);
  });

  test("is closed while it is waited for, tells nothing afterwards, and may be closed again", async () => {
    const pipe = openPipe();
    const { handle, told, failures } = await openAt(pipe.path, { readiness: createReadiness() });
    await until(() => told().length === 1);
    await handle.close();
    await handle.close();
    pipe.type(packet(key(F13, 1)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([told().length, failures]).toEqual([1, []]);
  });

  test("that ends is gone, once", async () => {
    const path = scratch("event");
    writeFileSync(path, Buffer.concat([packet(key(F13, 1)), packet(key(F13, 0))]));
    const { told, failures } = await openAt(path, { readiness: createReadiness() });
    await until(() => failures.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(failures).toEqual(["it was closed"]);
    expect(told()).toHaveLength(3);
  });
});

test("many files share one wait, and each hears only its own", async () => {
  const readiness = createPolledReadiness(kernel);
  const pipes = Array.from({ length: 6 }, openPipe);
  const files = await Promise.all(pipes.map(({ path }) => openAt(path, { readiness })));
  for (const [index, pipe] of pipes.entries()) pipe.type(packet(key(index + 1, 1)));
  await until(() => files.every(({ told }) => told().length === 2));
  expect(files.map(({ told }) => told()[1]?.[0])).toEqual([1, 2, 3, 4, 5, 6].map((code) => `1 ${code} 1`));
  await files[2]?.handle.close();
  pipes[3]?.type(packet(key(99, 1)));
  await until(() => files[3]?.told().length === 3);
});

test("a wait that fails is not the end of the file", async () => {
  const broken = { ...kernel, awaitReadable: () => Promise.reject(new Error("too many calls")) };
  const pipe = openPipe();
  const { told } = await openAt(pipe.path, { readiness: createPolledReadiness(broken) });
  pipe.type(packet(key(F13, 1)));
  await until(() => told().length === 2);
});

test("a 32-bit machine's records become the same reports", async () => {
  const pipe = openPipe();
  const { told } = await openAt(pipe.path, { recordBytes: 16 });
  pipe.type(Buffer.from("3b9d216754d608000100b70001000000" + "3b9d216754d608000000000000000000", "hex"));
  await until(() => told().length === 2);
  expect(told()[1]).toEqual([`1 ${F13} 1`, "0 0 0"]);
});

describe("keys that cannot be kept from others", () => {
  test("keep the file from being opened where that is required, and say what to do", async () => {
    const { path } = openPipe();
    await expect(openAt(path, { grab: "required" })).rejects.toThrow(
      /cannot be kept to the bridge.*login console.*"preferred"/,
    );
    await expect(openAt(path, { grab: "required", kernel: undefined, why: "no koffi here" })).rejects.toThrow(
      "no koffi here",
    );
  });

  test("are warned of once where that is only preferred", async () => {
    const { warnings } = await openAt(openPipe().path, { grab: "preferred" });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("they also reach a login console or a desktop");
  });

  test("of a file that another program has grabbed would never arrive: it is not opened", async () => {
    const taken = { ...kernel, grab: () => "taken" as const };
    await expect(openAt(openPipe().path, { grab: "preferred", kernel: taken })).rejects.toThrow(
      "is grabbed by another program",
    );
  });
});

describe("a key that is down when the file is opened", () => {
  const held = () => {
    const bitmap = new Uint8Array(96);
    bitmap[22] = 0x80;
    return bitmap;
  };
  const rig = (bitmap: Uint8Array) => {
    const deeds: string[] = [];
    const watched: InputKernel = {
      ...kernel,
      useMonotonicClock: () => deeds.push("monotonic") > 0,
      keysDown: () => Uint8Array.from(bitmap),
      grab() {
        deeds.push("grabbed");
        return "grabbed";
      },
    };
    const clock = createFakeClock();
    return {
      deeds,
      clock,
      open: (path: string) => openAt(path, { grab: "required", kernel: watched, clock }),
    };
  };

  test("is waited for: only then is it taken away, and nobody else holds it for ever", async () => {
    const bitmap = held();
    const { deeds, clock, open } = rig(bitmap);
    const opening = open(openPipe().path);
    await until(() => deeds.length > 0);
    await clock.advance(500);
    expect(deeds).toEqual(["monotonic"]);
    bitmap.fill(0);
    await clock.advance(40);
    const { told, warnings } = await opening;
    await until(() => told().length === 1);
    expect([deeds, told(), warnings]).toEqual([["monotonic", "grabbed"], [EMPTY_STATE], []]);
  });

  test("and stays down is taken away after 3 s, with a warning", async () => {
    const { deeds, clock, open } = rig(held());
    const opening = open(openPipe().path);
    await until(() => deeds.length > 0);
    await clock.advance(3100);
    const { told, warnings } = await opening;
    await until(() => told().length === 1);
    expect(deeds).toEqual(["monotonic", "grabbed"]);
    expect(told()).toEqual([["0 3 0", `1 ${F13} 1`, "0 0 0"]]);
    expect(warnings[0]).toContain("is down: the rest of the computer takes it for held");
  });

  test("what was typed before the grab is none of ours", async () => {
    const { open } = rig(new Uint8Array(96));
    const pipe = openPipe();
    pipe.type(packet(key(F13, 1)), packet(key(F13, 0)));
    const { told } = await open(pipe.path);
    await until(() => told().length === 1);
    pipe.type(packet(key(30, 1)));
    await until(() => told().length === 2);
    expect(told()).toEqual([EMPTY_STATE, ["1 30 1", "0 0 0"]]);
  });

  test("the state's time is of the clock that the records carry", async () => {
    const clock = createFakeClock();
    for (const isMonotonic of [true, false]) {
      const path = openPipe().path;
      const { reports, told } = await openAt(path, {
        clock,
        kernel: { ...kernel, useMonotonicClock: () => isMonotonic },
      });
      await until(() => told().length === 1);
      const expected = isMonotonic ? clock.monotonicMs() : clock.wallMs();
      expect(readInputEvents(reports[0]!)[0]?.atMs).toBeCloseTo(expected, 2);
    }
  });
});

test("keys found down are told in the state", async () => {
  const bitmap = new Uint8Array(96);
  bitmap[22] = 0x80;
  const { told } = await openAt(openPipe().path, { kernel: { ...kernel, keysDown: () => bitmap } });
  await until(() => told().length === 1);
  expect(told()).toEqual([["0 3 0", `1 ${F13} 1`, "0 0 0"]]);
});

test("what goes down between opening and listening is pressed, not held", async () => {
  const bitmap = new Uint8Array(96);
  const pipe = openPipe();
  const opening = openAt(pipe.path, { kernel: { ...kernel, keysDown: () => Uint8Array.from(bitmap) } });
  const { told } = await opening;
  bitmap[22] = 0x80;
  pipe.type(packet(key(F13, 1)));
  await until(() => told().length === 2);
  expect(told()).toEqual([EMPTY_STATE, [`1 ${F13} 1`, "0 0 0"]]);
});

test("a lamp is written as the kernel reads it, and nothing but lamps is written", async () => {
  // What is written into a pipe that was opened both ways comes back.
  const { handle, told } = await openAt(openPipe().path);
  await handle.write(Uint8Array.of(0, 17, 1, 1));
  await handle.write(Uint8Array.of(0, 4, 1, 0x80, 1));
  await until(() => told().length === 3);
  expect(told().slice(1)).toEqual([
    ["17 1 1", "0 0 0"],
    ["4 1 384", "0 0 0"],
  ]);
  for (const report of [[0], [0, 1, 30, 1], [0, 17, 16, 1], [0, 4, 2, 1], [0, 17, 1, 1, 2, 3, 4, 5]])
    await expect(handle.write(Uint8Array.from(report))).rejects.toThrow("[type, code, value]");
});

test("what is not there says so in the system's words", async () => {
  await expect(openAt(scratch("none"))).rejects.toThrow("ENOENT");
});

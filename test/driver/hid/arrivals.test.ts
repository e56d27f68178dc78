import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { watchArrivals } from "../../../src/driver/hid/arrivals.ts";

// A folder stands for /dev: its files come and go as device files do.
const LONGER_THAN_IT_SETTLES_MS = 500;

let folder: string;
let stopping: AbortController;
const arrived = vi.fn();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "arrivals-"));
  stopping = new AbortController();
  arrived.mockClear();
});

afterEach(() => {
  stopping.abort();
  rmSync(folder, { recursive: true, force: true });
});

function appear(name: string): void {
  writeFileSync(join(folder, name), "");
}

describe("watching for arrivals", () => {
  test("tells once of a device whose file appears, and is changed by udev", async () => {
    watchArrivals(arrived, stopping.signal, folder);
    appear("hidraw3");
    await pause(50);
    appear("hidraw3");
    await vi.waitFor(() => expect(arrived).toHaveBeenCalled(), 3000);
    await pause(LONGER_THAN_IT_SETTLES_MS);
    expect(arrived).toHaveBeenCalledTimes(1);
  });

  test("tells of nothing else that appears, nor of a device that goes", async () => {
    appear("hidraw3");
    watchArrivals(arrived, stopping.signal, folder);
    appear("ttyUSB0");
    unlinkSync(join(folder, "hidraw3"));
    await pause(LONGER_THAN_IT_SETTLES_MS);
    expect(arrived).not.toHaveBeenCalled();
  });

  test("tells of nothing once it was stopped, even of what had just appeared", async () => {
    watchArrivals(arrived, stopping.signal, folder);
    appear("hidraw3");
    await pause(50);
    stopping.abort();
    appear("hidraw4");
    await pause(LONGER_THAN_IT_SETTLES_MS);
    expect(arrived).not.toHaveBeenCalled();
  });

  test("is no trouble where there is no such folder", () => {
    expect(() => watchArrivals(arrived, stopping.signal, join(folder, "missing"))).not.toThrow();
  });
});

// A simulated VALT and the bridge on emulated USB devices: what the tests of node-hid share.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Program } from "./program.mjs";

const startMs = performance.now();

export function say(text) {
  console.log(`${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}

/** `devices` as a mapping has them; the rooms are interview-1 and interview-2. */
export async function startStage({ devices, environment = {} }) {
  const simulator = new Program(["simulate", "--port", "0", "--control-port", "0", "--json"]);
  const { url, controlUrl } = await until("the simulator listens", () =>
    simulator.lines.find(({ event }) => event === "listening"),
  );
  const mapping = join(mkdtempSync(join(tmpdir(), "stage-")), "mapping.jsonc");
  const server = { url, username: "panel-bridge" };
  const rooms = { "interview-1": 1, "interview-2": 2 };
  writeFileSync(mapping, JSON.stringify({ server, rooms, devices }));
  const bridge = new Program(["run", mapping, "--json"], {
    VALT_PASSWORD: "simulator",
    LD_PRELOAD: process.env.EMULATION_PRELOAD,
    ...environment,
  });
  process.on("exit", () => {
    bridge.process.kill("SIGKILL");
    simulator.process.kill("SIGKILL");
  });
  return {
    bridge,
    simulator,
    logged: (message) => bridge.lines.filter(({ msg }) => msg === message),
    async statusOf(room) {
      const state = await (await fetch(`${controlUrl}/state`)).json();
      return state.rooms.find(({ id }) => id === room).status;
    },
    async change(room, what) {
      const body = JSON.stringify({ what });
      await fetch(`${controlUrl}/rooms/${room}/somebody-else`, { method: "POST", body });
    },
    /** Connections to the server come and go: the fewest files within a few seconds. */
    async settledMeasure(goal = 0) {
      let best = bridge.measure();
      for (let round = 0; round < 20 && best.fileCount > goal; round += 1) {
        await pause(250);
        const now = bridge.measure();
        if (now.fileCount <= best.fileCount) best = now;
      }
      return best;
    },
  };
}

/** Ends the process: well, or with what the bridge said last and what `describe` knows. */
export async function tell({ bridge }, story, describe) {
  try {
    await story();
  } catch (problem) {
    for (const line of bridge.lines.slice(-30)) console.log(JSON.stringify(line));
    for (const line of describe()) console.log(line);
    console.log(problem);
    process.exit(1);
  }
  process.exit(0);
}

/** All devices at once, each at its own pace: how long each repainting took, in milliseconds. */
export async function replug(devices, { times, isPainted, withinMs }) {
  const tookMs = await Promise.all(
    devices.map(async (device, index) => {
      const took = [];
      for (let done = 0; done < times; done += 1) {
        device.unplug();
        await pause(50 + Math.random() * 100);
        const pluggedMs = performance.now();
        device.plug();
        await until(`device ${index + 1} is repainted`, () => isPainted(device), withinMs);
        took.push(performance.now() - pluggedMs);
      }
      return took;
    }),
  );
  return tookMs.flat();
}

export function tap(device, key) {
  device.press(key);
  setTimeout(() => device.release(key), 80);
}

export async function until(wish, check, limitMs = 15_000) {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain until ${wish}`);
    await pause(10);
  }
}

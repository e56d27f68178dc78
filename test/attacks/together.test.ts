import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../cli/valt-bridge.ts";
import { dial } from "../support/lines.ts";
import { rest, until } from "../support/rig.ts";
import { startAttackedConsole, startFlood, TOKENS } from "./console.ts";
import { tellDelays } from "./support.ts";

/** `ATTACK_MINUTES=10` for the whole of it. */
const MINUTES = Number(process.env.ATTACK_MINUTES ?? 0.5);
/** What is done for the first time takes memory and time by nature. */
const WARM_UP_MS = 15_000;
const PANEL = "127.0.0.9";
/** A soak of an hour may grow by the lesser one; in the first minute caches fill. */
const MOST_GROWTH_MIB = MINUTES < 5 ? 12 : 5;

const LINE = { kind: "serial", listen: "tcp://127.0.0.1:0" };
const DEVICES = {
  line: { ...LINE, allow: [PANEL] },
  rack: { ...LINE, may: ["mark"] },
  smp: { ...LINE, dialect: "smp", room: "interview-2", passcodeFrom: "RACK_PASSCODE" },
  open: { kind: "osc", listen: "udp://127.0.0.1:0", may: ["mark"] },
  closed: { kind: "osc", listen: "udp://127.0.0.1:0", passcodeFrom: "RACK_PASSCODE" },
  stream: { kind: "osc", listen: "tcp://127.0.0.1:0", may: ["mark"] },
  desk: { kind: "virtual", model: "xl", room: "interview-2" },
  keys: {
    kind: "usb-hid",
    profile: "xkeys-xk-24",
    room: "interview-2",
    controls: { "key-1": { press: { mark: "HID" } } },
  },
};

test(
  `all attacks together for ${MINUTES} minutes beside somebody who presses once a second`,
  async () => {
    const hid = join(scratch().folder, "hid.sock");
    const { product, simulator, url, beginAttack, delays, weigh } = await startAttackedConsole({
      devices: DEVICES,
      variables: { RACK_PASSCODE: "open sesame 4711", HID_SOCKET: hid },
      preload: join(import.meta.dirname, "virtual-hid.mjs"),
    });
    const tcp = await Promise.all(["line", "rack", "smp", "stream"].map((name) => product.port(name)));
    const [line = 0, rack, smp, stream] = tcp;
    const udp = await Promise.all(["open", "closed"].map((name) => product.port(name, "udp")));
    const user = await dial(line, "127.0.0.1", PANEL);
    const sent = startFlood("all-attacks.mjs", [
      JSON.stringify({ ports: { line, rack, smp, stream, udp }, url, token: TOKENS.view, hid }),
    ]);
    await until("the attacks", () => sent() > 1000, 30_000);
    const pressed: number[] = [];
    const press = async () => {
      const [word, result, status] =
        pressed.length % 2 === 0 ? ["START", "RECORDING", "recording"] : ["STOP", "IDLE", "available"];
      const sinceMs = performance.now();
      const answer = await user.ask(`REC ${word} interview-1`);
      const tookMs = performance.now() - sinceMs;
      expect(answer).toBe(`OK REC interview-1 ${result}`);
      expect(simulator?.world.room(1)?.status).toBe(status);
      pressed.push(tookMs);
      await rest(1000 - tookMs);
    };
    const pressUntil = async (endMs: number) => {
      while (performance.now() < endMs) await press();
    };
    await pressUntil(performance.now() + WARM_UP_MS);
    const heaps = [await weigh()];
    pressed.splice(0, pressed.length - (pressed.length % 2));
    await beginAttack();
    const looks = Math.max(2, Math.round(MINUTES));
    const beganMs = performance.now();
    for (let look = 1; look <= looks; look++) {
      await pressUntil(beganMs + (look * MINUTES * 60_000) / looks);
      heaps.push(await weigh());
    }
    const measured = await delays();
    const slowestMs = Math.max(...pressed);
    // A machine that has no processor for the program keeps everybody waiting: that once is no fault of the program's.
    const starvedMs = measured.longestMs - measured.longestBusyMs;
    const [first = 0] = heaps;
    const grownMiB = Math.min(...heaps.slice(-2)) - first;
    console.info(
      `${tellDelays(`all attacks for ${MINUTES} minutes, ${sent()} messages`, measured)}; ${pressed.length} presses, slowest ${slowestMs.toFixed(0)} ms; no processor for ${starvedMs.toFixed(0)} ms; heap ${heaps.map((one) => one.toFixed(1)).join(" ")} MiB`,
    );
    expect(slowestMs - starvedMs).toBeLessThan(1000);
    expect(measured.longestBusyMs).toBeLessThan(100);
    expect(grownMiB).toBeLessThan(MOST_GROWTH_MIB);
    await product.stop();
  },
  120_000 + MINUTES * 70_000,
);

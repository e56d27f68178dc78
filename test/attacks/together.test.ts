import { createSocket } from "node:dgram";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scratch } from "../cli/valt-bridge.ts";
import { dial } from "../support/lines.ts";
import { encodeOsc, rest, until } from "../support/rig.ts";
import { type Flood, startAttackedConsole, startFlood, TOKENS } from "./console.ts";
import { beginStory, type PressStory } from "./press-story.ts";
import { lostMs, tellDelays } from "./support.ts";

/** `ATTACK_MINUTES=10` for the whole of it. */
const MINUTES = Number(process.env.ATTACK_MINUTES ?? 0.2);
/**
 * What is done for the first time takes memory and time by nature, and what remembers the latest things fills: the most, the
 * 20,000 subjects by which the journal leaves out what it has said already, takes 5 MiB and under three minutes of this flood.
 */
const WARM_UP_MS = MINUTES < 5 ? 8000 : 180_000;
/** Compiled code comes in over minutes; a hundred bytes kept of each message would be hundreds of MiB. */
const MOST_GROWTH_MIB = 5;
/** Of the log, whoever forges addresses. */
const MOST_LINES_A_MINUTE = 2000;
/** A short run may share the machine with other tests. */
const PRESS_WITHIN_MS = MINUTES < 5 ? 4000 : 1000;
/** What happened during a slower press is told. */
const TOLD_FROM_MS = 500;
const PANEL = "127.0.0.9";

const LINE = { kind: "serial", listen: "tcp://127.0.0.1:0" };
const OSC = { kind: "osc", listen: "udp://127.0.0.1:0" };
const DEVICES = {
  line: { ...LINE, allow: [PANEL] },
  rack: { ...LINE, may: ["mark"] },
  smp: { ...LINE, dialect: "smp", room: "interview-2", passcodeFrom: "RACK_PASSCODE" },
  panel: { ...OSC, allow: [PANEL] },
  open: { ...OSC, may: ["mark"] },
  closed: { ...OSC, passcodeFrom: "RACK_PASSCODE" },
  stream: { kind: "osc", listen: "tcp://127.0.0.1:0", may: ["mark"] },
  desk: { kind: "virtual", model: "xl", room: "interview-2" },
  keys: {
    kind: "usb-hid",
    profile: "xkeys-xk-24",
    room: "interview-2",
    controls: { "key-1": { press: { mark: "HID" } } },
  },
};

/** Somebody who starts by a line and stops by a datagram. */
interface User {
  readonly port: number;
  start(): Promise<void>;
  stop(story: PressStory): Promise<void>;
}

test(
  `all attacks together for ${MINUTES} minutes beside somebody who presses once a second`,
  async () => {
    const hid = join(scratch().folder, "hid.sock");
    const { product, simulator, url, beginAttack, delays, weigh } = await startAttackedConsole({
      devices: DEVICES,
      // The server is in this process, which a busy machine may starve.
      deadlineMs: 10_000,
      variables: { RACK_PASSCODE: "open sesame 4711", HID_SOCKET: hid, PROBE_WATCH: PANEL },
      preload: join(import.meta.dirname, "virtual-hid.mjs"),
    });
    const tcp = await Promise.all(["line", "rack", "smp", "stream"].map((name) => product.port(name)));
    const [line = 0, rack, smp, stream] = tcp;
    const udp = await Promise.all(["panel", "open", "closed"].map((name) => product.port(name, "udp")));
    const isStopped = () => simulator?.world.room(1)?.status === "available";
    const user = await createUser({ line, panel: udp[0] ?? 0 }, isStopped);
    const ports = { line, rack, smp, stream, udp };
    const sent = startFlood("all-attacks.mjs", [JSON.stringify({ ports, url, token: TOKENS.view, hid })]);
    await until("the attacks", () => sent.count() > 1000, 30_000);

    const pressed: { readonly tookMs: number; readonly lostMs: number }[] = [];
    const press = async () => {
      const isStart = isStopped();
      const [beganMs, beforeMs] = [performance.now(), lostMs(await delays())];
      const story = beginStory(isStart ? "a start by a line" : "a stop by a datagram", {
        panel: udp[0] ?? 0,
        user: user.port,
      });
      const sinceMs = performance.now();
      await (isStart ? user.start() : user.stop(story));
      const tookMs = performance.now() - sinceMs;
      if (tookMs > TOLD_FROM_MS) {
        const requests = simulator?.requests.all() ?? [];
        console.info(`${tookMs.toFixed(0)} ms: ${story.tell({ delays: await delays(), requests })}`);
      }
      expect(isStopped()).toBe(!isStart);
      pressed.push({ tookMs, lostMs: lostMs(await delays()) - beforeMs });
      await rest(1000 - (performance.now() - beganMs));
    };
    const pressUntil = async (endMs: number) => {
      while (performance.now() < endMs) await press();
    };

    await pressUntil(performance.now() + WARM_UP_MS);
    const heaps = [await weighAtRest(sent, weigh)];
    pressed.length = 0;
    await beginAttack();
    const linesBefore = product.err().split("\n").length;
    const looks = Math.max(2, Math.round(MINUTES));
    for (let look = 1; look <= looks; look++) {
      await pressUntil(performance.now() + (MINUTES * 60_000) / looks);
      heaps.push(await weighAtRest(sent, weigh));
    }
    const measured = await delays();
    const linesAMinute = (product.err().split("\n").length - linesBefore) / MINUTES;
    const raw = Math.max(...pressed.map(({ tookMs }) => tookMs));
    // A machine without a processor for the bridge, or for whoever presses, keeps both waiting.
    const own = Math.max(...pressed.map((one) => one.tookMs - one.lostMs));
    console.info(
      `${tellDelays(`all attacks for ${MINUTES} minutes, ${sent.count()} messages`, measured)}; ${pressed.length} presses, slowest ${raw.toFixed(0)} ms, ${own.toFixed(0)} ms without the time in which there was no processor; heap at rest ${heaps.map((one) => one.toFixed(1)).join(" ")} MiB; ${linesAMinute.toFixed(0)} lines of log a minute`,
    );
    expect(own).toBeLessThan(PRESS_WITHIN_MS);
    expect(linesAMinute).toBeLessThan(MOST_LINES_A_MINUTE);
    const [first = 0, ...later] = heaps;
    expect(Math.min(...later.slice(-2)) - first).toBeLessThan(MOST_GROWTH_MIB);
    await product.stop();
  },
  300_000 + MINUTES * 75_000,
);

async function createUser(
  ports: { readonly line: number; readonly panel: number },
  isStopped: () => boolean,
): Promise<User> {
  const line = await dial(ports.line, "127.0.0.1", PANEL);
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  socket.bind(0, PANEL);
  await once(socket, "listening");
  let answers = 0;
  let now: PressStory | undefined;
  socket.on("message", (bytes) => {
    now?.note(`heard ${bytes.toString("latin1").replaceAll("\0", " ")}`);
    if (bytes.toString("latin1").startsWith("/valt/ok")) answers += 1;
  });
  return {
    start: async () => expect(await line.ask("REC START interview-1")).toBe("OK REC interview-1 RECORDING"),
    port: socket.address().port,
    async stop(story) {
      now = story;
      const before = answers;
      // What a machine without a free processor leaves in the kernel is lost, and people press again.
      const isAnswered = () => answers > before && isStopped();
      for (let tries = 0; !isAnswered() && tries < 40; tries++) {
        story.note(`press ${tries + 1}`);
        socket.send(encodeOsc("/valt/room/interview-1/stop", []), ports.panel, "127.0.0.1");
        await until("an answer", isAnswered, 500).catch(() => undefined);
      }
    },
  };
}

/** What is under way during an attack is no leak: it is weighed once that has come to its end. */
async function weighAtRest(attacks: Flood, weigh: () => Promise<number>): Promise<number> {
  attacks.pause();
  const looks = [Number.POSITIVE_INFINITY];
  do {
    await rest(500);
    looks.push(await weigh());
  } while (looks.length < 20 && (looks.at(-2) ?? 0) - (looks.at(-1) ?? 0) > 0.1);
  attacks.goOn();
  return looks.at(-1) ?? 0;
}

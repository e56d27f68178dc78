// Driven by abandoned-requests.sh: NAME-bridge, NAME-path and NAME-server are network namespaces, WORK is a folder, DIST the
// built program. The end of NAME says what happens: SCHEME-COMMAND-SECONDS; with `killed` for a command, the bridge is killed
// while its start is under way.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { openSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as rest } from "node:timers/promises";
import { step, until } from "./serial-line.mjs";

const [name, work, dist] = process.argv.slice(2);
const [scheme, command, seconds] = name.split("-").slice(-3);
const outageMs = Number(seconds) * 1000;
/** A kernel that still has the bytes sends them again 0.2, 0.6, 1.4, 3, 6.2, 12.6 and 25.4 s after the first time. */
const WATCH_MS = 30_000;
const running = [];

function start(place, ...words) {
  const child = spawn("ip", ["netns", "exec", `${name}-${place}`, ...words], {
    env: { ...process.env, VALT_PASSWORD: "simulator", STATE_DIRECTORY: `${work}/${name}-state` },
    stdio: ["pipe", "pipe", openSync(`${work}/${name}.log`, "a")],
  });
  const lines = [];
  running.push({ child, lines });
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  return { child, lines };
}

/** The last lines of each program. */
function heard() {
  return running.flatMap(({ lines }) => lines.slice(-8));
}

function inPath(order) {
  execFileSync("ip", ["netns", "exec", `${name}-path`, "sh", "-c", order]);
}

/** Bytes of requests that the bridge's kernel has taken and the server's has not acknowledged. */
function unacknowledgedBytes() {
  const place = ["ip", "netns", "exec", `${name}-bridge`, "cat", "/proc/net/tcp"];
  const table = execFileSync(place[0], place.slice(1), { encoding: "utf8" });
  const SERVER = /^\s*\d+: \S+ 026433C6:\S+ (\S\S) ([0-9A-F]+):/gm;
  // The beginning and the end of a connection count as one byte each.
  const [ESTABLISHED, CLOSE_WAIT] = ["01", "08"];
  const bytes = [...table.matchAll(SERVER)].map(([, state, queued]) => {
    const marks = state === ESTABLISHED || state === CLOSE_WAIT ? 0 : 1;
    return Math.max(0, Number.parseInt(queued, 16) - marks);
  });
  return bytes.reduce((sum, one) => sum + one, 0);
}

function startServer() {
  const tls = [
    "--tls-key",
    "test/support/tls/server-key.pem",
    "--tls-cert",
    "test/support/tls/server-cert.pem",
  ];
  const place = ["--host", "198.51.100.2", "--port", "8000", "--control-port", "none", "--json"];
  return start(
    "server",
    "node",
    `${dist}/src/main.js`,
    "simulate",
    ...place,
    ...(scheme === "tls" ? tls : []),
  );
}

function startBridge() {
  const file = `${work}/${name}.jsonc`;
  const url = `${scheme === "tls" ? "https" : "http"}://198.51.100.2:8000`;
  const mapping = {
    server: { url, username: "panel-bridge", tls: scheme === "tls" ? "insecure" : "none" },
    rooms: { "interview-1": 1 },
    devices: { rack: { kind: "serial", listen: "tcp://127.0.0.1:7700" } },
  };
  writeFileSync(file, JSON.stringify(mapping));
  return start("bridge", "node", `${dist}/src/main.js`, "run", file, "--instance", name, "--no-console");
}

/** Tries until the bridge listens; then what a control system says goes there, and what it hears comes back. */
const RELAY = `const dial = () => {
  const line = require("node:net").connect(7700, "127.0.0.1");
  line.on("error", () => setTimeout(dial, 200));
  line.on("connect", () => process.stdin.pipe(line).pipe(process.stdout));
};
dial();`;

function openLine() {
  const { child, lines } = start("bridge", "node", "-e", RELAY);
  const say = async (text) => {
    const heard = lines.length;
    child.stdin.write(`${text}\r`);
    const answer = () => lines.slice(heard).find((line) => /^(OK|ERR) /.test(line));
    return until(`an answer to ${text}`, answer, 30_000);
  };
  return { lines, say };
}

async function play() {
  const server = startServer();
  await until("the server", () => server.lines.some((line) => line.includes("listening")));
  const bridge = startBridge();
  const line = openLine();
  await line.say("SUB *");
  await until("the room", () => line.lines.some((heard) => heard === "!REC interview-1 IDLE"));
  const executed = () =>
    server.lines
      .map((row) => JSON.parse(row))
      .filter(({ method }) => method === "POST")
      .map(({ path }) => path.split("/").at(-1));
  const expected = [];
  if (command === "stop") {
    assert.match(await line.say("REC START interview-1"), /^OK/);
    expected.push("start");
    await until("recording", () => line.lines.some((heard) => heard === "!REC interview-1 RECORDING"));
  }

  if (command === "killed") return playKilled({ bridge, line, server, executed });

  const cutMs = performance.now();
  inPath("echo 0 >/proc/sys/net/ipv4/ip_forward");
  const answer = await line.say(`REC ${command.toUpperCase()} interview-1`);
  assert.match(answer, /^ERR/);
  const givenUpMs = performance.now() - cutMs;
  await rest(outageMs - 2000 - givenUpMs);
  const leftBytes = unacknowledgedBytes();

  await rest(cutMs + outageMs - performance.now());
  inPath("echo 1 >/proc/sys/net/ipv4/ip_forward");
  await until("the server again", () => line.lines.includes("!SERVER UP"));
  const foundAfterMs = performance.now() - cutMs - outageMs;
  if (command === "stop") {
    assert.match(await line.say("REC STOP interview-1"), /^OK/);
    assert.match(await line.say("REC START interview-1"), /^OK/);
    expected.push("stop", "start");
  }
  await rest(cutMs + WATCH_MS - performance.now());
  assert.deepEqual(executed(), expected);
  assert.equal(leftBytes, 0, "bytes of what was given up wait in the kernel");
  step(
    `${scheme}, ${seconds} s without a network: ${command} given up after ${(givenUpMs / 1000).toFixed(1)} s and never executed; ` +
      `room found ${(foundAfterMs / 1000).toFixed(1)} s after the network was back`,
  );
}

/** Its kernel has the start, and does not send it again. */
async function playKilled({ bridge, line, server, executed }) {
  // The connections are marked a second after the first one stands.
  await rest(2000);
  inPath("echo 0 >/proc/sys/net/ipv4/ip_forward");
  line.say("REC START interview-1").catch(() => undefined);
  await until("the start in the kernel", () => unacknowledgedBytes() > 0);
  bridge.child.kill("SIGKILL");
  await until("nothing in the kernel", () => unacknowledgedBytes() === 0, 1000);
  await rest(outageMs);
  inPath("echo 1 >/proc/sys/net/ipv4/ip_forward");
  await rest(WATCH_MS);
  assert.deepEqual(executed(), []);
  assert.ok(server.lines.length > 0);
  step(`${scheme}, killed while a start was under way, ${seconds} s without a network: never executed`);
}

try {
  await play();
} catch (problem) {
  step(`${scheme}, ${command}, ${seconds} s: FAILED\n${problem.stack}\n${heard().join("\n")}`);
  process.exitCode = 1;
} finally {
  for (const { child } of running) child.kill("SIGTERM");
}

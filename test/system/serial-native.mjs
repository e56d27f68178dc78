// Driven by serial-native.sh: WORK is an empty folder, DIST the built program.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { SerialPort } from "serialport";
import { openLine, step, until } from "./serial-line.mjs";

const [work, dist] = process.argv.slice(2);
const running = new Set();

function start(program, ...words) {
  const child = spawn(program, words, { stdio: "ignore" });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function startLine() {
  const [near, far] = [`${work}/near`, `${work}/far`];
  const socat = start("socat", `pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`);
  await until("pseudo terminals", () => existsSync(near) && existsSync(far));
  return { near, far, socat };
}

async function startDeviceServer(path, accepter) {
  const port = await freePort();
  const file = `${work}/ser2net-${port}.yaml`;
  const lines = [
    "connection: &line",
    `  accepter: ${accepter}tcp,127.0.0.1,${port}`,
    `  connector: serialdev,${path},9600n81,local`,
    "  options: {kickolduser: true}",
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  const server = start("ser2net", "-n", "-c", file);
  await until("ser2net", () => answers(port));
  return { port, server };
}

/** ser2net lets one in at a time: the one that asks has gone before the next comes. */
async function answers(port) {
  const socket = connect(port, "127.0.0.1");
  const settled = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  if (settled) await new Promise((done) => setTimeout(done, 300));
  return settled;
}

async function openFar(path) {
  const port = new SerialPort({ path, baudRate: 9600, autoOpen: false });
  await new Promise((done, fail) => port.open((error) => (error ? fail(error) : done())));
  port.on("error", () => undefined);
  let received = Buffer.alloc(0);
  port.on("data", (bytes) => {
    received = Buffer.concat([received, bytes]);
  });
  return { port, received: () => received.toString("latin1") };
}

async function converse(settings, far) {
  const line = await openLine(dist, settings);
  assert.equal(line.failure, undefined, line.failure?.message);
  far.port.write("REC STA");
  far.port.write("RT 4\rPING\r\n");
  await until("two lines", () => line.told.texts.length === 2);
  assert.deepEqual(line.told.texts, ["REC START 4", "PING"]);
  const before = far.received().length;
  line.say("OK caf\u00e9\r\n");
  await until("the answer", () => far.received().length >= before + 10);
  assert.equal(far.received().slice(before), Buffer.from("OK caf\u00e9\r\n").toString("latin1"));
  assert.deepEqual(line.told.losses, []);
  return line;
}

async function run() {
  const { near, far: farPath } = await startLine();
  const far = await openFar(farPath);

  await (await converse({ path: near }, far)).close();
  step("a tty: ok");

  const raw = await startDeviceServer(near, "");
  const address = `tcp://127.0.0.1:${raw.port}`;
  await (await converse({ address }, far)).close();
  step("ser2net, raw: ok");
  await stop(raw.server);

  const remote = await startDeviceServer(near, "telnet(rfc2217),");
  const url = `rfc2217://127.0.0.1:${remote.port}`;
  const line = await converse({ address: url, baud: 38_400 }, far);
  const speed = execFileSync("stty", ["-F", near, "speed"], { encoding: "utf8" }).trim();
  assert.equal(speed, "38400", "ser2net set the far port to the rate that was asked for");
  far.port.write(Buffer.from([0x41, 0xff, 0x42, 0x0d]));
  await until("bytes with 255 in them", () => line.told.bytes >= 22);
  await stop(remote.server);
  await until("the loss", () => line.told.losses.length === 1);
  await line.close();
  step("ser2net, RFC 2217: ok");

  const refused = await openLine(dist, { address: url });
  assert.equal(refused.failure.reason, "not-found");
  const plain = await startDeviceServer(near, "");
  const wrong = await openLine(dist, { address: `rfc2217://127.0.0.1:${plain.port}` });
  assert.equal(wrong.failure.reason, "unsupported");
  await stop(plain.server);
  far.port.close();
  step("failures named: ok");
}

const guard = setTimeout(() => {
  process.stderr.write("not done within 50 s\n");
  process.exit(1);
}, 50_000);
try {
  await run();
} finally {
  clearTimeout(guard);
  for (const child of running) child.kill("SIGTERM");
}
process.exit(0);

import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { hasSocat } from "../devices/serial/bench.ts";
import { dial, startListener } from "../support/lines.ts";
import { encodeOsc, startRig, until } from "../support/rig.ts";

/** What a script hears that says this and nothing more. */
async function say(text: string, port: number): Promise<string> {
  const socat = spawn("socat", ["-t3", "-", `TCP:127.0.0.1:${port}`], { stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => void socat.kill());
  let heard = "";
  socat.stdout.on("data", (bytes) => {
    heard += String(bytes);
  });
  socat.stdin.end(text);
  await once(socat, "close");
  return heard;
}

test.skipIf(!hasSocat)(
  "a script that sends one command and ends hears its answer, slow as it may be",
  async () => {
    const { simulator, port } = await startListener({ hello: "off" });
    simulator.fault({ kind: "latency", ms: 600, path: "rooms/1/record/start" });
    expect(await say("REC START 1\r", port)).toBe("OK REC 1 RECORDING\r\n");
    expect(await say("REC? 1\rPING\r", port)).toMatch(/^OK REC 1 \w+.*\r\nOK PONG\r\n$/);
  },
);

test("every command of a long script is answered before the connection ends, and then it ends", async () => {
  const { port } = await startListener({ hello: "off", limit: { perSecond: 1000, burst: 1000 } });
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let heard = "";
  socket.on("data", (bytes) => {
    heard += String(bytes);
  });
  socket.end("PING\r".repeat(240));
  await once(socket, "end");
  expect(heard).toBe("OK PONG\r\n".repeat(240));
});

test("OSC over TCP is answered too", async () => {
  const { simulator, ports } = await startRig({
    device: { listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"] },
  });
  const socket = connect({ port: ports.tcp, host: "127.0.0.1", allowHalfOpen: true });
  let heard = "";
  socket.on("data", (bytes) => {
    heard += String(bytes);
  });
  socket.end("/valt/room/1/start\r");
  await once(socket, "end");
  expect(heard).toContain("/valt/ok /valt/room/1/start done\r\n");
  expect(simulator.world.room(1)?.status).toBe("recording");
});

test("a line without its end is told after two seconds, with what was seen, until it ends", async () => {
  const { bridge, port } = await startListener();
  const notice = () => bridge.status().devices.find(({ id }) => id === "line")?.notice;
  const terminal = await dial(port);
  terminal.type("REC START 1");
  await until("the notice", () => notice() !== undefined);
  expect(notice()).toBe('127.0.0.1 sent "REC START 1" and no end of the line (CR or LF)');
  terminal.type("\r");
  await until("its end", () => notice() === undefined);
  terminal.type("\x00MARK\x07");
  await until("the notice", () => notice()?.includes('"MARK\\x07"'));
  terminal.hangUp();
  await until("its end", () => notice() === undefined);
});

test("of a stranger's unfinished line only the length is told, since it may be a passcode", async () => {
  const { bridge, port } = await startListener(
    { passcodeFrom: "CODE" },
    { secrets: { CODE: "open sesame" } },
  );
  (await dial(port)).type("LOGIN open sesame");
  const notice = () => bridge.status().devices.find(({ id }) => id === "line")?.notice;
  await until("the notice", () => notice() !== undefined);
  expect(notice()).toBe("127.0.0.1 sent 17 bytes and no end of the line (CR or LF)");
});

test("OSC packets that nothing frames are recognised, answered and explained", async () => {
  for (const framing of ["auto", "slip", "length-prefix"]) {
    const { bridge, ports, simulator } = await startRig({
      device: { listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"], framing },
    });
    const socket = connect(ports.tcp, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    const chunks: Buffer[] = [];
    socket.on("data", (bytes) => chunks.push(bytes));
    socket.write(encodeOsc("/valt/room/1/start", []));
    await until("the answer", () => Buffer.concat(chunks).includes("without SLIP"));
    expect(Buffer.concat(chunks).toString("latin1")).toMatch(/^\/valt\/error\0/);
    const { dropped, notice } = bridge.status().devices[0] ?? {};
    expect(dropped).toMatchObject({ "OSC over TCP without framing": 1 });
    expect(notice).toContain("without SLIP or a length");
    expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  }
});

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { encodeOsc, rest, until } from "../support/rig.ts";
import { startAttacked, tellDelays } from "./support.ts";

/** What a person at a panel does not notice; a machine that is shared needs some of it for itself. */
const LONGEST_MS = 100;

const DEVICES = {
  osc: { kind: "osc", listen: "udp://127.0.0.1:0", passcodeFrom: "OSC_PASSCODE" },
  stream: { kind: "osc", listen: "tcp://127.0.0.1:0" },
  line: { kind: "serial", listen: "tcp://127.0.0.1:0" },
};

const SLASHES_62_KB = `/${"a.".repeat(31_000)}:`;

/** Texts that made patterns of the journal, the log and the dialects try again and again. */
const TEXTS: Readonly<Record<string, string>> = {
  "200 dashes": `/${"-".repeat(200)}`,
  "dashes and words": `/${"-a".repeat(100)}`,
  "a name without an end": SLASHES_62_KB,
  "slashes without an end": `${"/".repeat(62_000)}x`,
  "an open text": `/"password":"${"\\a".repeat(30_000)}`,
  "hexadecimal letters": `/${"abcdef".repeat(10_000)}`,
  spaces: `/x${" ".repeat(60_000)}x`,
  "line ends within": `/x${"\u2028 ".repeat(15_000)}x`,
};

test("no text that is sent to a listener holds up the main thread", async () => {
  const attacked = await startAttacked({ devices: DEVICES, variables: { OSC_PASSCODE: "rack 4711" } });
  const { product } = attacked;
  const udp = createSocket("udp4");
  onTestFinished(() => void udp.close());
  const port = await product.port("osc", "udp");
  const stream = await call(await product.port("stream"));
  const line = await call(await product.port("line"));
  for (const [name, text] of Object.entries(TEXTS)) {
    await attacked.beginAttack();
    udp.send(encodeOsc(text.slice(0, 60_000), []), port, "127.0.0.1");
    udp.send(encodeOsc("/valt/connect", [text.slice(0, 60_000)]), port, "127.0.0.1");
    stream.write(withSize(encodeOsc(text, [])));
    stream.write(withSize(encodeOsc("/valt/room/interview-1/marker", [text])));
    line.write(`MARK 1 ${text}\r`);
    line.write(`${text}\r`);
    line.write(`MARK 1 ${text.slice(0, 249)}\r`);
    await line.answers();
    await stream.answersPing();
    const delays = await attacked.delays();
    console.log(tellDelays(name, delays));
    expect(delays.longestBusyMs, name).toBeLessThan(LONGEST_MS);
  }
  await product.stop();
}, 120_000);

/** OSC 1.0 over TCP: the size before each packet. */
function withSize(packet: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(packet.length);
  return Buffer.concat([size, packet]);
}

interface Caller {
  write(bytes: string | Buffer): void;
  /** Waits until whatever was sent before has been read: on a line, and by packets. */
  answers(): Promise<void>;
  answersPing(): Promise<void>;
}

async function call(port: number): Promise<Caller> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  let heard = "";
  socket.on("data", (bytes: Buffer) => {
    heard += bytes.toString();
  });
  let count = 0;
  return {
    write: (bytes) => void socket.write(bytes),
    async answersPing() {
      const before = heard.length;
      // Who has said much is not answered for a while.
      for (let ask = 0; ask < 100 && !heard.includes("/valt/pong", before); ask++) {
        socket.write(withSize(encodeOsc("/valt/ping", [])));
        await rest(50);
      }
      expect(heard.slice(before)).toContain("/valt/pong");
    },
    async answers() {
      const tag = `@mark${++count} `;
      socket.write(`\r${tag}PING\r`);
      await until("a pong", () => heard.includes(`${tag}OK PONG`));
    },
  };
}

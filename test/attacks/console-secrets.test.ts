import { createSocket } from "node:dgram";
import { request } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { formsOf } from "../../src/base/redact.ts";
import { encodeOsc, until } from "../support/rig.ts";
import { asked } from "../trust/product.ts";
import { openPage, startAttackedConsole, TOKENS } from "./console.ts";

/** One that is written differently in addresses and JSON, one too short to be hidden in logs. */
const SECRETS = { LINE_PASSCODE: 'line"code+77/x', SHORT_PASSCODE: "k9z4" };
const everySecret = Object.values(SECRETS);

const devices = {
  line: { kind: "serial", listen: "tcp://127.0.0.1:0", passcodeFrom: "LINE_PASSCODE" },
  short: { kind: "serial", listen: "tcp://127.0.0.1:0", passcodeFrom: "SHORT_PASSCODE" },
  osc: { kind: "osc", listen: "udp://127.0.0.1:0", commands: { "/go/{word}/{room}": "start" } },
};

/** A control system that logs in, and whose operator types the passcodes where they do not belong. */
function speak(port: number, passcode: string, lines: readonly string[]): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let heard = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    heard += text;
  });
  socket.write([`LOGIN ${passcode}`, ...lines, "PING"].map((line) => `${line}\r`).join(""));
  return until("the last answer", () => heard.includes("PONG")).then(() => undefined);
}

function read(url: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request(url + path, { headers: { authorization: `Bearer ${TOKENS.press}` } }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve(text));
    });
    asking.on("error", reject).end();
  });
}

test("a passcode that was typed anywhere is shown nowhere in the console", async () => {
  const attacked = await startAttackedConsole({ devices, variables: SECRETS });
  const { url, product, simulator } = attacked;
  const page = await openPage(url, TOKENS.press);
  page.say({ type: "watch", devices: Object.keys(devices) });
  page.say({ type: "follow", topics: ["activity", "learn", "marks", "latency"] });
  page.say({ type: "mapping" });
  simulator?.somebodyElse(1, "start");
  await asked("the recording", async () => (await product.status())?.rooms[0]?.status === "recording");
  const typed = everySecret.flatMap((secret) => [
    `MARK 1 ${secret}`,
    `MARK 1 before ${secret} after`,
    `REC START ${secret}`,
    `PRESS ${secret}`,
    secret,
  ]);
  await speak(await product.port("line"), SECRETS.LINE_PASSCODE, typed);
  await speak(await product.port("short"), SECRETS.SHORT_PASSCODE, typed);
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  const oscPort = await product.port("osc", "udp");
  for (const secret of everySecret) {
    socket.send(encodeOsc("/valt/room/interview-1/marker", [secret]), oscPort, "127.0.0.1");
    socket.send(encodeOsc(`/go/${encodeURIComponent(secret)}/interview-2`, []), oscPort, "127.0.0.1");
  }
  await until("the stories", () => {
    const told = JSON.stringify(page.told.filter(({ type }) => type === "stories" || type === "talk"));
    return told.includes("before *** after") && told.includes("/go/");
  });
  const outputs = [
    JSON.stringify(page.told),
    ...(await Promise.all(["/status.json", "/metrics", "/mapping.jsonc"].map((path) => read(url, path)))),
    JSON.stringify(await product.status()),
  ];
  const shown = everySecret.flatMap((secret) =>
    formsOf(secret).filter((form) => outputs.some((text) => text.includes(form))),
  );
  console.info(`${typed.length * 2} lines with passcodes: ${shown.length} shown`);
  expect(shown).toEqual([]);
});

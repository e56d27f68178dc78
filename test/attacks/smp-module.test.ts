import { expect, test } from "vitest";
import { dial } from "../support/lines.ts";
import { until } from "../support/rig.ts";
import { startAttacked, tellDelays } from "./support.ts";

const ESC = "\x1b";
const RECORDER = {
  kind: "serial",
  listen: "tcp://127.0.0.1:0",
  dialect: "smp",
  room: "interview-1",
  hello: "off",
};

/** What a module asks that knows nothing of a password. */
const QUESTIONS = [
  `${ESC}3CV`,
  "2I",
  `${ESC}YRCDR`,
  `${ESC}S1*1RTMP`,
  `${ESC}1ENCM`,
  "I",
  "35I",
  "36I",
  "33I",
  `${ESC}M13RCDR`,
  "Q",
];

test("a module without the password locks nobody out who has it", { timeout: 120_000 }, async () => {
  const limit = { perSecond: 1000, burst: 1000 };
  const { product, beginAttack, delays } = await startAttacked({
    devices: { rack: { ...RECORDER, passcodeFrom: "RACK_PASSCODE", limit } },
    variables: { RACK_PASSCODE: "open sesame 4711" },
  });
  const port = await product.port("rack");
  await beginAttack();
  const stranger = await dial(port);
  await stranger.hears("Password:");
  // However the network cuts a question, it is one.
  stranger.type(`Q\r${ESC}M13*nothing is `);
  await until("the sentence", () => stranger.text().split("Password:").length === 3);
  stranger.type("wrong\r");
  for (let round = 0; round < 20; round++) for (const question of QUESTIONS) stranger.type(`${question}\r`);
  const honest = await dial(port);
  await honest.hears("Password:");
  honest.type("open sesame 4711\r");
  await honest.hears("Login Administrator\r\n");
  stranger.type("wrong\ropen sesame 4711\r");
  await stranger.hears("Login Administrator\r\n");
  // A greeting, one sentence for all the questions, and one for a guess.
  expect(stranger.text().split("Password:")).toHaveLength(4);
  honest.type(`${ESC}Y1RCDR\r`);
  await honest.hears("RcdrY1\r\n");
  const asked = 20 * QUESTIONS.length;
  process.stdout.write(
    `${asked} questions without a password: ${stranger.text().length} bytes of answers, no lockout\n`,
  );
  process.stdout.write(`${tellDelays("questions without a password", await delays())}\n`);
});

test.each([
  { dialect: "native", question: "REC? interview-1", denial: "ERR 24 DENIED", welcome: "OK LOGIN" },
  { dialect: "panopto", question: "STATUS", denial: "Error: not logged in", welcome: "Login OK" },
])(
  "who has not logged in to a $dialect line is told so once",
  { timeout: 120_000 },
  async ({ dialect, question, denial, welcome }) => {
    const limit = { perSecond: 1000, burst: 1000 };
    const rack = { ...RECORDER, dialect, limit, passcodeFrom: "RACK_PASSCODE" };
    const { product } = await startAttacked({
      devices: { rack },
      variables: { RACK_PASSCODE: "open sesame 4711" },
    });
    const port = await product.port("rack");
    const [stranger, honest] = [await dial(port), await dial(port)];
    const questions = [question, "nonsense", "x".repeat(300)];
    for (let round = 0; round < 50; round++) for (const one of questions) stranger.type(`${one}\r\n`);
    honest.type("LOGIN open sesame 4711\r\n");
    await honest.hears(welcome);
    stranger.type("LOGIN open sesame 4711\r\n");
    await stranger.hears(welcome);
    expect(stranger.text().split(/\r?\n/)).toEqual([denial, welcome, ""]);
    process.stdout.write(
      `${50 * questions.length} lines without a passcode on a ${dialect} line: one answer\n`,
    );
  },
);

test("who may only mark does not name the next recording", { timeout: 120_000 }, async () => {
  const { product, simulator } = await startAttacked({
    devices: {
      rack: { ...RECORDER, may: ["mark"] },
      desk: { kind: "serial", listen: "tcp://127.0.0.1:0" },
    },
  });
  const forger = await dial(await product.port("rack"));
  const names = ["FORGED by a mark-only peer", "FORGED again"];
  for (const name of names) forger.type(`WM13*${name}RCDR\r${ESC}M2*${name}RCDR\r`);
  await until("the refusals", () => forger.lines().length === 2 * names.length);
  expect(new Set(forger.lines())).toEqual(new Set(["E24"]));
  forger.type("WM13RCDR\r");
  await until("the name", () => forger.text().endsWith("E24\r\n\r\n"));
  const desk = await dial(await product.port("desk"));
  expect(await desk.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  expect(simulator?.world.room(1)?.recordingName).not.toContain("FORGED");
  process.stdout.write(`${2 * names.length} names forged, none taken\n`);
});

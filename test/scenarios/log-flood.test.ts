import { expect, test } from "vitest";
import { createLog, createThinning } from "../../src/base/log.ts";
import { succeed } from "../../src/base/result.ts";
import { createAccountPause } from "../../src/valt/account-pause.ts";
import { createLogin } from "../../src/valt/login.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { startRig, until } from "../support/rig.ts";

/** What a log says at its usual level. */
function readableLog() {
  const lines: { msg: string; leftOut?: number }[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  return { lines, log: createLog({ level: "info", write }) };
}

test("a key that is hammered on is one line for each reason; the journal has every press", async () => {
  const { lines, log } = readableLog();
  const { bridge, surface, facts } = await startRig({ log });
  const outcomes = () => facts.filter(({ kind }) => kind === "outcome");
  await until("a look", () => bridge.status().rooms[0]?.knowledge === "live");
  for (let count = 0; count < 20; count++) surface.send("/valt/room/interview-1/pause");
  await until("every refusal", () => outcomes().length === 20);
  expect(lines.filter(({ msg }) => msg.includes("interview-1:"))).toMatchObject([
    { msg: expect.stringMatching(/^pause interview-1: /), leftOut: 0, device: "surface" },
  ]);
});

test("what comes in floods is told at once, and then once a minute with the number that was left out", async () => {
  const clock = createFakeClock();
  const thin = createThinning(clock);
  expect([thin("a"), thin("a"), thin("b"), thin("a")]).toEqual([0, undefined, 0, undefined]);
  await clock.advance(60_000);
  expect([thin("a"), thin("a"), thin("b")]).toEqual([2, undefined, 0]);
});

test("of kinds that nobody can count, the first of each minute are told", async () => {
  const clock = createFakeClock();
  const thin = createThinning(clock, 10);
  const told = () => Array.from({ length: 1000 }, (_, at) => thin(`forged ${at}`)).filter((one) => one === 0);
  expect(told()).toHaveLength(10);
  expect(told()).toHaveLength(0);
  await clock.advance(60_000);
  expect(thin("forged 999")).toBe(0);
  expect(told()).toHaveLength(9);
});

test("a login is news at the start and after a loss, not when the site is checked again and again", async () => {
  const { lines, log } = readableLog();
  const clock = createFakeClock();
  let answer: unknown = succeed("token");
  const requestToken = () => Promise.resolve(answer as ReturnType<typeof succeed<string>>);
  const password = () => succeed("secret");
  const session = createLogin({
    password,
    requestToken,
    accountPause: createAccountPause(clock),
    clock,
    log,
  });
  const logIn = async (times: number) => {
    for (let count = 0; count < times; count++) await session.login("person");
  };
  await logIn(5);
  answer = { ok: false, failure: { kind: "unreachable", message: "gone", heard: "no", again: "later" } };
  await logIn(5);
  answer = succeed("token");
  await logIn(5);
  const told = ["logged in to VALT", "login to VALT failed", "logged in to VALT"];
  expect(lines.map(({ msg }) => msg)).toEqual(told);
});

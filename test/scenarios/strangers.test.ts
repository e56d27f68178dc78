import { afterEach, expect, test } from "vitest";
import { type Log, silentLog } from "../../src/base/log.ts";
import { cleanUp } from "../devices/serial/bench.ts";
import { dial, startListener, type Terminal } from "../support/lines.ts";
import { openSurface, startRig, until } from "../support/rig.ts";

afterEach(cleanUp);

const PASSCODE = { passcodeFrom: "RACK_PASSCODE" };
const SECRETS = { RACK_PASSCODE: "4711" };
const LOCKED_OUT = "too many wrong passcodes: locked out for a minute";

/** What is written about lockouts. */
function createListening(): { readonly log: Log; readonly lockouts: unknown[] } {
  const lockouts: unknown[] = [];
  const log: Log = {
    ...silentLog,
    warn: (_, details) => {
      if (details?.reason === LOCKED_OUT) lockouts.push(details.source);
    },
    child: () => log,
  };
  return { log, lockouts };
}

test("a passcode cannot be guessed by many connections, and who gave it is not disturbed", async () => {
  const { log, lockouts } = createListening();
  const { port, dropped } = await startListener(PASSCODE, { secrets: SECRETS, log });
  const honest = await dial(port);
  expect(await honest.ask("LOGIN 4711")).toBe("OK LOGIN");
  for (let guess = 4700; guess < 4715; guess++) {
    const guesser = await dial(port);
    expect(await guesser.ask(`LOGIN ${guess}`)).toBe("ERR 24 DENIED");
    guesser.hangUp();
  }
  expect(dropped()[LOCKED_OUT]).toBe(6);
  expect(lockouts).toEqual(["127.0.0.1"]);
  expect(await honest.ask("REC START 1")).toBe("OK REC 1 RECORDING");
});

test("nor by datagrams from many ports, of which few are even answered", async () => {
  const { log, lockouts } = createListening();
  const { surface, bridge, ports } = await startRig({ device: PASSCODE, secrets: SECRETS, log });
  surface.send("/valt/connect", "4711");
  await until("the welcome", () => surface.last("/valt/ok"));
  const guessers = await Promise.all(Array.from({ length: 300 }, () => openSurface(ports.udp)));
  for (const [number, guesser] of guessers.entries()) guesser.send("/valt/connect", String(4600 + number));
  const dropped = () => bridge.status().devices[0]?.dropped ?? {};
  await until("all", () => (dropped()[LOCKED_OUT] ?? 0) + (dropped()["too many messages"] ?? 0) > 280);
  expect(dropped()["too many messages"]).toBeGreaterThan(0);
  expect(guessers.flatMap(({ told }) => told).filter(({ address }) => address === "/valt/ok")).toEqual([]);
  expect(lockouts).toEqual(["127.0.0.1"]);
  for (const guesser of guessers) guesser.close();
  await until("the pong", () => {
    surface.send("/valt/ping");
    return surface.last("/valt/pong");
  });
});

test("strangers who only hold their places keep nobody out who gives the passcode", async () => {
  const { port, dropped } = await startListener(PASSCODE, { secrets: SECRETS });
  const strangers: Terminal[] = [];
  for (let count = 0; count < 8; count++) strangers.push(await dial(port));
  for (const stranger of strangers) expect(await stranger.ask("PING")).toBe("OK PONG");
  const honest = await dial(port);
  expect(await honest.ask("LOGIN 4711")).toBe("OK LOGIN");
  expect(strangers.filter((stranger) => stranger.hasEnded())).toHaveLength(1);
  for (let count = 0; count < 16; count++) await dial(port);
  expect(await honest.ask("REC START 1")).toBe("OK REC 1 RECORDING");
  expect(dropped()).toEqual({ "gave its place to a newcomer": 17 });
});

test("a control system that only listens keeps its place from those who have just come", async () => {
  const { port } = await startListener({ pushes: { "TALLY {room}": ["{status}"] } });
  const listener = await dial(port);
  await listener.hears("TALLY interview-1 available\r\n");
  const others: Terminal[] = [];
  for (let count = 0; count < 7; count++) others.push(await dial(port));
  for (const other of others) expect(await other.ask("PING")).toBe("OK PONG");
  const ninth = await dial(port);
  await ninth.hears("ERR 26 FULL\r\n");
  await others[0]?.ask("REC START 1");
  await listener.hears("TALLY interview-1 recording\r\n");
});

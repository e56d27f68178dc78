import { request } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../support/rig.ts";
import { openPage, type Page, startAttackedConsole, startFlood, TOKENS } from "./console.ts";
import { lostMs, tellDelays } from "./support.ts";

/** An address of this machine that is not the user's. */
const ATTACKER = "127.0.0.66";
const MORE_THAN_ALL = 300;
const PAGES = 64;
const devices = { desk: { kind: "virtual", room: "interview-1" } };

/** A connection that asks once, without a token, and is kept. */
function keepOpen(url: string) {
  const { host, port } = new URL(url);
  const socket = connect({ port: Number(port), host: "127.0.0.1", localAddress: ATTACKER });
  onTestFinished(() => void socket.destroy());
  const state = { isAnswered: false, hasEnded: false };
  socket.on("error", () => undefined);
  socket.on("close", () => {
    state.hasEnded = true;
  });
  socket.on("data", () => {
    state.isAnswered = true;
  });
  socket.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return state;
}

function load(url: string, path: string, localAddress = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKENS.press}` };
    const asking = request(url + path, { headers, localAddress, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on("error", reject);
    asking.end();
  });
}

test("connections that are kept open do not shut the console for others", async () => {
  const attacked = await startAttackedConsole({ devices });
  const { url } = attacked;
  await load(url, "/");
  await attacked.beginAttack();
  const kept = Array.from({ length: MORE_THAN_ALL }, () => keepOpen(url));
  await until("all of them", () => kept.every((one) => one.isAnswered || one.hasEnded), 20_000);
  const places = kept.filter(({ hasEnded }) => !hasEnded).length;
  const statuses = [await load(url, "/"), await load(url, "/", ATTACKER)];
  const page = await openPage(url, TOKENS.press);
  await until("the rooms", () => page.told.some(({ type }) => type === "rooms"));
  const delays = await attacked.delays();
  console.info(tellDelays(`${MORE_THAN_ALL} connections kept open, ${places} places taken`, delays));
  expect(places).toBeLessThanOrEqual(256);
  expect(statuses).toEqual([200, 200]);
  expect(delays.longestBusyMs).toBeLessThan(100);
});

test("connections that ask without end do not shut the console for others", async () => {
  const attacked = await startAttackedConsole({ devices });
  const { url } = attacked;
  await load(url, "/");
  for (const path of ["/healthz", "/readyz", "/page/main.js"]) {
    await attacked.beginAttack();
    const answers = startFlood("http-flood.mjs", [url, path, ATTACKER, String(MORE_THAN_ALL)]);
    await until("a flood", () => answers.count() > 400, 30_000);
    const before = lostMs(await attacked.delays());
    const sinceMs = performance.now();
    const status = await load(url, "/");
    const page = await openPage(url, TOKENS.press);
    await until("the rooms", () => page.told.some(({ type }) => type === "rooms"));
    const tookMs = performance.now() - sinceMs;
    const delays = await attacked.delays();
    console.info(
      `${tellDelays(`${answers.count()} × ${path}`, delays)}; a page came within ${tookMs.toFixed(0)} ms`,
    );
    answers.end();
    page.close();
    expect(status).toBe(200);
    // A machine without a processor for the bridge, or for whoever asks, keeps both waiting.
    expect(tookMs - (lostMs(delays) - before)).toBeLessThan(5000);
    expect(delays.longestBusyMs).toBeLessThan(100);
  }
}, 60_000);

test("requests that are sent by halves do not shut the console for others", async () => {
  const attacked = await startAttackedConsole({ devices });
  const { url } = attacked;
  const { host, port } = new URL(url);
  const half = `POST /login HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${url}\r\nContent-Length: 100\r\n\r\n`;
  let opened = 0;
  for (let count = 0; count < MORE_THAN_ALL; count++) {
    const socket = connect({ port: Number(port), host: "127.0.0.1", localAddress: ATTACKER });
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => undefined);
    socket.write(half, () => {
      opened += 1;
    });
  }
  await until("the halves", () => opened > 200, 10_000);
  expect(await load(url, "/")).toBe(200);
});

test("pages that look on do not take the places of others", async () => {
  const attacked = await startAttackedConsole({ devices });
  const { url } = attacked;
  await load(url, "/");
  await attacked.beginAttack();
  const kept = await Promise.all(
    Array.from({ length: PAGES }, () => openPage(url, TOKENS.view, { localAddress: ATTACKER })),
  );
  for (const page of kept) page.say({ type: "mapping" });
  await until("all to have spoken", () =>
    kept.every(({ told }) => told.some(({ type }) => type === "mapping")),
  );
  await expect(openPage(url, TOKENS.view, { localAddress: ATTACKER })).rejects.toThrow("503");
  const newcomers: Page[] = [];
  for (const [token, localAddress] of [
    [TOKENS.view, "127.0.0.1"],
    [TOKENS.press, "127.0.0.1"],
    [TOKENS.press, ATTACKER],
  ] as const) {
    const page = await openPage(url, token, { localAddress });
    page.say({ type: "mapping" });
    await until("the mapping", () => page.told.some(({ type }) => type === "mapping"));
    newcomers.push(page);
  }
  const displaced = () => kept.filter((page) => page.endedWith() !== undefined).length;
  await until("their places", () => displaced() === newcomers.length);
  const delays = await attacked.delays();
  console.info(tellDelays(`${PAGES} pages that look on, ${displaced()} of them gave way`, delays));
  expect(newcomers.map((page) => page.endedWith())).toEqual([undefined, undefined, undefined]);
});

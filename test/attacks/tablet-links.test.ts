import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { rest, until } from "../support/rig.ts";
import { asked } from "../trust/product.ts";
import { openPage, startAttackedConsole, TOKENS } from "./console.ts";
import { tellDelays } from "./support.ts";

const DEVICES = {
  desk: { kind: "virtual", model: "xl", room: "interview-1" },
  wall: { kind: "virtual", model: "xl", room: "interview-2" },
};
const guess = () => Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join("");

test("links of tablets: guessing, many of them, and one that is revoked while it is open", async () => {
  const { url, beginAttack, delays } = await startAttackedConsole({ devices: DEVICES });
  const page = await openPage(url, TOKENS.press);
  let request = 0;
  const ask = async (message: object) => {
    const own = ++request;
    page.say({ ...message, request: own } as never);
    return until("an answer", () => page.told.find((one) => "request" in one && one.request === own), 10_000);
  };
  const made = (await ask({ type: "kiosk-make", panel: "desk", right: "press" })) as unknown as {
    readonly text: string;
  };
  const key = /[0-9a-f]{32}/.exec(JSON.stringify(made))?.[0] ?? "";
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket?key=${key}`, { origin: url });
  const endedAt = new Promise<number>((resolve) => socket.on("close", () => resolve(performance.now())));
  let told = 0;
  socket.on("message", () => {
    told += 1;
  });
  await until("the tablet's page", () => told > 0, 10_000);

  await beginAttack();
  const wrong = await Promise.all(
    Array.from({ length: 200 }, async () => (await fetch(`${url}/kiosk?key=${guess()}`)).status),
  );
  expect(wrong).not.toContain(200);
  expect(wrong.filter((status) => status === 401).length).toBeLessThanOrEqual(10);
  // Who is in stays in.
  const before = told;
  socket.send(JSON.stringify({ type: "watch", devices: ["desk"] }));
  await until("the tablet's pictures", () => told > before, 10_000);
  console.info(tellDelays("200 guessed links", await delays()));

  await beginAttack();
  for (let count = 0; count < 600; count++) {
    page.say({ type: "kiosk-make", request: ++request, panel: "wall", right: "view" } as never);
    if (count % 100 === 99) await rest(1000);
  }
  const links = () => page.told.filter((one) => JSON.stringify(one).match(/"text":"[0-9a-f]{32}"/)).length;
  console.info(`${tellDelays("600 wishes for a link", await delays())}: ${links()} made`);
  expect(links()).toBeLessThan(20);

  await beginAttack();
  const other = await openPage(url, TOKENS.press, { localAddress: "127.0.0.2" });
  const revokedAt = performance.now();
  other.say({ type: "kiosk-revoke", request: 1, id: await idOf(key) } as never);
  const tookMs = (await endedAt) - revokedAt;
  console.info(
    `${tellDelays("a revoked link", await delays())}: its page ended after ${tookMs.toFixed(0)} ms`,
  );
  expect(tookMs).toBeLessThan(3000);
});

async function idOf(key: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return Buffer.from(hash).toString("hex").slice(0, 8);
}

test("no flood of lessons keeps a panel from its room for ever", async () => {
  const { url, beginAttack, delays, simulator } = await startAttackedConsole({ devices: DEVICES });
  const learners = await Promise.all(Array.from({ length: 8 }, () => openPage(url, TOKENS.press)));
  await beginAttack();
  for (let round = 0; round < 10; round++) {
    for (const page of learners)
      for (let count = 0; count < 15; count++)
        page.say({ type: "learn", request: count, device: count % 2 === 0 ? "desk" : "wall" });
    await rest(100);
  }
  console.info(tellDelays("1200 wishes to learn", await delays()));
  for (const page of learners) page.close();
  const presser = await openPage(url, TOKENS.press);
  await until("the rooms", () => presser.told.some(({ type }) => type === "rooms"), 10_000);
  const isRecording = () => simulator?.world.room(1)?.status === "recording";
  await asked(
    "a press that counts",
    async () => {
      if (isRecording()) return true;
      for (const kind of ["down", "up"] as const)
        presser.say({ type: "touch", device: "desk", control: "key-1", touch: { kind } } as never);
      await rest(700);
      return isRecording();
    },
    30_000,
  );
});

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type AlarmKind, describeAlarm } from "../../src/alarm/alarm.ts";
import { Webhook } from "../../src/alarm/webhook.ts";
import { roomName } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";
import { until } from "../support/rig.ts";

interface Posted {
  readonly kind: string;
  readonly state: string;
  readonly changedAt: string;
  answer(status: number): ServerResponse;
}

/** A receiver whose test says what is answered and when. */
async function listen() {
  const clock = createFakeClock();
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += String(part);
    });
    request.on("end", () =>
      posted.push({ ...JSON.parse(body), answer: (status: number) => response.writeHead(status).end() }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const closing = new AbortController();
  onTestFinished(() => {
    closing.abort();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const address = () => `http://127.0.0.1:${port}/`;
  const webhook = new Webhook({
    clock,
    log: silentLog,
    address,
    hide: (text) => text,
    signal: closing.signal,
  });
  const tell = (state: "raised" | "ended", kind: AlarmKind = "stopped-elsewhere") => {
    const about = { room: roomName("interview-1"), text: "stopped", sinceWallMs: 0 };
    webhook.post(describeAlarm(kind, about), state);
  };
  return { clock, posted, tell, states: () => posted.map(({ state }) => state) };
}

/** As the webhook has heard of the answer: what it waits for next is timed. */
const heard = (clock: FakeClock) => until("the answer", () => clock.timerCount() === 1);

test("an alarm whose answer was lost ends with the truth, and the older word is not posted again", async () => {
  const { clock, posted, tell, states } = await listen();
  tell("raised");
  await clock.advance(1);
  await until("the first word", () => posted.length === 1);
  tell("ended");
  // No answer comes to the first one.
  await clock.advance(5001);
  await until("the second word", () => posted.length === 2);
  expect(states()).toEqual(["raised", "ended"]);
  posted[1]?.answer(204);
  await until("its answer", () => clock.timerCount() === 0);
  await clock.advance(120_000);
  expect(states()).toEqual(["raised", "ended"]);
  expect(posted[1]?.changedAt).toMatch(/^2026-01-15T/);
});

test("a word that waits for its next attempt gives way at once", async () => {
  const { clock, posted, tell, states } = await listen();
  tell("raised");
  await clock.advance(1);
  await until("the first word", () => posted.length === 1);
  posted[0]?.answer(503);
  await heard(clock);
  tell("ended");
  await clock.advance(1);
  await until("the newer word", () => posted.length === 2);
  expect(states()).toEqual(["raised", "ended"]);
});

test("alarms do not wait for each other", async () => {
  const { clock, posted, tell } = await listen();
  tell("raised");
  tell("raised", "mark-refused");
  await clock.advance(1);
  await until("both", () => posted.length === 2);
  expect(new Set(posted.map(({ kind }) => kind)).size).toBe(2);
});

import { describe, expect, test } from "vitest";
import { controlId } from "../../../../src/driver/contract.ts";
import { lamp, openLine, parsed, RED, smallProfile } from "./line.ts";

const open = (parts: Record<string, unknown> = {}) => openLine(parsed(smallProfile(parts)));

describe("a line that fails", () => {
  test("is lost once, and everything that waits is refused", async () => {
    const line = open({
      send: { end: "\r", minGapMs: 50, init: ["HELLO"], poll: [{ everyMs: 100, send: "?" }] },
    });
    line.breakWrites();
    line.session.start();
    const shown = line.session.show(controlId("key-1"), lamp(RED));
    await expect(shown).rejects.toThrow("the port is gone");
    await line.clock.advance(10_000);
    expect(line.lost).toEqual(["the port is gone"]);
    await expect(line.session.show(controlId("key-1"), lamp(RED))).rejects.toThrow("the port is gone");
    line.hear("K1d\r");
    expect(line.events).toEqual([]);
    await line.session.close();
  });
});

test("a device that falls silent while it owes an acknowledgement is lost once, and the lamp refused", async () => {
  const ack = { expect: "OK", timeoutMs: 10_000, retries: 0 };
  const line = open({ send: { end: "\r", ack, poll: [{ everyMs: 1000, send: "?", expect: "!" }] } });
  line.session.start();
  for (let second = 0; second < 3; second++) {
    line.hear("OK\r");
    await line.clock.advance(1000);
  }
  line.hear("OK\r");
  const shown = expect(line.session.show(controlId("key-1"), lamp(RED))).rejects.toThrow("unanswered");
  await line.clock.advance(60_000);
  await shown;
  expect(line.lost).toEqual([expect.stringContaining("unanswered")]);
});

describe("closing", () => {
  test("darkens the lamps, says the last words, and leaves no timer", async () => {
    const line = open({
      send: { end: "\r", minGapMs: 20, close: ["BYE"], poll: [{ everyMs: 100, send: "?" }] },
    });
    line.session.start();
    await line.clock.advance(10);
    line.written.length = 0;
    const closed = line.session.close();
    await line.clock.advance(500);
    await closed;
    expect(line.written).toEqual(["L10\r", "L20\r", "BYE\r"]);
    expect(line.lost).toEqual([]);
    expect(line.clock.timerCount()).toBe(0);
    await line.session.close();
  });

  test("takes a second at most, even where nothing is acknowledged", async () => {
    const line = open({ send: { end: "\r", ack: { expect: "OK", timeoutMs: 5000 } } });
    let isClosed = false;
    void line.session.close().then(() => {
      isClosed = true;
    });
    await line.clock.advance(1000);
    expect(isClosed).toBe(true);
    expect(line.lost).toEqual([]);
    line.hear("K1d\r");
    expect(line.events).toEqual([]);
  });
});

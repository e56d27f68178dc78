import { expect, test } from "vitest";
import { createEchoFilter } from "../../../../devices/serial/framing/echo.ts";
import { createFakeClock } from "../../../support/fake-clock.ts";
import { bytes } from "./cutting.ts";

test("a line that comes back within half a second is an echo, once", async () => {
  const clock = createFakeClock();
  const echo = createEchoFilter(clock);
  echo.sent(bytes("OK PONG\r\n!REC 4 IDLE\r\n"));
  await clock.advance(500);
  expect(echo.isEcho(bytes("!REC 4 IDLE"))).toBe(true);
  expect(echo.isEcho(bytes("OK PONG"))).toBe(true);
  expect(echo.isEcho(bytes("OK PONG"))).toBe(false);
  expect(echo.isEcho(bytes("PING"))).toBe(false);
});

test("what comes later was meant", async () => {
  const clock = createFakeClock();
  const echo = createEchoFilter(clock);
  echo.sent(bytes("PING\r"));
  await clock.advance(501);
  expect(echo.isEcho(bytes("PING"))).toBe(false);
});

test("sixty-four lines are remembered, the newest", () => {
  const echo = createEchoFilter(createFakeClock());
  for (let number = 0; number < 100; number++) echo.sent(bytes(`line ${number}\r`));
  expect(echo.isEcho(bytes("line 35"))).toBe(false);
  expect(echo.isEcho(bytes("line 36"))).toBe(true);
  expect(echo.isEcho(bytes("line 99"))).toBe(true);
});

import { expect, test } from "vitest";
import { networkOf } from "../../src/base/address-list.ts";
import { LoginThrottle } from "../../src/link/login-throttle.ts";
import { createFakeClock } from "../support/fake-clock.ts";

test.each([
  ["10.0.20.7", "10.0.20.7"],
  ["::ffff:10.0.20.7", "10.0.20.7"],
  ["fd00:9::1", "fd00:9:0:0::/64"],
  ["fd00:9:0:0:8:7:6:5", "fd00:9:0:0::/64"],
  ["FD00:0009::abcd", "fd00:9:0:0::/64"],
  ["fd00:9:0:1::", "fd00:9:0:1::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::", "0:0:0:0::/64"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["nonsense", "nonsense"],
])("%s is counted as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test("who has a network has no more guesses than who has one address", () => {
  const guesses = new LoginThrottle(createFakeClock());
  const wrong = (host: number) => guesses.judge(`fd00:9::${host.toString(16)}`, () => false);
  const verdicts = Array.from({ length: 12 }, (_, index) => wrong(index + 1));
  expect(verdicts.slice(0, 9)).toEqual(Array(9).fill("wrong"));
  expect(verdicts.slice(9)).toEqual(["locks-out", "locked-out", "locked-out"]);
  expect(guesses.judge("fd00:9:0:1::1", () => true)).toBe("right");
});

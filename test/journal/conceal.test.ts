import { expect, test } from "vitest";
import { createConceal } from "../../src/journal/conceal.ts";

const conceal = createConceal(() => ["xyz", "no"]);

test.each<[what: string, value: unknown, left: unknown]>([
  ["a secret of three characters or more", "say xyz to no one", "say *** to no one"],
  ["a secret in an address", { to: "udp:xyz:9" }, { to: "udp:***:9" }],
  ["a password in JSON", '{"password":"swordfish"}', '{"password":"***"}'],
  ["a password in an address", "https://me:fish@valt", "https://***@valt"],
  ["a run of eight digits", "card 12345678", "card ***"],
  ["a run of digits at the length of the whole text", "12345678", "***"],
  ["no run of seven", "room 1234567", "room 1234567"],
  ["a number in hex", "04A224B2C95E80", "***"],
  ["no word that looks like hex", "deadbeef", "deadbeef"],
  ["no group of a UUID", "8c1f2a3b-0000-4000-8000-123456789abc", "8c1f2a3b-0000-4000-8000-123456789abc"],
  ["a number in a field of others", { text: "12345678" }, { text: "***" }],
  [
    "no number in a field of ours",
    { hash: "12345678", run: "87654321" },
    { hash: "12345678", run: "87654321" },
  ],
  ["what a field of ours holds beside texts", { recording: ["12345678"] }, { recording: ["***"] }],
  ["no numbers, truths or gaps", [12345678, true, null, undefined], [12345678, true, null, undefined]],
  ["no large numbers, which become texts", 12n, "12"],
  ["bytes", { bytes: new Uint8Array(4) }, { bytes: "…" }],
])("conceals %s", (_, value, left) => {
  expect(conceal(value)).toEqual(left);
});

test("shortens texts beyond a thousand characters, lists and records beyond 32, and what lies deeper than four", () => {
  expect(conceal("z".repeat(1000))).toBe("z".repeat(1000));
  expect(conceal("z".repeat(1001))).toBe(`${"z".repeat(1000)}…`);
  const list = Array.from({ length: 33 }, (_, index) => index);
  expect(conceal(list)).toEqual(list.slice(0, 32));
  const record = Object.fromEntries(list.map((index) => [`field-${index}`, index]));
  expect(Object.keys(conceal(record) as object)).toHaveLength(32);
  expect(conceal([[[["deep", []]]]])).toEqual([[[["deep", "…"]]]]);
  expect(conceal({ a: { b: { c: { d: "deep", e: {} } } } })).toEqual({
    a: { b: { c: { d: "deep", e: "…" } } },
  });
});

test("knows a secret from the moment that it is changed", () => {
  const secrets = ["first"];
  const changing = createConceal(() => secrets);
  expect(changing("first second")).toBe("*** second");
  for (let count = 0; count < 40; count++) {
    secrets[0] = `another-${count}`;
    expect(changing(`another-${count}`)).toBe("***");
  }
  secrets[0] = "second";
  expect(changing("first second")).toBe("first ***");
});

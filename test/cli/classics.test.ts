import { describe, expect, test } from "vitest";
import { command } from "./in-process.ts";
import { scratch } from "./valt-bridge.ts";

interface Classic {
  readonly server?: string;
  readonly rooms?: string;
  readonly devices: string;
  readonly others?: string;
  readonly told: string;
}

/** A deck that people start and stop with. */
const deck = (words: string) =>
  `{ "kind": "stream-deck", "room": "a", "model": "mini", ${words}, "controls": { "key-1": { "tap": "toggle", "look": "tally" } } }`;
const SERIAL = '"serialNumber": "AL1"';

/** One mapping for each mistake that people make, and what they are told of it. */
const classics: Readonly<Record<string, Classic>> = {
  "two devices with one serial number": {
    devices: `"one": ${deck(SERIAL)}, "two": ${deck(SERIAL)}`,
    told: 'the deck with the serial number AL1 belongs to "one" already',
  },
  "two decks without a selector": {
    devices: `"one": ${deck('"dim": { "afterSeconds": 60 }')}, "two": ${deck('"dim": { "afterSeconds": 60 }')}`,
    told: 'the only mini attached belongs to "one" already',
  },
  "one port twice": {
    devices:
      '"one": { "kind": "osc", "listen": "udp://127.0.0.1:9000" }, "two": { "kind": "osc", "listen": "udp://127.0.0.1:9000" }',
    told: 'UDP port 9000 belongs to "one" already',
  },
  "a press and a tap that both fire": {
    devices: `"one": { "kind": "stream-deck", "room": "a", ${SERIAL}, "model": "mini", "controls": { "key-1": { "press": "start", "tap": "stop", "look": "tally" } } }`,
    told: '"press" and "tap" both act on one short press',
  },
  "a listener on every card without allow": {
    devices: '"one": { "kind": "osc", "listen": "udp://0.0.0.0:9000" }',
    told: 'listens on every network card, and hears this machine only (name who may speak in "allow")',
  },
  "a room with a start and no stop anywhere": {
    devices: `"one": { "kind": "stream-deck", "room": "a", ${SERIAL}, "model": "mini", "controls": { "key-1": { "tap": "start", "look": "tally" } } }`,
    told: 'starts recordings in "a", and nothing in this mapping stops them',
  },
  "a text that does not fit its key": {
    devices: `"one": { "kind": "stream-deck", "room": "a", ${SERIAL}, "model": "mini", "controls": { "key-1": { "tap": "toggle", "look": "tally", "text": "Besprechungsaufzeichnung" } } }`,
    told: '"Besprechungsaufzeichnung" is too long for a display of 80 × 80 pixels',
  },
  "a colour on which letters cannot be read": {
    devices: `"one": { "kind": "stream-deck", "room": "a", ${SERIAL}, "model": "mini", "controls": { "key-1": { "tap": "toggle", "look": { "otherwise": { "color": "#777777", "icon": "record", "text": "On" } } } } }`,
    told: '"#777777" gives letters on it a contrast of 4.4:1 where 4.5:1 is needed (WCAG AA)',
  },
  "a webhook in clear text": {
    devices: `"one": ${deck(SERIAL)}`,
    others: ', "alarms": { "webhookFrom": "HOOK" }',
    told: "HOOK (the webhook) is http://: alarms travel in clear text; use https://",
  },
};

function mappingWith({
  rooms = '"a": 1',
  devices,
  others = "",
}: Pick<Classic, "rooms" | "devices" | "others">) {
  const server = '{ "url": "https://valt.example.com", "username": "bridge" }';
  return `{ "version": 1, "server": ${server}, "rooms": { ${rooms} }, "devices": { ${devices} }${others} }`;
}

const check = (text: string, ...options: readonly string[]) =>
  command(["check", scratch().write("site.jsonc", text), ...options], {
    HOOK: "http://hooks.example.com/valt",
  });

describe("check", () => {
  test.each(Object.entries(classics))(
    "warns of %s, and --strict takes it for an error",
    async (_, classic) => {
      const { told } = classic;
      const [plain, strict] = await Promise.all([
        check(mappingWith(classic)),
        check(mappingWith(classic), "--strict"),
      ]);
      expect(plain.err).toContain(told);
      expect(
        plain.err
          .trim()
          .split("\n")
          .filter((line) => line.includes("warning: ")),
      ).toHaveLength(1);
      expect([plain.code, strict.code]).toEqual([0, 3]);
      expect(strict.err).toContain(told);
    },
  );

  test("is content with what has none of these, also when it is strict", async () => {
    const { code, err } = await check(mappingWith({ devices: `"one": ${deck(SERIAL)}` }), "--strict");
    expect([code, err]).toEqual([0, ""]);
  });

  test("names by its meaning what was meant, and never cuts it off a list", async () => {
    const { code, err } = await check(
      mappingWith({
        devices: `"one": { "kind": "usb-hid", "profile": "xkeys-xk3", "room": "a" }`,
      }),
    );
    expect(code).toBe(3);
    expect(err).toContain('did you mean "xkeys-xk-3-foot-pedal"?');
  });
});

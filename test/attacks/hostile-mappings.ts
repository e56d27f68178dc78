/** As long as a mapping may be. */
const MOST_LETTERS = 1_000_000;

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

function site(more: object): object {
  return {
    server: { url: "https://valt.example.com", username: "panel-bridge" },
    rooms: { "exam-1": 1 },
    devices: {},
    ...more,
  };
}

/** One object with so many entries that the mapping is as long as it may be. */
function many(entry: (index: number) => readonly [string, unknown], within: (all: object) => object): string {
  const textOf = (count: number) =>
    JSON.stringify(within(Object.fromEntries(numbers(count).map((index) => entry(index)))));
  const each = textOf(20_000).length / 20_000;
  return textOf(Math.floor((MOST_LETTERS * 0.98) / each));
}

const device = (more: object) => site({ devices: { desk: more } });
const panel = (more: object) => device({ kind: "virtual", model: "xl", room: "exam-1", ...more });

/** Texts that somebody may save as a mapping, each with a fault, and most with all that 1 MB has room for. */
export const HOSTILE_MAPPINGS: Readonly<Record<string, string>> = {
  "keys that nobody knows": many((at) => [`key${at}`, 0], site),
  "rooms that are no rooms": many(
    (at) => [`r${at}`, { id: "x" }],
    (rooms) => site({ rooms }),
  ),
  "rooms with one number": many(
    (at) => [`r${at}`, 1],
    (rooms) => site({ rooms }),
  ),
  "devices of no kind": many(
    (at) => [`d${at}`, { kind: "virtuel" }],
    (devices) => site({ devices }),
  ),
  "devices in no room": many(
    (at) => [`d${at}`, { kind: "virtual", model: "mini", room: "nope" }],
    (devices) => site({ devices }),
  ),
  "controls that are not there": many(
    (at) => [`key-${at + 1000}`, { tap: "start" }],
    (controls) => panel({ controls }),
  ),
  "phrases that nobody says": many(
    (at) => [`phrase ${at}`, "x"],
    (words) => site({ words }),
  ),
  "looks without a place": many(
    (at) => [`look${at}`, { recording: { text: "{zzz}" } }],
    (looks) => site({ looks }),
  ),
  "commands of one shape": many(
    (at) => [`/x/{room${"abcdefghij"[at % 10]}${"x".repeat(at % 50)}}`, "stop"],
    (commands) => device({ kind: "osc", listen: "udp://127.0.0.1:0", commands }),
  ),
  "commands in no room": many(
    (at) => [`/x/${at}`, { start: {}, room: "nope" }],
    (commands) => device({ kind: "osc", listen: "udp://127.0.0.1:0", commands }),
  ),
  "addresses that are none": JSON.stringify(
    device({ kind: "osc", listen: "udp://127.0.0.1:0", allow: numbers(110_000).map((at) => `x${at}`) }),
  ),
  "files that are not there": JSON.stringify(site({ include: numbers(70_000).map((at) => `f${at}.jsonc`) })),
  "a thousand rooms a thousand times": JSON.stringify(site({ rooms: { "r{1..1000}-{1..1000}": "{n}" } })),
  "many ranges": many(
    (at) => [`r${at}-{1..1000}`, { id: "{n}" }],
    (rooms) => site({ rooms }),
  ),
  "a panel in a thousand rooms": JSON.stringify(
    site({
      rooms: { "r{1..1000}": { id: "{n}", devices: { "d{1..100}": { use: "p" } } } },
      panels: { p: { kind: "virtual", model: "none" } },
    }),
  ),
  "words that nothing gives": many(
    (at) => [`key-${at}`, { tap: { mark: `{w${at}}` } }],
    (controls) =>
      site({ panels: { p: { kind: "virtual", model: "mini", controls } }, devices: { d: { use: "p" } } }),
  ),
  "one long kind": JSON.stringify(device({ kind: "x".repeat(MOST_LETTERS) })),
  "words in words": JSON.stringify(site({ rooms: { "exam-1": { id: 1, label: "{x}".repeat(300_000) } } })),
  "one key again and again": `{"rooms":{${'"a":1,'.repeat(160_000)}"a":1}}`,
  "lists in lists": `${"[".repeat(500_000)}${"]".repeat(500_000)}`,
  "objects in objects": `${'{"a":'.repeat(170_000)}1${"}".repeat(170_000)}`,
  "commas alone": `{${",".repeat(MOST_LETTERS)}}`,
  "brackets alone": "}{][,:".repeat(160_000),
  "a comment without an end": "/*".repeat(500_000),
  "quotes without an end": '"a\n'.repeat(300_000),
  "comments alone": "/*x*/".repeat(200_000),
  "letters alone": "x".repeat(MOST_LETTERS),
};

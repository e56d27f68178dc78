import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { usbHid } from "../../devices/usb-hid/driver.ts";
import { parseProfile } from "../../devices/usb-hid/profile/read-profile.ts";
import { addLearnCommand } from "../../src/cli/commands/learn.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { loadVocabulary, mappingText, openSurface, until, world } from "../support/rig.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

/** The command in this process, so that hardware can be played into the real driver. */
function learn(...args: readonly string[]) {
  const lines: string[] = [];
  const write = (chunk: unknown) => {
    lines.push(...String(chunk).split("\n"));
    return true;
  };
  const spies = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  for (const spy of spies) spy.mockImplementation(write as never);
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const program = new Command().exitOverride();
  addLearnCommand(program, {
    loadVocabulary,
    signal: stop.signal,
    serveConsole: async () => ({ ok: false, failure: { message: "not wanted here" } }),
    serveSetup: async () => ({ ok: false, failure: { message: "not wanted here" } }),
  });
  const ended = program.parseAsync(["node", "valt-bridge", "learn", ...args]);
  const text = () => lines.join("\n");
  return {
    lines,
    text,
    shows: (wanted: string) => until(wanted, () => text().includes(wanted)),
    end: async () => {
      stop.abort();
      await ended;
    },
  };
}

async function play(productName: string, ...reports: readonly string[]) {
  const player = await usbHid.openPlayer?.({}, productName);
  if (player?.ok !== true) throw new Error(player?.failure.message);
  for (const report of reports)
    await player.value.play(Buffer.from(report.replaceAll(" ", ""), "hex"), "hid");
}

const nameIn = (text: string) => /(?: {2}|")([^"\n]*\(fake \d+\))/.exec(text)?.[1] ?? "";

const panel = {
  profile: 1,
  id: "box",
  name: "Box",
  source: "this test",
  confirmed: "on paper",
  match: [{ vid: "1234", pid: "0001" }],
  input: {
    length: 3,
    reports: [
      {
        controls: [
          { kind: "bits", id: "key-{n}", at: 0, count: 4 },
          { kind: "delta", id: "dial", at: 1, signed: true },
          { kind: "value", id: "slider", at: 2, from: 0, to: 255 },
        ],
      },
    ],
  },
};

let folder: ReturnType<typeof scratch>;
beforeEach(() => {
  folder = scratch();
});

function mappingOf(devices: Record<string, unknown>): string {
  return folder.write("mapping.jsonc", mappingText("http://127.0.0.1:1", { extra: { devices } }));
}

const box = { kind: "usb-hid", profile: panel, path: "fake://", room: "interview-1" };
/** A reader whose records are those of Linux: 1, 2, 3, 4, Enter. */
const reader = {
  kind: "usb-hid",
  profile: { ...panel, id: "reader", name: "Reader", input: { evdev: { card: {} } } },
  path: "fake://",
};
const typed = [2, 3, 4, 5, 28].map((code) =>
  [1, 0]
    .map((value) => `${"00".repeat(16)}0100${Buffer.from([code, 0, value, 0, 0, 0]).toString("hex")}`)
    .join(""),
);

test("what is touched is told by name, shape and amount, and a binding to paste is printed at the end", async () => {
  const lesson = learn("box", "--mapping", mappingOf({ box }));
  await lesson.shows("Ctrl-C ends it");
  expect(lesson.text()).toMatch(/box {2}.*Box \(fake \d+\).*: 6 controls/);
  await play(nameIn(lesson.text()), "00 00 00", "04 00 00", "00 fe 00", "00 00 80");
  await lesson.shows("percent");
  expect(lesson.lines).toEqual(
    expect.arrayContaining([
      "box  key-3  button  down",
      "box  key-3  button  up",
      "box  dial  encoder  turned  detents -2",
      "box  slider  fader  moved  percent 50",
    ]),
  );
  await lesson.end();
  expect(lesson.text()).toContain(`"box": {
  "controls": {
    "key-3": { "tap": "toggle" },
    "dial": { "turn": { "right": { "mark": "Important" } } },
    "slider": { "move": { "mark": "Moved" } }
  }
}`);
});

test("what is printed to be pasted is a mapping without errors", async () => {
  const lesson = learn("--mapping", mappingOf({ box, reader }), "--json");
  await until("both", () => lesson.lines.filter((line) => line.includes("opened")).length >= 2);
  const names = lesson.lines.filter((line) => line.includes("(fake")).map(nameIn);
  await play(names.find((name) => name.startsWith("Box")) ?? "", "00 00 00", "01 01 00", "00 00 09");
  await play(names.find((name) => name.startsWith("Reader")) ?? "", ...typed);
  await until("the card", () => lesson.text().includes("pulsed"));
  await lesson.end();
  const bindings = lesson.lines.filter((line) => line.includes('"binding"')).map((line) => JSON.parse(line));
  expect(bindings.map(({ device }) => device)).toEqual(["box", "reader"]);
  const pasted = {
    box: { ...box, ...bindings[0].binding.box },
    reader: { ...reader, room: "interview-1", ...bindings[1].binding.reader },
  };
  const { problems } = loadMapping(mappingText("http://127.0.0.1:1", { extra: { devices: pasted } }), world);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
});

test("a card held to a reader twice proposes how its number becomes the printed one, which stands nowhere", async () => {
  const lesson = learn("--mapping", mappingOf({ reader }), "--printed", "001234");
  await lesson.shows("Ctrl-C ends it");
  await play(nameIn(lesson.text()), ...typed, ...typed);
  await until("both", () => lesson.lines.filter((line) => line.includes("pulsed")).length === 2);
  await lesson.end();
  expect(lesson.text()).toContain(`To add to the settings of reader:

"card": { "length": 4, "number": { "from": "decimal", "to": "decimal", "digits": 6 } }`);
  expect(lesson.text()).not.toContain("1234");
});

describe("a card's number", () => {
  test("is told by its length alone, and by itself only when that is asked for", async () => {
    const file = mappingOf({ reader });
    const lesson = learn("reader", "--mapping", file);
    await lesson.shows("Ctrl-C ends it");
    await play(nameIn(lesson.text()), ...typed);
    await lesson.shows("pulsed");
    expect(lesson.text()).toContain('reader  card  pulse  pulsed  values ["(4 characters)"]');
    await lesson.end();
    expect(lesson.text()).not.toContain("1234");
    const open = learn("reader", "--mapping", file, "--values", "--json");
    await open.shows("opened");
    await play(nameIn(open.text()), ...typed);
    await open.shows('"values":["1234"]');
    await open.end();
  });
});

test("raw bytes are printed on demand", async () => {
  const lesson = learn("--mapping", mappingOf({ box }), "--raw", "--json", "box");
  await lesson.shows("opened");
  await play(nameIn(lesson.text()), "01 00 00");
  await lesson.shows('{"device":"box","in":"010000"}');
  await lesson.end();
});

test("a profile is drafted from what an unknown product sent, and never over another file", async () => {
  const unknown = { kind: "usb-hid", ids: "1234:abcd", path: "fake://" };
  const file = mappingOf({ unknown });
  const draft = join(folder.folder, "draft.json");
  for (const round of ["drafted", "kept"]) {
    const lesson = learn("unknown", "--mapping", file, "--draft", draft);
    await lesson.shows("Ctrl-C ends it");
    await play(nameIn(lesson.text()), "00 00", "00 01", "00 00", "00 08", "00 00");
    await lesson.end();
    if (round === "drafted") expect(lesson.text()).toContain(`Drafted ${draft} from 5 reports`);
    else expect(lesson.text()).toContain("was not written");
    const profile = parseProfile(readFileSync(draft, "utf8"), "draft.json");
    expect(profile.ok && profile.value.input?.reports?.[0]?.controls).toHaveLength(2);
  }
});

test("without a report there is no draft", async () => {
  const unknown = { kind: "usb-hid", ids: "1234:abcd", path: "fake://" };
  const draft = join(folder.folder, "draft.json");
  const lesson = learn("--mapping", mappingOf({ unknown }), "--draft", draft, "unknown");
  await lesson.shows("Ctrl-C ends it");
  await lesson.end();
  expect([existsSync(draft), process.exitCode]).toEqual([false, 1]);
});

test("requests on a network are told as well: any kind of device can be watched", async () => {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const surface = { kind: "osc", listen: `udp://127.0.0.1:${port}` };
  const running = valtBridge(["learn", "desk", "--mapping", mappingOf({ desk: surface }), "--json"]);
  await running.shows("opened");
  const sender = await openSurface(port);
  onTestFinished(() => sender.close());
  sender.send("/valt/room/interview-1/start");
  await running.shows('"request":"/valt/room/interview-1/start"');
  running.process.kill("SIGINT");
  expect((await running.ended).code).toBe(0);
});

test("a device that is not there ends with 1 and its reason; a name that the mapping lacks is told", async () => {
  const file = mappingOf({ gone: { kind: "usb-hid", profile: panel, serialNumber: "none" } });
  const gone = await valtBridge(["learn", "gone", "--mapping", file]).ended;
  expect([gone.code, gone.err]).toEqual([1, expect.stringContaining("gone: ")]);
  const unnamed = await valtBridge(["learn", "gnoe", "--mapping", file]).ended;
  expect([unnamed.code, unnamed.err]).toEqual([1, expect.stringContaining('no device "gnoe"')]);
  const product = await valtBridge(["learn", "--product", "nonsense"]).ended;
  expect([product.code, product.err]).toEqual([1, expect.stringContaining('"nonsense" is no product')]);
});

import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createLog } from "../../src/base/log.ts";
import { typed } from "../devices/usb-hid/evdev/records.ts";
import { type Rig, startRig, until } from "../support/rig.ts";

const machine = vi.hoisted(() => ({ folders: { described: "", opened: "" } }));
/** Where Linux keeps its input files: the only thing that is not real here but the kernel behind the file. */
vi.mock("../../devices/usb-hid/evdev/input-nodes.ts", async (importOriginal) => {
  const real = await importOriginal<typeof import("../../devices/usb-hid/evdev/input-nodes.ts")>();
  return { ...real, listInputNodes: () => real.listInputNodes(machine.folders) };
});

/** The keys of a boot keyboard, as a 6.1 kernel wrote them. */
const KEYBOARD_KEYS = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe";
const facts = {
  name: "Sycreader RFID Technology Co., Ltd SYC ID&IC USB Reader",
  "id/vendor": "ffff",
  "id/product": "0035",
  "id/version": "0110",
  uniq: "",
  "capabilities/key": KEYBOARD_KEYS,
  "capabilities/rel": "0",
};

const SARA = { user: 2, card: "100002" };
const STRANGER = "7654321";
const [KEY_0, KEY_ENTER] = [11, 28];
const codeOf = (digit: string) => (digit === "0" ? KEY_0 : Number(digit) + 1);

/** A reader whose file is a pipe; holding a card to it types the number and Enter, as the kernel would tell it. */
function plugReader() {
  const root = mkdtempSync(join(tmpdir(), "valt-bridge-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  machine.folders = { described: join(root, "class"), opened: join(root, "dev") };
  for (const [name, text] of Object.entries(facts)) {
    const path = join(machine.folders.described, "event3/device", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${text}\n`);
  }
  mkdirSync(machine.folders.opened);
  const pipe = join(machine.folders.opened, "event3");
  execFileSync("mkfifo", [pipe]);
  const writer = openSync(pipe, "r+");
  onTestFinished(() => closeSync(writer));
  let fromMs = 0;
  return {
    hold(card: string) {
      fromMs += 5000;
      for (const record of typed([...[...card].map(codeOf), KEY_ENTER], { fromMs }))
        writeSync(writer, record);
    },
  };
}

async function startDoor(): Promise<{ rig: Rig; logged: string[]; hold(card: string): void }> {
  const reader = plugReader();
  const logged: string[] = [];
  const door = {
    kind: "usb-hid",
    profile: "card-reader",
    // A pipe cannot be taken away from others.
    grab: "off",
    room: "interview-1",
    controls: { card: { pulse: { start: { author: { card: "{value}" } } } } },
  };
  const surface = { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] };
  const rig = await startRig({
    extra: { devices: { surface, door } },
    log: createLog({ level: "debug", write: (line) => logged.push(line) }),
  });
  const { bridge } = rig;
  await until("the reader", () =>
    bridge.status().devices.some(({ id, status }) => id === "door" && status.kind === "open"),
  );
  await until("the room", () => bridge.status().rooms[0]?.status === "available");
  return { rig, logged, hold: reader.hold };
}

/** Everything that is kept or told about a press, apart from the raw bytes of a recording and the fractions of times, which have any digits. */
const paperOf = ({ facts: all, bridge }: Rig, logged: readonly string[]) =>
  [JSON.stringify(all.filter(({ kind }) => kind !== "wire")), ...logged, JSON.stringify(bridge.status())]
    .join("\n")
    .replaceAll(/\.\d+/g, "");

test("a card held to a reader starts a recording whose author is its holder, and its number stands nowhere", async () => {
  const { rig, logged, hold } = await startDoor();
  hold(SARA.card);
  await until("the recording", () => rig.simulator.world.room(1)?.status === "recording", 10_000);
  expect(rig.simulator.world.room(1)?.authorId).toBe(SARA.user);
  await until("the answer", () => rig.bridge.status().rooms[0]?.status === "recording", 10_000);
  const paper = paperOf(rig, logged);
  expect(paper).toContain('"control":"card"');
  expect(paper).not.toContain(SARA.card);
});

test("a card that nobody has starts nothing, and its number stands nowhere either", async () => {
  const { rig, logged, hold } = await startDoor();
  hold(STRANGER);
  await until("the lookup", () => rig.facts.some((fact) => fact.kind === "outcome"), 10_000);
  expect(rig.simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  expect(paperOf(rig, logged)).not.toContain(STRANGER);
});

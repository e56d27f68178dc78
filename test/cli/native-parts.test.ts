import { isBuiltin } from "node:module";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { rowsOf } from "../journal/setting.ts";
import { dial } from "../support/lines.ts";
import { asked, createSite } from "../trust/product.ts";

const PRELOAD = join(import.meta.dirname, "without-natives.mjs");
const HAS_SQLITE = isBuiltin("node:sqlite");

async function createSiteWithout(without: readonly string[], stateHome?: string) {
  const created = await createSimulator({ rooms: 2, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const site = createSite({
    mapping: {
      server: { url: created.value.url, username: "panel-bridge" },
      rooms: { "interview-1": 1 },
      devices: {
        line: { kind: "serial", listen: "tcp://127.0.0.1:0" },
        lamp: { kind: "usb-hid", profile: "blink1" },
      },
    },
    ...(stateHome === undefined ? {} : { stateHome }),
    variables: { WITHOUT: without.join(","), NODE_OPTIONS: `--import=${PRELOAD}` },
  });
  onTestFinished(() => site.remove());
  return site;
}

const ALL = ["@photostructure/sqlite", "node:sqlite", "koffi", "node-hid", "serialport", "@napi-rs/canvas"];

test("a machine without native parts is told at the start what does not work, and runs all the same", async () => {
  const site = await createSiteWithout(ALL);
  const product = site.start("--no-console");
  onTestFinished(() => product.kill());
  const line = await dial(await product.port("line"));
  expect(await line.ask("REC START interview-1")).toBe("OK REC interview-1 RECORDING");
  for (const sentence of [
    "There is no journal, and marks that wait for the server are lost when the bridge ends.",
    "USB HID devices cannot be opened",
    "Keyboards and card readers cannot be kept from other programs",
    "Serial ports of this machine cannot be opened; lines over the network can.",
    "Damaged bytes, breaks and the ring line of serial ports go unseen.",
  ])
    await asked(sentence, async () => (product.out() + product.err()).includes(sentence) || undefined);
  await product.stop();
}, 60_000);

test("doctor says so too", async () => {
  const site = await createSiteWithout(ALL);
  const { out } = await site.run("doctor", site.mappingFile, "--json");
  const { findings } = JSON.parse(out) as {
    findings: readonly { about: string; state: string; text: string }[];
  };
  const parts = findings.filter(({ about }) => about === "native parts");
  expect(parts.map(({ state }) => state)).toEqual(Array(6).fill("WARN"));
  expect(parts.map(({ text }) => text).join()).toContain("Keys show plain colours");
}, 60_000);

test.runIf(HAS_SQLITE)(
  "Node's own SQLite keeps the journal where the package has no build, in the same file",
  async () => {
    const usual = await createSiteWithout([]);
    const first = usual.start("--no-console");
    onTestFinished(() => first.kill());
    await (await dial(await first.port("line"))).ask("REC START interview-1");
    await first.stop();
    const before = rowsOf(usual.stateFolder).length;
    const other = await createSiteWithout(["@photostructure/sqlite"], join(usual.folder, "state"));
    const second = other.start("--no-console");
    onTestFinished(() => second.kill());
    await second.port("line");
    expect((await second.status())?.records.journal.state).toBe("working");
    await second.stop();
    expect(rowsOf(usual.stateFolder).length).toBeGreaterThan(before);
  },
  60_000,
);

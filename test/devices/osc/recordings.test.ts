import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { osc } from "../../../devices/osc/driver.ts";
import { cleanUp, createNotingHost, type NotingHost, open, until } from "./bench.ts";

afterEach(cleanUp);

const FOLDER = join(import.meta.dirname, "../../recordings/osc");
const ROOM = "/valt/room/interview-1";

/** What each recording is about, as lines. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  "touchosc-start-and-stop.jsonl": [
    `${ROOM}/start 1 down`,
    `${ROOM}/start 0 up`,
    `${ROOM}/marker Intake unclear`,
    `${ROOM}/stop 1 down`,
    `${ROOM}/stop 0 up`,
  ],
  "qsys-plain-text-lines.jsonl": [
    `${ROOM}/start click`,
    `${ROOM}/marker Second witness unclear`,
    `${ROOM}/marker Break unclear`,
    `${ROOM}/stop click`,
  ],
  "bundle-with-marks.jsonl": [
    `${ROOM}/start 1 down`,
    `${ROOM}/start 0 up`,
    `${ROOM}/marker Intake unclear`,
    `${ROOM}/marker Break unclear`,
    `${ROOM}/stop 1 down`,
    `${ROOM}/stop 0 up`,
  ],
  "touchosc-panel-controls.jsonl": [
    "down /panel/record",
    "up /panel/record",
    "moved /panel/level 0.25",
    "moved /panel/level 0.5",
    "turned /panel/dial -2",
    "pulsed /panel/card 04A1B2C3",
    "down /panel/record",
    "up /panel/record",
  ],
};

interface Header {
  readonly recording: number;
  readonly kind: string;
  readonly settings: Record<string, unknown>;
  readonly named: readonly string[];
}

function load(name: string) {
  const [first, ...rest] = readFileSync(join(FOLDER, name), "utf8").trim().split("\n");
  const lines = rest
    .map((line) => JSON.parse(line) as { atMs: number; in: string; channel: string })
    .filter((line) => line.in !== undefined);
  return { header: JSON.parse(first!) as Header, lines };
}

function meaningsOf(host: NotingHost): readonly string[] {
  const requests = host.requests.map(({ message: { text, values }, stroke }) =>
    [text, ...values, stroke].join(" "),
  );
  const events = host.events.map(({ event }) => {
    const { kind, control, ...rest } = event;
    return [kind, control, ...Object.values(rest).flat()].join(" ");
  });
  return [...requests, ...events];
}

describe("recordings", () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith(".jsonl")))(
    "%s means what its name says",
    async (name) => {
      const { header, lines } = load(name);
      expect(header).toMatchObject({ recording: 1, kind: "osc" });
      const host = createNotingHost();
      const device = await open(header.settings, host, header.named);
      const settings = osc.settingsSchema.parse(header.settings);
      const player = await osc.openPlayer!(settings, device.productName);
      if (!player.ok) throw new Error(player.failure.message);
      for (const [index, line] of lines.entries()) {
        await player.value.play(Buffer.from(line.in, "hex"), line.channel);
        await until(() => host.traces.length > index);
      }
      expect(meaningsOf(host)).toEqual(MEANINGS[name]);
      expect(host.drops).toEqual([]);

      const channels = new Set(lines.map(({ channel }) => channel));
      for (const id of new Set([...host.requests, ...host.events].map(({ from }) => from!.id))) {
        device.link!.send({ text: "/answer", values: [] }, id);
      }
      await until(() => player.value.answers.length === channels.size);
      await player.value.close();
    },
  );

  it("are not played to a device that does not listen", async () => {
    const settings = osc.settingsSchema.parse({ targets: "udp://127.0.0.1:9000" });
    const player = await osc.openPlayer!(settings, "udp://127.0.0.1:9000");
    expect(player).toMatchObject({ ok: false, failure: { reason: "unsupported" } });
  });
});

/** The bridge with decks or panels that are not there, in a process of its own: presses are raw reports into the library's parser. */

import type { RecordingPlayer } from "../../src/driver/contract.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { answerParent, readUsage } from "./answering.ts";
import { keysReport, sharedMs } from "./deck-report.ts";
import { type InnerProgram, startInnerProgram } from "./inner-program.ts";
import { rest, until } from "./wait.ts";

/** A picture that was handed to the deck: when, and to which key. */
export interface ShownPicture {
  readonly atMs: number;
  readonly control: string;
}

let program: InnerProgram | undefined;
let player: RecordingPlayer | undefined;
let shown: ShownPicture[] = [];

answerParent({
  begin,
  press,
  play,
  flood,
  shown: takeShown,
  rooms: countRooms,
  usage: readUsage,
  end: () => program?.close(),
});

async function begin({ mapping: text }: { mapping: string }): Promise<void> {
  program = await startInnerProgram(text, note);
  const { bridge, mapping } = program;
  await until("the deck", () => bridge.status().devices[0]?.status.kind === "open");
  const [device] = mapping.devices.values();
  const status = bridge.status().devices[0]?.status;
  if (device === undefined || status?.kind !== "open") throw new Error("no deck");
  const opened = await device.kind.openPlayer?.(device.settings, status.productName);
  if (opened?.ok !== true) throw new Error("no player");
  player = opened.value;
  // The first report after opening might be a state that was there before.
  await rest(200);
}

function note(fact: Fact): void {
  if (fact.kind === "shown") shown.push({ atMs: sharedMs(), control: fact.control });
}

/** Presses a key and lets it go; resolves with the moment just before the report. */
async function press({ key, keys }: { key: number; keys: number }): Promise<number> {
  const atMs = sharedMs();
  await player?.play(keysReport(keys, [key]), "hid");
  await player?.play(keysReport(keys, []), "hid");
  return atMs;
}

/** Gives the device these reports, in hexadecimal; resolves with the moment just before. */
async function play({ reports }: { reports: readonly string[] }): Promise<number> {
  const atMs = sharedMs();
  for (const report of reports) await player?.play(Buffer.from(report, "hex"), "hid");
  return atMs;
}

let flooding: NodeJS.Timeout | undefined;

/** A thousand times a second the same report from now on, or none. */
function flood({ report }: { report: string | undefined }): void {
  clearInterval(flooding);
  if (report === undefined) return;
  const bytes = Buffer.from(report, "hex");
  const everyMs = 10;
  flooding = setInterval(() => {
    for (let count = 0; count < everyMs; count++) void player?.play(bytes, "hid");
  }, everyMs);
}

function takeShown(): readonly ShownPicture[] {
  const taken = shown;
  shown = [];
  return taken;
}

function countRooms({ status }: { status: string }): number {
  return (
    program?.bridge.status().rooms.filter((room) => room.status === status && room.pending === undefined)
      .length ?? 0
  );
}

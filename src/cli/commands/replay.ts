import type { Command } from "commander";
import { volatileKeeper } from "../../action/mark.ts";
import { type Clock, pause, systemClock } from "../../base/clock.ts";
import { type Log, silentLog } from "../../base/log.ts";
import { fail, type Result, succeed } from "../../base/result.ts";
import { readTextFile } from "../../base/text-file.ts";
import { Bridge } from "../../bridge.ts";
import type { RecordingPlayer } from "../../driver/contract.ts";
import { loadMapping } from "../../mapping/load.ts";
import type { Mapping, VocabularyLoader } from "../../mapping/mapping.ts";
import { createSimulator } from "../../simulator/server.ts";
import { createValtClient, type ValtClient } from "../../valt/client.ts";
import type { Surroundings } from "../environment.ts";
import { readSecret } from "../mapping/secrets.ts";
import {
  type Asked,
  findUnshown,
  lineOf,
  parseRecording,
  type Recording,
  type Shown,
} from "../recording/recording-file.ts";
import { complain, endWith, exitCodes, print, printJson } from "../terminal.ts";

interface ReplayOptions {
  readonly url?: string;
  readonly username: string;
  readonly speed: string;
  readonly json?: true;
}

/** `replay`: compares a recording with what this build does. */
export function addReplayCommand(program: Command, { loadVocabulary }: Surroundings): void {
  program
    .command("replay")
    .description(
      "play a recording into the bridge, and compare what the server is asked with what it was asked then",
    )
    .argument("<recording>", "JSON Lines file made by record")
    .option("--url <url>", "a real server (password in VALT_PASSWORD); default: a simulator of its own")
    .option("--username <name>", "account on that server", "panel-bridge")
    .option("--speed <factor>", "play so many times faster", "1")
    .option("--json", "print JSON")
    .action(async (file: string, options: ReplayOptions) => {
      const recording = readRecording(file);
      if (!recording.ok) {
        complain(recording.failure);
        return endWith(exitCodes.usage);
      }
      const speed = Number(options.speed);
      const replayed = await replay(recording.value, {
        loadVocabulary,
        speed,
        log: silentLog,
        ...serverOf(options),
      });
      if (!replayed.ok) {
        complain(replayed.failure.message);
        return endWith(exitCodes.failed);
      }
      report(replayed.value, options);
    });
}

/** Days of touches; one that is longer was recorded of something else. */
const MOST_BYTES = 256 * 1_048_576;

function readRecording(file: string): Result<Recording, string> {
  const text = readTextFile(file, MOST_BYTES);
  if (!text.ok) return fail(`${file} ${text.failure.what}`);
  const recording = parseRecording(text.value);
  return recording.ok ? recording : fail(`${file}: ${recording.failure.message}`);
}

function serverOf({ url, username }: ReplayOptions): Pick<ReplaySettings, "server"> {
  return url === undefined ? {} : { server: { url, username, password: readSecret("VALT_PASSWORD") ?? "" } };
}

function report({ asked, expected, unshown }: Replayed, { json }: ReplayOptions): void {
  const agrees = JSON.stringify(asked) === JSON.stringify(expected) && unshown.length === 0;
  if (json === true) printJson({ asked, expected, unshown, agrees });
  else {
    for (const one of asked) print(`asked: ${tell(one)}`);
    const was = expected.map(tell).join("; ") || "nothing";
    print(agrees ? "The server was asked the same as then." : `Then it was asked: ${was}`);
    if (unshown.length > 0) print(`Shown differently: ${unshown.join(", ")}`);
  }
  endWith(agrees ? exitCodes.fine : exitCodes.failed);
}

function tell({ command, room, text }: Asked): string {
  return `${command} ${room}${text === undefined ? "" : ` "${text}"`}`;
}

interface ReplaySettings {
  readonly loadVocabulary: VocabularyLoader;
  readonly speed: number;
  readonly log: Log;
  /** A simulator of its own when absent. */
  readonly server?: { readonly url: string; readonly username: string; readonly password: string };
}

interface Replayed {
  readonly asked: readonly Asked[];
  readonly expected: readonly Asked[];
  readonly shown: readonly Shown[];
  /** Controls that did not show again what the recording says they showed. */
  readonly unshown: readonly string[];
  /** Raw bytes that the device got, oldest first. */
  readonly answers: readonly Uint8Array[];
}

const USUAL_ROOMS = { "interview-1": 1, "interview-2": 2, "interview-3": 3, "interview-4": 4 };
const SETTLE_MS = 600;

/** Opens the recorded kind of device for real and plays its raw bytes to it. */
export async function replay(
  recording: Recording,
  settings: ReplaySettings,
): Promise<Result<Replayed, { readonly message: string }>> {
  const simulator =
    settings.server === undefined
      ? await createSimulator({ controlPort: "none", rooms: roomsOf(recording) })
      : undefined;
  if (simulator?.ok === false) return simulator;
  const server = settings.server ?? {
    url: simulator?.value.url ?? "",
    username: "panel-bridge",
    password: "simulator",
  };
  const text = mappingText(recording, server);
  const { mapping, problems } = loadMapping(text, await settings.loadVocabulary(text));
  if (mapping === undefined) return fail({ message: problems.map(({ message }) => message).join("; ") });
  const asked: Asked[] = [];
  const shown: Shown[] = [];
  const bridge = new Bridge({
    mapping,
    clock: systemClock,
    log: settings.log,
    secret: readSecret,
    keeper: volatileKeeper,
    facts: [
      (fact) => {
        const line = lineOf(fact, 0);
        if (line !== undefined && "asked" in line) asked.push(line.asked);
        if (line !== undefined && "shown" in line) shown.push({ control: line.shown, frame: line.frame });
      },
    ],
    connect: ({ url, username }): ValtClient =>
      createValtClient(
        { url, username, password: server.password },
        { clock: systemClock, log: settings.log },
      ),
  });
  bridge.start();
  const played = await play(bridge, { recording, mapping, speed: settings.speed, clock: systemClock });
  await bridge.close();
  await simulator?.value.close();
  if (!played.ok) return played;
  const expected = recording.lines.flatMap((line) => ("asked" in line ? [line.asked] : []));
  const recorded = recording.lines.flatMap((line) =>
    "shown" in line ? [{ control: line.shown, frame: line.frame }] : [],
  );
  return succeed({ asked, expected, shown, unshown: findUnshown(recorded, shown), answers: played.value });
}

/** The simulator has the rooms of the recording, whatever their ids. */
function roomsOf({ header }: Recording): readonly { readonly id: number; readonly name: string }[] {
  return Object.entries(header.rooms ?? USUAL_ROOMS).map(([name, room]) => {
    const id = typeof room === "number" ? room : Number(Reflect.get(Object(room), "id"));
    const serverName: unknown = Reflect.get(Object(room), "serverName");
    return { id, name: typeof serverName === "string" ? serverName : name };
  });
}

function mappingText({ header }: Recording, { url, username }: { url: string; username: string }): string {
  const device = header.device ?? { kind: header.kind, ...header.settings };
  return JSON.stringify({
    server: { url, username },
    rooms: header.rooms ?? USUAL_ROOMS,
    devices: { recorded: device },
    timing: { activePollMs: 500, idlePollMs: 500 },
  });
}

interface Playing {
  readonly recording: Recording;
  readonly mapping: Mapping;
  readonly speed: number;
  readonly clock: Clock;
}

async function play(
  bridge: Bridge,
  playing: Playing,
): Promise<Result<readonly Uint8Array[], { readonly message: string }>> {
  const { recording, mapping, speed, clock } = playing;
  const [device] = mapping.devices.values();
  const productName = await waitUntilReady(bridge, clock);
  if (device === undefined || productName === undefined) return fail({ message: "the device did not open" });
  const opened = await device.kind.openPlayer?.(device.settings, productName);
  if (opened === undefined) return fail({ message: `recordings of ${device.kind.kind} cannot be played` });
  if (!opened.ok) return opened;
  const player: RecordingPlayer = opened.value;
  const startMs = clock.monotonicMs();
  for (const line of recording.lines) {
    if (!("in" in line)) continue;
    await pause(clock, Math.max(0, startMs + line.atMs / speed - clock.monotonicMs()));
    await player.play(Buffer.from(line.in, "hex"), line.channel);
  }
  await pause(clock, SETTLE_MS);
  await player.close();
  return succeed(player.answers);
}

async function waitUntilReady(bridge: Bridge, clock: Clock): Promise<string | undefined> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { devices, rooms } = bridge.status();
    const status = devices[0]?.status;
    if (status?.kind === "open" && rooms.every(({ knowledge }) => knowledge === "live"))
      return status.productName;
    await pause(clock, 50);
  }
  return undefined;
}

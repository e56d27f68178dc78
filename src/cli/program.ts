import { Command } from "commander";
import type { Surroundings } from "./surroundings.ts";
import { exitCodes } from "./terminal.ts";

type AddCommand = (program: Command, surroundings: Surroundings) => void;

/** What each command needs is loaded when it is the one that was asked for: starting is part of a press. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  demo: async () => (await import("./demo.ts")).addDemoCommand,
  run: async () => (await import("./run.ts")).addRunCommand,
  check: async () => (await import("./check.ts")).addCheckCommand,
  simulate: async () => (await import("./simulate.ts")).addSimulateCommand,
  record: async () => (await import("./recording/record.ts")).addRecordCommand,
  replay: async () => (await import("./recording/replay.ts")).addReplayCommand,
  rooms: async () => (await import("./rooms.ts")).addRoomsCommand,
  schema: async () => (await import("./schema.ts")).addSchemaCommand,
  status: async () => (await import("./status.ts")).addStatusCommand,
  journal: async () => (await import("./journal/journal.ts")).addJournalCommand,
  devices: async () => (await import("./devices.ts")).addDevicesCommand,
  identify: async () => (await import("./lamp-test.ts")).addIdentifyCommand,
  learn: async () => (await import("./learn/learn.ts")).addLearnCommand,
  "lamp-test": async () => (await import("./lamp-test.ts")).addLampTestCommand,
  udev: async () => (await import("./udev.ts")).addUdevCommand,
  doctor: async () => (await import("./doctor/doctor.ts")).addDoctorCommand,
  service: async () => (await import("./service/service.ts")).addServiceCommand,
  darken: async () => (await import("./darken.ts")).addDarkenCommand,
  licences: async () => (await import("./licences.ts")).addLicencesCommand,
};

/** All commands when `wanted` is none of them, so that help can list them. */
export async function createProgram(
  wanted: string | undefined,
  surroundings: Surroundings,
): Promise<Command> {
  const program = new Command("valt-bridge")
    .description("Buttons on the wall, a recording in the room, and a red light that tells the truth.")
    .showHelpAfterError()
    .exitOverride((end) => {
      process.exit(end.exitCode === 0 ? exitCodes.fine : exitCodes.usage);
    });
  const load = Object.hasOwn(commands, wanted ?? "") ? [commands[wanted ?? ""]] : Object.values(commands);
  for (const one of load) (await one?.())?.(program, surroundings);
  return program;
}

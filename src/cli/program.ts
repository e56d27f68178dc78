import { Command } from "commander";
import { hintFor, suggest } from "../base/suggest.ts";
import { PRODUCT } from "../product.ts";
import type { Surroundings } from "./environment.ts";
import { complain, exitCodes } from "./terminal.ts";

type AddCommand = (program: Command, surroundings: Surroundings) => void;

/** What each command needs is loaded when it is the one that was asked for: starting is part of a press. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  demo: async () => (await import("./commands/demo.ts")).addDemoCommand,
  run: async () => (await import("./commands/run.ts")).addRunCommand,
  setup: async () => (await import("./commands/setup.ts")).addSetupCommand,
  init: async () => (await import("./commands/init.ts")).addInitCommand,
  check: async () => (await import("./commands/check.ts")).addCheckCommand,
  simulate: async () => (await import("./commands/simulate.ts")).addSimulateCommand,
  record: async () => (await import("./commands/record.ts")).addRecordCommand,
  replay: async () => (await import("./commands/replay.ts")).addReplayCommand,
  rooms: async () => (await import("./commands/rooms.ts")).addRoomsCommand,
  schema: async () => (await import("./commands/schema.ts")).addSchemaCommand,
  reference: async () => (await import("./commands/reference.ts")).addReferenceCommand,
  status: async () => (await import("./commands/status.ts")).addStatusCommand,
  certificate: async () => (await import("./commands/certificate.ts")).addCertificateCommand,
  kiosk: async () => (await import("./commands/kiosk.ts")).addKioskCommand,
  journal: async () => (await import("./commands/journal.ts")).addJournalCommand,
  devices: async () => (await import("./commands/devices.ts")).addDevicesCommand,
  identify: async () => (await import("./commands/lamp-test.ts")).addIdentifyCommand,
  learn: async () => (await import("./commands/learn.ts")).addLearnCommand,
  "lamp-test": async () => (await import("./commands/lamp-test.ts")).addLampTestCommand,
  udev: async () => (await import("./commands/udev.ts")).addUdevCommand,
  doctor: async () => (await import("./commands/doctor.ts")).addDoctorCommand,
  service: async () => (await import("./commands/service.ts")).addServiceCommand,
  backup: async () => (await import("./commands/backup.ts")).addBackupCommand,
  restore: async () => (await import("./commands/restore.ts")).addRestoreCommand,
  support: async () => (await import("./commands/support.ts")).addSupportCommand,

  darken: async () => (await import("./commands/darken.ts")).addDarkenCommand,
  licences: async () => (await import("./commands/licences.ts")).addLicencesCommand,
  completion: async () => (await import("./commands/completion.ts")).addCompletionCommand,
};

/** All commands when `wanted` is none of them, so that help can list them. */
export async function createProgram(
  wanted: string | undefined,
  surroundings: Surroundings,
): Promise<Command> {
  refuseUnknown(wanted);
  const program = new Command("valt-bridge")
    .description("Buttons on the wall, a recording in the room, and a red light that tells the truth.")
    .version(`${PRODUCT.name} ${PRODUCT.version}`)
    .showHelpAfterError("(--help tells what there is)")
    .exitOverride((end) => {
      process.exit(end.exitCode === 0 ? exitCodes.fine : exitCodes.usage);
    });
  const isAll = wanted === undefined || wanted === "completion" || !Object.hasOwn(commands, wanted);
  const load = isAll ? Object.values(commands) : [commands[wanted]];
  for (const one of load) (await one?.())?.(program, surroundings);
  return program;
}

/** Without a command the first steps begin, or the bridge: a word that is none must not be taken for its argument. */
function refuseUnknown(word: string | undefined): void {
  if (word === undefined || word.startsWith("-") || word === "help" || Object.hasOwn(commands, word)) return;
  const names = Object.keys(commands);
  const hint = suggest(word, names) === undefined ? "valt-bridge --help lists them" : hintFor(word, names);
  complain(`there is no command "${word}" (${hint})`);
  process.exit(exitCodes.usage);
}

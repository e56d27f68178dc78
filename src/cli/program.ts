import { Command } from "commander";
import { addCheckCommand } from "./check.ts";
import { addDemoCommand } from "./demo.ts";
import { addDevicesCommand } from "./devices.ts";
import { addIdentifyCommand, addLampTestCommand } from "./lamp-test.ts";
import { addRecordCommand } from "./record.ts";
import { addReplayCommand } from "./replay.ts";
import { addRoomsCommand } from "./rooms.ts";
import { addRunCommand } from "./run.ts";
import { addSchemaCommand } from "./schema.ts";
import { addSimulateCommand } from "./simulate.ts";
import { addStatusCommand } from "./status.ts";
import type { Surroundings } from "./surroundings.ts";
import { exitCodes } from "./terminal.ts";
import { addUdevCommand } from "./udev.ts";

export function createProgram(surroundings: Surroundings): Command {
  const program = new Command("valt-bridge")
    .description("Buttons on the wall, a recording in the room, and a red light that tells the truth.")
    .showHelpAfterError()
    .exitOverride((end) => {
      process.exit(end.exitCode === 0 ? exitCodes.fine : exitCodes.usage);
    });
  addDemoCommand(program, surroundings);
  addRunCommand(program, surroundings);
  addCheckCommand(program, surroundings);
  addSimulateCommand(program, surroundings.signal);
  addRecordCommand(program, surroundings);
  addReplayCommand(program, surroundings);
  addRoomsCommand(program, surroundings);
  addSchemaCommand(program, surroundings);
  addStatusCommand(program);
  addDevicesCommand(program, surroundings);
  addIdentifyCommand(program, surroundings);
  addLampTestCommand(program, surroundings);
  addUdevCommand(program, surroundings);
  return program;
}

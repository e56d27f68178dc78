import type { Command } from "commander";
import { complainAbout, readMapping } from "./mapping-file.ts";
import type { Surroundings } from "./surroundings.ts";
import { endWith, exitCodes, print, style } from "./terminal.ts";

export function addCheckCommand(program: Command, { loadWorld }: Surroundings): void {
  program
    .command("check")
    .description("check a mapping file without hardware or server; lists all problems at once")
    .argument("<mapping>", "mapping file")
    .option("--json", "print the problems as JSON")
    .action(async (file: string, { json }: { json?: true }) => {
      const { mapping, problems } = await readMapping(file, loadWorld);
      if (json === true) print(JSON.stringify({ file, ok: mapping !== undefined, problems }));
      else complainAbout(file, problems);
      if (mapping === undefined) return endWith(exitCodes.mapping);
      if (json !== true) {
        const counts = `${mapping.rooms.size} rooms, ${mapping.devices.size} devices`;
        print(`${style("green", "fine")}: ${file} (${counts})`);
      }
    });
}

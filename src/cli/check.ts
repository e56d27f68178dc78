import type { Command } from "commander";
import { plainValue } from "../mapping/source/part.ts";
import { complainAbout, readMapping } from "./mapping-file.ts";
import { CHOOSE_LONGER, warnAboutSecrets } from "./secrets.ts";
import type { Surroundings } from "./surroundings.ts";
import { tellAllowed } from "./tell-allowed.ts";
import { complain, endWith, exitCodes, print, printJson, style } from "./terminal.ts";

export function addCheckCommand(program: Command, { loadWorld }: Surroundings): void {
  program
    .command("check")
    .description("check a mapping file without hardware or server; lists all problems at once")
    .argument("<mapping>", "mapping file")
    .option("--json", "print the problems as JSON")
    .option("--expanded", "print what panels, ranges and tables become")
    .action(async (file: string, { json, expanded }: { json?: true; expanded?: true }) => {
      const { mapping, problems, source } = await readMapping(file, loadWorld);
      if (expanded === true && source?.root !== undefined) printJson(plainValue(source.root));
      if (json === true) printJson({ file, ok: mapping !== undefined, problems });
      else complainAbout(file, problems);
      if (mapping === undefined) return endWith(exitCodes.mapping);
      for (const text of warnAboutSecrets(mapping))
        complain(style("yellow", `warning: ${text}: ${CHOOSE_LONGER}`, process.stderr));
      if (json !== true && expanded !== true) {
        for (const line of tellAllowed(mapping)) print(line);
        const counts = `${mapping.rooms.size} rooms, ${mapping.devices.size} devices`;
        print(`${style("green", "fine")}: ${file} (${counts})`);
      }
    });
}

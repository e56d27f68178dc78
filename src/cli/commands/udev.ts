import type { Command } from "commander";
import type { Surroundings } from "../environment.ts";
import { print, printText } from "../terminal.ts";

/** `udev`: prints the rules for access to devices. */
export function addUdevCommand(program: Command, { loadVocabulary }: Surroundings): void {
  program
    .command("udev")
    .description("print the udev rules that let the bridge open its panels on Linux")
    .action(async () => {
      print(
        "# Save as /etc/udev/rules.d/70-valt-bridge.rules, then: udevadm control --reload && udevadm trigger",
      );
      print("# Services are let in by the group plugdev; where there is none: groupadd --system plugdev");
      for (const kind of (await loadVocabulary()).kinds) {
        const rules = kind.udevRules?.();
        if (rules !== undefined) printText(rules.trimEnd());
      }
    });
}

import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { buildEditorSchema } from "../../mapping/editor-schema.ts";
import type { Surroundings } from "../environment.ts";
import { findInstallation } from "../places/installation.ts";
import { print } from "../terminal.ts";

export function addReferenceCommand(program: Command, { loadVocabulary }: Surroundings): void {
  program
    .command("reference")
    .description(
      "write the reference as web pages: every key, panel and example; the console shows it under /help",
    )
    .argument("<folder>", "where to")
    .action(async (folder: string) => {
      const { readReference } = await import("../../reference/sources.ts");
      const { drawIcons } = await import("../../panel/key-image/icon-svg.ts");
      const vocabulary = await loadVocabulary();
      const described = { vocabulary, schema: buildEditorSchema(vocabulary), icons: drawIcons() };
      const files = readReference(described, findInstallation().root);
      const target = resolve(folder);
      mkdirSync(target, { recursive: true });
      for (const [name, text] of files) writeFileSync(join(target, name), text);
      print(`${files.size} files in ${target}`);
    });
}

import type { Command } from "commander";
import { buildEditorSchema } from "../../mapping/editor-schema.ts";
import type { MappingVocabulary } from "../../mapping/mapping.ts";

import type { Surroundings } from "../environment.ts";
import { printText } from "../terminal.ts";

/** `schema`: prints the JSON schema of a mapping. */
export function addSchemaCommand(program: Command, { loadWorld }: Surroundings): void {
  program
    .command("schema")
    .description("print the JSON schema of mapping files, for completion in editors")
    .action(async () => printText(renderSchema(await loadWorld())));
}

/** The JSON schema of a mapping, as editors read it and as `mappings/mapping.schema.json` has it. */
export function renderSchema(world: MappingVocabulary): string {
  return JSON.stringify(buildEditorSchema(world), null, 2);
}

import type { Command } from "commander";
import { buildEditorSchema } from "../../mapping/editor-schema.ts";
import type { MappingVocabulary } from "../../mapping/mapping.ts";

import type { Surroundings } from "../environment.ts";
import { printText } from "../terminal.ts";

/** `schema`: prints the JSON schema of a mapping. */
export function addSchemaCommand(program: Command, { loadVocabulary }: Surroundings): void {
  program
    .command("schema")
    .description("print the JSON schema of mapping files, for completion in editors")
    .action(async () => printText(renderSchema(await loadVocabulary())));
}

/** The JSON schema of a mapping, as editors read it and as `mappings/mapping.schema.json` has it. */
export function renderSchema(vocabulary: MappingVocabulary): string {
  return JSON.stringify(buildEditorSchema(vocabulary), null, 2);
}

import { resolve } from "node:path";
import type { Command } from "commander";
import type { Surroundings } from "../environment.ts";
import { connectTo } from "../mapping/connect.ts";
import { complainAbout, readMapping } from "../mapping/mapping-file.ts";
import { createConsoleLog } from "../running/console-log.ts";
import { complain, endWith, exitCodes, printJson, printTable } from "../terminal.ts";

/** `rooms`: lists the rooms of the server and of the mapping. */
export function addRoomsCommand(program: Command, { loadVocabulary }: Surroundings): void {
  program
    .command("rooms")
    .description("list the rooms of the server, with the names that the mapping gives them")
    .argument("<mapping>", "mapping file")
    .option("--json", "print JSON")
    .action(async (path: string, { json }: { json?: true }) => {
      const file = resolve(path);
      const { mapping, problems } = await readMapping(file, loadVocabulary);
      if (mapping === undefined) {
        complainAbout(file, problems);
        return endWith(exitCodes.mapping);
      }
      const valt = connectTo(mapping.server, file, createConsoleLog({}));
      const answer = await valt.rooms();
      await valt.close();
      if (!answer.ok) {
        complain(answer.failure.message);
        return endWith(exitCodes.server);
      }
      const server = { rooms: { listed: answer.value, found: new Map() } };
      const found = mapping.search && (await readMapping(file, loadVocabulary, server)).mapping;
      const { rooms: mapped, unfound, search } = found ?? mapping;
      const nameById = new Map([...mapped.values()].map(({ id, name }) => [id, name]));
      const rooms = answer.value.map(({ id, name }) => ({ id, name, mappedAs: nameById.get(id) ?? null }));
      if (json === true) return printJson(rooms);
      printTable([
        ["ID", "NAME ON THE SERVER", "IN THE MAPPING"],
        ...rooms.map(({ id, name, mappedAs }) => [String(id), name, mappedAs ?? "-"]),
      ]);
      for (const { name, why } of unfound.values()) complain(`"${name}" is not found: ${why}`);
      for (const doubt of search?.doubts ?? []) complain(doubt);
    });
}

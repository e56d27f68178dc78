import { resolve } from "node:path";
import type { Command } from "commander";
import type { Mapping } from "../../mapping/mapping.ts";
import { partsOf, prefixOf } from "../../mapping/server-part.ts";
import type { KnownServers } from "../../mapping/source/server-rooms.ts";
import type { Surroundings } from "../environment.ts";
import { askListsOf } from "../mapping/listed-rooms.ts";
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
      const { known, failures } = await askListsOf(mapping, file, createConsoleLog({}));
      for (const { server, why } of failures) complain(prefixOf(mapping, server) + why);
      if (failures.length > 0) endWith(exitCodes.server);
      if (known.size === 0) return;
      const isSearched = mapping.searches.size > 0;
      const read = isSearched ? await readMapping(file, loadVocabulary, { rooms: known }) : undefined;
      const found = read?.mapping ?? mapping;
      const rooms = listRooms(found, known);
      if (json === true) return printJson(rooms);
      show(rooms);
      complainAboutRooms(found);
    });
}

/** Of several servers each room says which one it is on. */
function listRooms(mapping: Mapping, known: KnownServers) {
  const isAlone = mapping.servers.size === 1;
  return [...partsOf(mapping)].flatMap(([server, { rooms }]) => {
    const nameById = new Map<number, string>([...rooms.values()].map(({ id, name }) => [id, name]));
    const listed = known.get(server)?.listed ?? [];
    const on = isAlone ? undefined : server;
    return listed.map(({ id, name }) => ({ server: on, id, name, mappedAs: nameById.get(id) ?? null }));
  });
}

function show(rooms: ReturnType<typeof listRooms>): void {
  const isAlone = rooms.every(({ server }) => server === undefined);
  printTable([
    [...(isAlone ? [] : ["SERVER"]), "ID", "NAME ON THE SERVER", "IN THE MAPPING"],
    ...rooms.map(({ server, id, name, mappedAs }) => [
      ...(server === undefined ? [] : [server]),
      String(id),
      name,
      mappedAs ?? "-",
    ]),
  ]);
}

function complainAboutRooms({ unfound, searches }: Mapping): void {
  for (const { name, why } of unfound.values()) complain(`"${name}" is not found: ${why}`);
  for (const { doubts } of searches.values()) for (const doubt of doubts) complain(doubt);
}

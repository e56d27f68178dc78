import { fail, type Result, succeed } from "../../base/result.ts";
import type { Mapping, VocabularyLoader } from "../../mapping/mapping.ts";
import type { ValtClient } from "../../valt/client.ts";
import { type ReadMapping, readMapping } from "./mapping-file.ts";

/** The mapping in this file with the rooms that its server lists now; the server's sentence where it lists none. */
export async function readWithRooms(
  file: string,
  loadVocabulary: VocabularyLoader,
  valt: Pick<ValtClient, "rooms">,
): Promise<Result<ReadMapping, string>> {
  const answer = await valt.rooms();
  if (!answer.ok) return fail(answer.failure.message);
  return succeed(
    await readMapping(file, loadVocabulary, { rooms: { listed: answer.value, found: new Map() } }),
  );
}

/** What is known, and what is not, of rooms that the server's list gives. */
export function tellSearch({ search, unfound }: Mapping): readonly string[] {
  if (search === undefined) return [];
  const { patterns, isListed, found, doubts } = search;
  const named = patterns.map((pattern) => `"${pattern}"`).join(", ");
  if (!isListed) {
    const ids = unfound.size === 0 ? [] : [`not known without the server: the ids of ${unfound.size} rooms`];
    const rooms =
      patterns.length === 0 ? [] : [`not known without the server: which rooms are called ${named}`];
    return [...ids, ...rooms];
  }
  return [
    ...[...found].map(([key, { id, name }]) => `"${key}" is "${name}" (${id}) on the server`),
    ...[...unfound.values()].map(({ name, why }) => `"${name}" is not found: ${why}`),
    ...doubts,
  ];
}

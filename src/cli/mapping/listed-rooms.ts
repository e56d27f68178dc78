import type { ServerName } from "../../base/identifiers.ts";
import type { Log } from "../../base/log.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { partsOf, prefixOf, type ServerPart } from "../../mapping/server-part.ts";
import type { KnownServers } from "../../mapping/source/server-rooms.ts";
import type { ValtClient } from "../../valt/client.ts";
import { connectTo } from "./connect.ts";

/** The lists of a mapping's servers, and why there is none of a server. */
interface ListedServers {
  readonly known: KnownServers;
  readonly failures: readonly { readonly server: ServerName; readonly why: string }[];
}

/** Asks each of these servers for its list of rooms, all at once. */
export async function askLists(
  clients: ReadonlyMap<ServerName, Pick<ValtClient, "rooms">>,
): Promise<ListedServers> {
  const answers = await Promise.all(
    [...clients].map(async ([name, valt]) => [name, await valt.rooms()] as const),
  );
  const known = answers.flatMap(([name, answer]) =>
    answer.ok ? [[name, { listed: answer.value, found: new Map() }] as const] : [],
  );
  const failures = answers.flatMap(([server, answer]) =>
    answer.ok ? [] : [{ server, why: answer.failure.message }],
  );
  return { known: new Map(known), failures };
}

/** The same of all servers of a mapping, with clients for this alone. */
export async function askListsOf({ servers }: Mapping, file: string, log: Log): Promise<ListedServers> {
  const clients = new Map([...servers].map(([name, server]) => [name, connectTo(server, file, log)]));
  const listed = await askLists(clients);
  await Promise.all([...clients.values()].map((client) => client.close()));
  return listed;
}

/** What is known, and what is not, of rooms that the server's list gives. */
export function tellSearch(mapping: Mapping): readonly string[] {
  return [...partsOf(mapping)].flatMap(([name, part]) => {
    const prefix = prefixOf(mapping, name);
    return tellPart(part).map((line) => prefix + line);
  });
}

function tellPart({ search, unfound }: ServerPart): readonly string[] {
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

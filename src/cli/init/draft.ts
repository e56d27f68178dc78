import { newestVersion } from "../../mapping/source/steps.ts";
import { spread } from "../learn/binding.ts";

/** What a new mapping says, before it is text. */
export interface MappingDraft {
  /** Several addresses lead to one server. */
  readonly url: string | readonly [string, string, ...string[]];
  readonly username: string;
  /** The variable with the password. */
  readonly passwordFrom: string;
  /** How the certificate is checked, where that is not by the machine's authorities. */
  readonly tls?: "none" | { readonly fingerprint: string };
  readonly rooms: readonly DraftRoom[];
  readonly devices: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** One room of a mapping that is being written. */
export interface DraftRoom {
  /** The word for it in the mapping. */
  readonly word: string;
  readonly id: number;
  /** As the server calls it. */
  readonly serverName: string;
}

/** The text of a mapping file: one room and one device a line, with what a reader may want to know. */
export function renderDraft({ url, username, passwordFrom, tls, rooms, devices }: MappingDraft): string {
  const server = [
    entry("url", url),
    entry("username", username),
    entry("passwordFrom", passwordFrom),
    ...(tls === undefined ? [] : [entry("tls", tls)]),
  ];
  return `// Made by valt-bridge init. "valt-bridge check FILE" reads it; "valt-bridge schema" lists what else it may say.
{
  "version": ${newestVersion},
  // The password is not in here: passwordFrom names the variable with it, or add _FILE for a file that holds it.
  "server": {
${indented(server, 4)}
  },
  // id is the server's number of the room. Under another name than serverName a room is only stopped, never started.
  "rooms": {
${indented(rooms.map(renderRoom), 4)}
  },
  // A panel with a room and nothing else gets keys that suit it; "controls" says what each key does.
  "devices": {
${indented(
  [...devices].map(([name, device]) => entry(name, device)),
  4,
)}
  }
}
`;
}

function renderRoom({ word, id, serverName }: DraftRoom): string {
  const label = word === serverName ? {} : { label: serverName };
  return entry(word, { id, serverName, ...label });
}

function entry(key: string, value: unknown): string {
  return `${JSON.stringify(key)}: ${spread(value)}`;
}

function indented(lines: readonly string[], blanks: number): string {
  return lines.map((line) => " ".repeat(blanks) + line).join(",\n");
}

import type { Path } from "../base/document/finding.ts";
import { isInTheClear, isSameServer, readServerAddress } from "../base/server-address.ts";
import type { MappingVocabulary, ServerMapping } from "./mapping.ts";
import type { Finding } from "./problem.ts";
import { urlsOf } from "./server-part.ts";

interface AddressPlace {
  readonly world: Pick<MappingVocabulary, "findServerFault">;
  /** Where the server stands in the document. */
  readonly path: Path;
  /** Its addresses stand in a list. */
  readonly isList: boolean;
  readonly report: (finding: Finding) => void;
}

/** User info, or a token that somebody pasted. */
const CREDENTIALS_IN_URL = /^(?:[a-z]+:\/\/)?[^/?#]*@|[?&]access_token=/i;

/** Each address of a server by the same rules; what is wrong with every one of them is told once. */
export function checkAddresses(server: ServerMapping, { world, path, isList, report }: AddressPlace): void {
  const urls = urlsOf(server);
  const placeOf = (index: number) => [...path, "url", ...(isList ? [index] : [])];
  const faults = urls.map((url) => world.findServerFault({ ...server, url, otherUrls: [] }));
  const [common] = faults;
  const isCommon = faults.every((fault) => fault === common);
  if (isCommon && common !== undefined) report({ severity: "error", path, at: "value", message: common });

  for (const [index, url] of urls.entries()) {
    const place = { path: placeOf(index), at: "value" } as const;
    const message = faults[index];
    if (!isCommon && message !== undefined) report({ severity: "error", ...place, message });
    const twin = urls.slice(0, index).find((other) => isSameServer(other, url));
    if (twin !== undefined)
      report({ severity: "error", ...place, message: `this address is in the list already, as ${twin}` });
    if (CREDENTIALS_IN_URL.test(url)) {
      const hint = `the account is "username", its password comes from ${server.passwordFrom}`;
      const message = "the address carries credentials, which anybody who may read this file sees";
      report({ severity: "warning", ...place, message, hint });
    }
  }

  if (server.tls === "none" && urls.some(isOpen)) {
    const hint = 'use https:// if the server has it, at least with "tls": { "fingerprint": ... }';
    const message = "the account's password travels in clear text, for everybody on the network to read";
    report({ severity: "warning", path: [...path, "tls"], at: "value", message, hint });
  }
}

/** One server under two names would be asked twice, and count as two. */
export function checkTwins(servers: Iterable<ServerMapping>, report: (finding: Finding) => void): void {
  const all = [...servers];
  for (const [index, server] of all.entries()) {
    const isShared = (url: string) => urlsOf(server).some((own) => isSameServer(own, url));
    const twin = all.slice(0, index).find((other) => urlsOf(other).some(isShared));
    if (twin === undefined) continue;
    const message = `this is the server "${twin.name}" already`;
    const hint = "a server has one name; further addresses of it are a list in its url";
    report({ severity: "error", path: ["servers", server.name, "url"], at: "value", message, hint });
  }
}

/** Two servers with one password are seldom meant: mostly it is that nobody has said which password is whose. */
export function checkPasswords(
  servers: Readonly<Record<string, { readonly passwordFrom?: string | undefined }>>,
  report: (finding: Finding) => void,
): void {
  const unsaid = Object.entries(servers).filter(([, { passwordFrom }]) => passwordFrom === undefined);
  if (unsaid.length < 2) return;
  const names = unsaid.map(([name]) => `"${name}"`).join(" and ");
  const message = `${names} share one password, that of VALT_PASSWORD`;
  for (const [name] of unsaid.slice(1)) {
    const own = `VALT_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_PASSWORD`;
    const hint = `for example "passwordFrom": "${own}"; "VALT_PASSWORD" if one password is meant`;
    report({ severity: "warning", path: ["servers", name], at: "key", message, hint });
  }
}

function isOpen(url: string): boolean {
  const address = readServerAddress(url);
  return address !== undefined && isInTheClear(address);
}

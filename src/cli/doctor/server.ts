import { getServers } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { redact } from "../../base/redact.ts";
import { readServerAddress } from "../../base/server-address.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { partsOf, prefixOf, type ServerPart, urlsOf } from "../../mapping/server-part.ts";
import type { KnownServers } from "../../mapping/source/server-rooms.ts";
import type { Check } from "../../preflight/check.ts";
import { checkServer } from "../../preflight/preflight.ts";
import { connectTo } from "../mapping/connect.ts";
import { askLists } from "../mapping/listed-rooms.ts";
import { findSecret } from "../mapping/secrets.ts";
import type { RunningStatus } from "../places/running-bridges.ts";
import { type Finding, failed, fine, warn } from "./finding.ts";
import { reach } from "./reach.ts";
import { examineTls } from "./tls.ts";

interface SiteCase {
  readonly mapping: Mapping;
  readonly file: string;
  readonly bridges: readonly RunningStatus[];
  /** The mapping with the rooms that these lists give. */
  withRooms(known: KnownServers): Promise<Mapping>;
}

/** Each server of the mapping, all at once. */
export async function examineServers(site: SiteCase): Promise<readonly Finding[]> {
  const { mapping, bridges } = site;
  const bridge = bridges.find((one) => one.mapping === mapping.fingerprint);
  const found = [...partsOf(mapping)].map(async ([name, part]) => {
    const checks = bridge?.readiness.checks.filter(({ server = name }) => server === name) ?? [];
    const seen = checks.map((check) =>
      tellCheck(check, ` (seen by the running bridge, process ${bridge?.pid})`),
    );
    const findings = await examineServer({ ...site, part, seen });
    const prefix = prefixOf(mapping, name);
    // What a bridge of several servers has seen names its server.
    return findings.map((one) => (one.text.startsWith(prefix) ? one : { ...one, text: prefix + one.text }));
  });
  return (await Promise.all(found)).flat();
}

interface ServerCase extends SiteCase {
  readonly part: ServerPart;
  /** What a running bridge has found out already. */
  readonly seen: readonly Finding[];
}

async function examineServer(site: ServerCase): Promise<readonly Finding[]> {
  const { part, file } = site;
  const urls = urlsOf(part.server);
  const ways = await Promise.all(urls.map((url) => examineWay(url, part.server, file)));
  const open = urls.filter((_, index) => ways[index]?.every(({ state }) => state !== "FAIL"));
  if (urls.length === 1) return [...ways.flat(), ...(open.length === 0 ? [] : await examineAccount(site))];
  const isReached = open.length > 0;
  const found = ways.flatMap((findings, index) =>
    findings.map((one) => tellAddress(urls[index] ?? "", isReached ? soften(one) : one)),
  );
  return isReached
    ? [...found, ...(await examineLogins(open, site)), ...(await examineAccount(site))]
    : found;
}

/** From the wire up: each step is only taken when the one before it held. */
async function examineWay(
  address: string,
  server: ServerPart["server"],
  file: string,
): Promise<readonly Finding[]> {
  const url = readServerAddress(address);
  // A mapping with such an address is not read.
  if (url === undefined) return [];
  const name = await examineName(url.hostname);
  if (name.state === "FAIL") return [name];
  const port = await examinePort(url);
  if (port.state === "FAIL") return [name, port];
  return [name, port, await examineTls(url, server, file)];
}

/** Which of several addresses answer, one after the other: a password that one of them refuses is not tried at the next. */
async function examineLogins(
  urls: readonly string[],
  { part, file }: ServerCase,
): Promise<readonly Finding[]> {
  const { server } = part;
  const found: Finding[] = [];
  if (!findSecret(server.passwordFrom).ok) return found;
  for (const url of urls) {
    const valt = connectTo({ ...server, url, otherUrls: [] }, file, silentLog);
    const login = await valt.authenticate();
    await valt.close();
    if (!login.ok && login.failure.kind === "unauthorized") return found;
    const remedy = "look at what stands before the server there; until then, the other addresses are used";
    const finding = login.ok ? fine("address", "answers") : warn("address", login.failure.message, remedy);
    found.push(tellAddress(url, finding));
  }
  return found;
}

function tellAddress(url: string, finding: Finding): Finding {
  return { ...finding, text: `${redact(url)}: ${finding.text}` };
}

/** Another address of the server can be reached. */
function soften(finding: Finding): Finding {
  return finding.state === "FAIL" ? { ...finding, state: "WARN" } : finding;
}

async function examineName(bracketed: string): Promise<Finding> {
  const about = "server name";
  const host = bracketed.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return fine(about, `${host} is an address: no name service is needed`);
  try {
    const found = await lookup(host, { all: true });
    return fine(about, `${host} is ${found.map(({ address }) => address).join(", ")}`);
  } catch (error) {
    const asked = getServers().join(", ") || "none";
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const text = `"${host}" does not resolve (${code}); name servers asked: ${asked}`;
    const remedy =
      code === "EAI_AGAIN"
        ? "the name service does not answer: check the network cable and /etc/resolv.conf, or put the server's IP address into the mapping"
        : "check how the name is spelled in the mapping, or put the server's IP address there";
    return failed(about, text, remedy);
  }
}

async function examinePort(url: URL): Promise<Finding> {
  const about = "server port";
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const reached = await reach(host, port);
  if (reached === "reached") return fine(about, `${host} port ${port} accepts connections`);
  return failed(about, `${host} port ${port}: ${reached.why}`, reached.remedy);
}

async function examineAccount({ part, file, seen, withRooms }: ServerCase): Promise<readonly Finding[]> {
  if (seen.length > 0) return seen;
  const { server, search } = part;
  const password = findSecret(server.passwordFrom);
  if (!password.ok) {
    const text = `not tried, since there is no password: ${password.failure}`;
    return [warn("login", text, "give the password as said above, and ask again")];
  }
  const valt = connectTo(server, file, silentLog);
  const listed = search && (await askLists(new Map([[server.name, valt]]))).known;
  const whole = (listed && partsOf(await withRooms(listed)).get(server.name)) ?? part;
  const checks = await checkServer({ valt, part: whole, clock: systemClock });
  await valt.close();
  return [...checks.map((check) => tellCheck(check, "")), ...tellFound(whole)];
}

/** The rooms that the server's list gave; those that it did not are among the checks. */
function tellFound({ search }: ServerPart): readonly Finding[] {
  const found = [...(search?.found ?? [])].map(([key, { id, name }]) => `"${key}" is "${name}" (${id})`);
  const more = found.length > MOST_FOUND ? ` and ${found.length - MOST_FOUND} more` : "";
  return found.length === 0 ? [] : [fine("rooms found", found.slice(0, MOST_FOUND).join(", ") + more)];
}

const MOST_FOUND = 20;

function tellCheck({ name, state, text, remedy }: Check, source: string): Finding {
  const said = `${text}${source}`;
  if (state === "fine") return fine(name, said);
  if (state === "failed") return failed(name, said, remedy);
  return warn(name, said, remedy || "nothing is known to be wrong; look again when the rest is mended");
}

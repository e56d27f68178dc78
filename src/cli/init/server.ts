import { isDeepStrictEqual } from "node:util";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { fail, type Result, succeed } from "../../base/result.ts";
import { isInTheClear, readServerAddress } from "../../base/server-address.ts";
import type { SeenServer } from "../../bridge/setup-steps.ts";
import { type Sayable, sayInEnglish, told } from "../../language/told.ts";
import { createValtClient, type RoomSummary, type TlsSettings } from "../../valt/client.ts";
import { readCertificate } from "../doctor/certificate.ts";
import { print } from "../terminal.ts";
import type { MappingDraft } from "./draft.ts";
import type { Questions } from "./questions.ts";

/** What options say of the server; the rest is asked. */
export interface ServerOptions {
  readonly server?: string;
  readonly username?: string;
  readonly fingerprint?: string;
  readonly clearText?: true;
}

/** What is seen of a server at an address, without logging in. */
export async function lookAt(given: string): Promise<Result<SeenServer, Sayable>> {
  const address = readServerAddress(given);
  if (address === undefined) return fail(told('"{address}" is no address of a server.', { address: given }));
  const url = withoutSlash(address);
  if (address.protocol === "http:") {
    const trust = isInTheClear(address) ? "in-the-clear" : "this-machine";
    return succeed({ url, trust, fingerprint: "", objection: "" });
  }
  const shown = await readCertificate(address);
  if (typeof shown === "string")
    return fail(
      told("{url} cannot be asked for its certificate ({why}). http:// is an address without TLS.", {
        url,
        why: shown,
      }),
    );
  const { objection = "" } = shown;
  const trust = objection === "" ? "trusted" : "untrusted";
  return succeed({ url, trust, fingerprint: shown.certificate.fingerprint256, objection });
}

/** The server's address as a mapping has it, and how its certificate is checked; asks what no option says. */
export async function findServer(
  options: ServerOptions,
  questions: Questions,
): Promise<Result<FoundServer, string>> {
  const given =
    options.server ??
    (await questions.ask({
      text: "Address of the VALT server (such as valt.example.com; several of one server with commas):",
      option: "--server <url>",
    }));
  const [first = "", ...others] = given.split(",").map((one) => one.trim());
  const found = await findAddress(first, options, questions);
  if (!found.ok) return found;
  const urls = [found.value.url];
  for (const one of others) {
    const further = await findAddress(one, options, questions);
    if (!further.ok) return further;
    const isAlike = isDeepStrictEqual(further.value.tls, found.value.tls);
    if (!isAlike)
      return fail(
        `${further.value.url} is not trusted in the way of ${found.value.url}: one way holds for all addresses`,
      );
    urls.push(further.value.url);
  }
  const [url, second, ...more] = urls as [string, ...string[]];
  return succeed({ ...found.value, url: second === undefined ? url : [url, second, ...more] });
}

type FoundServer = Pick<MappingDraft, "url" | "tls">;

interface FoundAddress extends FoundServer {
  readonly url: string;
}

async function findAddress(
  given: string,
  options: ServerOptions,
  questions: Questions,
): Promise<Result<FoundAddress, string>> {
  const seen = await lookAt(given);
  if (!seen.ok) return fail(sayInEnglish(seen.failure));
  const { url, trust, fingerprint, objection } = seen.value;
  if (trust === "this-machine") return succeed({ url });
  if (trust === "in-the-clear") return inClearText(url, options, questions);
  if (options.fingerprint !== undefined) {
    if (bare(options.fingerprint) !== bare(fingerprint))
      return fail(`the server shows another certificate than --fingerprint says: ${fingerprint}`);
    return succeed({ url, tls: { fingerprint } });
  }
  if (trust === "trusted") return succeed({ url });
  print(`The server's certificate is not trusted by this machine (${objection}). It shows the fingerprint`);
  print(`  ${fingerprint}`);
  const text = "Compare it with the one on the server itself. Are they equal? (y/n)";
  const isSame = await questions.confirm({ text, option: `--fingerprint ${fingerprint}, once compared` });
  return isSame ? succeed({ url, tls: { fingerprint } }) : fail("the server is not trusted");
}

async function inClearText(
  url: string,
  { clearText }: ServerOptions,
  questions: Questions,
): Promise<Result<FoundAddress, string>> {
  const text = "Over http:// everybody on the network can read the password. Use it all the same? (y/n)";
  const isMeant = clearText === true || (await questions.confirm({ text, option: "--clear-text" }));
  return isMeant ? succeed({ url, tls: "none" }) : fail("an address with https:// is needed");
}

/** More rooms than any site has: a list without end holds nothing up. */
const MOST_ROOMS = 5000;

/** What the server calls itself, empty where the account may not ask, and its rooms in the order of its numbers. */
export async function findSite(
  { url, tls, username }: Pick<MappingDraft, "url" | "tls" | "username">,
  password: string,
): Promise<Result<{ readonly version: string; readonly rooms: readonly RoomSummary[] }, Sayable>> {
  const valt = createValtClient(
    { url, username, password, tls: settingsOf(tls) },
    { clock: systemClock, log: silentLog },
  );
  try {
    const login = await valt.authenticate();
    if (!login.ok) return fail(login.failure.message);
    const rooms = await valt.rooms();
    if (!rooms.ok) return fail(rooms.failure.message);
    if (rooms.value.length === 0)
      return fail(told('The account "{username}" sees no room: give it rights on the server.', { username }));
    const version = await valt.version();
    return succeed({
      version: version.ok ? version.value.text : "",
      rooms: rooms.value.toSorted((one, other) => one.id - other.id).slice(0, MOST_ROOMS),
    });
  } finally {
    await valt.close();
  }
}

function settingsOf(tls: MappingDraft["tls"]): TlsSettings {
  if (tls === undefined) return { verify: "system" };
  return tls === "none" ? { verify: "none" } : { verify: "fingerprint", sha256: tls.fingerprint };
}

function withoutSlash({ href }: URL): string {
  return href.endsWith("/") ? href.slice(0, -1) : href;
}

function bare(fingerprint: string): string {
  return fingerprint.replaceAll(/[:\s]/g, "").toLowerCase();
}

import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { fail, type Result, succeed } from "../../base/result.ts";
import { isInTheClear, readServerAddress } from "../../base/server-address.ts";
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

/** The server's address as a mapping has it, and how its certificate is checked; asks what no option says. */
export async function findServer(
  options: ServerOptions,
  questions: Questions,
): Promise<Result<Pick<MappingDraft, "url" | "tls">, string>> {
  const given =
    options.server ??
    (await questions.ask({
      text: "Address of the VALT server (such as valt.example.com):",
      option: "--server <url>",
    }));
  const address = readServerAddress(given);
  if (address === undefined) return fail(`"${given}" is no address of a server`);
  const url = withoutSlash(address);
  if (address.protocol === "http:") return inClearText(address, options, questions);
  const shown = await readCertificate(address);
  if (typeof shown === "string")
    return fail(`${url} cannot be asked for its certificate (${shown}); http:// is an address without TLS`);
  const { fingerprint256 } = shown.certificate;
  if (options.fingerprint !== undefined) {
    if (bare(options.fingerprint) !== bare(fingerprint256))
      return fail(`the server shows another certificate than --fingerprint says: ${fingerprint256}`);
    return succeed({ url, tls: { fingerprint: fingerprint256 } });
  }
  if (shown.objection === undefined) return succeed({ url });
  print(
    `The server's certificate is not trusted by this machine (${shown.objection}). It shows the fingerprint`,
  );
  print(`  ${fingerprint256}`);
  const text = "Compare it with the one on the server itself. Are they equal? (y/n)";
  const isSame = await questions.confirm({ text, option: `--fingerprint ${fingerprint256}, once compared` });
  return isSame ? succeed({ url, tls: { fingerprint: fingerprint256 } }) : fail("the server is not trusted");
}

async function inClearText(
  address: URL,
  { clearText }: ServerOptions,
  questions: Questions,
): Promise<Result<Pick<MappingDraft, "url" | "tls">, string>> {
  const url = withoutSlash(address);
  if (!isInTheClear(address)) return succeed({ url });
  const text = "Over http:// everybody on the network can read the password. Use it all the same? (y/n)";
  const isMeant = clearText === true || (await questions.confirm({ text, option: "--clear-text" }));
  return isMeant ? succeed({ url, tls: "none" }) : fail("an address with https:// is needed");
}

/** Logs in and lists the rooms, in the order of the server's numbers. */
export async function listRooms(
  { url, tls, username }: Pick<MappingDraft, "url" | "tls" | "username">,
  password: string,
): Promise<Result<readonly RoomSummary[], string>> {
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
      return fail(`the account "${username}" sees no room: give it rights on the server`);
    return succeed(rooms.value.toSorted((one, other) => one.id - other.id));
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

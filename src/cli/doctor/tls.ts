import { dirname, resolve as resolvePath } from "node:path";
import type { PeerCertificate } from "node:tls";
import { type Result, succeed } from "../../base/result.ts";
import { isInTheClear } from "../../base/server-address.ts";
import type { ServerMapping } from "../../mapping/mapping.ts";
import { NO_TLS, tlsFailure } from "../../valt/tls-failure.ts";
import { readPemFile } from "../places/pem-file.ts";
import { readCertificate, type ShownCertificate } from "./certificate.ts";
import { type Finding, failed, fine, warn } from "./finding.ts";

type Tls = ServerMapping["tls"];

/** What the server shows, and what the mapping makes of it. Nothing is sent but the greeting. */
export async function examineTls(
  url: URL,
  { tls }: Pick<ServerMapping, "tls">,
  mappingFile: string,
): Promise<Finding> {
  if (url.protocol !== "https:") return examinePlain(url);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const trusted = authorities(tls, mappingFile);
  if (!trusted.ok) return failed(ABOUT, trusted.failure, "put the authority's certificate there");
  const seen = await readCertificate(url, trusted.value.ca);
  if (typeof seen === "string") return withoutTls(seen);
  return judge(seen, tls, host);
}

const ABOUT = "certificate";

function examinePlain(url: URL): Finding {
  const text = "the server is reached without TLS: whoever is on the network can read the password";
  if (!isInTheClear(url)) return fine(ABOUT, "no TLS, and the server is on this machine");
  return warn(ABOUT, text, "use https:// in the mapping, if the server has it");
}

function authorities(tls: Tls, mappingFile: string): Result<{ readonly ca?: string }, string> {
  if (typeof tls === "string" || !("caFile" in tls)) return succeed({});
  const read = readPemFile(resolvePath(dirname(mappingFile), tls.caFile));
  return read.ok ? succeed({ ca: read.value }) : read;
}

function withoutTls(code: string): Finding {
  const { what, remedy } = tlsFailure(code) ?? NO_TLS;
  return failed(ABOUT, `the server ${what} (${code})`, remedy);
}

function judge(shown: ShownCertificate, tls: Tls, host: string): Finding {
  const { certificate, objection } = shown;
  const seen = certificate.fingerprint256;
  if (tls === "insecure") {
    const remedy = `pin what is shown now, once compared on the server: ${pin(seen)}`;
    return warn(ABOUT, "is not checked at all: whoever is on the network can pose as the server", remedy);
  }
  if (typeof tls === "object" && "fingerprint" in tls) return judgePinned(seen, tls.fingerprint);
  if (objection === undefined)
    return fine(ABOUT, `trusted, made for ${namesOf(certificate)}, valid until ${certificate.valid_to}`);
  const explained = OBJECTIONS[objection] ?? UNTRUSTED;
  const about = { host, names: namesOf(certificate), until: certificate.valid_to, code: objection };
  return failed(ABOUT, explained.text(about), explained.remedy(pin(seen)));
}

function judgePinned(seen: string, wanted: string): Finding {
  if (bare(seen) === bare(wanted)) return fine(ABOUT, "is the pinned one");
  const remedy = `if the server got a new certificate, compare it over there and put into the mapping: ${pin(seen)}; else somebody stands between`;
  return failed(ABOUT, `is not the pinned one: the server shows ${seen}`, remedy);
}

interface Objected {
  readonly host: string;
  readonly names: string;
  readonly until: string;
  readonly code: string;
}

interface Explained {
  text(about: Objected): string;
  remedy(pinned: string): string;
}

const UNTRUSTED: Explained = {
  text: ({ code }) =>
    `not trusted by this machine (${code}), as with certificates that sites make themselves`,
  remedy: (pinned) =>
    `compare the fingerprint on the server, then put into the mapping's "server": ${pinned}; or give the authority's file: "tls": { "caFile": "ca.pem" }`,
};

const OBJECTIONS: Readonly<Record<string, Explained>> = {
  CERT_HAS_EXPIRED: {
    text: ({ until }) => `ended on ${until}`,
    remedy: (pinned) =>
      `renew it on the server and check the clock of this machine; until then, once compared over there, ${pinned} goes by the fingerprint alone`,
  },
  CERT_NOT_YET_VALID: {
    text: () => "is not valid yet",
    remedy: () => "set the clock of this machine",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    text: ({ host, names }) => `made for ${names}, not for ${host}`,
    remedy: (pinned) => `use a name that it was made for in the mapping's address, or put there: ${pinned}`,
  },
};

function pin(fingerprint: string): string {
  return `"tls": { "fingerprint": "${fingerprint}" }`;
}

function namesOf({ subject, subjectaltname }: PeerCertificate): string {
  const names = subjectaltname?.replaceAll(/(?:DNS|IP Address):/g, "");
  return names ?? [subject?.CN ?? "nobody"].flat().join(", ");
}

function bare(fingerprint: string): string {
  return fingerprint.replaceAll(/[:\s]/g, "").toLowerCase();
}

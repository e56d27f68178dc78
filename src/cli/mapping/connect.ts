import { dirname, resolve } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import { onlyServer } from "../../base/identifiers.ts";
import { type Log, silentLog } from "../../base/log.ts";
import { rememberSecret } from "../../base/redact.ts";
import { fail, type Result } from "../../base/result.ts";
import type { ServerMapping } from "../../mapping/mapping.ts";
import { createValtClient, type TlsSettings, type ValtClient } from "../../valt/client.ts";
import { readPemFile } from "../places/pem-file.ts";
import { findSecret } from "./secrets.ts";

/** Why no client can be made for a server, certificate files included. */
export function findServerFault(server: ServerMapping, mappingFile: string): string | undefined {
  try {
    void connectTo(server, mappingFile, silentLog).close();
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

/** A client for the server of a mapping; certificate files are looked for beside the mapping file. Throws without one. */
export function connectTo(server: ServerMapping, mappingFile: string, log: Log): ValtClient {
  const { name, url, otherUrls, username, deadlineMs, passwordFrom } = server;
  const first = findSecret(passwordFrom);
  let known = first.ok ? first : undefined;
  // It may be rotated in its file. One that is just being written is no password: the last one stays.
  const password = (): Result<string, string> => {
    const found = findSecret(passwordFrom);
    if (found.ok) known = found;
    return found.ok ? found : (known ?? fail(`No password: ${found.failure}.`));
  };
  const addresses = [url, ...otherUrls];
  for (const address of addresses) rememberUserInfo(address);
  const tls = readTls(server.tls, mappingFile);
  return createValtClient(
    { url: addresses, username, password, deadlineMs, tls },
    { clock: systemClock, log: name === onlyServer ? log : log.child({ server: name }) },
  );
}

/** It is not used, and stands in the mapping all the same. */
function rememberUserInfo(url: string): void {
  const [, authority = ""] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/]*)@/i.exec(url) ?? [];
  const secret = authority.slice(authority.lastIndexOf(":") + 1);
  if (secret !== "") rememberSecret(secret);
}

function readTls(tls: ServerMapping["tls"], mappingFile: string): TlsSettings {
  if (typeof tls === "string") return { verify: tls };
  if ("fingerprint" in tls) return { verify: "fingerprint", sha256: tls.fingerprint };
  const read = readPemFile(resolve(dirname(mappingFile), tls.caFile));
  if (!read.ok) throw new Error(read.failure);
  return { verify: "ca-file", caPem: read.value };
}

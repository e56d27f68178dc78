import { isLoopback } from "../base/address.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { Premises } from "../base/web-guard.ts";
import type { ConsoleSettings, Tokens } from "../bridge/console-source.ts";

/** Settings that may be served: what lacks a token or encryption was refused. */
export interface CheckedSettings extends Premises {
  readonly port: number;
  readonly tokens: Tokens;
  /** Whether a token must be shown. */
  readonly isGuarded: boolean;
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  /** Without a slash at its end; empty for the root. */
  readonly basePath: string;
  readonly editing: NonNullable<ConsoleSettings["editing"]>;
  readonly mostViewers: number;
}

const DEFAULT_PORT = 8484;
const SHORTEST_TOKEN = 16;

/** Fails when the console would be open to others without a token or without encryption. */
export function checkSettings(settings: ConsoleSettings): Result<CheckedSettings, { message: string }> {
  const {
    host = "127.0.0.1",
    port = DEFAULT_PORT,
    tokens = {},
    tls,
    names = [],
    basePath = "/",
    editing = "from-here",
    mostViewers = 64,
  } = settings;
  if (!/^(?:\/\w[\w.~-]*)*\/?$/.test(basePath))
    return fail({ message: `${basePath} is no path for the console, such as /bridge/` });
  const given = [tokens.view, tokens.press, tokens.edit].filter((token) => token !== undefined);
  if (given.some((token) => token.length < SHORTEST_TOKEN))
    return fail({
      message: `a console token needs at least ${SHORTEST_TOKEN} characters; openssl rand -hex 24 makes one`,
    });
  if (new Set(given).size < given.length)
    return fail({ message: "the console's tokens for viewing, pressing and editing are the same" });
  if (!isLoopback(host) && given.length === 0)
    return fail({ message: `the console listens on ${host} for others to reach: it needs a token` });
  if (!isLoopback(host) && tls === undefined)
    return fail({
      message: `the console listens on ${host} for others to reach: it needs a certificate and its key, or a proxy that has them`,
    });
  const encryption = tls === "by-proxy" ? undefined : tls;
  return succeed({
    host,
    port,
    tokens,
    isGuarded: given.length > 0,
    tls: encryption,
    isEncrypted: tls !== undefined,
    names: names.map((name) => name.toLowerCase()),
    basePath: basePath.replace(/\/$/, ""),
    editing,
    mostViewers,
  });
}

/** A path as the console knows it: proxies pass the path on that a browser asked for, or take their part of it away. */
export function withoutBase(path: string, { basePath }: Pick<CheckedSettings, "basePath">): string {
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
}

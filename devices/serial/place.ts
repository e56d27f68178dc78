import { hostAndPort } from "../../src/base/address.ts";
import type { Claim } from "../../src/driver/contract.ts";

/** Where the bytes come from and go to. */
export type Place =
  | { readonly kind: "tty"; readonly path: string }
  | { readonly kind: "tcp" | "rfc2217" | "listen"; readonly host: string; readonly port: number }
  /** No hardware: recordings are played into it. */
  | { readonly kind: "fake"; readonly name: string };

/** `tcp://10.0.0.7:4001`, `rfc2217://[::1]:2217`, `fake://box`; the port may be left to the profile. */
export const ADDRESS_URL =
  /^(?:(?:tcp|rfc2217):\/\/(?:\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d{1,5})?|fake:\/\/[\w.-]+)$/;
/** `tcp://127.0.0.1:7700`; port 0 means any free one. */
export const LISTEN_URL = /^tcp:\/\/(?:\[[0-9A-Fa-f:.]+\]|[\w.-]+):\d{1,5}$/;

const PARTS = /^(tcp|rfc2217|fake):\/\/(\[[^\]]+\]|[\w.-]+)(?::(\d{1,5}))?$/;

/** The place that the settings name; undefined where they name none, several, or a port that cannot be. */
export function placeOf(
  where: {
    readonly path?: string | undefined;
    readonly address?: string | undefined;
    readonly listen?: string | undefined;
  },
  usualPort?: number,
): Place | undefined {
  const { path, address, listen } = where;
  if ([path, address, listen].filter((one) => one !== undefined).length !== 1) return undefined;
  if (path !== undefined) return { kind: "tty", path };
  const [, scheme, host = "", digits] = PARTS.exec(address ?? listen ?? "") ?? [];
  if (scheme === "fake") return { kind: "fake", name: host };
  const port = digits === undefined ? usualPort : Number(digits);
  if (scheme === undefined || port === undefined || port > 65_535) return undefined;
  const kind = listen === undefined ? (scheme === "tcp" ? "tcp" : "rfc2217") : "listen";
  return { kind, host: host.startsWith("[") ? host.slice(1, -1) : host, port };
}

/** For people, in logs, and as the name of the open device. */
export function placeName(place: Place): string {
  switch (place.kind) {
    case "tty":
      return place.path;
    case "fake":
      return `fake://${place.name}`;
    case "listen":
      return `tcp://${hostAndPort(place)}`;
    default:
      return `${place.kind}://${hostAndPort(place)}`;
  }
}

/** A line has one owner, here and on most device servers. */
export function claims(where: Parameters<typeof placeOf>[0]): readonly Claim[] {
  const place = placeOf(where);
  switch (place?.kind) {
    case "tty":
      return [{ setting: "path", what: `the port ${place.path}` }];
    case "listen":
      return place.port === 0
        ? []
        : [{ setting: "listen", what: `TCP port ${place.port}`, host: place.host }];
    case "tcp":
    case "rfc2217":
      return [{ setting: "address", what: `the line at ${hostAndPort(place)}` }];
    default:
      return [];
  }
}

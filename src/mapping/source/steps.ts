import { findEntry, type ObjectPart, type ScalarPart } from "../../base/document/part.ts";
import { isInTheClear, readServerAddress } from "../../base/server-address.ts";

/** An entry that an older version wrote otherwise, and what is written in its place now. */
export interface Rewording {
  /** The keys that lead to the entry, from the root of its file. */
  readonly path: readonly [string, ...string[]];
  /** One entry or several; without a value it keeps its own. */
  readonly entries: readonly { readonly key: string; readonly value?: ScalarPart["value"] }[];
  /** What a person has to decide: it is never read so, and only written where somebody asks for it. */
  readonly isDecision?: true;
}

/** A step from one version of the mapping to the next. */
export interface Step {
  readonly to: number;
  /** What has to be written otherwise in a file of the version before: the mapping itself, or one that it includes. */
  reword(file: ObjectPart): readonly Rewording[];
}

/** A mapping without `"version"` is of version 0. */
export const steps: readonly Step[] = [
  { to: 1, reword: (file) => [...countInMilliseconds(file), ...spellOutClearText(file)] },
];

export const newestVersion = Math.max(...steps.map(({ to }) => to));

/** The freshness limit was counted in looks at a room. */
function countInMilliseconds(file: ObjectPart): readonly Rewording[] {
  const timing = findEntry(file, "timing")?.part;
  const looks = numberAt(timing, "freshIntervals");
  if (looks === undefined || findEntry(timing, "freshMs") !== undefined) return [];
  const value = Math.min(
    600_000,
    Math.max(500, Math.round(looks * (numberAt(timing, "activePollMs") ?? 2000))),
  );
  return [{ path: ["timing", "freshIntervals"], entries: [{ key: "freshMs", value }] }];
}

/** An address with `http://` was enough. */
function spellOutClearText(file: ObjectPart): readonly Rewording[] {
  const server = findEntry(file, "server")?.part;
  const url = findEntry(server, "url")?.part;
  const given = url?.kind === "list" ? url.items : [url];
  const addresses = given.map((one) =>
    one?.kind === "scalar" ? readServerAddress(String(one.value)) : undefined,
  );
  const isOpen = addresses.some((address) => address !== undefined && isInTheClear(address));
  if (!isOpen || findEntry(server, "tls") !== undefined) return [];
  const entries = [{ key: "url" }, { key: "tls", value: "none" }];
  return [{ path: ["server", "url"], entries, isDecision: true }];
}

function numberAt(part: Parameters<typeof findEntry>[0], key: string): number | undefined {
  const found = findEntry(part, key)?.part;
  return found?.kind === "scalar" && typeof found.value === "number" ? found.value : undefined;
}

import { fail, type Result, succeed } from "../base/result.ts";
import { malformedAnswer, type ValtFailure } from "./failure.ts";
import { asFields, readId, unwrapData } from "./fields.ts";
import type { Ask } from "./request.ts";

/**
 * What the server calls itself. The vendor's page shows an integer build, its clients split a
 * dotted text: both occur.
 */
export type ServerVersion =
  | { readonly form: "dotted"; readonly text: string; readonly major: number; readonly minor: number }
  | { readonly form: "build"; readonly text: string; readonly build: number };

/** VALT 5 puts markers on a recording, VALT 6 comments; much else differs along with that. */
export type Generation = 5 | 6;

/** Asks once, remembers the first success, and lets everybody wait for the same answer. */
export interface VersionSource {
  known(): ServerVersion | undefined;
  ask(): Promise<Result<ServerVersion, ValtFailure>>;
}

/** `assumed` is used instead of asking: the question needs an account with admin rights. */
export function createVersionSource(ask: Ask, assumed: string | undefined): VersionSource {
  let known = assumed === undefined ? undefined : parseAssumed(assumed);
  let underWay: Promise<Result<ServerVersion, ValtFailure>> | undefined;

  async function request(): Promise<Result<ServerVersion, ValtFailure>> {
    const version = await ask({ path: "admin/general", answer: "long" }, readVersion);
    underWay = undefined;
    if (version.ok) known = version.value;
    return version;
  }

  return {
    known: () => known,
    async ask() {
      if (known !== undefined) return succeed(known);
      underWay ??= request();
      return underWay;
    },
  };
}

function parseVersion(value: string | number): ServerVersion | undefined {
  const text = String(value).trim();
  const dotted = /^v?(\d+)\.(\d+)/i.exec(text);
  if (dotted !== null) return { form: "dotted", text, major: Number(dotted[1]), minor: Number(dotted[2]) };
  if (!/^\d+$/.test(text)) return undefined;
  const number = Number(text);
  // "6" is somebody's short way of writing 6.0; builds were in the hundreds.
  if (number < LOWEST_BUILD) return { form: "dotted", text, major: number, minor: 0 };
  return { form: "build", text, build: number };
}

/** Inferred: the integer build is only documented for VALT 5 (2020). */
export function generationOf(version: ServerVersion): Generation {
  return version.form === "dotted" && version.major >= 6 ? 6 : 5;
}

/** Whether the server is this release or a later one; a build number counts as VALT 5. */
export function isAtLeast(version: ServerVersion, major: number, minor: number): boolean {
  if (version.form === "build") return false;
  return version.major > major || (version.major === major && version.minor >= minor);
}

const LOWEST_BUILD = 100;

function parseAssumed(text: string): ServerVersion {
  const version = parseVersion(text);
  if (version === undefined) throw new TypeError(`"${text}" is not a VALT version; write it like 6.5`);
  return version;
}

function readVersion(body: unknown): Result<ServerVersion, ValtFailure> {
  const data = asFields(unwrapData(body));
  const said = data === undefined ? undefined : readId(data, "version");
  const version = said === undefined ? undefined : parseVersion(said);
  if (version !== undefined) return succeed(version);
  return fail(malformedAnswer("The server does not say which version it is: set serverVersion."));
}

import type { ValtRoomId } from "../base/identifiers.ts";
import { printable } from "../base/printable.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { ServerFacts } from "./facts.ts";
import { beforeSending, malformedAnswer, type ValtFailure } from "./failure.ts";
import {
  asFields,
  asFieldsList,
  asList,
  type Fields,
  readId,
  readList,
  readText,
  readWholeNumber,
  unwrapData,
} from "./fields.ts";
import type { Ask } from "./request.ts";
import { generationOf, isAtLeast, type VersionSource } from "./version.ts";

/** A group of users that is to be made. */
export interface NewGroup {
  readonly name: string;
  /** Template for marks: markers in VALT 5, comments in VALT 6. */
  readonly markTemplate: number;
  readonly informationTemplate: number;
  /** As the server names them: `monitoring--recording--start-recording`. */
  readonly rights?: readonly string[];
  readonly maxRecordingMinutes?: number;
  readonly rooms?: readonly ValtRoomId[];
  /** Whose recordings the group may see. */
  readonly videoAccess?: { readonly users?: readonly number[]; readonly groups?: readonly number[] };
  readonly retention?: Retention;
}

/** How long the server keeps a recording. */
export type Retention =
  | { readonly type: "infinitely" }
  /** `MM-DD-YYYY`, as the server wants it. */
  | { readonly type: "until"; readonly date: string }
  | { readonly type: "days" | "hours" | "minutes"; readonly count: number };

/** A user as far as a panel needs one: the author of a recording. */
export interface ValtUser {
  readonly id: number;
  readonly name: string;
  readonly displayName?: string;
}

/** Users and groups. These need an account that may administrate them. */
export interface PeopleCalls {
  createGroup(group: NewGroup): Promise<Result<{ readonly id: number }, ValtFailure>>;
  /** By RFID number or keypad PIN, compared as text; `undefined`: nobody has it. A failure where several have it. */
  userByCardNumber(cardNumber: string): Promise<Result<ValtUser | undefined, ValtFailure>>;
  /** The rights of an account by its user name; `undefined`: the server does not list the account. */
  rightsOf(username: string): Promise<Result<ReadonlySet<string> | undefined, ValtFailure>>;
}

/** The calls, sent by `ask`. */
export function createPeopleCalls(ask: Ask, versions: VersionSource, facts: ServerFacts): PeopleCalls {
  async function templateKey(): Promise<Result<"marker" | "comment", ValtFailure>> {
    const key = facts.groupTemplateKey ?? "auto";
    if (key !== "auto") return succeed(key);
    const version = await versions.ask();
    if (!version.ok) return fail(beforeSending(version.failure));
    return succeed(generationOf(version.value) === 6 ? "comment" : "marker");
  }

  /** Reading the whole list works everywhere, so an unknown version is no obstacle. */
  async function canFilter(): Promise<boolean> {
    const lookup = facts.cardLookup ?? "auto";
    if (lookup !== "auto") return lookup === "filter";
    const version = await versions.ask();
    return version.ok && isAtLeast(version.value, 6, 5);
  }

  return {
    async createGroup(group) {
      const key = await templateKey();
      if (!key.ok) return key;
      return ask({ path: "admin/user_groups", body: writeGroup(group, key.value) }, readGroupId);
    },
    async userByCardNumber(cardNumber) {
      const filter = (await canFilter()) ? `?cardNumber=${encodeURIComponent(printable(cardNumber))}` : "";
      return ask({ path: `admin/users${filter}`, answer: "long" }, (body) =>
        findCardHolder(body, cardNumber),
      );
    },
    async rightsOf(username) {
      const group = await ask({ path: "admin/users", answer: "long" }, (body) => findGroup(body, username));
      if (!group.ok || group.value === undefined) return group as Result<undefined, ValtFailure>;
      return ask({ path: `admin/user_groups/${group.value}`, answer: "long" }, readRights);
    },
  };
}

function writeGroup(group: NewGroup, templateKey: "marker" | "comment"): Record<string, unknown> {
  const { videoAccess, retention } = group;
  return {
    name: group.name,
    template: { [templateKey]: group.markTemplate, information: group.informationTemplate },
    rights: group.rights,
    max_record_duration: group.maxRecordingMinutes,
    rooms: group.rooms,
    video_access: videoAccess && { users: videoAccess.users ?? [], user_groups: videoAccess.groups ?? [] },
    retention: retention && writeRetention(retention),
  };
}

function writeRetention(retention: Retention): Record<string, unknown> {
  switch (retention.type) {
    case "infinitely":
      return { type: "infinitely" };
    case "until":
      return { type: "until", until: retention.date };
    default:
      return { type: retention.type, for: retention.count };
  }
}

function readGroupId(body: unknown): Result<{ readonly id: number }, ValtFailure> {
  const data = asFields(unwrapData(body));
  const id = data === undefined ? undefined : readWholeNumber(data, "id");
  if (id === undefined) return fail(malformedAnswer("The server's answer does not name the new group."));
  return succeed({ id });
}

/** Compared here in any case: a server that ignores the filter answers with everybody. */
function findCardHolder(body: unknown, cardNumber: string): Result<ValtUser | undefined, ValtFailure> {
  const list = readList(body, "users");
  if (list === undefined) return fail(malformedAnswer("The server's answer carries no list of users."));
  const holders = list.filter((user) => String(readId(user, "card_number") ?? "") === cardNumber);
  const [holder] = holders;
  if (holder === undefined || cardNumber === "") return succeed(undefined);
  if (holders.length > 1)
    return fail(malformedAnswer(`${holders.length} users of the server have this card.`));
  return readUser(holder);
}

function readUser(fields: Fields): Result<ValtUser, ValtFailure> {
  const id = readWholeNumber(fields, "id");
  const name = readText(fields, "name");
  if (id === undefined || name === undefined) {
    return fail(malformedAnswer("The server's answer does not describe a user."));
  }
  const displayName = readText(fields, "display_name");
  return succeed(displayName === undefined ? { id, name } : { id, name, displayName });
}

function findGroup(body: unknown, username: string): Result<number | undefined, ValtFailure> {
  const list = readList(body, "users");
  if (list === undefined) return fail(malformedAnswer("The server's answer carries no list of users."));
  const group = asFields(list.find((user) => readText(user, "name") === username)?.user_group);
  return succeed(group === undefined ? undefined : readWholeNumber(group, "id"));
}

/** Categories with their rights, as the vendor's page on groups shows them. */
function readRights(body: unknown): Result<ReadonlySet<string>, ValtFailure> {
  const rights = asFieldsList(asFields(unwrapData(body))?.rights);
  if (rights === undefined) return fail(malformedAnswer("The server's answer carries no rights."));
  const names = rights.flatMap((category) => {
    const below = category["sub-rights"] ?? category.sub_rights;
    return (asList(below) ?? []).map(String);
  });
  return succeed(new Set(names));
}

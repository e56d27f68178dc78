import type { Answer } from "./answers.ts";
import { badRequest, data, notFound } from "./answers.ts";
import { describeRights } from "./rights.ts";
import type { Call, JsonObject, Route } from "./route.ts";
import { EVERY, numberAt, numbersOf, objectOf, textOf, wholeOf } from "./route.ts";
import type { UserGroup, World } from "./world.ts";
import { isVersionFive } from "./world.ts";

/** Groups of users: rights, rooms, the longest recording, how long recordings are kept. */
export const userGroupRoutes: readonly Route[] = [
  { method: "GET", template: "admin/user_groups", versions: EVERY, answer: list },
  { method: "POST", template: "admin/user_groups", versions: EVERY, answer: create },
  { method: "GET", template: "admin/user_groups/{id}", versions: EVERY, answer: describe },
  { method: "POST", template: "admin/user_groups/{id}/edit", versions: EVERY, answer: edit },
  { method: "POST", template: "admin/user_groups/{id}/delete", versions: EVERY, answer: remove },
];

function list({ world }: Call): Answer {
  return data({ userGroups: [...world.groups.values()].map((group) => rowOf(world, group)) });
}

/** VALT 6 calls the template of notes `comment` in requests; that its answers say both is inferred. */
function rowOf(world: World, group: UserGroup): JsonObject {
  const row = { id: group.id, name: group.name, marker: group.marker, information: group.information };
  return isVersionFive(world) ? row : { ...row, comment: group.marker };
}

function describe(call: Call): Answer {
  const { world } = call;
  const group = world.groups.get(numberAt(call, 0));
  if (group === undefined) return notFound;
  const rooms = group.rooms.flatMap((id) => {
    const room = world.rooms.get(id);
    return room === undefined ? [] : [{ id, name: room.name }];
  });
  return data({
    ...rowOf(world, group),
    rights: describeRights(group.rights),
    max_record_duration: group.maximumMinutes,
    rooms,
    video_access: { user_groups: group.videoGroups, users: group.videoUsers },
    retention: group.retention,
  });
}

function create({ world, body }: Call): Answer {
  const name = textOf(body, "name");
  const template = objectOf(body, "template");
  const information = template === undefined ? undefined : wholeOf(template, "information");
  const marker = template === undefined ? undefined : notesTemplateOf(world, template);
  if (name === undefined || information === undefined || marker === undefined) {
    return badRequest("The name and the template are required");
  }
  const group: UserGroup = {
    id: world.nextId("group"),
    name,
    information,
    marker,
    rights: [],
    maximumMinutes: 0,
    rooms: [],
    videoUsers: [],
    videoGroups: [],
    retention: { type: "infinitely" },
  };
  change(world, group, body);
  world.groups.set(group.id, group);
  return data({ id: group.id });
}

function notesTemplateOf(world: World, template: JsonObject): number | undefined {
  return wholeOf(template, isVersionFive(world) ? "marker" : "comment");
}

function edit(call: Call): Answer {
  const group = call.world.groups.get(numberAt(call, 0));
  if (group === undefined) return notFound;
  change(call.world, group, call.body);
  return data({ id: group.id });
}

function change(world: World, group: UserGroup, body: JsonObject): void {
  const template = objectOf(body, "template") ?? {};
  const access = objectOf(body, "video_access") ?? {};
  const rights = body.rights;
  group.name = textOf(body, "name") ?? group.name;
  group.information = wholeOf(template, "information") ?? group.information;
  group.marker = notesTemplateOf(world, template) ?? group.marker;
  if (Array.isArray(rights)) group.rights = rights.map(String);
  group.maximumMinutes = wholeOf(body, "max_record_duration") ?? group.maximumMinutes;
  if (body.rooms !== undefined) group.rooms = numbersOf(body.rooms);
  if (access.users !== undefined) group.videoUsers = numbersOf(access.users);
  if (access.user_groups !== undefined) group.videoGroups = numbersOf(access.user_groups);
  group.retention = body.retention ?? group.retention;
}

function remove(call: Call): Answer {
  const id = numberAt(call, 0);
  return call.world.groups.delete(id) ? data({ id }) : notFound;
}

import type { Answer } from "./answers.ts";
import { badRequest, data, notFound } from "./answers.ts";
import type { Call, Route } from "./route.ts";
import { EVERY, numberAt, numbersOf, textOf, wholeOf } from "./route.ts";
import type { User, World } from "./world.ts";

/** The people who may record, and their cards. */
export const userRoutes: readonly Route[] = [
  { method: "GET", template: "admin/users", versions: EVERY, answer: list },
  { method: "POST", template: "admin/users", versions: EVERY, answer: create },
  { method: "GET", template: "admin/users/{id}", versions: EVERY, answer: describe },
  { method: "POST", template: "admin/users/{id}/edit", versions: EVERY, answer: edit },
  { method: "POST", template: "admin/users/{id}/delete", versions: EVERY, answer: remove },
];

function list({ world, query }: Call): Answer {
  // Known from 6.5 on; older servers do not read the parameter and list everybody.
  const filters = world.settings.valt === "6.5" || world.settings.valt === "6.6";
  const card = filters ? query.get("cardNumber") : null;
  const users = [...world.users.values()].filter((user) => card === null || user.cardNumber === card);
  return data(users.map((user) => rowOf(world, user)));
}

function rowOf(world: World, user: User): unknown {
  return {
    id: user.id,
    name: user.name,
    display_name: user.displayName,
    user_group: { id: user.groupId, name: world.groups.get(user.groupId)?.name ?? "" },
    card_number: user.cardNumber,
    rooms: user.rooms,
    video_access: { users: [], user_groups: [] },
  };
}

function userOf(call: Call): User | undefined {
  return call.world.users.get(numberAt(call, 0));
}

function describe(call: Call): Answer {
  const user = userOf(call);
  return user === undefined ? notFound : data(rowOf(call.world, user));
}

function create({ world, body }: Call): Answer {
  const name = textOf(body, "name");
  const password = textOf(body, "password");
  if (name === undefined || password === undefined)
    return badRequest("The name and the password are required");
  const user: User = {
    id: world.nextId("user"),
    name,
    displayName: textOf(body, "display_name") ?? null,
    groupId: wholeOf(body, "user_group") ?? 1,
    cardNumber: textOf(body, "card_number") ?? "",
    password,
    rooms: numbersOf(body.rooms),
  };
  world.users.set(user.id, user);
  return data({ id: user.id });
}

function edit(call: Call): Answer {
  const user = userOf(call);
  if (user === undefined) return notFound;
  const { body } = call;
  user.name = textOf(body, "name") ?? user.name;
  user.displayName = textOf(body, "display_name") ?? user.displayName;
  user.cardNumber = textOf(body, "card_number") ?? user.cardNumber;
  user.groupId = wholeOf(body, "user_group") ?? user.groupId;
  user.password = textOf(body, "password") ?? user.password;
  return data({ id: user.id });
}

function remove(call: Call): Answer {
  const id = numberAt(call, 0);
  return call.world.users.delete(id) ? data({ id }) : notFound;
}

import type { Answer } from "./answers.ts";
import { data, wrongLogin } from "./answers.ts";
import type { JsonObject, Route } from "./route.ts";
import { EVERY, textOf } from "./route.ts";
import type { ValtVersion } from "./settings.ts";
import type { User, World } from "./world.ts";

const TOKEN_DIGITS = 32;

/** What `admin/general` says. The 2020 page shows a build number; the vendor's clients split dotted text. */
const VERSION_TEXT: Readonly<Record<ValtVersion, string>> = {
  "5.9": "5.9.2",
  "6.0": "6.0.4",
  "6.3": "6.3.1",
  "6.5": "6.5.1",
  "6.6": "6.6.0",
};

/** The routes of the login and of the server's version. */
export const sessionRoutes: readonly Route[] = [
  {
    method: "GET",
    template: "admin/general",
    versions: EVERY,
    answer: ({ world }) =>
      data({
        version: VERSION_TEXT[world.settings.valt],
        media_servers: [{ name: "localhost", address: "127.0.0.1", free_space: 500, total: 1000 }],
      }),
  },
];

/**
 * `POST login`. A user's token stays the same until it expires: a log of the vendor's shows one token over
 * two days and 56 logins (inferred from it).
 */
export function logIn(world: World, body: JsonObject): Answer {
  const name = textOf(body, "username");
  const password = textOf(body, "password");
  const user = [...world.users.values()].find((candidate) => candidate.name === name);
  if (user === undefined || password === undefined || user.password !== password) return wrongLogin;
  return data({ access_token: tokenOf(world, user) });
}

function tokenOf(world: World, user: User): string {
  for (const [token, owner] of world.tokens) {
    if (owner === user) return token;
  }
  const token = world.chance.hex(TOKEN_DIGITS);
  world.tokens.set(token, user);
  return token;
}

import { data, notFound } from "./answers.ts";
import type { Route } from "./route.ts";
import { EVERY, textAt } from "./route.ts";

// The names that the vendor's page on user rights is known to list; a real server has more.
// The simulator's account holds them all, and nothing is refused for want of a right: how a
// refusal looks is documented nowhere.
const RIGHTS: readonly { readonly name: string; readonly sub_rights: readonly string[] }[] = [
  { name: "general", sub_rights: ["general--home"] },
  { name: "upload", sub_rights: [] },
  {
    name: "monitoring",
    sub_rights: [
      "monitoring--recording--start-recording",
      "monitoring--recording--stop-all-authors",
      "monitoring--recording--stop-confirmation",
      "monitoring--recording--prepare-recording",
      "monitoring--recording--pause-recording",
      "monitoring--recording--pause-all-authors",
      "monitoring--recording--resume-all-authors",
      "monitoring--recording--reassign-author",
      "monitoring--lock-rooms",
      "monitoring--unlock-all-users",
      "monitoring--talkback",
      "monitoring--ptz--use-presets",
      "monitoring--ptz--ptz-control",
      "monitoring--ptz--edit-presets",
    ],
  },
  { name: "review", sub_rights: [] },
];

/** Every right by its name on the server. */
export const ALL_RIGHTS: readonly string[] = RIGHTS.flatMap((category) => category.sub_rights);

/** Categories and their rights, as a group's page shows them. */
export function describeRights(held: readonly string[]): unknown {
  return RIGHTS.map((category) => ({
    name: category.name,
    "sub-rights": category.sub_rights.filter((right) => held.includes(right)),
  }));
}

/** The routes that tell rights. */
export const rightsRoutes: readonly Route[] = [
  { method: "GET", template: "rights", versions: EVERY, answer: () => data(RIGHTS) },
  {
    method: "GET",
    template: "rights/{name}",
    versions: EVERY,
    answer: (call) => {
      const category = RIGHTS.find((right) => right.name === textAt(call, 0));
      return category === undefined ? notFound : data(category);
    },
  },
];

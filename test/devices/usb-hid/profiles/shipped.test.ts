import { expect, test } from "vitest";
import { profileIds, readShipped } from "./shipped.ts";

test.each(profileIds)("%s is a good profile, named like its file", (id) => {
  expect(readShipped(id).id).toBe(id);
});

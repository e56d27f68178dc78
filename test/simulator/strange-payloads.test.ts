import { expect, test } from "vitest";
import { ROUTES } from "../../src/simulator/routes.ts";
import { VALT_VERSIONS } from "../../src/simulator/settings.ts";
import { start } from "./start.ts";

const STRANGE: readonly unknown[] = [
  {},
  { name: null, room: "x", start_at: {}, duration: [], template: [], share: 7, recurrence: "daily" },
  { name: "x", template: { information: "1", marker: -1, comment: {} }, fields: [null, 7, {}], rights: {} },
  { name: "x", type: 7, recordId: {}, recordTime: "1e3", preset: {}, author: "admin", users: "1,2" },
  { event: "x", time: 9_999_999_999, color: "constructor", share: { users: [{}] }, video_access: [] },
  { name: "x".repeat(5000), rooms: "all", retention: 0, hidden: "yes", offset: -1, limit: "many" },
  { __proto__: null, constructor: "x", toString: 1, password: { deep: [[[[]]]] } },
];

const VALUES = ["1", "601", "-1", "NaN", "%zz", "__proto__"];

test.for(VALT_VERSIONS)(
  "no payload and no id brings VALT %s down or makes it say anything but JSON",
  async (valt) => {
    const { simulator, ask } = await start({ valt });
    simulator.somebodyElse(1, "start");
    for (const [index, route] of ROUTES.entries()) {
      for (const [turn, value] of VALUES.entries()) {
        const path = route.template.replaceAll(/\{\w+\}/g, value);
        const body = route.method === "POST" ? STRANGE[(index + turn) % STRANGE.length] : undefined;
        const reply = await ask(route.method, path, body);
        expect([200, 204, 400, 404, 405, 500]).toContain(reply.status);
        if (reply.status !== 204) expect(reply.body).toBeTypeOf("object");
      }
    }
    expect((await ask("GET", "rights")).status).toBe(200);
  },
);

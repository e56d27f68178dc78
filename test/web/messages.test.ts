import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { roomName } from "../../src/base/identifiers.ts";
import type { ConsoleSource } from "../../src/bridge/console-source.ts";
import type { Peer } from "../../src/driver/link.ts";
import { Errands, TOO_OFTEN } from "../../src/web/errands.ts";
import { MESSAGE_RULES, SESSION_LIMIT } from "../../src/web/message-rules.ts";
import type { ToBridge } from "../../src/web/page/messages.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { until } from "../support/rig.ts";
import { type ConsoleRig, startConsole } from "./console-rig.ts";
import { connectPage, type SocketClient } from "./socket-client.ts";

type Type = ToBridge["type"];
const TOKENS = { press: "press-token-0123456789", view: "view-token-0123456789" };

const REFUSED = /^This session may look on, and do nothing else\.$/;
const answered = (page: SocketClient) => page.heard("answer", ({ text }) => !REFUSED.test(text));

interface Example<Each extends Type> {
  readonly message: Extract<ToBridge, { type: Each }>;
  /** Ends when it was heard. */
  heard(page: SocketClient, rig: ConsoleRig): Promise<unknown>;
}

const EXAMPLES: { readonly [Each in Type]: Example<Each> } = {
  watch: { message: { type: "watch", devices: ["desk"] }, heard: (page) => page.heard("bindings") },
  follow: { message: { type: "follow", topics: ["marks"] }, heard: (page) => page.heard("marks") },
  mapping: { message: { type: "mapping" }, heard: (page) => page.heard("mapping") },
  pages: { message: { type: "pages", request: 1, device: "desk" }, heard: answered },
  schedule: { message: { type: "schedule", request: 1, room: "clinic" }, heard: answered },
  touch: {
    message: { type: "touch", device: "desk", control: "key-1", touch: { kind: "down" } },
    heard: (_, { facts }) => until("the touch", () => facts.find(({ kind }) => kind === "touch")),
  },
  history: { message: { type: "history", request: 1, sinceWallMs: 0, untilWallMs: 1 }, heard: answered },
  act: {
    message: { type: "act", request: 1, room: "interview-1", what: "start", text: "" },
    heard: answered,
  },
  "panel-test": {
    message: { type: "panel-test", request: 1, device: "desk", what: "identify" },
    heard: answered,
  },
  learn: { message: { type: "learn", request: 1, device: "desk" }, heard: answered },
  settle: { message: { type: "settle", request: 1, mark: "none" }, heard: answered },
  reload: { message: { type: "reload", request: 1 }, heard: answered },
  "kiosk-make": {
    message: { type: "kiosk-make", request: 1, panel: "desk", right: "view" },
    heard: answered,
  },
  "kiosk-revoke": { message: { type: "kiosk-revoke", request: 1, id: "none" }, heard: answered },
  simulate: { message: { type: "simulate", request: 1, deed: { kind: "expire-tokens" } }, heard: answered },
};
const TYPES = Object.keys(MESSAGE_RULES) as Type[];

describe("what a page may say", () => {
  it.each(TYPES)("%s: with the right that it needs, and not without", async (type) => {
    const { message, heard } = EXAMPLES[type];
    const rig = await startConsole({ console: { tokens: TOKENS } });
    for (const right of ["view", "press"] as const) {
      const headers = { authorization: `Bearer ${TOKENS[right]}` };
      const page = await connectPage(rig.console.url, { headers });
      await page.heard("devices", ({ devices }) => devices.some(({ state }) => state === "open"));
      page.say(message);
      if (right === "press" || MESSAGE_RULES[type].right === "view") await heard(page, rig);
      else await page.heard("answer", ({ text }) => REFUSED.test(text));
      if (right === "view") expect(rig.facts.filter(({ kind }) => kind === "touch")).toEqual([]);
      page.close();
    }
  });

  it("stands in the README as it is", () => {
    const readme = readFileSync(join(import.meta.dirname, "../../src/web/README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| `([\w-]+)` \| (\w+) \|.*\| ([^|]*) \|$/gm)].map((row) =>
      row.slice(1),
    );
    const rules = TYPES.map((type) => [type, MESSAGE_RULES[type].right, tellLimit(type)]);
    expect(rows).toEqual(rules);
    const { perSecond, burst } = SESSION_LIMIT;
    expect(readme).toContain(`more than ${perSecond} messages a second (${burst} in a burst)`);
  });
});

describe("what is done outside", () => {
  const setUp = () => {
    const clock = createFakeClock();
    const rooms = ["clinic", "lab"].map((name) => ({ name }));
    const counts = { act: 0, schedule: 0, reload: 0, simulate: 0 };
    const count = <Value>(what: keyof typeof counts, value: Value) => {
      counts[what] += 1;
      return Promise.resolve(value);
    };
    const source = {
      status: () => ({ rooms }),
      request: () => count("act", { kind: "done" }),
      nextSchedule: () => count("schedule", { ok: true, value: undefined }),
      reload: () => count("reload", { kind: "unchanged", problems: [] }),
    } as unknown as ConsoleSource;
    const switches = { perform: () => count("simulate", undefined) };
    return { clock, counts, errands: new Errands({ clock, source, switches }) };
  };

  test.each(["act", "reload", "simulate"] as const)("is limited for all pages together: %s", async (what) => {
    const { clock, counts, errands } = setUp();
    const { perSecond, burst } = MESSAGE_RULES[what].limit;
    const asks = {
      act: () => errands.act({ room: "clinic", what: "stop", text: "" }, {} as Peer),
      reload: () => errands.reload(),
      simulate: () => errands.simulate({ kind: "expire-tokens" }),
    };
    const ask = asks[what];
    const answers = [];
    for (let time = 0; time < 100; time++) answers.push(await ask());
    expect(counts[what]).toBe(burst);
    expect(answers.at(-1)).toEqual(TOO_OFTEN);
    await clock.advance(10_000);
    for (let time = 0; time < 300; time++) await ask();
    expect(counts[what]).toBe(burst + Math.min(burst, 10 * perSecond));
  });

  test("is limited for all pages together: schedule, whose answers are shared", async () => {
    const { clock, counts, errands } = setUp();
    const clinic = roomName("clinic");
    const both = await Promise.all(Array.from({ length: 1000 }, () => errands.schedule(clinic)));
    expect(counts.schedule).toBe(1);
    expect(new Set(both.map(({ isFine }) => isFine))).toEqual(new Set([true]));
    for (let number = 0; number < 100; number++) await errands.schedule(roomName(`nowhere-${number}`));
    expect(counts.schedule).toBe(1);
    expect(await errands.schedule(roomName("lab"))).toEqual(TOO_OFTEN);
    await clock.advance(1000);
    expect(await errands.schedule(roomName("lab"))).toMatchObject({ isFine: true });
    await clock.advance(10_000);
    await errands.schedule(clinic);
    expect(counts.schedule).toBe(3);
  });

  test("reads the mapping once for those who ask while it is read", async () => {
    const { counts, errands } = setUp();
    const answers = [errands.reload(), errands.reload(), errands.reload()];
    await settle();
    expect(new Set((await Promise.all(answers)).map(({ text }) => text)).size).toBe(1);
    expect(counts.reload).toBe(1);
  });

  test("takes its place in the request budget", async () => {
    const rig = await startConsole({
      timing: { activePollMs: 5000, idlePollMs: 1000, requestsPerSecond: 4, freshMs: 6000 },
    });
    const { simulator, bridge } = rig;
    const looks = () => simulator.requests.count("GET rooms/{r}/status");
    const asking = setInterval(() => void bridge.nextSchedule(roomName("clinic")), 250);
    onTestFinished(() => clearInterval(asking));
    const before = looks();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    // Four a second are all that the budget has, and the schedules take them.
    expect(looks() - before).toBeLessThan(6);
  });
});

function tellLimit(type: Type): string {
  const rule = MESSAGE_RULES[type];
  return "limit" in rule ? `${rule.limit.perSecond} a second, ${rule.limit.burst} in a burst` : "none";
}

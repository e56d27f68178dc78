import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { FirstSteps } from "../../src/cli/setup/steps.ts";
import type { DeviceHost, DeviceKind } from "../../src/driver/contract.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { until, world } from "../support/rig.ts";
import { scratch } from "./valt-bridge.ts";

const deck = world.kinds.find(({ kind }) => kind === "stream-deck");

/** Decks that are attached as far as a driver can tell; their hosts by the order in which they were opened. */
function attach(serials: string[]) {
  const hosts: DeviceHost[] = [];
  let open = 0;
  const kind = {
    ...deck,
    discover: async () =>
      serials.map((serialNumber) => ({ productName: "Stream Deck Mini", settings: { serialNumber } })),
    open: async ({ host, settings }: { host: DeviceHost; settings: { serialNumber: string } }) => {
      if (settings.serialNumber === "BROKEN")
        return { ok: false, failure: { reason: "failed", message: "It is held." } };
      hosts.push(host);
      open += 1;
      return {
        ok: true,
        value: {
          productName: "Stream Deck Mini",
          close: async () => {
            open -= 1;
          },
        },
      };
    },
  } as unknown as DeviceKind;
  const vocabulary = {
    ...world,
    kinds: [kind, ...world.kinds.filter(({ kind: name }) => name !== "stream-deck")],
  };
  const surroundings = { loadVocabulary: async () => vocabulary, signal: new AbortController().signal };
  return { hosts, surroundings: surroundings as never, open: () => open };
}

describe("the first steps", () => {
  test("find attached panels, tell whose key was pressed, and let them go at the end", async () => {
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    onTestFinished(() => void vi.restoreAllMocks());
    const variables = ["VALT_PASSWORD", "VALT_PASSWORD_FILE"];
    const before = variables.map((name) => [name, process.env[name]] as const);
    onTestFinished(() => {
      for (const [name, value] of before)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    });
    const created = await createSimulator({ rooms: 3 });
    if (!created.ok) throw new Error(created.failure.message);
    const { url, close } = created.value;
    onTestFinished(() => close());
    const serials = ["AL0001"];
    const { hosts, surroundings, open } = attach(serials);
    const file = join(scratch().folder, "site.jsonc");
    const steps = new FirstSteps(file, surroundings);
    expect((await steps.panels()).panels).toHaveLength(1);
    // Plugged in later, and looked for again.
    serials.push("AL0002", "BROKEN");
    const { panels, missing } = await steps.panels();
    expect([panels.length, open(), missing]).toEqual([2, 2, [expect.stringContaining("It is held.")]]);
    expect(steps.pressed()).toBeUndefined();
    hosts[2]?.emit({ kind: "down", control: "key-1" } as never);
    const pressed = await until("the press", () => steps.pressed());
    expect([pressed, steps.pressed()]).toEqual([panels[1], undefined]);
    await steps.look(url);
    const login = { url, fingerprint: "", isTrusted: false, username: "panel-bridge", password: "simulator" };
    const found = await steps.login(login);
    if (!found.ok) throw new Error(JSON.stringify(found.failure));
    const written = await steps.write({
      site: found.value.site,
      rooms: [1, 3],
      panels: [{ name: pressed, rooms: [3] }],
      others: {},
      keepPassword: false,
    });
    expect(written).toMatchObject({ ok: true, value: { file } });
    expect(readFileSync(file, "utf8")).toContain(
      '"kind": "stream-deck", "serialNumber": "AL0002", "room": "interview-3"',
    );
    expect(process.env.VALT_PASSWORD).toBe("simulator");
    await steps.close();
    expect(open()).toBe(0);
  });
});

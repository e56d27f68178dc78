import { unlinkSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { connectTo } from "../../src/cli/mapping/connect.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText, parse } from "../support/rig.ts";
import { scratch } from "./valt-bridge.ts";

async function setUp() {
  const created = await createSimulator({ rooms: 2, password: "the-first-one" });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const { write } = scratch();
  const file = write("password", "the-first-one\n");
  vi.stubEnv("VALT_PASSWORD", undefined);
  vi.stubEnv("VALT_PASSWORD_FILE", file);
  const [server] = parse(mappingText(simulator.url)).servers.values();
  const client = connectTo(server!, write("mapping.jsonc", "{}"), silentLog);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await client.close();
    await simulator.close();
  });
  return { simulator, client, file };
}

/** Somebody gives the bridge's account another password at the server. */
async function changePassword(url: string, from: string, to: string): Promise<void> {
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}/api/v3/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as { readonly data: never };
  };
  const { data } = await ask("POST", "login", { username: "panel-bridge", password: from });
  const { access_token: token } = data as { readonly access_token: string };
  const users = (await ask("GET", `admin/users?access_token=${token}`)).data as readonly {
    readonly id: number;
    readonly name: string;
  }[];
  const id = users.find(({ name }) => name === "panel-bridge")?.id;
  await ask("POST", `admin/users/${id}/edit?access_token=${token}`, { password: to });
}

test("a password that is rotated in its file is used by the next login", async () => {
  const { simulator, client, file } = await setUp();
  expect((await client.authenticate()).ok).toBe(true);
  await changePassword(simulator.url, "the-first-one", "the-second-one");
  expect(await client.authenticate()).toMatchObject({ ok: false, failure: { kind: "unauthorized" } });
  writeFileSync(file, "the-second-one\n");
  expect((await client.authenticate()).ok).toBe(true);
});

test("while the file cannot be read, the password that was there last is used", async () => {
  const { client, file } = await setUp();
  writeFileSync(file, "");
  expect((await client.authenticate()).ok).toBe(true);
  unlinkSync(file);
  expect((await client.authenticate()).ok).toBe(true);
});

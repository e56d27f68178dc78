import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText } from "../support/rig.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const DEVICE = { kind: "virtual", model: "touch-page", room: "interview-1" };

function machine() {
  const { folder, write } = scratch();
  const environment = { XDG_STATE_HOME: folder, XDG_RUNTIME_DIR: folder };
  return { write, call: (...words: string[]) => valtBridge(words, environment) };
}

async function keyOf(printed: Promise<{ readonly out: string }>): Promise<string> {
  return /key=([0-9a-f]{32})/.exec((await printed).out)?.[1] ?? "";
}

test("links are made, listed and revoked where no bridge runs", async () => {
  const { call } = machine();
  const key = await keyOf(call("kiosk", "add", "wall", "--view").ended);
  expect(key).not.toBe("");
  const { out } = await call("kiosk", "list", "--json").ended;
  const { id, ...kiosk } = JSON.parse(out) as { readonly id: string };
  expect(kiosk).toMatchObject({ panel: "wall", right: "view" });
  expect(out).not.toContain(key);
  expect((await call("kiosk", "revoke", "none").ended).code).toBe(1);
  expect((await call("kiosk", "revoke", id).ended).code).toBe(0);
  expect((await call("kiosk", "list").ended).out).toBe("no links\n");
});

test("a running bridge makes them, tells where they lead, and lets tablets in by them until they are revoked", async () => {
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const { write, call } = machine();
  const file = write(
    "mapping.json",
    mappingText(created.value.url, { extra: { devices: { wall: DEVICE } } }),
  );
  const bridge = call("run", file, "--console", "127.0.0.1:0");
  await bridge.shows("web console open");
  expect((await call("kiosk", "add", "nowhere").ended).err).toContain("no device nowhere");
  const { out } = await call("kiosk", "add", "wall").ended;
  const status = async () => (await fetch(out.trim())).status;
  expect(await status()).toBe(200);
  const { out: listed } = await call("kiosk", "list", "--json").ended;
  const { id } = JSON.parse(listed) as { readonly id: string };
  await call("kiosk", "revoke", id).ended;
  expect(await status()).toBe(401);
});

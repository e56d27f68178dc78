import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startScriptedServer } from "./support/scripted-server.ts";
import { until } from "./support/setting.ts";

test("the example in the client's README starts a recording", async () => {
  const server = await startScriptedServer({
    script: ({ path }) => {
      if (path === "rooms/4/status") return [200, { data: { status: "available", record: false } }];
      if (path === "rooms/4/record/start") return [200, { data: { id: 616, start: true } }];
      return undefined;
    },
  });
  onTestFinished(() => server.close());
  const readme = readFileSync(new URL("../../src/valt/README.md", import.meta.url), "utf8");
  const example = /```js\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const client = fileURLToPath(new URL("../../src/valt/client.ts", import.meta.url));
  await run(example.replace("valt-panel-bridge", client).replace("https://valt.example.com", server.url));
  expect(server.seen.map(({ path, body }) => [path, body])).toEqual([
    ["login", { username: "panel-bridge", password: "secret" }],
    ["rooms/4/status", undefined],
    ["rooms/4/record/start", { name: "Interview 1" }],
  ]);
  await until(() => server.openSockets() === 0);
});

async function run(code: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "readme-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "example.mjs");
  writeFileSync(file, code);
  await import(file);
}

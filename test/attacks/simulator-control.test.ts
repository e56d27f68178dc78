import { request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";

function ask(url: string, method: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on("error", reject).end(method === "POST" ? '{"what":"start"}' : undefined);
  });
}

const START = "/rooms/1/somebody-else";

/** As browsers send them for a page that is not ours. */
const FROM_PAGES: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
  ["a page elsewhere", { origin: "https://evil.example" }],
  ["a page without an origin of its own", { origin: "null" }],
  ["a page on another port of this machine", { origin: "http://127.0.0.1:9" }],
  ["a page whose browser tells only the site", { "sec-fetch-site": "cross-site" }],
  ["a page of a name that was bent to this machine", { host: "evil.example", origin: "http://evil.example" }],
  ["a page of such a name that reads", { host: "evil.example" }],
];

test("no page in somebody's browser drives the simulator, and programs do", async () => {
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  onTestFinished(() => simulator.close());
  const url = simulator.controlUrl ?? "";
  for (const [what, headers] of FROM_PAGES)
    for (const [method, path] of [
      ["POST", START],
      ["POST", "/faults"],
      ["DELETE", "/faults"],
      ["POST", "/down"],
      ...(headers.host === undefined ? [] : [["GET", "/state"] as const]),
    ] as const)
      expect(await ask(url + path, method, headers), `${what}: ${method} ${path}`).toBe(403);
  expect(simulator.world.room(1)?.status).toBe("available");
  expect(simulator.isUp()).toBe(true);
  const { host } = new URL(url);
  const ours = [
    {},
    { host: host.replace("127.0.0.1", "localhost") },
    { origin: url, "sec-fetch-site": "same-origin" },
  ];
  for (const headers of ours) expect(await ask(`${url}/state`, "GET", headers)).toBe(200);
  expect(await ask(url + START, "POST", {})).toBe(200);
  console.info(`${FROM_PAGES.length} kinds of pages were refused, ${ours.length} of programs were not`);
});

import { request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { asked, createSite } from "../trust/product.ts";
import { tellDelays, withProbe } from "./support.ts";

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
  const probe = withProbe();
  const variables = { ...probe.variables, NODE_OPTIONS: probe.nodeWord };
  const site = createSite({ mapping: {}, variables });
  onTestFinished(() => site.remove());
  const simulator = site.begin("simulate", "--rooms", "2", "--port", "0", "--control-port", "0", "--json");
  onTestFinished(() => simulator.kill());
  const url = await asked("the address", async () => /"controlUrl":"([^"]+)"/.exec(simulator.out())?.[1]);
  const state = async () => (await fetch(`${url}/state`)).text();
  const before = await state();
  await probe.beginAttack();
  for (const [what, headers] of FROM_PAGES)
    for (const [method, path] of [
      ["POST", START],
      ["POST", "/faults"],
      ["DELETE", "/faults"],
      ["POST", "/down"],
      ...(headers.host === undefined ? [] : [["GET", "/state"] as const]),
    ] as const)
      expect(await ask(url + path, method, headers), `${what}: ${method} ${path}`).toBe(403);
  expect(await state()).toBe(before);
  const { host } = new URL(url);
  const ours = [
    {},
    { host: host.replace("127.0.0.1", "localhost") },
    { origin: url, "sec-fetch-site": "same-origin" },
  ];
  for (const headers of ours) expect(await ask(`${url}/state`, "GET", headers)).toBe(200);
  expect(await ask(url + START, "POST", {})).toBe(200);
  expect(await state()).not.toBe(before);
  console.info(
    tellDelays(
      `${FROM_PAGES.length} kinds of pages were refused, ${ours.length} of programs were not`,
      await probe.delays(),
    ),
  );
});

import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../support/rig.ts";
import { createSite } from "../trust/product.ts";
import { judged, tellDelays, withProbe } from "./support.ts";

/** `setup` as people run it where there is no mapping yet, with a probe in it. */
async function startSetup() {
  const probe = withProbe();
  const site = createSite({ mapping: {}, variables: { ...probe.variables, NODE_OPTIONS: probe.nodeWord } });
  onTestFinished(() => site.remove());
  const started = site.begin("setup", join(site.folder, "new.jsonc"), "--console", "127.0.0.1:0");
  onTestFinished(() => started.kill());
  const links = () => started.out().match(/http\S+key=\S+/g) ?? [];
  const link = await until("the link", () => links()[0], 30_000);
  await probe.beginAttack();
  const product = judged(started, () => probe.delays());
  return { ...probe, product, links, link, origin: new URL(link).origin };
}

type Setup = Awaited<ReturnType<typeof startSetup>>;

async function enter({ origin }: Setup, link: string) {
  const opened = await fetch(link, { redirect: "manual" });
  const cookie = opened.headers.get("set-cookie")?.split(";")[0];
  const post = (step: string, body: string) =>
    fetch(`${origin}/setup/${step}`, {
      method: "POST",
      headers: { origin, ...(cookie === undefined ? {} : { cookie }) },
      body,
    });
  return { status: opened.status, cookie, post };
}

test("the door of the first steps opens to no guess, and to one of two people", {
  timeout: 120_000,
}, async () => {
  const setup = await startSetup();
  const { link, links, origin, delays } = setup;
  const guess = () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
  const statuses: number[] = [];
  for (let round = 0; round < 10; round++) {
    const some = Array.from({ length: 100 }, () =>
      fetch(`${origin}/?key=${guess()}`, { redirect: "manual" }),
    );
    for (const answer of await Promise.all(some)) statuses.push(answer.status);
  }
  expect(new Set(statuses)).toEqual(new Set([403]));
  for (const cookie of ["valt-setup=", `valt-setup=${guess()}`, "valt-setup=undefined"])
    expect((await fetch(origin, { headers: { cookie }, redirect: "manual" })).status).toBe(403);
  console.info(tellDelays("1000 guesses at the door of the first steps", await delays()));

  const people = await Promise.all(Array.from({ length: 8 }, () => enter(setup, link)));
  const inside = people.filter(({ status }) => status === 303);
  expect(inside).toHaveLength(1);
  expect(people.filter(({ status }) => status === 403)).toHaveLength(7);
  // Whoever can read the terminal opens the next link, and the session before ends.
  const next = await until("another link", () => links().find((one) => one !== link), 10_000);
  expect((await inside[0]?.post("pressed", "{}"))?.status).toBe(200);
  const owner = await enter(setup, next);
  expect(owner.status).toBe(303);
  expect((await inside[0]?.post("pressed", "{}"))?.status).toBe(403);
  expect((await owner.post("pressed", "{}")).status).toBe(200);
  expect(links().length).toBeLessThan(5);
});

type Answer = (response: ServerResponse) => void;
const json = (text: string): Answer => {
  const bytes = Buffer.from(text);
  return (response) => void response.writeHead(200, { "content-type": "application/json" }).end(bytes);
};
const LOGIN = '{"data":{"access_token":"x"},"access_token":"x"}';
const SPACES = Buffer.alloc(65_536, " ");
const pour = (response: ServerResponse): void => {
  response.write(SPACES, (error) => {
    if (!error && !response.destroyed) setImmediate(() => pour(response));
  });
};

const ANSWERS: Readonly<Record<string, Answer>> = {
  "14 MB of nested lists": json("[".repeat(14e6)),
  "4 MB of empty lists": json(`[${"[],".repeat(1.3e6)}0]`),
  "40,000 rooms": json(
    `{"data":{"rooms":[${Array.from({ length: 40_000 }, (_, at) => `{"id":${at + 1},"name":"Room \\u001b[2J ${at}"}`).join()}]}}`,
  ),
  "a hundred thousand fields": json(
    `{"data":{${Array.from({ length: 100_000 }, (_, at) => `"key ${at}":1`).join()}}}`,
  ),
  "an answer without end": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    pour(response);
  },
};

test("no server that is named in the first steps holds them up", { timeout: 240_000 }, async () => {
  let attack: Answer = json("{}");
  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.includes("login") === true) json(LOGIN)(response);
    else attack(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const setup = await startSetup();
  const person = await enter(setup, setup.link);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [name, answer] of Object.entries(ANSWERS)) {
    attack = answer;
    await setup.beginAttack();
    const looked = (await (await person.post("look", JSON.stringify({ address }))).json()) as {
      readonly url?: string;
      readonly fingerprint?: string;
    };
    const { url = address, fingerprint = "" } = looked;
    const account = { url, fingerprint, username: "bridge", password: "simulator", isTrusted: true };
    const beganMs = performance.now();
    const answered = await person.post("login", JSON.stringify(account));
    const text = await answered.text();
    console.info(
      `${tellDelays(name, await setup.delays())}: answered after ${(performance.now() - beganMs).toFixed(0)} ms with ${text.length} characters`,
    );
    expect(answered.status).toBe(200);
    expect(text).not.toContain("\u001b");
  }
  await setup.beginAttack();
  for (const body of ["[".repeat(60_000), "x".repeat(5_000_000), '{"address":1}'])
    expect([400, 413]).toContain((await person.post("look", body).catch(() => ({ status: 413 }))).status);
  console.info(tellDelays("bodies without sense", await setup.delays()));
});

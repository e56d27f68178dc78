import { expect, test } from "vitest";
import { type Log, silentLog } from "../../src/base/log.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import {
  mappingText,
  parse,
  type Rig,
  type RigSettings,
  rest,
  serverIn,
  startRig,
  until,
  withServer,
} from "../support/rig.ts";

const OTHER = "second-bridge";
/** A machine that is shared is slow. */
const PATIENT = { deadlineMs: 8000 };

async function createAccount({ url }: Simulator, name: string): Promise<void> {
  const post = async (path: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}/api/v3/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { readonly data: { readonly access_token: string } };
  };
  const { data } = await post("login", { username: "panel-bridge", password: "simulator" });
  await post(`admin/users?access_token=${data.access_token}`, { name, password: "simulator", user_group: 1 });
}

/** A rig whose rooms are known, and what is said about the server. */
async function startWatchedRig(settings: RigSettings = {}): Promise<Rig & { readonly said: string[] }> {
  const said: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (text) => (/server/i.test(text) ? said.push(text) : 0),
    child: () => log,
  };
  const rig = await startRig({ ...PATIENT, ...settings, log });
  await createAccount(rig.simulator, OTHER);
  await until("the rooms", () => rig.bridge.status().rooms.every(({ status }) => status === "available"));
  return { ...rig, said };
}

function knowledgeSince(facts: readonly Fact[], count: number): readonly string[] {
  const seen = facts.slice(count).flatMap((fact) => (fact.kind === "room" ? [fact.view.knowledge] : []));
  return [...new Set(seen)];
}

const edits: readonly (readonly [what: string, edit: (text: string) => string])[] = [
  ["the account", (text) => text.replace("panel-bridge", OTHER)],
  ["the deadline", (text) => text.replace(`:${PATIENT.deadlineMs}`, ":9000")],
];

test.each(edits)("an edit of %s is no outage, and rooms stay known", async (_, edit) => {
  const { simulator, bridge, facts, said } = await startWatchedRig();
  // So that looks are under way at whatever moment the edit comes.
  simulator.fault({ kind: "latency", ms: 150, method: "GET", path: "rooms" });
  await rest(500);
  const before = facts.length;
  const edited = parse(edit(mappingText(simulator.url, PATIENT)));
  await bridge.adopt(edited);
  simulator.somebodyElse(1, "start");
  await until("a look by the new account", () => bridge.status().rooms[0]?.status === "recording");
  await rest(500);
  expect(JSON.stringify(simulator.requests.all())).toContain(`"username":"${serverIn(edited).username}"`);
  expect(said).toEqual([]);
  expect(knowledgeSince(facts, before)).not.toContain("never-seen");
  expect(bridge.status().rooms.map(({ knowledge }) => knowledge)).toEqual(["live", "live"]);
});

test.each(edits)(
  "a command under way at an edit of %s ends with the server's own answer",
  async (_, edit) => {
    const { simulator, bridge, facts, surface } = await startWatchedRig();
    simulator.fault({ kind: "latency", ms: 500, path: "rooms/1/record/start", count: 1 });
    surface.send("/valt/room/interview-1/start");
    await until("the start", () => simulator.requests.count("POST rooms/{r}/record/start") === 1);
    await bridge.adopt(parse(edit(mappingText(simulator.url, PATIENT))));
    const outcome = await until("the outcome", () => facts.find((fact) => fact.kind === "outcome"));
    expect(outcome).toMatchObject({ outcome: { kind: "done" } });
    await until("recording", () => bridge.status().rooms[0]?.status === "recording");
  },
);

test("a look at the former server says nothing about the new one", async () => {
  const { simulator, bridge, facts, said } = await startWatchedRig();
  const created = await createSimulator({ rooms: 4 });
  if (!created.ok) throw new Error(created.failure.message);
  const other = created.value;
  other.somebodyElse(1, "lock");
  other.somebodyElse(2, "lock");
  simulator.fault({ kind: "latency", ms: 300, method: "GET", path: "rooms" });
  await rest(500);
  const before = facts.length;
  await bridge.adopt(parse(mappingText(other.url, PATIENT)));
  await until("locked there", () => bridge.status().rooms.every(({ status }) => status === "locked"));
  await rest(500);
  const told = facts.slice(before).flatMap((fact) => (fact.kind === "room" ? [fact.view.status] : []));
  expect(told.filter((status) => status !== undefined && status !== "locked")).toEqual([]);
  expect(said).toEqual([]);
  await bridge.close();
  await other.close();
});

test("an edit that fails leaves what runs, and later ones are taken over", async () => {
  const { simulator, bridge, facts } = await startWatchedRig();
  const good = parse(mappingText(simulator.url, PATIENT));
  const before = facts.length;
  await expect(bridge.adopt(withServer(good, { url: "ftp://nowhere" }))).rejects.toThrow();
  expect(bridge.status().rooms).toHaveLength(2);
  simulator.somebodyElse(1, "start");
  await until("a look", () => bridge.status().rooms[0]?.status === "recording");
  expect(knowledgeSince(facts, before)).not.toContain("never-seen");
  await bridge.adopt(parse(mappingText(simulator.url, { ...PATIENT, rooms: { clinic: 3 } })));
  await until("the other room", () => bridge.status().rooms[0]?.status === "available");
  expect(bridge.status().rooms.map(({ name }) => name)).toEqual(["clinic"]);
});

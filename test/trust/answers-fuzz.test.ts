import { beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { fail, succeed } from "../../src/base/result.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { ROOM_STATUSES } from "../../src/valt/answers.ts";
import {
  createValtClient,
  recordingId,
  silentLog,
  type ValtClient,
  type ValtFailure,
  valtRoomId,
} from "../../src/valt/client.ts";
import type { Call, Transport } from "../../src/valt/transport.ts";
import { type Chance, createChance } from "../campaign/chance.ts";

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 400);
const room = valtRoomId(1);
const recording = recordingId("616");
const shape = (path: string) => path.replace(/\?.*/, "").replace(/\d+|[0-9a-f-]{36}/g, "#");

/** Everything that can be asked of the server. */
const questions: Readonly<Record<string, (client: ValtClient) => Promise<unknown>>> = {
  authenticate: (client) => client.authenticate(),
  version: (client) => client.version(),
  rooms: (client) => client.rooms(),
  roomStatus: (client) => client.roomStatus(room),
  roomInfo: (client) => client.roomInfo(room),
  start: (client) => client.start(room, { name: "A" }),
  pause: (client) => client.pause(room),
  resume: (client) => client.resume(room),
  stop: (client) => client.stop(room),
  lock: (client) => client.lock(room),
  unlock: (client) => client.unlock(room),
  addMark: (client) =>
    client.addMark({ room, recordingId: recording, timeSeconds: 1, text: "A", color: "red" }),
  marks: (client) => client.marks(recording),
  cameras: (client) => client.cameras(room),
  presets: (client) => client.presets(5001),
  applyPreset: (client) => client.applyPreset({ camera: 5001, preset: 1 }),
  schedules: (client) => client.schedules(room),
  userByCardNumber: (client) => client.userByCardNumber("326577"),
  rightsOf: (client) => client.rightsOf("panel-bridge"),
  createGroup: (client) => client.createGroup({ name: "A", markTemplate: 1, informationTemplate: 1 }),
};

/** True answers of the simulated server by the shape of their path: what the mutations begin with. */
const truths = new Map<string, string>();

beforeAll(async () => {
  for (const valt of ["5.9", "6.6"] as const) {
    const created = await createSimulator({ valt, rooms: 2, controlPort: "none" });
    if (!created.ok) throw new Error(created.failure.message);
    created.value.somebodyElse(1, "start");
    const origin = created.value.url;
    const send = async ({ method, path, body }: Call) => {
      const answer = await fetch(`${origin}${path}`, { method, ...(body === undefined ? {} : { body }) });
      const text = await answer.text();
      if (answer.ok) truths.set(shape(path), text);
      return succeed({ httpStatus: answer.status, text });
    };
    const client = clientOver({ send, state: () => "free", close: () => Promise.resolve() });
    for (const ask of Object.values(questions)) await ask(client);
    await created.value.close();
  }
});

function clientOver(transport: Transport): ValtClient {
  const settings = { url: "https://valt.example.com", username: "panel-bridge", password: "simulator" };
  return createValtClient(settings, { clock: systemClock, log: silentLog, transport: () => transport });
}

/** Passes logins through, and spoils everything else. */
function spoiling(chance: Chance, spoilsLogin: "spoils logins" | "spares logins"): Transport {
  return {
    async send({ path }) {
      const text = truths.get(shape(path)) ?? "{}";
      const isSpared = spoilsLogin === "spares logins" && path.endsWith("/login");
      if (isSpared) return succeed({ httpStatus: 200, text });
      if (chance.happens(0.05)) return fail(lost);
      const httpStatus = chance.happens(0.7) ? 200 : chance.pick(STATUSES);
      return succeed({ httpStatus, text: spoil(text, chance) });
    },
    state: () => "free",
    close: () => Promise.resolve(),
  };
}

const lost: ValtFailure = { kind: "unreachable", message: "lost", heard: "maybe", again: "later" };
const STATUSES = [0, 100, 201, 204, 206, 299, 302, 400, 401, 403, 404, 409, 418, 429, 500, 502, 599, 999];

function spoil(text: string, chance: Chance): string {
  const roll = chance.next();
  if (roll < 0.1) return text.slice(0, chance.whole(0, text.length));
  if (roll < 0.2) return flip(text, chance);
  if (roll < 0.25) return chance.pick(["", "null", "[]", "0", '"', "<html>", "\0", "\ufeff{}", "{}{}"]);
  if (roll < 0.28) return JSON.stringify({ data: "x".repeat(1_000_000) });
  if (roll < 0.31) return `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  return JSON.stringify(replaceSomething(parse(text), chance));
}

function parse(text: string): unknown {
  return JSON.parse(text);
}

function flip(text: string, chance: Chance): string {
  const at = chance.whole(0, Math.max(0, text.length - 1));
  return `${text.slice(0, at)}${String.fromCharCode(chance.whole(0, 0xffff))}${text.slice(at + 1)}`;
}

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  "",
  " ",
  "-5",
  "1e999",
  "NaN",
  "recording",
  "__proto__",
  [],
  {},
  [[]],
  [null],
  { data: null },
  { error: { code: 200 } },
  "\ud800",
];

/** Any value in the tree may become another, vanish, or be doubled. */
function replaceSomething(value: unknown, chance: Chance): unknown {
  if (chance.happens(0.15)) return chance.pick(ODD_VALUES);
  if (Array.isArray(value)) {
    const items = value.map((item) => replaceSomething(item, chance));
    return chance.happens(0.1) ? [...items, ...items] : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(() => !chance.happens(0.05));
  return Object.fromEntries(fields.map(([key, inner]) => [key, replaceSomething(inner, chance)]));
}

/** Whether a value that was given as true could be true at all. */
const plausible: Readonly<Record<string, (value: never) => boolean>> = {
  roomStatus: ({ status, recordingId: id }: { status: never; recordingId?: unknown }) =>
    ROOM_STATUSES.includes(status) && (id === undefined || (typeof id === "string" && id !== "")),
  roomInfo: ({ id, name, recording: running }: { id: unknown; name: unknown; recording?: Running }) =>
    Number.isSafeInteger(id) && typeof name === "string" && (running === undefined || isRunning(running)),
  rooms: (rooms: readonly { id: unknown; name: unknown }[]) =>
    rooms.every(({ id, name }) => Number.isSafeInteger(id) && typeof name === "string"),
  marks: (marks: readonly { timeSeconds: unknown; text: unknown }[]) =>
    marks.every(({ timeSeconds, text }) => Number.isFinite(timeSeconds) && typeof text === "string"),
  userByCardNumber: (user: { id: unknown; name: unknown } | undefined) =>
    user === undefined || (Number.isSafeInteger(user.id) && typeof user.name === "string"),
  cameras: (cameras: readonly object[]) =>
    cameras.every((camera) => !/camera-password|camera-user/.test(JSON.stringify(camera))),
};

interface Running {
  readonly id: unknown;
  readonly timeSeconds: unknown;
}

function isRunning({ id, timeSeconds }: Running): boolean {
  return typeof id === "string" && id !== "" && Number.isFinite(timeSeconds) && Number(timeSeconds) >= 0;
}

describe.each(["spoils logins", "spares logins"] as const)("a server that %s", (login) => {
  test.each(Object.keys(questions))("%s ends in a plausible value or a failure", async (name) => {
    const chance = createChance(name.length * 7919 + (login === "spares logins" ? 1 : 2));
    const counts = { ok: 0, failed: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const client = clientOver(spoiling(chance, login));
      const result = (await questions[name]!(client)) as
        | { ok: true; value: never }
        | { ok: false; failure: ValtFailure };
      counts[result.ok ? "ok" : "failed"]++;
      if (result.ok) expect(plausible[name]?.(result.value) ?? true, JSON.stringify(result.value)).toBe(true);
      else expect(result.failure.message.length).toBeLessThan(600);
    }
    // A spoiler that spoils nothing would prove nothing.
    const isSpared = name === "authenticate" && login === "spares logins";
    if (!isSpared) expect(counts.failed).toBeGreaterThan(ROUNDS / 20);
  });
});

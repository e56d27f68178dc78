import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Action, Outcome } from "../../src/action/action.ts";
import { peerId, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { AddressSession } from "../../src/bridge/address-session.ts";
import type { Peer } from "../../src/driver/link.ts";
import type { AddressDialect, Understood } from "../../src/link/dialect.ts";
import { indexRooms } from "../../src/link/link-rooms.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";
import { createContext, deviceWith, linkOf } from "../support/link-context.ts";

const peer: Peer = { id: peerId("desk"), address: "127.0.0.1", reach: "same-machine", delivery: "datagram" };
const ROOM = roomName("interview-1");
const start: Action = { kind: "start", room: ROOM, recording: {} };
const stop: Action = { kind: "stop", room: ROOM };

interface Settings {
  readonly understood?: Understood;
  readonly passcode?: string;
  readonly burst?: number;
  readonly allow?: readonly string[];
}

function createSetting(settings: Settings = {}) {
  const { passcode, burst = 1000, allow = ["127.0.0.1"] } = settings;
  const meant = { now: settings.understood ?? { kind: "actions", actions: [start] } } as { now: Understood };
  const clock = createFakeClock();
  const sent: string[] = [];
  const dropped: string[] = [];
  const acted: { action: Action; end(outcome: Outcome): void }[] = [];
  const dialect: AddressDialect = {
    name: "test",
    style: "addresses",
    settingsSchema: z.object({}),
    commands: "own",
    needsRoom: false,
    create: () => ({
      understand: () => meant.now,
      answer: (_, outcome) => [{ text: outcome === "too-slow" ? "too-slow" : outcome.kind, values: [] }],
      grant: () => [],
      object: (_, objection) => [{ text: `! ${objection}`, values: [] }],
      describe: () => [{ text: "state", values: [] }],
      describeSite: () => [],
    }),
  };
  const context = createContext({
    clock,
    rooms: indexRooms([{ name: ROOM, id: valtRoomId(1) }]),
    act: (action) => new Promise((end) => acted.push({ action, end })),
    secret: () => passcode,
  });
  const link = linkOf(dialect, {
    allow,
    limit: { perSecond: 1, burst },
    passcodeFrom: passcode === undefined ? undefined : "PASSCODE",
  });
  const session = new AddressSession(deviceWith(link), context, {
    countDrop: (reason) => dropped.push(reason),
    take: () => undefined,
    hears: () => undefined,
  });
  session.open({
    send: ({ text }, to) => sent.push(`${text} to ${to}`),
    redirect: (id, port) => peerId(`${id}:${port}`),
  });
  sent.length = 0;
  return {
    clock,
    sent,
    dropped,
    acted,
    session,
    meant,
    ask: (from: Peer = peer) => session.request({ text: "/go", values: [] }, from, "click"),
  };
}

describe("a request", () => {
  test("is answered when its outcome is known, and not before", async () => {
    const { ask, sent, acted, clock } = createSetting();
    ask();
    await clock.advance(2000);
    expect(sent).toEqual([]);
    acted[0]!.end({ kind: "done" });
    await settle();
    expect(sent).toEqual(["done to desk"]);
    await clock.advance(10_000);
    expect(sent).toHaveLength(1);
  });

  test("is answered after three seconds though there is no outcome yet, and only once", async () => {
    const { ask, sent, acted, clock } = createSetting();
    ask();
    await clock.advance(2999);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toEqual(["too-slow to desk"]);
    acted[0]!.end({ kind: "done" });
    await settle();
    expect(sent).toHaveLength(1);
  });

  test.each<[outcomes: readonly Outcome["kind"][], worst: string]>([
    [["done", "already-so"], "done"],
    [["already-so", "already-so"], "already-so"],
    [["done", "waiting"], "waiting"],
    [["waiting", "refused"], "refused"],
    [["refused", "expired"], "expired"],
    [["expired", "failed"], "failed"],
    [["failed", "done"], "failed"],
  ])("for several actions that end as %j is answered with the worst: %s", async (outcomes, worst) => {
    const actions = [start, stop];
    const { ask, sent, acted } = createSetting({ understood: { kind: "actions", actions } });
    ask();
    for (const [index, kind] of outcomes.entries()) {
      const outcome = { kind, reason: "busy", failure: failures.refused } as unknown as Outcome;
      acted[index]!.end(outcome);
    }
    await settle();
    expect(sent).toEqual([`${worst} to desk`]);
  });

  test("for nothing, such as the release of a button, is not answered", async () => {
    const { ask, sent, clock } = createSetting({
      understood: { kind: "actions", actions: [] },
    });
    ask();
    await clock.advance(5000);
    expect(sent).toEqual([]);
  });

  test("that is not understood is objected to", () => {
    const { ask, sent } = createSetting({ understood: { kind: "objection", objection: "unknown-room" } });
    ask();
    expect(sent).toEqual(["! unknown-room to desk"]);
  });

  test("leaves no timer behind", async () => {
    const { ask, acted, clock } = createSetting();
    const before = clock.timerCount();
    ask();
    acted[0]!.end({ kind: "done" });
    await settle();
    expect(clock.timerCount()).toBe(before);
  });
});

describe("a peer", () => {
  test("that is not on the allow-list, or speaks too often, is dropped without an answer", () => {
    const { ask, sent, dropped, acted } = createSetting({ burst: 1 });
    ask({ ...peer, id: peerId("far"), address: "10.0.0.7", reach: "network" });
    ask();
    ask();
    expect(dropped).toEqual(["not on the allow-list", "too many messages"]);
    expect(acted).toHaveLength(1);
    expect(sent).toEqual([]);
  });

  test("without the passcode is denied everything but giving it", async () => {
    const closed = createSetting({ passcode: "4711" });
    closed.ask();
    expect(closed.sent).toEqual(["! denied to desk"]);
    expect(closed.acted).toEqual([]);
    const wrong = createSetting({ passcode: "4711", understood: { kind: "prove", passcode: "1234" } });
    wrong.ask();
    expect(wrong.sent).toEqual(["! wrong-passcode to desk"]);
    const right = createSetting({ passcode: "4711", understood: { kind: "prove", passcode: "4711" } });
    right.ask();
    expect(right.sent).toEqual(["done to desk"]);
  });
});

describe("a datagram from where nobody is listed", () => {
  const answers: Understood = { kind: "reply", messages: [{ text: "pong", values: [] }] };
  const names: Understood = { kind: "reply", messages: [{ text: "rooms", values: ["interview-1"] }] };
  const subscribe: Understood = { kind: "subscribe", seconds: 60, port: undefined };

  test.each<[asks: string, understood: Understood, answer: string]>([
    ["whether anybody is there", answers, "pong to desk"],
    ["for all names", names, "! unlisted to desk"],
    ["for states", { kind: "query", rooms: [ROOM] }, "! unlisted to desk"],
    ["for changes", subscribe, "! unlisted to desk"],
  ])("asks %s and is not told much", (_, understood, answer) => {
    const { ask, sent } = createSetting({ understood, allow: [] });
    ask();
    expect(sent).toEqual([answer]);
    const stream = createSetting({ understood, allow: [] });
    stream.ask({ ...peer, delivery: "stream" });
    expect(stream.sent).toHaveLength(1);
    expect(stream.sent).not.toContain("! unlisted to desk");
  });

  test("is told at length once it has given the passcode", () => {
    const prove = createSetting({
      allow: [],
      passcode: "4711",
      understood: { kind: "prove", passcode: "4711" },
    });
    prove.ask();
    expect(prove.session.access.vouchesFor(peer)).toBe(true);
  });
});

describe("a subscription", () => {
  test("a datagram's subscription ends, a stream's lasts as long as the stream", async () => {
    const subscribe: Understood = { kind: "subscribe", seconds: 60, port: undefined };
    const { ask, clock, session, sent } = createSetting({ understood: subscribe });
    const stream: Peer = { ...peer, id: peerId("line"), delivery: "stream" };
    ask();
    ask(stream);
    expect(sent).toEqual(["state to desk", "state to line"]);
    await clock.advance(61_000);
    expect(session.subscribers()).toBe(1);
    session.parted(stream.id);
    expect(session.subscribers()).toBe(0);
  });

  test("can be asked for at another port", () => {
    const { ask, sent } = createSetting({ understood: { kind: "subscribe", seconds: 60, port: 9001 } });
    ask();
    expect(sent).toEqual(["state to desk:9001"]);
  });

  test("is refused when there are too many", () => {
    const { ask, sent } = createSetting({ understood: { kind: "subscribe", seconds: 60, port: undefined } });
    for (let count = 0; count < 65; count++) ask({ ...peer, id: peerId(`p${count}`) });
    expect(sent.at(-1)).toBe("! full to p64");
  });

  test("can be given up", () => {
    const { ask, meant, session } = createSetting({
      understood: { kind: "subscribe", seconds: 60, port: undefined },
    });
    ask();
    expect(session.subscribers()).toBe(1);
    meant.now = { kind: "unsubscribe" };
    ask();
    expect(session.subscribers()).toBe(0);
  });

  test("a question is answered to this peer only", () => {
    const { ask, sent } = createSetting({ understood: { kind: "query", rooms: [ROOM] } });
    ask();
    expect(sent).toEqual(["state to desk"]);
  });
});

import { expect, test } from "vitest";
import { roomName } from "../../src/base/identifiers.ts";
import { type RigSettings, startRig, until } from "../support/rig.ts";

const CARDS = { sara: [2, "100002"] as const };
const reader: RigSettings = {
  device: {
    room: "interview-1",
    commands: { "/card {card}": { start: { author: { card: "{card}" } } } },
  },
};

test("a card starts a recording whose author is its holder", async () => {
  const { simulator, surface } = await startRig(reader);
  const [user, card] = CARDS.sara;
  surface.send("/card", card);
  await until("recording", () => simulator.world.room(1)?.status === "recording");
  expect(simulator.world.room(1)?.authorId).toBe(user);
});

test("a card that nobody has starts nothing, and the room says why", async () => {
  const { simulator, surface, bridge } = await startRig(reader);
  surface.send("/card", "999999999");
  await until("the refusal", () => surface.last("/valt/error")?.[1] === "DENIED");
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  expect(bridge.view(roomName("interview-1")).pending).toBeUndefined();
});

test("a server that cannot look the card up in time lets the press expire", async () => {
  const { simulator, surface } = await startRig({
    ...reader,
    // An answer that comes too late for the press, and in time for the connection.
    deadlineMs: 5000,
    timing: { pressDeadlineMs: 600 },
  });
  simulator.fault({ kind: "latency", ms: 900, path: "admin/users" });
  surface.send("/card", CARDS.sara[1]);
  await until("expired", () => surface.last("/valt/error")?.[1] === "TIMEOUT");
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
});

test("cards and PINs are not looked for in place of each other", async () => {
  const { simulator, surface } = await startRig({
    device: {
      room: "interview-1",
      commands: {
        "/card {card}": { start: { author: { card: "{card}" } } },
        "/pin {pin}": { start: { author: { pin: "{pin}" } } },
      },
    },
  });
  surface.send("/pin", CARDS.sara[1]);
  // Sara's card would be found: the server has cards and PINs in one field.
  await until("the refusal", () => surface.last("/valt/error")?.[1] === "DENIED");
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  surface.send("/card", CARDS.sara[1]);
  await until("recording", () => simulator.world.room(1)?.status === "recording");
});

test("the card's number stands in no fact", async () => {
  const { facts, surface, simulator } = await startRig(reader);
  surface.send("/card", CARDS.sara[1]);
  await until("recording", () => simulator.world.room(1)?.status === "recording");
  expect(JSON.stringify(facts.filter(({ kind }) => kind !== "wire"))).not.toContain(CARDS.sara[1]);
});

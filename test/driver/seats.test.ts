import { describe, expect, test } from "vitest";
import { type Peer, peerId } from "../../src/driver/contract.ts";
import { Seats } from "../../src/driver/seats.ts";
import { createFakeClock } from "../support/fake-clock.ts";

/** A listener with three places; `proven` are those who gave the passcode, where one is needed. */
function createListener({ passcode }: { readonly passcode: "needed" | "none" }) {
  const clock = createFakeClock();
  const proven = new Set<string>();
  const ended: string[] = [];
  const drops: string[] = [];
  const host = {
    clock,
    dropped: (reason: string, peer?: Peer) => drops.push(`${peer?.id}: ${reason}`),
    knows: ({ id }: Peer) => passcode === "none" || proven.has(id),
  };
  const seats = new Seats({ most: 3, host });
  const come = (name: string, address = name) => {
    const peer: Peer = { id: peerId(name), address, reach: "network", delivery: "stream" };
    return seats.take(peer, () => ended.push(name));
  };
  return { clock, proven, ended, drops, come };
}

describe("where a passcode is needed", () => {
  test("who does not give it within 15 s is cut off, and who gave it stays", async () => {
    const { clock, proven, ended, drops, come } = createListener({ passcode: "needed" });
    come("silent");
    come("talkative")?.spoke();
    come("honest");
    proven.add("honest");
    await clock.advance(14_999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(["silent", "talkative"]);
    expect(drops).toEqual(["silent: no passcode given in time", "talkative: no passcode given in time"]);
    await clock.advance(3_600_000);
    expect(ended).toHaveLength(2);
  });

  test("a newcomer takes the oldest stranger's place at once, whatever that one says", () => {
    const { proven, ended, drops, come } = createListener({ passcode: "needed" });
    come("honest");
    proven.add("honest");
    for (const name of ["first", "second"]) come(name)?.spoke();
    expect(come("newcomer")).toBeDefined();
    expect(ended).toEqual(["first"]);
    expect(drops).toEqual(["first: gave its place to a newcomer"]);
  });

  test("an address that fills the places displaces itself, not who is about to give the passcode", () => {
    const { proven, ended, come } = createListener({ passcode: "needed" });
    come("honest");
    for (let count = 0; count < 20; count++) come(`flood-${count}`, "10.0.0.66");
    proven.add("honest");
    expect(ended).not.toContain("honest");
    expect(ended).toHaveLength(18);
  });

  test("nobody makes room where everybody has given it", () => {
    const { proven, ended, come } = createListener({ passcode: "needed" });
    for (const name of ["one", "two", "three"]) {
      come(name);
      proven.add(name);
    }
    expect(come("newcomer")).toBeUndefined();
    expect(ended).toEqual([]);
  });
});

describe("where no passcode is needed", () => {
  test("silent listeners stay for ever, and no newcomer takes their place", async () => {
    const { clock, ended, come } = createListener({ passcode: "none" });
    for (const name of ["one", "two", "three"]) come(name);
    await clock.advance(3_600_000);
    expect(come("newcomer")).toBeUndefined();
    expect(ended).toEqual([]);
    expect(clock.timerCount()).toBe(0);
  });

  test("an address with several silent connections gives up the oldest of them", () => {
    const { ended, come } = createListener({ passcode: "none" });
    come("listener");
    come("first silent", "10.0.0.66");
    come("second silent", "10.0.0.66");
    expect(come("newcomer")).toBeDefined();
    expect(ended).toEqual(["first silent"]);
    expect(come("another")).toBeUndefined();
  });

  test("a control system that listens beside its other connections keeps its place", () => {
    const { ended, come } = createListener({ passcode: "none" });
    come("listener", "10.0.0.5");
    for (const name of ["lights", "sound"]) come(name, "10.0.0.5")?.spoke();
    expect(come("newcomer")).toBeUndefined();
    expect(ended).toEqual([]);
  });
});

test("a place is free again when its connection has ended, and its timer is gone", () => {
  const { clock, come } = createListener({ passcode: "needed" });
  const seats = ["one", "two", "three"].map((name) => come(name));
  for (const seat of seats) seat?.leave();
  expect(clock.timerCount()).toBe(0);
  expect(come("newcomer")).toBeDefined();
});

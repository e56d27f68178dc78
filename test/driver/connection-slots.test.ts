import { describe, expect, test } from "vitest";
import { ConnectionSlots } from "../../src/driver/connection-slots.ts";
import { type Peer, peerId } from "../../src/driver/contract.ts";
import { createFakeClock } from "../support/fake-clock.ts";

interface Settings {
  readonly passcode: "needed" | "none";
  /** Addresses that the mapping names by themselves. */
  readonly named?: readonly string[];
}

/** A listener with three places; `proven` are those who gave the passcode, where one is needed. */
function createListener({ passcode, named = [] }: Settings) {
  const clock = createFakeClock();
  const proven = new Set<string>();
  const ended: string[] = [];
  const drops: string[] = [];
  const host = {
    clock,
    dropped: (reason: string, peer?: Peer) => drops.push(`${peer?.id}: ${reason}`),
    knows: ({ id }: Peer) => passcode === "none" || proven.has(id),
    names: (address: string) => named.includes(address),
  };
  const seats = new ConnectionSlots<Peer>({ most: 3, host });
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
  test("silent listeners stay for ever while nobody wants their place", async () => {
    const { clock, ended, come } = createListener({ passcode: "none" });
    for (const name of ["one", "two", "three"]) come(name);
    await clock.advance(3_600_000);
    expect(ended).toEqual([]);
    expect(clock.timerCount()).toBe(0);
  });

  test("who fills the places from one machine, speaking or not, gives one to whoever comes from another", () => {
    const { ended, drops, come } = createListener({ passcode: "none" });
    for (const name of ["first", "second", "third"]) come(name, "10.0.0.66")?.spoke();
    expect(come("panel")).toBeDefined();
    expect(ended).toEqual(["first"]);
    expect(drops).toEqual(["first: gave its place to a newcomer"]);
    // Two places are left to that machine, and none is taken from who has one only.
    expect(come("another")).toBeDefined();
    expect(come("a third one")).toBeUndefined();
    expect(ended).toEqual(["first", "second"]);
  });

  test("the one that was heard longest ago gives its place", async () => {
    const { clock, ended, come } = createListener({ passcode: "none" });
    const seats = ["first", "second", "third"].map((name) => come(name, "10.0.0.66"));
    await clock.advance(1000);
    seats[0]?.spoke();
    seats[2]?.spoke();
    come("panel");
    expect(ended).toEqual(["second"]);
  });

  test("nobody takes a place from a machine that holds fewer than its own", async () => {
    const { clock, ended, come } = createListener({ passcode: "none" });
    come("panel");
    for (const name of ["first", "second"]) come(name, "10.0.0.66")?.spoke();
    await clock.advance(3_600_000);
    expect(come("third", "10.0.0.66")).toBeDefined();
    expect(ended).toEqual(["first"]);
  });

  test("who was silent for half a minute gives its place to a newcomer, and who speaks keeps it", async () => {
    const { clock, ended, come } = createListener({ passcode: "none" });
    const [, , talkative] = ["one", "two", "three"].map((name) => come(name));
    await clock.advance(29_999);
    talkative?.spoke();
    expect(come("newcomer")).toBeUndefined();
    await clock.advance(1);
    expect(come("newcomer")).toBeDefined();
    expect(come("another")).toBeDefined();
    expect(come("too many")).toBeUndefined();
    expect(ended).toEqual(["one", "two"]);
  });

  test("an address with several connections that never said anything gives up the oldest of them at once", () => {
    const { ended, come } = createListener({ passcode: "none" });
    come("listener", "10.0.0.66");
    come("first silent", "10.0.0.66");
    come("talkative", "10.0.0.66")?.spoke();
    expect(come("newcomer", "10.0.0.66")).toBeDefined();
    expect(ended).toEqual(["listener"]);
  });

  test("what the mapping names gets a place whoever holds it, and nobody gets its last one", async () => {
    const { clock, ended, come } = createListener({ passcode: "none", named: ["panel"] });
    for (const name of ["one", "two", "three"]) come(name)?.spoke();
    expect(come("panel")).toBeDefined();
    expect(ended).toEqual(["one"]);
    await clock.advance(3_600_000);
    for (const name of ["four", "five", "six", "seven"]) come(name);
    expect(ended).toEqual(["one", "two", "three"]);
    expect(ended).not.toContain("panel");
  });

  test("a second place of a named address is kept no more than anybody's", async () => {
    const { clock, ended, come } = createListener({ passcode: "none", named: ["panel"] });
    come("panel, old", "panel");
    come("panel, new", "panel")?.spoke();
    come("other")?.spoke();
    await clock.advance(30_000);
    come("newcomer");
    expect(ended).toEqual(["panel, old"]);
    expect(come("next")).toBeDefined();
    expect(ended).toEqual(["panel, old", "other"]);
  });

  test("a neighbour in the network of a named address takes nothing of what is kept for it", () => {
    const { ended, come } = createListener({ passcode: "none", named: ["fd00::7"] });
    come("panel", "fd00::7");
    for (const name of ["a", "b", "c", "d"]) come(name, `fd00::${name}`)?.spoke();
    expect(ended).not.toContain("panel");
    expect(come("lights", "10.0.0.5")).toBeDefined();
    expect(ended).not.toContain("panel");
  });
});

test("a place is free again when its connection has ended, and its timer is gone", () => {
  const { clock, come } = createListener({ passcode: "needed" });
  const seats = ["one", "two", "three"].map((name) => come(name));
  for (const seat of seats) seat?.leave();
  expect(clock.timerCount()).toBe(0);
  expect(come("newcomer")).toBeDefined();
});

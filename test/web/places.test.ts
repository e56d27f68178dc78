import { describe, expect, it } from "vitest";
import { PagePlaces } from "../../src/web/page-places.ts";
import { type Place, Places } from "../../src/web/places.ts";
import { createFakeClock } from "../support/fake-clock.ts";

/** Places that note whose connection was ended. */
function open(most: number) {
  const places = new Places(most);
  const ended: string[] = [];
  const come = (address: string, name = address) => places.take(address, () => ended.push(name));
  return { come, ended };
}

describe("the places for connections", () => {
  it("are given up by who rests longest, of the address that holds most", () => {
    const { come, ended } = open(4);
    come("10.0.0.1");
    const [first, second] = ["a", "b"].map((name) => come("10.0.0.9", name) as Place);
    come("10.0.0.9", "c");
    for (const place of [second, first]) {
      place?.asks();
      place?.rests();
    }
    expect(come("10.0.0.2")).toBeDefined();
    expect(come("10.0.0.3")).toBeDefined();
    expect(ended).toEqual(["c", "b"]);
  });

  it("are given up by who asks all the time only to those who hold less", () => {
    const { come, ended } = open(3);
    for (const name of ["a", "b", "c"]) come("10.0.0.9", name)?.asks();
    expect(come("10.0.0.9", "d")).toBeUndefined();
    expect(ended).toEqual([]);
    expect(come("10.0.0.1")).toBeDefined();
    expect(ended).toEqual(["a"]);
    // It rests, and whoever rests gives way also to its like.
    come("10.0.0.1", "e");
    expect(ended).toEqual(["a", "10.0.0.1"]);
  });

  it("are not taken from who holds fewer", () => {
    const { come, ended } = open(3);
    come("10.0.0.1");
    for (const name of ["a", "b"]) come("10.0.0.9", name)?.asks();
    expect(come("10.0.0.9", "c")).toBeUndefined();
    expect(ended).toEqual([]);
  });

  it("count a whole IPv6 network as one", () => {
    const { come, ended } = open(3);
    come("2001:db8::1");
    for (const host of ["1", "2"]) come(`2001:db8:9::${host}`, host)?.asks();
    come("10.0.0.1");
    come("10.0.0.2")?.asks();
    expect(ended).toEqual(["2001:db8::1", "10.0.0.1"]);
  });

  it("are free again when a connection has ended", () => {
    const { come, ended } = open(1);
    come("10.0.0.1")?.leave();
    expect(come("10.0.0.2")).toBeDefined();
    expect(ended).toEqual([]);
  });
});

describe("the places for open pages", () => {
  const openPages = (most: number) => {
    const clock = createFakeClock();
    const places = new PagePlaces(most, clock);
    const ended: string[] = [];
    const come = (name: string, guest: Partial<Parameters<PagePlaces["take"]>[0]> = {}) => {
      const whole = { address: "10.0.0.9", session: "token", right: "view", ...guest } as const;
      return places.take(whole, () => ended.push(name));
    };
    return { clock, come, ended };
  };

  it("are given up by those that never said a word, after some time to anybody", async () => {
    const { clock, come, ended } = openPages(3);
    come("a")?.spoke();
    come("silent", { address: "10.0.0.1" });
    come("b")?.spoke();
    expect(come("c")).toBeUndefined();
    await clock.advance(10_001);
    expect(come("c")).toBeDefined();
    expect(ended).toEqual(["silent"]);
  });

  it.each([
    ["another address", { address: "10.0.0.1" }, "a"],
    ["another session of the same address", { session: "cookie" }, "a"],
    ["the right to press", { right: "press" }, "a"],
    ["nothing more than they have", {}, undefined],
  ] as const)("are given up by a crowd to a newcomer with %s", (_, guest, displaced) => {
    const { come, ended } = openPages(3);
    for (const name of ["a", "b", "c"]) come(name)?.spoke();
    const place = come("newcomer", guest);
    expect(place === undefined).toBe(displaced === undefined);
    expect(ended).toEqual(displaced === undefined ? [] : [displaced]);
  });

  it("are kept by those who have no more than the newcomer would have", () => {
    const { come, ended } = openPages(2);
    come("a", { address: "10.0.0.1", right: "press" })?.spoke();
    come("b", { address: "10.0.0.2" })?.spoke();
    expect(come("c", { address: "10.0.0.3" })).toBeUndefined();
    expect(come("d", { address: "10.0.0.3", right: "press" })).toBeDefined();
    expect(ended).toEqual(["b"]);
  });
});

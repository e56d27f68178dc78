import { describe, expect, test } from "vitest";
import { createAddressList, findAddressFault } from "../../src/base/address-list.ts";
import { explainRange, findWideness, readAddressRange } from "../../src/base/address-range.ts";
import { peerId } from "../../src/base/identifiers.ts";
import type { Peer } from "../../src/driver/link.ts";
import { AccessControl } from "../../src/link/access-control.ts";
import type { DeviceMapping } from "../../src/mapping/mapping.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { dialectNamed, linkOf } from "../support/link-context.ts";

interface Settings {
  readonly allow?: readonly string[];
  readonly passcode?: string;
  readonly may?: DeviceMapping["may"];
  readonly limit?: { readonly perSecond: number; readonly burst: number };
}

function createAccess(settings: Settings = {}) {
  const { allow = [], passcode, may = "by-peer", limit = { perSecond: 20, burst: 40 } } = settings;
  const clock = createFakeClock();
  const link = linkOf(dialectNamed("addresses"), { allow, limit });
  const drops: string[] = [];
  const dropped = (reason: string, { address }: Peer) => drops.push(`${reason}, ${address}`);
  return {
    clock,
    link,
    drops,
    dropped,
    access: new AccessControl({ clock, link, may, mayAt: [], passcode, dropped }),
  };
}

function peerAt(address: string, reach: Peer["reach"] = "network", id = address): Peer {
  return { id: peerId(id), address, reach, delivery: "datagram" };
}

describe("who may speak", () => {
  test.each<[address: string, allow: readonly string[], admitted: boolean]>([
    ["127.0.0.1", [], true],
    ["127.8.9.10", [], true],
    ["::1", [], true],
    ["::ffff:127.0.0.1", [], true],
    ["/dev/ttyUSB0", [], true],
    ["10.0.20.7", [], false],
    ["192.168.1.1", [], false],
    ["fd00::7", [], false],
    ["::ffff:10.0.20.7", [], false],
    ["fe80::1%eth0", [], false],
    ["10.0.20.7", ["10.0.20.7"], true],
    ["10.0.20.8", ["10.0.20.7"], false],
    ["10.0.20.255", ["10.0.20.0/24"], true],
    ["10.0.21.0", ["10.0.20.0/24"], false],
    ["::ffff:10.0.20.7", ["10.0.20.0/24"], true],
    ["::FFFF:10.0.20.7", ["10.0.20.0/24"], true],
    ["203.0.113.9", ["0.0.0.0/0"], true],
    ["fd00::7", ["fd00::/8"], true],
    ["fe00::7", ["fd00::/8"], false],
    ["fe80::1%eth0", ["fe80::/10"], true],
    ["fd00::7", ["10.0.0.0/8", "fd00::7"], true],
    ["fe80::1%eth0", ["fe80::1"], true],
    ["fe80::1%eth0", ["fe80::1%eth0"], true],
    ["fe80::1%wlan0", ["fe80::1%eth0"], false],
    ["fe80::1", ["fe80::1%eth0"], false],
    ["203.0.113.9", ["::/0"], false],
    ["::ffff:203.0.113.9", ["::/0"], false],
    ["2001:db8::9", ["::/0"], true],
    ["2001:db8::9", ["0.0.0.0/0"], false],
    ["10.0.20.7", ["::ffff:10.0.20.0/120"], true],
    ["10.0.20.7", ["::ffff:0a00:1400/120"], true],
    ["10.0.21.7", ["::ffff:10.0.20.0/120"], false],
    ["1.2.3", ["0.0.0.0/0"], false],
  ])("%s, where %j are listed: %s", (address, allow, admitted) => {
    const { access } = createAccess({ allow });
    expect(access.admits(address)).toBe(admitted);
    expect(access.findObjection(peerAt(address))).toBe(admitted ? undefined : "not on the allow-list");
  });
});

describe("an entry of an allow-list", () => {
  test.each([
    ["10.0.20.7", "sound"],
    ["10.0.20.0/24", "sound"],
    ["0.0.0.0/0", "sound"],
    ["fd00::/8", "sound"],
    ["::1", "sound"],
    ["fe80::1%eth0", "sound"],
    ["fe80::/10%eth0", "faulty"],
    ["fe80::1%eth0/64", "faulty"],
    ["10.0.20.7%eth0", "faulty"],
    ["10.0.20.0/33", "faulty"],
    ["fd00::/129", "faulty"],
    ["10.0.20.0/", "faulty"],
    ["10.0.20.0/24/7", "faulty"],
    ["10.0.20.0/-1", "faulty"],
    ["10.0.20.0/0x8", "faulty"],
    ["10.0.20", "faulty"],
    ["valt.example.com", "faulty"],
    ["", "faulty"],
    ["*", "faulty"],
  ])("%s is %s", (entry, verdict) => {
    expect(findAddressFault(entry) === undefined ? "sound" : "faulty").toBe(verdict);
    if (verdict === "faulty") expect(() => createAddressList([entry])).toThrow();
  });
});

describe("what an entry means", () => {
  test.each([
    ["10.0.20.7", "this address alone", "usual"],
    ["10.0.20.7/32", "this address alone", "usual"],
    ["fe80::1%eth0", "this address alone", "usual"],
    ["10.0.20.0/24", "10.0.20.0 to 10.0.20.255, 256 addresses", "usual"],
    ["10.0.20.7/24", "10.0.20.0 to 10.0.20.255, 256 addresses", "warned of"],
    ["10.0.0.0/8", "10.0.0.0 to 10.255.255.255, 2^24 addresses", "usual"],
    ["128.0.0.0/1", "128.0.0.0 to 255.255.255.255, 2^31 addresses", "warned of"],
    ["0.0.0.0/0", "every IPv4 address in the world, and none of IPv6", "warned of"],
    ["::/0", "every IPv6 address in the world, and none of IPv4", "warned of"],
    ["::ffff:0.0.0.0/96", "every IPv4 address in the world, and none of IPv6", "warned of"],
    ["fd00::/8", "fd00:: to fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 2^120 addresses", "usual"],
    ["2001:db8::7/120", "2001:db8:: to 2001:db8::ff, 256 addresses", "warned of"],
  ])("%s: %s", (entry, meaning, verdict) => {
    const range = readAddressRange(entry);
    expect(range && explainRange(range)).toBe(meaning);
    expect(range && findWideness(range)).toBe(verdict === "usual" ? undefined : meaning);
  });

  test("an address is named by itself and not by a range in which it lies", () => {
    const list = createAddressList(["10.0.20.7", "10.0.30.0/24", "fd00::7/128", "::ffff:10.0.20.9"]);
    const named = ["10.0.20.7", "::ffff:10.0.20.7", "fd00::7", "10.0.20.9"];
    expect(named.map((address) => list.names(address))).toEqual([true, true, true, true]);
    expect(["10.0.30.7", "10.0.20.8", "nonsense"].map((address) => list.names(address))).toEqual(
      Array(3).fill(false),
    );
  });
});

describe("how often one may speak", () => {
  test("is a burst first, then so many a second", async () => {
    const { clock, access } = createAccess({ limit: { perSecond: 10, burst: 5 } });
    const peer = peerAt("127.0.0.1");
    const admitted = (count: number) =>
      Array.from({ length: count }, () => access.findObjection(peer)).filter((one) => one === undefined)
        .length;
    expect(admitted(20)).toBe(5);
    expect(access.findObjection(peer)).toBe("too many messages");
    await clock.advance(1000);
    expect(admitted(20)).toBe(5);
    await clock.advance(100);
    expect(admitted(20)).toBe(1);
    await clock.advance(60_000);
    expect(admitted(20)).toBe(5);
  });

  test("is counted for each peer alone", () => {
    const { access } = createAccess({ limit: { perSecond: 1, burst: 1 } });
    expect(access.findObjection(peerAt("127.0.0.1", "same-machine", "one"))).toBeUndefined();
    expect(access.findObjection(peerAt("127.0.0.1", "same-machine", "two"))).toBeUndefined();
    expect(access.findObjection(peerAt("127.0.0.1", "same-machine", "one"))).toBe("too many messages");
  });

  test("is counted for each address too: ports cost nothing, and neither does coming again", async () => {
    const { clock, access } = createAccess({ limit: { perSecond: 20, burst: 40 } });
    const heard = (count: number, name: string) =>
      Array.from({ length: count }, (_, port) => {
        const peer = peerAt("127.0.0.1", "same-machine", `${name}:${port}`);
        const objection = access.findObjection(peer);
        access.forget(peer.id);
        return objection;
      }).filter((objection) => objection === undefined).length;
    expect(heard(1000, "first")).toBe(160);
    expect(heard(1000, "again")).toBe(0);
    await clock.advance(1000);
    expect(heard(1000, "later")).toBe(80);
    expect(access.findObjection(peerAt("127.0.0.2"))).toBeUndefined();
  });

  test("leaves to the neighbours of a flooding peer what is theirs", () => {
    const { access } = createAccess({ limit: { perSecond: 20, burst: 40 } });
    for (let count = 0; count < 1000; count++) access.allows(peerAt("127.0.0.1", "same-machine", "flood"));
    const neighbour = peerAt("127.0.0.1", "same-machine", "neighbour");
    const heard = Array.from({ length: 40 }, () => access.allows(neighbour));
    expect(heard).not.toContain(false);
  });

  test("is not remembered for ever: ten thousand addresses leave room for the next", () => {
    const { access } = createAccess({ limit: { perSecond: 1, burst: 1 } });
    for (let count = 0; count < 10_000; count++)
      expect(access.findObjection(peerAt(`127.1.${count >> 8}.${count & 255}`))).toBeUndefined();
    expect(access.findObjection(peerAt("127.1.39.15"))).toBe("too many messages");
    expect(access.findObjection(peerAt("127.1.0.0"))).toBeUndefined();
  });
});

describe("a passcode", () => {
  const peer = peerAt("127.0.0.1");

  test("is not needed where none is set", () => {
    const { access } = createAccess();
    expect(access.knows(peer)).toBe(true);
    expect(access.prove(peer, "anything")).toBe(true);
  });

  test("is needed where one is set, even on this machine, and is forgotten with the peer", () => {
    const { access } = createAccess({ passcode: "4711" });
    expect(access.knows(peer)).toBe(false);
    for (const wrong of ["", "4712", "47110", "4711 "]) expect(access.prove(peer, wrong)).toBe(false);
    expect(access.knows(peer)).toBe(false);
    expect(access.prove(peer, "4711")).toBe(true);
    expect(access.knows(peer)).toBe(true);
    expect(access.knows(peerAt("127.0.0.2"))).toBe(false);
    access.forget(peer.id);
    expect(access.knows(peer)).toBe(false);
  });
});

describe("guessing the passcode", () => {
  const LOCKED_OUT = "too many wrong passcodes: locked out for a minute, 127.0.0.1";

  /** Each guess from a port of its own. */
  function guess(access: AccessControl, count: number): void {
    for (let port = 0; port < count; port++)
      expect(access.prove(peerAt("127.0.0.1", "same-machine", `guess:${port}`), `000${port}`)).toBe(false);
  }

  test("locks the address out after ten wrong ones, for a minute, and no other address", async () => {
    const { clock, access, drops } = createAccess({ passcode: "4711" });
    guess(access, 9);
    expect(drops).toEqual([]);
    guess(access, 1);
    expect(drops).toEqual([LOCKED_OUT]);
    expect(access.prove(peerAt("127.0.0.1"), "4711")).toBe(false);
    expect(access.prove(peerAt("127.0.0.2"), "4711")).toBe(true);
    await clock.advance(59_000);
    expect(access.prove(peerAt("127.0.0.1"), "4711")).toBe(false);
    expect(drops).toEqual([LOCKED_OUT, LOCKED_OUT, LOCKED_OUT]);
    await clock.advance(1000);
    expect(access.prove(peerAt("127.0.0.1"), "4711")).toBe(true);
  });

  test("does not touch who has given it, even from the same address", () => {
    const { access } = createAccess({ passcode: "4711" });
    const honest = peerAt("127.0.0.1", "same-machine", "honest");
    access.prove(honest, "4711");
    guess(access, 100);
    expect(access.knows(honest)).toBe(true);
    expect(access.prove(honest, "4711")).toBe(true);
  });

  test("is no worse for mistyping now and then", async () => {
    const { clock, access, drops } = createAccess({ passcode: "4711" });
    for (let minute = 0; minute < 10; minute++) {
      guess(access, 9);
      await clock.advance(60_000);
    }
    expect(access.prove(peerAt("127.0.0.1"), "4711")).toBe(true);
    expect(drops).toEqual([]);
  });

  test("is not forgotten when the mapping is edited", () => {
    const { access, clock, link, dropped } = createAccess({ passcode: "4711" });
    guess(access, 10);
    const edited = new AccessControl({
      clock,
      link,
      may: "everything",
      mayAt: [],
      passcode: "4711",
      former: access,
      dropped,
    });
    expect(edited.prove(peerAt("127.0.0.1"), "4711")).toBe(false);
  });
});

describe("what one may ask for", () => {
  const everything = "everything" as const;
  const markOnly = new Set(["mark"]);

  test.each<[who: string, peer: Peer | undefined, settings: Settings, may: unknown]>([
    ["this machine", peerAt("127.0.0.1", "same-machine"), {}, everything],
    ["a wire", peerAt("/dev/ttyUSB0", "wire"), {}, everything],
    ["a touch without a peer", undefined, {}, everything],
    ["another machine", peerAt("10.0.20.7"), {}, markOnly],
    ["another machine that has not proved itself", peerAt("10.0.20.7"), { passcode: "4711" }, markOnly],
    ["another machine, where the mapping says so", peerAt("10.0.20.7"), { may: everything }, everything],
    [
      "this machine, where the mapping says less",
      peerAt("127.0.0.1", "same-machine"),
      { may: new Set(["stop"]) as never },
      new Set(["stop"]),
    ],
  ])("%s", (_, peer, ...[settings, may]) => {
    expect(createAccess(settings).access.mayOf(peer)).toEqual(may);
  });

  test("grows to everything for another machine that gave the passcode", () => {
    const { access } = createAccess({ passcode: "4711" });
    const peer = peerAt("10.0.20.7");
    access.prove(peer, "4711");
    expect(access.mayOf(peer)).toBe(everything);
  });
});

test("who gave the passcode need not give it again after an edit, unless the passcode is another", () => {
  const { access, clock, link, dropped } = createAccess({ passcode: "secret" });
  const peer = peerAt("10.0.20.7");
  access.prove(peer, "secret");
  const edited = new AccessControl({
    clock,
    link,
    may: "everything",
    mayAt: [],
    passcode: "secret",
    former: access,
    dropped,
  });
  const changed = new AccessControl({
    clock,
    link,
    may: "everything",
    mayAt: [],
    passcode: "another",
    former: edited,
    dropped,
  });
  expect([edited.knows(peer), changed.knows(peer)]).toEqual([true, false]);
});

import { describe, expect, test } from "vitest";
import { controlId, peerId } from "../../src/base/identifiers.ts";
import type { Log } from "../../src/base/log.ts";
import { fail, type Result, succeed } from "../../src/base/result.ts";
import { type SupervisedDevice, Supervisor } from "../../src/bridge/device-supervisor.ts";
import type { DeviceHost, OpenDevice, OpenFailure, Peer } from "../../src/driver/contract.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

interface Opening {
  readonly host: DeviceHost;
  readonly atMs: number;
  succeed(device?: Partial<OpenDevice>): Promise<void>;
  fail(message: string, reason?: OpenFailure["reason"]): Promise<void>;
  explode(): Promise<void>;
}

type Throwing = "open" | "opened" | "lost" | "close";

/** `throwing` throws the first time that it is called. */
function createSetting(throwing?: Throwing) {
  let isDue = true;
  const mayThrow = (what: Throwing) => {
    if (what !== throwing || !isDue) return;
    isDue = false;
    throw new Error(`a bug in ${what}`);
  };
  const clock = createFakeClock();
  const logged: string[] = [];
  const openings: Opening[] = [];
  const happened: string[] = [];
  const write = (level: string) => (text: string, fields?: object) =>
    logged.push([level, text, fields === undefined ? "" : JSON.stringify(fields)].join(" ").trim());
  const log = { info: write("info"), warn: write("warn"), error: write("error") } as unknown as Log;
  const device: SupervisedDevice = {
    open: (host) => {
      mayThrow("open");
      return new Promise<Result<OpenDevice, OpenFailure>>((resolve, reject) => {
        openings.push({
          host,
          atMs: clock.monotonicMs(),
          succeed: (device = {}) => {
            resolve(
              succeed({
                productName: "test panel",
                close: () => {
                  happened.push("closed");
                  mayThrow("close");
                  return Promise.resolve();
                },
                ...device,
              }),
            );
            return settle();
          },
          fail: (message, reason = "not-found") => {
            resolve(fail({ reason, message }));
            return settle();
          },
          explode: () => {
            reject(new Error("a bug in a driver"));
            return settle();
          },
        });
      });
    },
    link: {
      request: (message) => happened.push(`request ${message.text}`),
      access: {
        admits: () => true,
        names: () => false,
        knows: () => true,
        vouchesFor: () => true,
        findTouchObjection: () => undefined,
      },
      joined: (peer) => happened.push(`joined ${peer.id}`),
      parted: (peer) => happened.push(`parted ${peer}`),
      revived: () => false,
      standing: () => undefined,
      answered: () => Promise.resolve(),
    },
    take: (event) => happened.push(`event ${event.kind}`),
    traced: () => happened.push("traced"),
    opened({ productName }) {
      mayThrow("opened");
      happened.push(`opened ${productName}`);
    },
    lost(why) {
      mayThrow("lost");
      happened.push(`lost: ${why}`);
    },
  };
  const supervisor = new Supervisor(device, clock, log);
  supervisor.start();
  return { clock, supervisor, openings, happened, logged };
}

const KEY = controlId("key-1");

describe("a device that cannot be opened", () => {
  test("is tried again ever more rarely, at most every ten seconds", async () => {
    const { clock, openings } = createSetting();
    for (let attempt = 0; attempt < 10; attempt++) {
      await openings.at(-1)!.fail("not plugged in");
      const before = openings.length;
      while (openings.length === before) await clock.advance(10);
    }
    const gaps = openings.slice(1).map(({ atMs }, index) => atMs - openings[index]!.atMs);
    expect(gaps[0]).toBeLessThanOrEqual(500);
    expect(gaps).toEqual(gaps.toSorted((one, other) => one - other));
    expect(gaps.at(-1)).toBeGreaterThan(7000);
    expect(gaps.at(-1)).toBeLessThanOrEqual(10_000);
  });

  test("is said to be missing once, and again only for another reason", async () => {
    const { clock, openings, logged, supervisor } = createSetting();
    const attempts = [
      ["not plugged in", "not-found"],
      ["not plugged in, but others are", "not-found"],
      ["no permission", "not-permitted"],
      ["no permission", "not-permitted"],
    ] as const;
    for (const [why, reason] of attempts) {
      await openings.at(-1)!.fail(why, reason);
      expect(supervisor.status()).toMatchObject({ kind: "lost", why });
      await clock.advance(10_000);
    }
    expect(logged).toEqual([
      'warn device not there {"why":"not plugged in"}',
      'warn device not there {"why":"no permission"}',
    ]);
  });

  test("because its driver has a bug brings nothing else down, and is tried again", async () => {
    const { clock, openings, supervisor } = createSetting();
    await openings[0]!.explode();
    expect(supervisor.status()).toMatchObject({ kind: "lost", why: "Error: a bug in a driver" });
    await clock.advance(1000);
    await openings[1]!.succeed();
    expect(supervisor.status().kind).toBe("open");
  });

  test("because its driver throws at once is tried again", async () => {
    const { clock, openings, supervisor } = createSetting("open");
    await settle();
    expect(supervisor.status()).toMatchObject({ kind: "lost", why: "Error: a bug in open" });
    await clock.advance(1000);
    await openings[0]!.succeed();
    expect(supervisor.status().kind).toBe("open");
  });
});

describe("a throw while a device", () => {
  test("is furnished loses it: it is closed, and opened again later", async () => {
    const { clock, openings, supervisor, happened, logged } = createSetting("opened");
    await openings[0]!.succeed();
    expect(supervisor.status()).toMatchObject({ kind: "lost", why: "Error: a bug in opened" });
    expect(happened).toEqual(["lost: Error: a bug in opened", "closed"]);
    expect(logged.filter((line) => line.startsWith("error"))).toHaveLength(1);
    await clock.advance(1000);
    await openings[1]!.succeed();
    expect(happened.at(-1)).toBe("opened test panel");
    await supervisor.stop();
  });

  test.each<Throwing>(["lost", "close"])("goes (%s) does not keep it from coming back", async (throwing) => {
    const { clock, openings, supervisor, happened } = createSetting(throwing);
    await openings[0]!.succeed();
    openings[0]!.host.lost("pulled out");
    await settle();
    expect(supervisor.status()).toMatchObject({ kind: "lost", why: "pulled out" });
    expect(happened.at(-1)).toBe("closed");
    await clock.advance(1000);
    await openings[1]!.succeed();
    expect(supervisor.status().kind).toBe("open");
    await supervisor.stop();
  });

  test.each<Throwing>(["lost", "close"])(
    "is stopped (%s) does not keep others from stopping",
    async (throwing) => {
      const { openings, supervisor, happened } = createSetting(throwing);
      await openings[0]!.succeed();
      await supervisor.stop();
      expect(happened.at(-1)).toBe("closed");
    },
  );
});

describe("an open device", () => {
  test("is said to be open, once", async () => {
    const { openings, supervisor, logged, happened } = createSetting();
    expect(supervisor.status()).toEqual({ kind: "opening" });
    await openings[0]!.succeed();
    expect(supervisor.status()).toEqual({ kind: "open", productName: "test panel", sinceMs: 0 });
    expect(supervisor.current()?.productName).toBe("test panel");
    expect(happened).toEqual(["opened test panel"]);
    expect(logged).toEqual(['info device open {"product":"test panel"}']);
  });

  test("is heard", async () => {
    const { openings, happened } = createSetting();
    await openings[0]!.succeed();
    openings[0]!.host.emit({ kind: "down", control: KEY });
    openings[0]!.host.parted(peerId("p"));
    expect(happened.slice(1)).toEqual(["event down", "parted p"]);
  });

  test("that is lost is forgotten first, then closed, then opened again", async () => {
    const { clock, openings, happened, supervisor } = createSetting();
    await openings[0]!.succeed();
    openings[0]!.host.lost("unplugged");
    await settle();
    expect(happened.slice(1)).toEqual(["lost: unplugged", "closed"]);
    expect(supervisor.status()).toMatchObject({ kind: "lost", why: "unplugged" });
    expect(supervisor.current()).toBeUndefined();
    await clock.advance(500);
    await openings[1]!.succeed();
    expect(happened.slice(3)).toEqual(["opened test panel"]);
    expect(supervisor.status().kind).toBe("open");
  });

  test("that was lost is no longer heard, and can be lost only once", async () => {
    const { openings, happened } = createSetting();
    await openings[0]!.succeed();
    const { host } = openings[0]!;
    host.lost("unplugged");
    host.emit({ kind: "down", control: KEY });
    host.request({ text: "/go", values: [] }, {} as Peer, "click");
    host.parted(peerId("p"));
    expect(host.admits("127.0.0.1")).toBe(false);
    host.lost("unplugged twice");
    await settle();
    expect(happened.slice(1)).toEqual(["lost: unplugged", "closed"]);
  });

  test("of the opening before is not heard while a new one is open", async () => {
    const { clock, openings, happened } = createSetting();
    await openings[0]!.succeed();
    openings[0]!.host.lost("unplugged");
    await clock.advance(1000);
    await openings[1]!.succeed();
    const before = happened.length;
    openings[0]!.host.emit({ kind: "down", control: KEY });
    openings[0]!.host.lost("again");
    await settle();
    expect(happened).toHaveLength(before);
  });

  test("that does not do what it is told is given up and opened again", async () => {
    const { clock, openings, supervisor, happened } = createSetting();
    await openings[0]!.succeed();
    supervisor.giveUp("could not show");
    await clock.advance(1000);
    expect(happened.slice(1)).toEqual(["lost: could not show", "closed"]);
    expect(openings).toHaveLength(2);
  });

  test("that is lost again and again is opened ever more rarely, until it stays", async () => {
    const { clock, openings } = createSetting();
    const waitedMs: number[] = [];
    for (let round = 0; round < 4; round++) {
      await openings.at(-1)!.succeed();
      openings.at(-1)!.host.lost("loose plug");
      const [before, sinceMs] = [openings.length, clock.monotonicMs()];
      while (openings.length === before) await clock.advance(10);
      waitedMs.push(clock.monotonicMs() - sinceMs);
    }
    expect(waitedMs[3]).toBeGreaterThan(waitedMs[0]! * 4);
    await openings.at(-1)!.succeed();
    await clock.advance(10_000);
    openings.at(-1)!.host.lost("loose plug");
    await settle();
    const before = openings.length;
    await clock.advance(500);
    expect(openings).toHaveLength(before + 1);
  });
});

describe("closing", () => {
  test("that hangs is given up after two seconds", async () => {
    const { clock, openings } = createSetting();
    await openings[0]!.succeed({ close: () => new Promise(() => undefined) });
    openings[0]!.host.lost("unplugged");
    await clock.advance(1999);
    expect(openings).toHaveLength(1);
    await clock.advance(501);
    expect(openings).toHaveLength(2);
  });

  test("that fails is logged and does not stop anything", async () => {
    const { clock, openings, logged } = createSetting();
    await openings[0]!.succeed({ close: () => Promise.reject(new Error("no such handle")) });
    openings[0]!.host.lost("unplugged");
    await clock.advance(1000);
    expect(logged[1]).toContain("did not close cleanly");
    expect(openings).toHaveLength(2);
  });

  test("by stopping happens once, and nothing is opened any more", async () => {
    const { clock, openings, happened, supervisor } = createSetting();
    await openings[0]!.succeed();
    await supervisor.stop();
    expect(happened.slice(1)).toEqual(["lost: stopped", "closed"]);
    await clock.advance(60_000);
    expect(openings).toHaveLength(1);
    expect(clock.timerCount()).toBe(0);
  });

  test("by stopping ends the waiting for a device that is not there", async () => {
    const { clock, openings, supervisor } = createSetting();
    await openings[0]!.fail("not plugged in");
    await supervisor.stop();
    await clock.advance(60_000);
    expect(openings).toHaveLength(1);
  });
});

describe("what was dropped", () => {
  const peer = (address: string): Peer => ({
    id: peerId(address),
    address,
    reach: "network",
    delivery: "datagram",
  });

  test("is counted by reason and logged once a minute and source", async () => {
    const { clock, openings, supervisor, logged } = createSetting();
    await openings[0]!.succeed();
    const { host } = openings[0]!;
    for (let count = 0; count < 100; count++) {
      host.dropped("unreadable", peer("10.0.0.1"));
      host.dropped("unreadable", peer("10.0.0.2"));
      host.dropped("too long");
    }
    expect(supervisor.drops()).toEqual({ unreadable: 200, "too long": 100 });
    expect(logged.filter((line) => line.includes("dropped"))).toEqual([
      'warn message dropped {"reason":"unreadable","source":"10.0.0.1","soFar":1}',
      'warn message dropped {"reason":"unreadable","source":"10.0.0.2","soFar":2}',
      'warn message dropped {"reason":"too long","source":"","soFar":1}',
    ]);
    await clock.advance(59_999);
    host.dropped("too long");
    expect(logged).toHaveLength(4);
    await clock.advance(1);
    host.dropped("too long");
    expect(logged).toHaveLength(5);
  });
});

describe("edited bindings", () => {
  test("reach a panel whose controls are free names, and others must be opened anew", async () => {
    const free = createSetting();
    const renamed: string[][] = [];
    await free.openings[0]!.succeed({
      panel: { controls: [], show: async () => undefined, rename: (named) => renamed.push([...named]) },
    });
    expect(free.supervisor.rename([KEY])).toBe(true);
    expect(renamed).toEqual([["key-1"]]);
    const fixed = createSetting();
    expect(fixed.supervisor.rename([KEY])).toBe(true);
    await fixed.openings[0]!.succeed({ panel: { controls: [], show: async () => undefined } });
    expect(fixed.supervisor.rename([KEY])).toBe(false);
  });
});

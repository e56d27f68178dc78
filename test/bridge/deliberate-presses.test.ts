import { expect, test } from "vitest";
import { readWallTime } from "../../src/base/clock.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { rest, until } from "../support/rig.ts";
import { startDesk, world } from "./desk.ts";

test("a control that wants to be confirmed asks at the first press, and does it at the second", async () => {
  const { play, status, shown, presses } = await startDesk({
    controls: { "key-1": { press: "start", look: "tally", confirm: true } },
  });
  await until("the first picture", () => shown() > 0);
  const before = shown();
  await play("key-1", "down", "up");
  await until("the question on the key", () => shown() > before);
  expect([presses(), status()]).toEqual([0, "available"]);
  await play("key-1", "down", "up");
  await until("the recording", () => status() === "recording");
  expect(presses()).toBe(1);
});

test("a delayed start counts down, another press calls it off, and the next one counts to the end", async () => {
  const { play, status, shown, presses } = await startDesk({
    controls: { "key-1": { press: "start", look: "tally", delaySeconds: 1 } },
  });
  await play("key-1", "down", "up");
  await play("key-1", "down", "up");
  await rest(1300);
  expect([presses(), status()]).toEqual([0, "available"]);
  const [before, beganMs] = [shown(), performance.now()];
  await play("key-1", "down", "up");
  await until("the countdown on the key", () => shown() > before);
  await until("the recording", () => status() === "recording");
  expect(performance.now() - beganMs).toBeGreaterThan(990);
});

test("what is wanted beside the press is told to people", async () => {
  const wanted = { with: "key-2", confirm: true, delaySeconds: 5 };
  const { told } = await startDesk({ controls: { "key-1": { press: "lock", ...wanted } } });
  expect(told("key-1")).toEqual([
    { gesture: "press", does: "lock interview-1 (with key-2 held, pressed twice, after 5 s)" },
  ]);
});

test("a control that has to be held is another one of the device, and one that can be held", () => {
  const read = (other: string) => {
    const controls = { "key-1": { press: "lock", with: other } };
    const document = {
      server: { url: "https://valt.example", username: "panel-bridge" },
      rooms: { "interview-1": 1 },
      devices: { desk: { kind: "virtual", model: "mini", room: "interview-1", controls } },
    };
    return loadMapping(JSON.stringify(document), world).problems.map(({ message }) => message);
  };
  expect(read("key-2")).not.toContainEqual(expect.stringContaining("key-2"));
  for (const other of ["key-1", "key-7"])
    expect(read(other)).toContainEqual(
      expect.stringContaining(`"${other}" is no other control of the device`),
    );
});

test("of two controls together the second one counts while the first one is down", async () => {
  const { play, status, presses } = await startDesk({
    controls: { "key-1": { press: "lock", with: "key-2" } },
  });
  await play("key-1", "down", "up");
  expect(presses()).toBe(0);
  await play("key-2", "down");
  await play("key-1", "down", "up");
  await until("the locked room", () => status() === "locked");
});

test("at some hours a panel may do less", async () => {
  const hour = (fromNow: number) => readWallTime(Date.now() + fromNow * 3_600_000).time.slice(0, 5);
  const controls = { "key-1": { press: "start" } };
  const now = await startDesk({ controls, mayAt: { [`${hour(-1)}-${hour(1)}`]: ["mark"] } });
  await now.play("key-1", "down", "up");
  await until("the refusal", () => now.outcomes().length === 1);
  expect(now.outcomes()).toEqual([{ kind: "refused", reason: "not-permitted" }]);
});

test("outside these hours it may do what it always may", async () => {
  const hour = (fromNow: number) => readWallTime(Date.now() + fromNow * 3_600_000).time.slice(0, 5);
  const controls = { "key-1": { press: "start" } };
  const { play, status } = await startDesk({ controls, mayAt: { [`${hour(2)}-${hour(3)}`]: ["mark"] } });
  await play("key-1", "down", "up");
  await until("the recording", () => status() === "recording");
});

import { describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { startBareServer } from "./support/bare-server.ts";
import type { Reply, Script } from "./support/scripted-server.ts";
import { connectTo, failureIn, prepare, ROOM, until, valueIn } from "./support/setting.ts";

const AVAILABLE = { data: { status: "available", record: false } };

const available = ({ path }: { readonly path: string }): Reply =>
  path === "login" ? undefined : [200, AVAILABLE];
const silent: Script = ({ path }) => (path === "login" ? undefined : () => undefined);

describe("the deadline", () => {
  test("ends a request that gets no answer, which may have been heard", async () => {
    const clock = createFakeClock();
    const { client, server } = await prepare(silent, { clock, deadlineMs: 700 });
    valueIn(await client.authenticate());
    const stopping = client.stop(ROOM);
    await until(() => server.asked().length === 1);
    await clock.advance(699);
    expect(client.health().failures).toBe(0);
    await clock.advance(1);
    expect(failureIn(await stopping)).toEqual({
      kind: "timed-out",
      message: `${server.url} did not answer within 700 ms.`,
      heard: "maybe",
      mayArriveUntilMs: clock.monotonicMs() + 5000,
      again: "later",
    });
  });

  test("covers an answer that stops half-way", async () => {
    const clock = createFakeClock();
    let isHalfSent = false;
    const { client } = await prepare(
      ({ path }) =>
        path === "login"
          ? undefined
          : (response) => {
              response.write('{"data":');
              isHalfSent = true;
            },
      { clock },
    );
    const asking = client.roomStatus(ROOM);
    await until(() => isHalfSent);
    await clock.advance(5000);
    expect(failureIn(await asking)).toMatchObject({ kind: "timed-out", heard: "maybe" });
  });

  test("calls a server unreachable that never completes a connection", async () => {
    let isAccepted = false;
    const port = await startBareServer(() => {
      isAccepted = true;
    });
    const clock = createFakeClock();
    const { client } = connectTo(`https://127.0.0.1:${port}`, { deadlineMs: 800 }, clock);
    const asking = client.authenticate();
    await until(() => isAccepted);
    await clock.advance(800);
    expect(failureIn(await asking)).toMatchObject({ kind: "unreachable", heard: "no", again: "later" });
  });

  test("leaves no timer behind after an answer", async () => {
    const clock = createFakeClock();
    const { client } = await prepare(available, { clock });
    valueIn(await client.authenticate());
    const before = clock.timerCount();
    valueIn(await client.roomStatus(ROOM));
    expect(clock.timerCount()).toBe(before);
    await client.close();
    expect(clock.timerCount()).toBe(0);
  });

  test("calls a server slow, not absent, when a request never got its turn", async () => {
    const clock = createFakeClock();
    const { client, server } = await prepare(silent, { clock, connections: 1 });
    valueIn(await client.authenticate());
    const both = Promise.all([client.roomStatus(ROOM), client.stop(ROOM)]);
    await until(() => server.asked().length === 1);
    await clock.advance(5000);
    const [sent, waiting] = await both;
    expect(failureIn(sent)).toMatchObject({ kind: "timed-out", heard: "maybe" });
    expect(failureIn(waiting)).toMatchObject({ kind: "timed-out", heard: "no" });
    await client.close();
    expect(server.asked()).toHaveLength(1);
  });

  test("tells the same when both deadlines pass in one moment", async () => {
    const due = new Set<() => void>();
    const clock: Clock = {
      ...systemClock,
      after: (_delayMs, task) => {
        due.add(task);
        return () => due.delete(task);
      },
    };
    const { client, server } = await prepare(silent, { connections: 1, clock });
    valueIn(await client.authenticate());
    const both = Promise.all([client.roomStatus(ROOM), client.stop(ROOM)]);
    await until(() => server.asked().length === 1);
    for (const task of due) task();
    const [sent, waiting] = await both;
    expect(failureIn(sent)).toMatchObject({ kind: "timed-out", heard: "maybe" });
    expect(failureIn(waiting)).toMatchObject({ kind: "timed-out", heard: "no" });
  });

  test("gives up the connection that hangs, so that the next request gets through", async () => {
    const clock = createFakeClock();
    const { client, server } = await prepare(
      ({ path }) => (path === "rooms/4/record/stop" ? () => undefined : available({ path })),
      { clock, connections: 1 },
    );
    valueIn(await client.roomStatus(ROOM));
    const stopping = client.stop(ROOM);
    await until(() => server.asked().length === 2);
    await clock.advance(5000);
    expect(failureIn(await stopping).kind).toBe("timed-out");
    valueIn(await client.roomStatus(ROOM));
  });

  test("keeps a command back when getting in took all of its time", async () => {
    const clock = createFakeClock();
    const held: (() => void)[] = [];
    const { client, server } = await prepare(
      async ({ path }) => {
        if (server.logins().length + server.asked().length > 1) {
          await new Promise<void>((resolve) => held.push(resolve));
        }
        return path === "login" ? undefined : [401, { error: { code: 401 } }];
      },
      { clock },
    );
    valueIn(await client.authenticate());
    const stopping = client.stop(ROOM);
    await until(() => held.length === 1);
    await clock.advance(3000);
    held[0]?.();
    await until(() => held.length === 2);
    await clock.advance(3000);
    held[1]?.();
    expect(failureIn(await stopping)).toMatchObject({ kind: "timed-out", heard: "no", again: "later" });
    expect(server.asked()).toHaveLength(1);
  });
});

describe("a command with a time limit of its own", () => {
  test("is not sent once the limit has passed, and the connection lives on", async () => {
    const clock = createFakeClock();
    let release: (() => void) | undefined;
    const { client, server } = await prepare(
      async ({ path }) => {
        if (path === "login") return undefined;
        if (path === "rooms/info/4") await new Promise<void>((resolve) => (release = resolve));
        return [200, { data: { id: 4, name: "Exam 1", has_recording: false, status: "available" } }];
      },
      { clock, connections: 1 },
    );
    valueIn(await client.authenticate());
    const holding = client.roomInfo(ROOM);
    await until(() => release !== undefined);
    const pressed = client.start(ROOM, { name: "A" }, { sendWithinMs: 2000 });
    const pressedLater = client.stop(ROOM, { sendWithinMs: 4000 });
    await clock.advance(2000);
    release?.();
    valueIn(await holding);
    expect(failureIn(await pressed)).toMatchObject({ kind: "timed-out", heard: "no", again: "never" });
    valueIn(await pressedLater);
    valueIn(await client.roomStatus(ROOM));
    expect(server.asked().map(({ path }) => path)).toEqual([
      "rooms/info/4",
      "rooms/4/record/stop",
      "rooms/4/status",
    ]);
    expect(new Set(server.seen.map(({ remotePort }) => remotePort)).size).toBe(1);
  });
});

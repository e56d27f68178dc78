import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { startBareServer } from "./support/bare-server.ts";
import { type Reply, type Script, startScriptedServer } from "./support/scripted-server.ts";
import { connectTo, failureIn, prepare, ROOM, until, valueIn } from "./support/setting.ts";

const AVAILABLE = { data: { status: "available", record: false } };

const available = ({ path }: { readonly path: string }): Reply =>
  path === "login" ? undefined : [200, AVAILABLE];
const silent: Script = ({ path }) => (path === "login" ? undefined : () => undefined);

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = await startScriptedServer({ script: () => undefined });
  await server.close();
  return server.port;
}

describe("a server that is not there", () => {
  test("is unreachable, and was not heard", async () => {
    const { client } = connectTo(`http://127.0.0.1:${await closedPort()}`);
    const failure = failureIn(await client.stop(ROOM));
    expect(failure).toMatchObject({ kind: "unreachable", heard: "no", again: "later" });
    expect(failure.message).toMatch(/cannot be reached: nothing listens there/);
  });

  test("is found again when it is back, and both are logged once", async () => {
    const port = await closedPort();
    const clock = createFakeClock();
    const { client, logged } = connectTo(`http://127.0.0.1:${port}`, {}, clock);
    for (let round = 0; round < 3; round++) {
      expect(failureIn(await client.roomStatus(ROOM)).kind).toBe("unreachable");
      await clock.advance(10_000);
    }
    expect(client.health().lastContactMs).toBeUndefined();
    const server = await startScriptedServer({ script: available, port });
    onTestFinished(() => server.close());
    valueIn(await client.roomStatus(ROOM));
    expect(client.health().lastContactMs).toBe(clock.monotonicMs());
    expect(logged.filter((line) => line.includes("does not answer"))).toHaveLength(1);
    expect(logged.filter((line) => line.includes("is back"))).toHaveLength(1);
  });

  test("fails a burst of requests one by one, and serves the next burst when it is back", async () => {
    const first = await startScriptedServer({ script: available });
    const clock = createFakeClock();
    const { client } = connectTo(first.url, { connections: 4 }, clock);
    const burst = () => Promise.all(Array.from({ length: 200 }, () => client.roomStatus(ROOM)));
    for (const answer of await burst()) valueIn(answer);
    await first.close();
    for (let round = 0; round < 3; round++) {
      for (const answer of await burst()) expect(failureIn(answer).kind).toBe("unreachable");
    }
    const second = await startScriptedServer({ script: available, port: first.port });
    onTestFinished(() => second.close());
    for (const answer of await burst()) valueIn(answer);
    await client.close();
    await until(() => second.openSockets() === 0);
  });

  /** Passes connections on to a server, except those that it resets right away. */
  async function startFlakyDoor(to: number) {
    const door = { port: 0, resetsLeft: 0, open: 0 };
    door.port = await startBareServer((socket) => {
      if (door.resetsLeft > 0) {
        door.resetsLeft -= 1;
        socket.resetAndDestroy();
        return;
      }
      door.open += 1;
      const onward = connect(to, "127.0.0.1");
      socket.pipe(onward).pipe(socket);
      onward.on("error", () => undefined);
      socket.on("close", () => {
        door.open -= 1;
        onward.destroy();
      });
    });
    return door;
  }

  test("costs no more connections than allowed, and none after close, when some failed at first", async () => {
    const server = await startScriptedServer({ script: available });
    onTestFinished(() => server.close());
    const door = await startFlakyDoor(server.port);
    const { client } = connectTo(`http://127.0.0.1:${door.port}`, { connections: 2 });
    const burst = () => Promise.all(Array.from({ length: 40 }, () => client.roomStatus(ROOM)));
    valueIn(await client.authenticate());
    door.resetsLeft = 6;
    await burst();
    for (const answer of await burst()) valueIn(answer);
    await until(() => door.open <= 2);
    expect(door.open).toBe(2);
    await client.close();
    await until(() => door.open === 0);
  });

  test("keeps nobody waiting after close, when some connections failed at first", async () => {
    const server = await startScriptedServer({ script: silent });
    onTestFinished(() => server.close());
    const door = await startFlakyDoor(server.port);
    const { client } = connectTo(`http://127.0.0.1:${door.port}`, { connections: 2, deadlineMs: 60_000 });
    valueIn(await client.authenticate());
    door.resetsLeft = 6;
    const burst = Promise.all(Array.from({ length: 40 }, () => client.roomStatus(ROOM)));
    await until(() => server.asked().length >= 2);
    await client.close();
    for (const answer of await burst) expect(failureIn(answer).kind).toBe("unreachable");
  });
});

describe("connections", () => {
  test("are kept: requests one after the other take turns on two at most", async () => {
    const { client, server } = await prepare(available);
    for (let count = 0; count < 20; count++) valueIn(await client.roomStatus(ROOM));
    // undici frees a connection one turn of the event loop after the answer.
    expect(new Set(server.seen.map(({ remotePort }) => remotePort)).size).toBeLessThanOrEqual(2);
  });

  test("are at most as many as allowed", async () => {
    const { client, server } = await prepare(available, { connections: 3 });
    await Promise.all(Array.from({ length: 60 }, () => client.roomStatus(ROOM)));
    expect(new Set(server.seen.map(({ remotePort }) => remotePort)).size).toBe(3);
  });

  test("take a request within the very call when the token is there", async () => {
    const { client, server } = await prepare(available);
    valueIn(await client.roomStatus(ROOM));
    let isSentWithinTheCall = false;
    const { channel } = await import("node:diagnostics_channel");
    const note = () => {
      isSentWithinTheCall = true;
    };
    channel("undici:request:create").subscribe(note);
    const asking = client.stop(ROOM);
    channel("undici:request:create").unsubscribe(note);
    expect(isSentWithinTheCall).toBe(true);
    valueIn(await asking);
    expect(server.asked()).toHaveLength(2);
  });
});

describe("what is not HTTP", () => {
  test("is malformed", async () => {
    const port = await startBareServer((socket) => socket.on("data", () => socket.end("SSH-2.0-server\r\n")));
    const failure = failureIn(await connectTo(`http://127.0.0.1:${port}`).client.authenticate());
    expect(failure).toMatchObject({ kind: "malformed-answer" });
  });

  test("is unreachable when it just hangs up after the request", async () => {
    const port = await startBareServer((socket) => socket.on("data", () => socket.destroy()));
    const failure = failureIn(await connectTo(`http://127.0.0.1:${port}`).client.authenticate());
    expect(failure).toMatchObject({ kind: "unreachable", again: "later" });
  });
});

test("an answer cut off by the end of the connection is not taken for whole", async () => {
  const { client } = await prepare(({ path }) =>
    path === "login"
      ? undefined
      : (response) => {
          response.setHeader("content-length", "1000");
          response.write('{"data":{"status":"available"');
          setImmediate(() => response.socket?.destroy());
        },
  );
  expect(failureIn(await client.roomStatus(ROOM))).toMatchObject({ kind: "unreachable", heard: "maybe" });
});

describe("closing", () => {
  test("breaks off what is under way and refuses what comes later, without an exception", async () => {
    const { client, server } = await prepare(silent);
    const asking = client.stop(ROOM);
    await until(() => server.asked().length === 1);
    await client.close();
    expect(failureIn(await asking)).toMatchObject({ kind: "unreachable", heard: "maybe", again: "never" });
    expect(failureIn(await client.stop(ROOM))).toMatchObject({ kind: "unreachable", heard: "no" });
    await client.close();
  });
});

test("the health figures count requests, failures and logins", async () => {
  const { client } = await prepare(({ path }) =>
    path === "rooms/4/record/stop" ? [500, ""] : path === "login" ? undefined : [200, AVAILABLE],
  );
  valueIn(await client.roomStatus(ROOM));
  await client.stop(ROOM);
  expect(client.health()).toMatchObject({ requests: 3, failures: 1, logins: 1 });
  expect(client.health().latencyMs).toBeGreaterThan(0);
  expect(client.health().lastFailure?.kind).toBe("server-error");
});

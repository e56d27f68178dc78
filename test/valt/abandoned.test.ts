import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { startBareServer } from "./support/bare-server.ts";
import { type Script, startScriptedServer } from "./support/scripted-server.ts";
import { connectTo, failureIn, prepare, ROOM, until, valueIn } from "./support/setting.ts";

const AVAILABLE = { data: { status: "available", record: false } };
const PAIR = {
  key: readFileSync(new URL("../support/tls/server-key.pem", import.meta.url), "utf8"),
  cert: readFileSync(new URL("../support/tls/server-cert.pem", import.meta.url), "utf8"),
};

/** Looks are answered, commands never. */
const deafToCommands: Script = ({ path, method }) => {
  if (path === "login") return undefined;
  return method === "GET" ? [200, AVAILABLE] : () => undefined;
};

/** The path to a server, which sees how each connection ends as TCP tells it. */
async function startPath(to: number) {
  const ends: ("reset" | "ended")[] = [];
  const port = await startBareServer((socket) => {
    const onward = connect(to, "127.0.0.1");
    onward.on("error", () => undefined);
    socket.pipe(onward).pipe(socket);
    socket.on("end", () => ends.push("ended"));
    socket.on("error", () => ends.push("reset"));
    socket.on("close", () => onward.destroy());
  });
  return { port, ends };
}

/** A client behind such a path, with a token and one connection. */
async function startBehindPath(scheme: "http" | "https", script: Script) {
  const clock = createFakeClock();
  const server = await startScriptedServer(scheme === "https" ? { script, tls: PAIR } : { script });
  onTestFinished(() => server.close());
  const path = await startPath(server.port);
  const url = `${scheme}://127.0.0.1:${path.port}`;
  const { client } = connectTo(url, scheme === "https" ? { tls: { verify: "insecure" } } : {}, clock);
  valueIn(await client.authenticate());
  return { clock, server, path, client };
}

describe.each(["http", "https"] as const)("over %s, the connection", (scheme) => {
  test("of a command that was given up is reset, so that the kernel forgets what was written", async () => {
    const { clock, server, path, client } = await startBehindPath(scheme, deafToCommands);
    const stopping = client.stop(ROOM);
    await until(() => server.asked().length === 1);
    await clock.advance(5000);
    expect(failureIn(await stopping)).toMatchObject({ kind: "timed-out", heard: "maybe" });
    await until(() => path.ends.length > 0);
    expect(path.ends).toEqual(["reset"]);
  });

  test("of a command that is broken off by closing is reset", async () => {
    const { server, path, client } = await startBehindPath(scheme, deafToCommands);
    const stopping = client.stop(ROOM);
    await until(() => server.asked().length === 1);
    await client.close();
    failureIn(await stopping);
    await until(() => path.ends.length > 0);
    expect(path.ends).toEqual(["reset"]);
  });
});

describe("connections that stood idle when a request was given up", () => {
  test("are reset, and the next command goes out on a new one", async () => {
    const clock = createFakeClock();
    const { client, server } = await prepare(deafToCommands, { clock });
    await Promise.all(Array.from({ length: 4 }, () => client.roomStatus(ROOM)));
    const before = new Set(server.seen.map(({ remotePort }) => remotePort));
    expect(before.size).toBe(4);
    const stopping = client.stop(ROOM);
    await until(() => server.asked().length === 5);
    await clock.advance(5000);
    expect(failureIn(await stopping).kind).toBe("timed-out");
    await until(() => server.openSockets() === 0);
    valueIn(await client.roomStatus(ROOM));
    expect(before).not.toContain(server.seen.at(-1)?.remotePort);
  });

  test("but not those that carry another request", async () => {
    const clock = createFakeClock();
    const answers: (() => void)[] = [];
    const { client, server } = await prepare(
      async (request) => {
        if (request.path === "rooms/info/4") await new Promise<void>((resolve) => answers.push(resolve));
        return deafToCommands(request);
      },
      { clock },
    );
    valueIn(await client.authenticate());
    const stopping = client.stop(ROOM);
    await clock.advance(4000);
    const looking = client.roomInfo(ROOM);
    await until(() => answers.length === 1);
    await clock.advance(1000);
    failureIn(await stopping);
    answers[0]?.();
    failureIn(await looking);
    expect(server.asked()).toHaveLength(2);
  });
});

describe("a connection that the server closes just as it is used", () => {
  /** Closes instead of answering what comes second on a connection, as a server does that was about to close it. */
  function closingReused(): Script {
    const used = new Set<number>();
    return ({ path, remotePort }) => {
      if (used.has(remotePort)) return (response) => response.socket?.destroy();
      used.add(remotePort);
      return path === "login" ? undefined : [200, AVAILABLE];
    };
  }

  test("costs a look nothing: it is asked once more on a new one", async () => {
    const { client, server, logged } = await prepare(closingReused());
    valueIn(await client.authenticate());
    valueIn(await client.roomStatus(ROOM));
    expect(server.asked()).toHaveLength(2);
    expect(client.health().failures).toBe(0);
    expect(logged.filter((line) => line.includes("does not answer"))).toEqual([]);
  });

  test("costs a login nothing either", async () => {
    const { client, server } = await prepare(closingReused());
    valueIn(await client.authenticate());
    valueIn(await client.authenticate());
    expect(server.logins()).toHaveLength(3);
  });

  test("fails a command, which may have been heard, and says nothing about the server", async () => {
    const { client, server, logged } = await prepare(closingReused());
    valueIn(await client.authenticate());
    expect(failureIn(await client.stop(ROOM))).toMatchObject({
      kind: "unreachable",
      heard: "maybe",
      again: "now",
    });
    expect(server.asked()).toHaveLength(1);
    expect(logged.filter((line) => line.includes("does not answer"))).toEqual([]);
  });

  test("is told apart from a server that hangs up on everybody", async () => {
    const { client, server, logged } = await prepare(({ path }) =>
      path === "login" ? undefined : (response) => response.socket?.destroy(),
    );
    valueIn(await client.authenticate());
    expect(failureIn(await client.roomStatus(ROOM))).toMatchObject({ kind: "unreachable", again: "later" });
    expect(server.asked()).toHaveLength(2);
    expect(logged.filter((line) => line.includes("does not answer"))).toHaveLength(1);
  });

  test("is not repeated when the answer had begun", async () => {
    const { client, server } = await prepare(({ path }) =>
      path === "login"
        ? undefined
        : (response) => {
            response.write('{"data":');
            setImmediate(() => response.socket?.destroy());
          },
    );
    valueIn(await client.authenticate());
    expect(failureIn(await client.roomStatus(ROOM))).toMatchObject({ heard: "maybe", again: "later" });
    expect(server.asked()).toHaveLength(1);
  });
});

describe("how long a failed command may still arrive", () => {
  test("is said when its bytes were written and it was given up", async () => {
    const clock = createFakeClock();
    const { client, server } = await prepare(deafToCommands, { clock });
    valueIn(await client.authenticate());
    const stopping = client.stop(ROOM);
    await until(() => server.asked().length === 1);
    await clock.advance(5000);
    const failure = failureIn(await stopping);
    expect(failure.mayArriveUntilMs).toBe(clock.monotonicMs() + 5000);
  });

  test("is said of what was broken off by closing", async () => {
    const clock = createFakeClock();
    const { client, server } = await prepare(deafToCommands, { clock });
    valueIn(await client.authenticate());
    const stopping = client.stop(ROOM);
    await until(() => server.asked().length === 1);
    await client.close();
    expect(failureIn(await stopping).mayArriveUntilMs).toBe(clock.monotonicMs() + 5000);
  });

  test("is over when the server closed the connection, or had begun to answer", async () => {
    const clock = createFakeClock();
    let isHalfSent = false;
    const { client } = await prepare(
      ({ path }) => {
        if (path === "login") return undefined;
        if (path === "rooms/4/record/stop") return (response) => response.socket?.destroy();
        return (response) => {
          response.write('{"data":');
          isHalfSent = true;
        };
      },
      { clock },
    );
    valueIn(await client.authenticate());
    const stopped = failureIn(await client.stop(ROOM));
    const starting = client.start(ROOM, { name: "A" });
    await until(() => isHalfSent);
    await clock.advance(5000);
    for (const failure of [stopped, failureIn(await starting)]) {
      expect(failure.heard).toBe("maybe");
      expect(failure).not.toHaveProperty("mayArriveUntilMs");
    }
  });

  test("is no question of a command that waited for a login which was given up", async () => {
    const clock = createFakeClock();
    const { client, server } = await prepare(() => () => undefined, { clock });
    const stopping = client.stop(ROOM);
    await until(() => server.logins().length === 1);
    await clock.advance(5000);
    const failure = failureIn(await stopping);
    expect(failure.heard).toBe("no");
    expect(failure).not.toHaveProperty("mayArriveUntilMs");
  });
});

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { startBareServer } from "./support/bare-server.ts";
import { startFullServer } from "./support/full-server.ts";
import {
  type Reply,
  type Script,
  type ScriptedServer,
  type ScriptedServerSettings,
  startScriptedServer,
} from "./support/scripted-server.ts";
import { connectTo, failureIn, ROOM, until, valueIn } from "./support/setting.ts";

const AVAILABLE = { data: { status: "available", record: false } };
const RECORDING = { data: { status: "recording", record: true } };
const STARTED = { data: { message: "The recording is started", id: 616, start: true } };
const STOPPED = { data: { message: "The recording is stopped", id: 616 } };

const read = (name: string) => readFileSync(new URL(`../support/tls/${name}.pem`, import.meta.url), "utf8");
const PAIR = { key: read("server-key"), cert: read("server-cert") };
const OTHER_PAIR = { key: read("other-name-key"), cert: read("other-name-cert") };

const USUAL: Readonly<Record<string, Reply>> = {
  "rooms/4/status": [200, AVAILABLE],
  "rooms/4/record/start": [200, STARTED],
  "rooms/4/record/stop": [200, STOPPED],
};
const usual: Script = ({ path }) => USUAL[path];
const mute: Reply = () => undefined;
const mutely: Script = ({ path }) => (path === "login" ? undefined : mute);

async function serve(
  script: Script = usual,
  more: Partial<ScriptedServerSettings> = {},
): Promise<ScriptedServer> {
  const server = await startScriptedServer({ script, ...more });
  onTestFinished(() => server.close());
  return server;
}

/** An address at which nobody listens. */
async function closedAddress(): Promise<{ readonly url: string; readonly port: number }> {
  const { url, port, close } = await startScriptedServer({ script: usual });
  await close();
  return { url, port };
}

const changesIn = (logged: readonly string[]) => logged.filter((line) => line.includes("at another address"));

describe("an address that refuses connections", () => {
  test("is passed over: looks and commands go to the next, each once, and one line tells it", async () => {
    const [gone, server] = [await closedAddress(), await serve()];
    const { client, logged } = connectTo([gone.url, server.url]);
    valueIn(await client.start(ROOM, { name: "one" }));
    valueIn(await client.roomStatus(ROOM));
    expect(server.asked().map(({ path }) => path)).toEqual(["rooms/4/record/start", "rooms/4/status"]);
    expect(client.health().address).toBe(server.url);
    expect(changesIn(logged)).toEqual([
      expect.stringContaining(`"address":"${server.url}","before":"${gone.url}"`),
    ]);
    expect(changesIn(logged)[0]).toContain("nothing listens there");
    expect(logged.filter((line) => line.includes("VALT server does not answer"))).toEqual([]);
  });

  test("is not gone back to by itself, only when the one in use fails", async () => {
    const [gone, second] = [await closedAddress(), await serve()];
    const { client, logged } = connectTo([gone.url, second.url]);
    valueIn(await client.roomStatus(ROOM));
    const first = await serve(usual, { port: gone.port });
    for (let count = 0; count < 5; count++) valueIn(await client.roomStatus(ROOM));
    expect(first.seen).toEqual([]);
    await second.close();
    await untilAnswered(client);
    expect(first.asked()).toHaveLength(1);
    expect(client.health().address).toBe(first.url);
    expect(changesIn(logged)).toHaveLength(2);
  });

  test("is tried first again by the next client", async () => {
    const [first, second] = [await serve(), await serve()];
    valueIn(await connectTo([first.url, second.url]).client.roomStatus(ROOM));
    expect([first.asked().length, second.asked().length]).toEqual([1, 0]);
  });
});

test("an address that drops every attempt to connect costs a press a moment, and later ones nothing", async () => {
  const server = await serve();
  const { client } = connectTo([`http://127.0.0.1:${await startFullServer()}`, server.url]);
  const pressedMs = performance.now();
  valueIn(await client.stop(ROOM, { sendWithinMs: 2000 }));
  const firstMs = performance.now() - pressedMs;
  expect(firstMs).toBeGreaterThan(200);
  expect(firstMs).toBeLessThan(1800);
  const againMs = performance.now();
  valueIn(await client.start(ROOM, { name: "next" }));
  expect(performance.now() - againMs).toBeLessThan(200);
  expect(server.asked()).toHaveLength(2);
});

test("of eight addresses seven may drop every attempt, and a press still arrives in time", async () => {
  const server = await serve();
  const full = `http://127.0.0.1:${await startFullServer()}`;
  const dead = Array.from({ length: 7 }, (_, index) => `${full}/${index}`);
  const { client } = connectTo([...dead, server.url]);
  valueIn(await client.stop(ROOM, { sendWithinMs: 2000 }));
  expect(server.asked()).toHaveLength(1);
});

test("a command that one address has is not written at another that becomes ready meanwhile", async () => {
  let answer: () => void = () => undefined;
  const isHeld = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const holding: Script = async (request) => {
    if (request.path !== "login") await isHeld;
    return usual(request);
  };
  const [first, second] = [await serve(usual, { tls: PAIR }), await serve(holding, { tls: PAIR })];
  const sockets = new Set<Socket>();
  let isBlocked = false;
  const port = await startBareServer((near) => {
    const far = connect(first.port, "127.0.0.1");
    sockets.add(near);
    near.on("close", () => sockets.delete(near) && far.destroy());
    far.on("error", () => undefined).pipe(near);
    if (!isBlocked) near.pipe(far);
  });
  const tls = { verify: "insecure" } as const;
  const { client } = connectTo([`https://127.0.0.1:${port}`, second.url], { tls });
  valueIn(await client.authenticate());
  isBlocked = true;
  for (const socket of sockets) socket.destroy();
  await until(() => sockets.size === 0);
  const stopping = client.stop(ROOM);
  await until(() => second.asked().length === 1);
  // The first one could be written to now: it must have been left.
  await until(() => sockets.size === 0);
  answer();
  valueIn(await stopping);
  expect([first.asked(), second.asked().length]).toEqual([[], 1]);
});

describe("an address that accepts connections and is silent", () => {
  test("keeps the command that it may have heard, and the next one goes to the other", async () => {
    const clock = createFakeClock();
    const [first, second] = [await serve(mutely), await serve()];
    const { client } = connectTo([first.url, second.url], {}, clock);
    const stopping = client.stop(ROOM);
    await until(() => first.asked().length === 1);
    await clock.advance(5000);
    expect(failureIn(await stopping)).toMatchObject({
      kind: "timed-out",
      heard: "maybe",
      message: `${first.url} did not answer within 5000 ms.`,
      mayArriveUntilMs: clock.monotonicMs() + 5000,
    });
    expect(second.seen).toEqual([]);
    valueIn(await client.start(ROOM, { name: "next" }));
    expect([first.asked().length, second.asked().length]).toEqual([1, 1]);
  });

  test("is not waited for by a look longer than half of its time", async () => {
    const clock = createFakeClock();
    const [first, second] = [await serve(mutely), await serve()];
    const { client, logged } = connectTo([first.url, second.url], {}, clock);
    const looking = client.roomStatus(ROOM);
    await until(() => first.asked().length === 1);
    await clock.advance(2400);
    expect(second.seen).toEqual([]);
    await clock.advance(400);
    valueIn(await looking);
    valueIn(await client.stop(ROOM));
    expect([first.asked().length, second.asked().length]).toEqual([1, 2]);
    expect(changesIn(logged)).toHaveLength(1);
  });

  test("with all its connections taken, holds no press that it has not been told", async () => {
    const [first, second] = [await serve(mutely), await serve()];
    const { client } = connectTo([first.url, second.url], { connections: 2 });
    valueIn(await client.authenticate());
    const taken = [client.pause(ROOM), client.resume(ROOM)];
    await until(() => first.asked().length === 2);
    valueIn(await client.stop(ROOM, { sendWithinMs: 2000 }));
    expect(first.asked().map(({ path }) => path)).toEqual(["rooms/4/record/pause", "rooms/4/record/resume"]);
    expect(second.asked().map(({ path }) => path)).toEqual(["rooms/4/record/stop"]);
    await client.close();
    await Promise.all(taken);
  });
});

describe("an address that dies in the middle of an answer", () => {
  const dying: Script = ({ path }) =>
    path === "login"
      ? undefined
      : (response) => {
          response.writeHead(200, { "content-length": 1000 });
          response.write('{"data":');
          setImmediate(() => response.destroy());
        };

  test("leaves the command in doubt, and nobody else hears it", async () => {
    const [first, second] = [await serve(dying), await serve()];
    const { client } = connectTo([first.url, second.url]);
    expect(failureIn(await client.stop(ROOM))).toMatchObject({ kind: "unreachable", heard: "maybe" });
    expect(second.seen).toEqual([]);
    valueIn(await client.stop(ROOM));
    expect([first.asked().length, second.asked().length]).toEqual([1, 1]);
  });

  test("loses no look: the other one is asked", async () => {
    const [first, second] = [await serve(dying), await serve()];
    const { client } = connectTo([first.url, second.url]);
    valueIn(await client.roomStatus(ROOM));
    expect([first.asked().length, second.asked().length]).toEqual([1, 1]);
  });
});

describe("what answers in place of VALT", () => {
  const SIGN_IN = '<form><input type="password"></form>';
  test.each<[what: string, reply: Reply]>([
    ["a gateway without its server (502)", [502, "<html>Bad Gateway</html>"]],
    ["a gateway without its server (503)", [503, { error: "unavailable" }]],
    ["a gateway without its server (504)", [504, ""]],
    ["a page to sign in", [200, SIGN_IN]],
    ["another page", [200, "<html><title>It works!</title></html>"]],
    ["a redirect", (response) => response.writeHead(302, { location: "https://sso.example/" }).end()],
    ["a firewall", [403, "<html>blocked</html>"]],
  ])("counts as no answer to a look, and takes no command with it: %s", async (_, reply) => {
    const [first, second] = [
      await serve(({ path }) => (path === "login" ? undefined : reply)),
      await serve(),
    ];
    const { client } = connectTo([first.url, second.url]);
    failureIn(await client.stop(ROOM));
    expect(second.asked()).toEqual([]);
    valueIn(await client.roomStatus(ROOM));
    valueIn(await client.stop(ROOM));
    expect(first.asked().filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(second.asked().map(({ path }) => path)).toEqual(["rooms/4/status", "rooms/4/record/stop"]);
  });

  test("counts as no answer to a login", async () => {
    const [first, second] = [await serve(() => [200, SIGN_IN]), await serve()];
    valueIn(await connectTo([first.url, second.url]).client.stop(ROOM));
    expect(second.asked()).toHaveLength(1);
  });

  test.each<[what: string, reply: Reply]>([
    ["refuses", [400, { error: { code: 400, message: "no" } }]],
    ["knows no such room", [404, { error: { code: 404 } }]],
    ["has an error of its own", [500, { error: { code: 500 } }]],
    ["says too often", [429, { error: { code: 429 } }]],
  ])("is not meant where VALT itself %s", async (_, reply) => {
    const [first, second] = [
      await serve(({ path }) => (path === "login" ? undefined : reply)),
      await serve(),
    ];
    const { client } = connectTo([first.url, second.url]);
    failureIn(await client.roomStatus(ROOM));
    failureIn(await client.stop(ROOM));
    expect(second.seen).toEqual([]);
    expect(client.health().address).toBe(first.url);
  });
});

test("an address with a wrong certificate gets no password, and the other one is asked", async () => {
  const [first, second] = [await serve(usual, { tls: OTHER_PAIR }), await serve(usual, { tls: PAIR })];
  const tls = { verify: "fingerprint", sha256: new X509Certificate(PAIR.cert).fingerprint256 } as const;
  const { client, logged } = connectTo([first.url, second.url], { tls });
  valueIn(await client.stop(ROOM));
  expect(first.seen).toEqual([]);
  expect(second.asked()).toHaveLength(1);
  expect(changesIn(logged)[0]).toContain("which is not the pinned one");
});

describe("when no address answers", () => {
  test("each is named with its own reason, and whichever is back first is used", async () => {
    const [first, second] = [await closedAddress(), await closedAddress()];
    const { client, logged } = connectTo([first.url, second.url]);
    const failure = failureIn(await client.roomStatus(ROOM));
    const reason = "cannot be reached: nothing listens there; is the server running, and is the port right.";
    expect(failure).toMatchObject({ kind: "unreachable", heard: "no", again: "later" });
    expect(failure.message).toBe(
      `No address of the server answers. ${first.url} ${reason} ${second.url} ${reason}`,
    );
    for (let count = 0; count < 3; count++) failureIn(await client.roomStatus(ROOM));
    expect(logged.filter((line) => line.includes("VALT server does not answer"))).toHaveLength(1);
    const back = await serve(usual, { port: second.port });
    await untilAnswered(client);
    expect(client.health().address).toBe(back.url);
    expect(logged.filter((line) => line.includes("VALT server is back"))).toHaveLength(1);
  });

  test("the request takes no longer than its deadline", async () => {
    const clock = createFakeClock();
    const full = await startFullServer();
    const urls = [`http://127.0.0.1:${full}`, `http://127.0.0.1:${full}/b`];
    const { client } = connectTo(urls, {}, clock);
    let isOver = false;
    const looking = client.roomStatus(ROOM).finally(() => {
      isOver = true;
    });
    await clock.advance(4999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(failureIn(await looking)).toMatchObject({ kind: "unreachable", heard: "no" });
  });

  test("a client that was replaced says so once", async () => {
    const [first, second] = [await serve(), await serve()];
    const { client } = connectTo([first.url, second.url]);
    valueIn(await client.authenticate());
    client.end();
    expect(failureIn(await client.stop(ROOM)).message).toBe("This client was replaced by another.");
  });
});

describe("logins", () => {
  const tokens =
    (name: string): Script =>
    ({ path }) =>
      path === "login" ? [200, { data: { access_token: `token-of-${name}` } }] : USUAL[path];

  test("belong to one address each, as do their folders", async () => {
    const [first, second] = [await serve(tokens("a")), await serve(tokens("b"))];
    const { client } = connectTo([`${first.url}/valt`, `${second.url}/video/ivs`]);
    valueIn(await client.roomStatus(ROOM));
    await first.close();
    valueIn(await client.roomStatus(ROOM));
    const [seenFirst, seenSecond] = [first, second].map((server) =>
      server.asked().map(({ url, query }) => [url.split("/api/")[0], query.get("access_token")]),
    );
    expect(seenFirst).toEqual([["/valt", "token-of-a"]]);
    expect(seenSecond).toEqual([["/video/ivs", "token-of-b"]]);
  });

  test("that one address refuses are not tried at the other: the account is the same", async () => {
    const refusing: Script = ({ path }) => (path === "login" ? [401, { error: { code: 401 } }] : undefined);
    const [first, second] = [await serve(refusing), await serve(refusing)];
    const { client } = connectTo([first.url, second.url]);
    expect(failureIn(await client.roomStatus(ROOM)).kind).toBe("unauthorized");
    await first.close();
    for (let count = 0; count < 3; count++)
      expect(failureIn(await client.roomStatus(ROOM)).kind).toBe("unauthorized");
    expect([first.logins().length, second.logins().length]).toEqual([1, 0]);
  });

  test("that have expired are renewed at the same address", async () => {
    let valid = 1;
    const expiring: Script = ({ path, query }) => {
      if (path === "login") return [200, { data: { access_token: `token-${valid}` } }];
      return query.get("access_token") === `token-${valid}` ? USUAL[path] : [401, { error: { code: 401 } }];
    };
    const [first, second] = [await serve(expiring), await serve()];
    const { client } = connectTo([first.url, second.url]);
    valueIn(await client.stop(ROOM));
    valid = 2;
    valueIn(await client.stop(ROOM));
    expect(first.asked().map(({ query }) => query.get("access_token"))).toEqual([
      "token-1",
      "token-1",
      "token-2",
    ]);
    expect(second.seen).toEqual([]);
  });
});

test("a look that a former address answers late does not vouch: the one in use is asked", async () => {
  let answerLate: () => void = () => undefined;
  const isHeld = new Promise<void>((resolve) => {
    answerLate = resolve;
  });
  const first = await serve(async ({ path }) => {
    if (path === "rooms/4/record/stop") return [502, "<html>Bad Gateway</html>"];
    if (path === "rooms/4/status") await isHeld;
    return path === "login" ? undefined : [200, RECORDING];
  });
  const second = await serve();
  const { client } = connectTo([first.url, second.url], { deadlineMs: 60_000 });
  const looking = client.roomStatus(ROOM);
  await until(() => first.asked().length === 1);
  expect(failureIn(await client.stop(ROOM)).heard).toBe("maybe");
  valueIn(await client.start(ROOM, { name: "next" }));
  expect(client.health().address).toBe(second.url);
  answerLate();
  expect(valueIn(await looking).status).toBe("available");
  expect(client.health().address).toBe(second.url);
});

test("what was given up at a later address is reset there, too", async () => {
  const clock = createFakeClock();
  const server = await serve(({ path }) => (path === "login" ? undefined : mute));
  const ends: string[] = [];
  const port = await startBareServer((socket) => {
    const onward = connect(server.port, "127.0.0.1");
    onward.on("error", () => undefined);
    socket.pipe(onward).pipe(socket);
    socket.on("end", () => ends.push("ended"));
    socket.on("error", () => ends.push("reset"));
    socket.on("close", () => onward.destroy());
  });
  const { client } = connectTo([(await closedAddress()).url, `http://127.0.0.1:${port}`], {}, clock);
  const stopping = client.stop(ROOM);
  await until(() => server.asked().length === 1);
  await clock.advance(5000);
  expect(failureIn(await stopping)).toMatchObject({ kind: "timed-out", heard: "maybe" });
  await until(() => ends.length > 0);
  expect(ends).toEqual(["reset"]);
});

async function untilAnswered(client: ReturnType<typeof connectTo>["client"]): Promise<void> {
  for (let isAnswered = false; !isAnswered; ) isAnswered = (await client.roomStatus(ROOM)).ok;
}

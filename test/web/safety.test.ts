import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { signSession } from "../../src/web/session-cookie.ts";
import { rest, until } from "../support/rig.ts";
import { startConsole } from "./console-rig.ts";
import { connectPage } from "./socket-client.ts";

const TOKENS = { press: "press-token-0123456789", view: "view-token-0123456789" };

/** Asks with exactly these headers; `fetch` would not let a test lie about `Host`. */
function ask(url: string, headers: Record<string, string> = {}, body?: string) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const asking = request(url, { method: body === undefined ? "GET" : "POST", headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(parts).toString(),
          }),
        );
      });
      asking.on("error", reject);
      asking.end(body);
    },
  );
}

describe("the console's door", () => {
  it("sends who has no token to the login, and to nothing else", async () => {
    const { console: web } = await startConsole({ console: { tokens: TOKENS } });
    const page = await ask(web.url, { accept: "text/html" });
    expect(page.status).toBe(401);
    expect(page.text).toContain("Token for this console");
    for (const path of ["/metrics", "/status.json", "/mapping.jsonc"])
      expect((await ask(web.url + path)).status).toBe(401);
    await expect(connectPage(web.url)).rejects.toThrow("401");
    expect((await ask(`${web.url}/healthz`)).text).toBe("ok\n");
  });

  it("opens with the right token, refuses a wrong one, and slows down guessing", async () => {
    const { console: web } = await startConsole({ console: { tokens: TOKENS } });
    const logIn = (token: string) => ask(`${web.url}/login`, formOf(web.url, token), `token=${token}`);
    expect((await logIn("wrong-token-0123456789")).status).toBe(401);
    const opened = await logIn(TOKENS.press);
    expect(opened.status).toBe(303);
    const cookie = String(opened.headers["set-cookie"]);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain(TOKENS.press);
    const headers = { cookie: cookie.split(";", 1)[0] ?? "" };
    expect((await ask(web.url, headers)).status).toBe(200);
    const page = await connectPage(web.url, { headers });
    expect(await page.heard("greeting")).toMatchObject({ mayPress: true, hasSession: true });
    const guesses = await Promise.all(Array.from({ length: 12 }, () => logIn("guess-guess-guess-0")));
    expect(guesses.map(({ status }) => status)).toContain(429);
  });

  it("slows down guessing by programs too, and leaves alone who is in", async () => {
    const { console: web } = await startConsole({ console: { tokens: TOKENS } });
    const cookie = `valt-console=${signSession("press", Date.now() + 60_000, TOKENS)}`;
    const statuses = new Map<number, number>();
    for (let count = 0; count < 100; count++) {
      const { status } = await ask(`${web.url}/metrics`, { authorization: `Bearer guess-${count}` });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([
      [401, 10],
      [429, 90],
    ]);
    const headers = { authorization: `Bearer ${TOKENS.press}` };
    await expect(connectPage(web.url, { headers })).rejects.toThrow("429");
    expect(
      (await ask(`${web.url}/login`, formOf(web.url, TOKENS.press), `token=${TOKENS.press}`)).status,
    ).toBe(429);
    expect((await ask(`${web.url}/metrics`, { cookie })).status).toBe(200);
    expect((await ask(`${web.url}/healthz`, headers)).status).toBe(200);
  });

  it("shows out who asks by halves, or nothing, within seconds", async () => {
    const { console: web } = await startConsole();
    const upgrade = `GET /nowhere HTTP/1.1\r\nHost: ${new URL(web.url).host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`;
    const closings = ["", "GET / HTTP/1.1\r\nHost: 127", upgrade].map(async (said) => {
      const socket = connect({ port: Number(new URL(web.url).port), host: "127.0.0.1", allowHalfOpen: true });
      onTestFinished(() => void socket.destroy());
      socket.on("error", () => undefined).resume();
      socket.write(said);
      await once(socket, "connect");
      // The console waits five seconds; the rest is for a slow machine.
      return Promise.race([isGone(socket), rest(12_000).then(() => "kept")]);
    });
    expect(await Promise.all(closings)).toEqual(["gone", "gone", "gone"]);
  }, 30_000);

  it("lets a viewer look on and not press", async () => {
    const { console: web, simulator } = await startConsole({ console: { tokens: TOKENS } });
    const headers = { authorization: `Bearer ${TOKENS.view}` };
    const page = await connectPage(web.url, { headers });
    expect(await page.heard("greeting")).toMatchObject({ mayPress: false });
    page.say({ type: "touch", device: "desk", control: "key-1", touch: { kind: "down" } });
    page.say({ type: "touch", device: "desk", control: "key-1", touch: { kind: "up" } });
    page.say({ type: "simulate", request: 1, deed: { kind: "somebody-else", room: 1, what: "start" } });
    page.say({ type: "reload", request: 2 });
    expect(await page.heard("answer", ({ request: number }) => number === 2)).toMatchObject({
      isFine: false,
    });
    expect(await page.heard("answer", ({ request: number }) => number === 0)).toMatchObject({
      isFine: false,
    });
    await rest(300);
    expect(simulator.world.room(1)?.status).toBe("available");
  });

  it("refuses pages of other origins and names that were bent to it", async () => {
    const { console: web } = await startConsole();
    const { host } = new URL(web.url);
    await expect(connectPage(web.url, { origin: "https://evil.example" })).rejects.toThrow("403");
    await expect(connectPage(web.url, { origin: "null" })).rejects.toThrow("403");
    const bent = { host: "evil.example", origin: "http://evil.example" };
    await expect(connectPage(web.url, { ...bent, headers: { host: bent.host } })).rejects.toThrow("403");
    for (const path of ["/", "/healthz", "/page/main.js", "/status.json"])
      expect((await ask(web.url + path, { host: "evil.example" })).status).toBe(403);
    expect((await ask(`${web.url}/logout`, { host, origin: "https://evil.example" }, "")).status).toBe(403);
    expect((await ask(`${web.url}/logout`, { host }, "")).status).toBe(403);
  });

  it("sends a policy that allows no script but its own", async () => {
    const { console: web } = await startConsole();
    const { headers, text } = await ask(web.url);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("script-src 'self';");
    expect(text.match(/<script(?![^>]*src)[^>]*>/g)).toEqual(['<script type="application/json" id="words">']);
    expect(text).not.toMatch(/(?:href|src)="https?:/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  it("carries no secret of the mapping", async () => {
    const { console: web } = await startConsole({
      amend: (source) => ({
        ...source,
        mapping: () => ({
          ...source.mapping(),
          text: '{ "url": "https://me:hunter2@valt" , "token": "hunter2" }',
        }),
      }),
    });
    const page = await connectPage(web.url);
    page.say({ type: "mapping" });
    await page.heard("mapping");
    expect(JSON.stringify(page.told)).not.toContain("hunter2");
    expect((await ask(`${web.url}/mapping.jsonc`)).text).not.toContain("hunter2");
  });
});

describe("the web socket", () => {
  it("ends with whoever says too much, in size or in number", async () => {
    const { console: web } = await startConsole();
    const long = await connectPage(web.url);
    long.say(`{"type":"mapping","text":"${"x".repeat(20_000)}"}`);
    expect(await long.ended()).toBe(1009);
    const many = await connectPage(web.url);
    for (let count = 0; count < 1000; count++) many.say('{"type":"nonsense"}');
    expect(await many.ended()).toBe(1008);
  });

  it("understands nothing but what the page says", async () => {
    const { console: web, simulator } = await startConsole();
    const page = await connectPage(web.url);
    for (const nonsense of ["", "[]", "null", "{", '{"type":"watch","devices":[1]}', '{"type":"__proto__"}'])
      page.say(nonsense);
    page.say({ type: "touch", device: "nobody", control: "key-1", touch: { kind: "down" } });
    expect(await page.heard("answer")).toMatchObject({ isFine: false, text: "nobody is not there." });
    expect(simulator.world.room(1)?.status).toBe("available");
  });

  it("is open to so many pages and no more", async () => {
    const { console: web } = await startConsole({ console: { mostViewers: 2 } });
    const [first, second] = [await connectPage(web.url), await connectPage(web.url)];
    for (const page of [first, second]) {
      page.say({ type: "mapping" });
      await page.heard("mapping");
    }
    await expect(connectPage(web.url)).rejects.toThrow("503");
    first.close();
    await first.ended();
    const comeAgain = async (): Promise<unknown> =>
      connectPage(web.url).catch(async () => {
        await rest(20);
        return comeAgain();
      });
    await comeAgain();
  });

  it("takes a finger back when its page goes away: no tap, no hold", async () => {
    const { console: web, simulator, facts } = await startConsole();
    const page = await connectPage(web.url);
    await page.heard("greeting");
    page.say({ type: "touch", device: "desk", control: "key-1", touch: { kind: "down" } });
    await until("the touch", () => facts.some(({ kind }) => kind === "touch"));
    page.close();
    await page.ended();
    await rest(1500);
    expect(facts.filter(({ kind }) => kind === "action")).toEqual([]);
    expect(simulator.world.room(1)?.status).toBe("available");
  });

  it("signs presses of the web with their session in the journal", async () => {
    const { console: web, facts } = await startConsole({ console: { tokens: TOKENS } });
    const cookie = `valt-console=${signSession("press", Date.now() + 60_000, TOKENS)}`;
    const page = await connectPage(web.url, { headers: { cookie } });
    await page.heard("devices", ({ devices }) => devices.some(({ state }) => state === "open"));
    page.say({ type: "touch", device: "desk", control: "key-1", touch: { kind: "down" } });
    page.say({ type: "touch", device: "desk", control: "key-1", touch: { kind: "up" } });
    const action = await until("the action", () => facts.find(({ kind }) => kind === "action"));
    expect(action).toMatchObject({ cause: { peer: expect.stringMatching(/^web:[0-9a-f]{6}-1$/) } });
  });
});

/** Its other end says nothing more, nor takes what is written: half a connection would. */
async function isGone(socket: Socket): Promise<string> {
  await once(socket, "end");
  while (!socket.destroyed) {
    socket.write(" ");
    await rest(100);
  }
  return "gone";
}

function formOf(url: string, token: string): Record<string, string> {
  return {
    origin: url,
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(Buffer.byteLength(`token=${token}`)),
  };
}

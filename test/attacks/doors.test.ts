import { request } from "node:http";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { asked, createSite } from "../trust/product.ts";
import { type Attacked, startAttacked, tellDelays, withProbe } from "./support.ts";

const LONGEST_MS = 100;
const TOKEN = "press-token-0123456789";
const MIB = 1_048_576;

const nested = (bytes: number) => "[".repeat(bytes / 2) + "]".repeat(bytes / 2);

/** Sends a request of any size; gives the status, or nothing where the connection was cut. */
function post(
  place: { readonly url: string } | { readonly socketPath: string; readonly path: string },
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const options = { method: "POST", headers: { "content-length": Buffer.byteLength(body), ...headers } };
    const took = (answer: { statusCode?: number | undefined; resume(): void }) => {
      answer.resume();
      resolve(answer.statusCode);
    };
    const asking =
      "url" in place ? request(place.url, options, took) : request({ ...options, ...place }, took);
    asking.on("error", () => resolve(undefined));
    asking.end(body);
  });
}

async function measure(
  name: string,
  { beginAttack, delays }: Pick<Attacked, "beginAttack" | "delays">,
  attack: () => Promise<void>,
): Promise<void> {
  await beginAttack();
  await attack();
  const measured = await delays();
  console.log(tellDelays(name, measured));
  expect(measured.longestBusyMs, name).toBeLessThan(LONGEST_MS);
}

test("no body and no message at the console's and the status's door holds up the main thread", async () => {
  const attacked = await startAttacked({
    devices: {},
    variables: { VALT_CONSOLE_TOKEN: TOKEN },
    words: ["--console", "127.0.0.1:0"],
  });
  const { product, site } = attacked;
  const url = await asked(
    "the console",
    async () => /"url":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(product.out() + product.err())?.[1],
  );
  await measure("a login of 16 MiB", attacked, async () => {
    expect(await post({ url: `${url}/login` }, `token=${"x".repeat(16 * MIB)}`, { origin: url })).toBe(413);
  });
  await measure("a cookie of 15 KiB", attacked, async () => {
    const cookie = `${"a=".repeat(7500)}`;
    expect(await post({ url: `${url}/logout` }, "", { origin: url, cookie })).toBe(401);
  });
  await measure("a message of 8 KiB, nested", attacked, async () => {
    const socket = await openSocket(url);
    for (let count = 0; count < 100; count++) socket.send(nested(8192));
    await pingPong(socket);
  });
  await measure("a message that is a byte too long", attacked, async () => {
    const socket = await openSocket(url);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.send(" ".repeat(8193));
    expect(await closed).toBe(1009);
  });
  await measure("two hundred devices that are not there", attacked, async () => {
    const socket = await openSocket(url);
    const devices = Array.from({ length: 200 }, (_, index) => `${index}${"x".repeat(20)}`);
    for (let count = 0; count < 100; count++) socket.send(JSON.stringify({ type: "watch", devices }));
    await pingPong(socket);
  });
  await measure("a settlement of 16 MiB at the status socket", attacked, async () => {
    const socketPath = join(site.folder, "run", `valt-bridge-${userInfo().username}-default.sock`);
    expect(await post({ socketPath, path: "/marks/settle" }, nested(16 * MIB))).toBeUndefined();
    expect(await post({ socketPath, path: "/marks/settle" }, nested(4096))).toBe(200);
  });
}, 60_000);

test("no body at the simulator's doors holds it up", async () => {
  const probe = withProbe();
  const site = createSite({ mapping: {}, variables: { ...probe.variables, NODE_OPTIONS: probe.nodeWord } });
  onTestFinished(() => site.remove());
  const simulator = site.begin("simulate", "--port", "0", "--control-port", "0", "--json");
  onTestFinished(() => simulator.kill());
  const find = (field: string) =>
    asked(field, async () => new RegExp(`"${field}":"([^"]+)"`).exec(simulator.out())?.[1]);
  const [url, control] = [await find("url"), await find("controlUrl")];
  for (const place of [`${url}/api/v3/login`, `${control}/faults`]) {
    await measure(`14 MiB to ${new URL(place).pathname}`, probe, async () => {
      expect(await post({ url: place }, nested(14 * MIB))).toBeUndefined();
    });
    await measure(`64 KiB to ${new URL(place).pathname}`, probe, async () => {
      for (let count = 0; count < 20; count++)
        expect(await post({ url: place }, nested(65_536))).toBeDefined();
    });
  }
}, 60_000);

function openSocket(url: string): Promise<WebSocket> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, { origin: url, headers });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Everything that was sent before has been read. */
function pingPong(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("pong", () => resolve());
    socket.ping();
  });
}

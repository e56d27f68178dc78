import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { rest } from "../support/rig.ts";
import { asked } from "../trust/product.ts";
import { startAttacked, tellDelays } from "./support.ts";

const LONGEST_MS = 100;
const MOST_MIB_MORE = 150;
const MIB = 1_048_576;

/** What a server answers to everything but logins. */
type Attack = (response: ServerResponse) => void;

const send = (text: string): Attack => {
  const bytes = Buffer.from(text);
  return (response) => void response.writeHead(200, { "content-type": "application/json" }).end(bytes);
};
const room = (id: number) => `{"id":${id},"name":"Room ${id}","has_recording":false}`;
const list = (items: readonly string[]) => `{"data":{"rooms":[${items.join()}]}}`;

const ATTACKS: Readonly<Record<string, Attack>> = {
  "14 MB of nested lists": send("[".repeat(14e6)),
  "14 MB of nested lists, closed": send(`${"[".repeat(7e6)}${"]".repeat(7e6)}`),
  "60 kB of nested lists": send(`${"[".repeat(30_000)}${"]".repeat(30_000)}`),
  "a status of 1 MB": send(
    JSON.stringify({ data: { status: "recording", record: true, x: "x".repeat(1e6) } }),
  ),
  "4 MB of empty lists": send(`[${"[],".repeat(1.3e6)}0]`),
  "40,000 rooms": send(list(Array.from({ length: 40_000 }, (_, index) => room(index + 1)))),
  "one object with a hundred thousand fields": send(
    `{"data":{${Array.from({ length: 100_000 }, (_, index) => `"key ${index}":1`).join()}}}`,
  ),
  "a text of 4 MB that is no JSON": send("<".repeat(4 * MIB)),
  "line ends without end": send(JSON.stringify({ error: { code: 400, message: "\r\n\t ".repeat(12_000) } })),
  "an answer without end": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    writeWithoutEnd(response);
  },
};

const SPACES = Buffer.alloc(65_536, " ");

/** One piece a turn, each after the one before it is out, until the client has had enough. */
function writeWithoutEnd(response: ServerResponse): void {
  response.write(SPACES, (error) => {
    if (!error && !response.destroyed) setImmediate(() => writeWithoutEnd(response));
  });
}

/** A true server whose answers are replaced while there is an attack. */
async function startDoor(): Promise<{ readonly url: string; attack: Attack | undefined; attacked: number }> {
  const created = await createSimulator({ rooms: 2, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const door = { url: "", attack: undefined as Attack | undefined, attacked: 0 };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (door.attack !== undefined && request.url?.endsWith("/login") !== true) {
      door.attacked++;
      door.attack(response);
      return;
    }
    const init = request.method === "POST" ? { method: "POST", body: Buffer.concat(chunks) } : {};
    const passed = await fetch(`${created.value.url}${request.url}`, init);
    response.writeHead(passed.status, { "content-type": "application/json" }).end(await passed.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  door.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await created.value.close();
  });
  return door;
}

test("no answer of a server holds up the main thread, or fills the memory", async () => {
  const door = await startDoor();
  const { product, beginAttack, delays } = await startAttacked({ devices: {}, server: door.url });
  const isLive = async () => (await product.status())?.rooms.every(({ knowledge }) => knowledge === "live");
  await asked("the rooms", isLive);
  const { rssMiB: usualMiB } = await delays();
  for (const [name, attack] of Object.entries(ATTACKS)) {
    await beginAttack();
    door.attacked = 0;
    door.attack = attack;
    await asked("some answers", async () => door.attacked > 4);
    await rest(200);
    const measured = await delays();
    door.attack = undefined;
    console.log(`${tellDelays(name, measured)}, ${door.attacked} answers`);
    expect(measured.longestBusyMs, name).toBeLessThan(LONGEST_MS);
    expect(measured.rssMiB - usualMiB, name).toBeLessThan(MOST_MIB_MORE);
    await asked("the rooms again", isLive);
  }
}, 180_000);

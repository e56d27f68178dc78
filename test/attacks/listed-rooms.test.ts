import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { asked } from "../trust/product.ts";
import { startAttacked, tellDelays } from "./support.ts";

type Name = (id: number, answers: number) => string;

/** Lists of a server that somebody else has in hand, of which the mapping takes every room. */
const LISTS: Readonly<Record<string, { readonly rooms: number; readonly name: Name }>> = {
  "10,000 rooms": { rooms: 10_000, name: (id) => `Room ${id}` },
  "1000 rooms with other names in each answer": {
    rooms: 1000,
    name: (id, answers) => `Room ${id} ${answers}`,
  },
  "names of 20,000 characters": { rooms: 50, name: (id) => `${"\u202eRoom\u001b[2J ".repeat(2000)}${id}` },
  "one name for all": { rooms: 2000, name: () => "__proto__" },
};
/** The first is read at the start, the others while there are rooms. */
const ANSWERS = 3;

async function startListingServer({ rooms, name }: { readonly rooms: number; readonly name: Name }) {
  const created = await createSimulator({ rooms: 2, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const state = { url: "", answers: 0 };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = { "content-type": "application/json" };
    if (/\/rooms(?:\/info)?(?:\?|$)/.test(request.url ?? "")) {
      state.answers++;
      const listed = Array.from({ length: rooms }, (_, at) => ({
        id: at + 1,
        name: name(at + 1, state.answers),
        has_recording: false,
      }));
      response.writeHead(200, headers).end(JSON.stringify({ data: { rooms: listed } }));
      return;
    }
    const init = request.method === "POST" ? { method: "POST", body: Buffer.concat(chunks) } : {};
    const passed = await fetch(`${created.value.url}${request.url}`, init);
    response.writeHead(passed.status, headers).end(await passed.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await created.value.close();
  });
  return state;
}

test.each(Object.keys(LISTS))(
  "a server that lists %s holds nothing up",
  async (what) => {
    const list = LISTS[what];
    if (list === undefined) throw new Error(what);
    const server = await startListingServer(list);
    const { product, delays } = await startAttacked({
      server: server.url,
      devices: {},
      extra: { rooms: "all" },
    });
    await asked("some answers", async () => server.answers >= ANSWERS);
    const status = await product.status();
    const longest = Math.max(0, ...(status?.rooms ?? []).map((room) => room.name.length));
    console.info(
      `${tellDelays(what, await delays())}; ${status?.rooms.length} rooms, the longest name ${longest}`,
    );
    for (const mark of ["\u001b", "\u202e"]) expect(product.err()).not.toContain(mark);
    await product.stop();
  },
  180_000,
);

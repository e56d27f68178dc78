import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Log, LogFields } from "../../src/base/log.ts";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { rest, startRig, until } from "../support/rig.ts";

const ODD = "scheduled";

test("a word for one room that nobody knows is that room's alone: told once, and the server is not lost", async () => {
  const simulator = await startSimulator();
  const url = await standBefore(simulator, (path) => path === "rooms/2/status");
  const told: string[] = [];
  const note = (text: string, fields?: LogFields) =>
    void told.push(`${text} ${JSON.stringify(fields ?? {})}`);
  const log = { debug: () => undefined, info: note, warn: note, error: note, child: () => log } as Log;
  const { bridge, surface } = await startRig({
    rooms: { "interview-1": 1, "interview-2": 2, "interview-3": 3 },
    extra: { server: { url, username: "panel-bridge", deadlineMs: 1000 } },
    timing: { freshMs: 6000 },
    log,
  });
  const roomOf = (index: number) => bridge.status().rooms[index];
  await until("the odd word", () => roomOf(1)?.why?.includes(`"${ODD}"`));
  await until("the others", () => roomOf(0)?.status === "available" && roomOf(2)?.status === "available");
  const lost: boolean[] = [];
  for (let step = 0; step < 100; step++) {
    await rest(20);
    const { server, rooms } = bridge.status();
    lost.push(server.state === "lost" || rooms[0]?.status !== "available");
  }
  expect(lost).not.toContain(true);
  expect(roomOf(1)).toMatchObject({ status: undefined });
  surface.send("/valt/room/interview-1/start");
  await until("recording", () => simulator.world.room(1)?.status === "recording");
  const aboutRooms = told.filter((line) => line.includes(ODD) || line.startsWith("server"));
  expect(aboutRooms).toEqual([expect.stringContaining('"rooms":["interview-2"]')]);
});

async function startSimulator(): Promise<Simulator> {
  const created = await createSimulator({ rooms: 3 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  return created.value;
}

/** Passes everything on, and puts another word where a status is asked for under these paths. */
async function standBefore(simulator: Simulator, isOdd: (path: string) => boolean): Promise<string> {
  const passOn = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const target = new URL(request.url ?? "", simulator.url);
    const answer = await fetch(target, {
      method: request.method ?? "GET",
      headers: { "content-type": "application/json" },
      ...(body.length === 0 ? {} : { body }),
    });
    const text = await answer.text();
    const path = target.pathname.replace("/api/v3/", "");
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(isOdd(path) ? text.replace(/"status":"\w+"/, `"status":"${ODD}"`) : text);
  };
  // The test may end in the middle of a request.
  const proxy = createServer((request, response) => {
    passOn(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void proxy.close());
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

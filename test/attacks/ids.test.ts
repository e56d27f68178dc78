import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { whileRecording } from "../action/marks-setting.ts";
import { createPerformSetting } from "../action/setting.ts";
import { settle } from "../support/fake-clock.ts";
import { encodeOsc } from "../support/rig.ts";
import { asked } from "../trust/product.ts";
import { answering, failureIn, prepare, ROOM } from "../valt/support/setting.ts";
import { startAttacked, tellDelays } from "./support.ts";

const UNTELLABLE = ["\ud800", "a\udfff", "..", ".", "a\nb", "x".repeat(201)];
const SENTENCE = /^The server calls the recording ".*", which cannot be asked about in any address\.$/;

test.each(UNTELLABLE)("an id that no address can carry is a failure with its name: %j", async (id) => {
  const { client, server } = await prepare(answering({}), { serverVersion: "5.9" });
  const mark = { room: ROOM, recordingId: recordingId(id), timeSeconds: 1, text: "A", color: "red" } as const;
  for (const outcome of [
    await client.addMark(mark),
    await client.marks(recordingId(id)),
    await client.recordingSeconds(recordingId(id)),
  ]) {
    const { message, again, heard } = failureIn(outcome);
    expect(message).toMatch(SENTENCE);
    expect({ again, heard }).toEqual({ again: "never", heard: "no" });
  }
  expect(server.asked()).toEqual([]);
});

test("a card whose number is half a character belongs to nobody", async () => {
  const { client } = await prepare(answering({ "admin/users": [200, { data: [] }] }), {
    serverVersion: "6.6",
  });
  expect(await client.userByCardNumber("\ud800")).toEqual({ ok: true, value: undefined });
});

test("an answer that makes its reader throw is a failure with its name", async () => {
  const { client } = await prepare(answering({}), { serverVersion: "6.6" });
  const body = { toJSON: () => fail() };
  const outcome = await client.createGroup({
    name: body as never,
    markTemplate: 1,
    informationTemplate: 1,
  });
  expect(failureIn(outcome).message).toBe("The server's answer could not be read (Error: on purpose).");
});

test("an exception of one mark does not hold up those behind it for ever", async () => {
  const { clock, queue, server, truth, delivered, mark, added, asked } = whileRecording();
  truth.way = "cut";
  mark("first");
  mark("second");
  await settle();
  const { url } = server;
  Object.defineProperty(server, "url", { configurable: true, get: fail });
  for (let round = 0; delivered.length === 0 && round < 50; round++) await clock.advance(10_000);
  Object.defineProperty(server, "url", { value: url });
  expect(queue.open(10).refused).toMatchObject([{ text: "first", why: "cannot be sent: Error: on purpose" }]);
  truth.way = "open";
  await clock.advance(30_000);
  expect(added().map(({ text }) => text)).toEqual(["second"]);
  asked.at(-1)?.answer({});
  await settle();
  expect(queue.waiting()).toBe(0);
});

test("an exception of one command does not keep the next from being carried out", async () => {
  const { press, see, verdicts, commands, asked } = createPerformSetting();
  see("available");
  verdicts.push(Promise.reject(new Error("on purpose")));
  const start = press("start");
  const lock = press("lock");
  await settle();
  expect(start.outcome).toMatchObject({
    kind: "failed",
    failure: { message: "unexpected: Error: on purpose" },
  });
  expect(commands()).toEqual(["lock"]);
  asked[0]?.answer({});
  await settle();
  expect(lock.outcome).toEqual({ kind: "done" });
});

function fail(): never {
  throw new Error("on purpose");
}

/** A true server that calls every running recording by this id, as long as there is one. */
async function startMisnamer(): Promise<{ readonly url: string; id: string | undefined }> {
  const created = await createSimulator({ rooms: 2, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const misnamer = { url: "", id: undefined as string | undefined };
  const rename = (key: string, value: unknown, isRecording: boolean) =>
    misnamer.id !== undefined && (key === "record_id" || (key === "id" && isRecording)) ? misnamer.id : value;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const init = request.method === "POST" ? { method: "POST", body: Buffer.concat(chunks) } : {};
    const passed = await fetch(`${created.value.url}${request.url}`, init);
    const said = await passed.text();
    const isJson = passed.headers.get("content-type")?.includes("json") === true;
    const text = !isJson
      ? said
      : JSON.stringify(JSON.parse(said), function (this: object, key, value) {
          return rename(key, value, "time" in this);
        });
    response.writeHead(passed.status, { "content-type": "application/json" }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  misnamer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await created.value.close();
  });
  return Object.assign(misnamer, { simulator: created.value });
}

test("a recording that cannot be told refuses its marks by name, and the next one takes its own", async () => {
  const server = await startMisnamer();
  const { product, site, beginAttack, delays } = await startAttacked({
    devices: { osc: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] } },
    server: server.url,
    extra: { timing: { activePollMs: 200, idlePollMs: 200, requestsPerSecond: 1000, statusTrailsMs: 500 } },
  });
  const udp = createSocket("udp4");
  onTestFinished(() => void udp.close());
  const port = await product.port("osc", "udp");
  const send = (leaf: string, ...values: string[]) =>
    udp.send(encodeOsc(`/valt/room/interview-1/${leaf}`, values), port, "127.0.0.1");
  /** Asks again where nothing came of it, seldom enough to leave room for what comes next in the limit of messages. */
  const bring = (status: string, leaf: string) => {
    let sentMs = -Infinity;
    return asked(status, async () => {
      if ((await product.status())?.rooms[0]?.status === status) return true;
      if (performance.now() - sentMs < 1000) return false;
      send(leaf);
      sentMs = performance.now();
      return false;
    });
  };
  await beginAttack();
  for (const id of UNTELLABLE) {
    server.id = id;
    await bring("recording", "start");
    send("marker", `of ${JSON.stringify(id)}`);
    await asked("a refusal", async () => {
      const { out } = await site.run("journal", "marks", "--state", "refused", "--json");
      return out.includes(`of ${JSON.stringify(JSON.stringify(id)).slice(1, -1)}`);
    });
    server.id = undefined;
    await bring("available", "stop");
  }
  await bring("recording", "start");
  send("marker", "of a true one");
  await asked("its delivery", async () => {
    const { out } = await site.run("journal", "marks", "--state", "delivered");
    return out.includes('"of a true one"');
  });
  const { out } = await site.run("journal", "marks", "--state", "refused", "--json");
  const refused = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly why: string });
  expect(refused).toHaveLength(UNTELLABLE.length);
  for (const { why } of refused) expect(why).toMatch(SENTENCE);
  console.log(tellDelays("ids that cannot be told", await delays()));
  await product.stop();
  expect(product.err()).not.toMatch(/"unexpected/);
}, 120_000);

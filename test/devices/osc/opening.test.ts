import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { osc } from "../../../devices/osc/driver.ts";
import { controlId } from "../../../src/driver/contract.ts";
import { cleanUp, createNotingHost, open, tcpServer, tryOpen, udpProgram } from "./bench.ts";

afterEach(cleanUp);

async function failureOf(settings: Record<string, unknown>) {
  const result = await tryOpen(settings);
  return result.ok ? undefined : result.failure;
}

describe("opening", () => {
  it("names the ports that were chosen", async () => {
    const device = await open({ listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"] });
    expect(device.productName).toMatch(/^udp:\/\/127\.0\.0\.1:\d{4,5}, tcp:\/\/127\.0\.0\.1:\d{4,5}$/);
  });

  it("names the UDP port that is taken, and the setting", async () => {
    const { port } = await udpProgram();
    const failure = await failureOf({ listen: `udp://127.0.0.1:${port}` });
    expect(failure?.reason).toBe("in-use");
    expect(failure?.message).toContain(`udp://127.0.0.1:${port} (setting "listen")`);
  });

  it("names the TCP port that is taken", async () => {
    const { port } = await tcpServer();
    const failure = await failureOf({ listen: `tcp://127.0.0.1:${port}` });
    expect(failure).toMatchObject({ reason: "in-use", message: expect.stringContaining(`${port}`) });
  });

  it("opens all or nothing", async () => {
    const taken = await udpProgram();
    const probe = createSocket("udp4").bind(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address();
    await new Promise<void>((resolve) => probe.close(() => resolve()));
    const listen = [`udp://127.0.0.1:${port}`, `tcp://127.0.0.1:${port}`, `udp://127.0.0.1:${taken.port}`];
    expect((await failureOf({ listen }))?.reason).toBe("in-use");
    await open({ listen: listen.slice(0, 2) });
  });

  it("says so when nothing listens at the far end", async () => {
    const server = await tcpServer();
    server.close();
    const failure = await failureOf({ connect: `tcp://127.0.0.1:${server.port}` });
    expect(failure).toMatchObject({
      reason: "not-found",
      message: expect.stringContaining('setting "connect"'),
    });
  });

  it("says so when an address is not this machine's", async () => {
    expect(await failureOf({ listen: "udp://192.0.2.1:0" })).toMatchObject({ reason: "not-found" });
    expect(await failureOf({ listen: "tcp://192.0.2.1:0" })).toMatchObject({ reason: "not-found" });
  });

  it("says so when there is nobody to talk to", async () => {
    expect(await failureOf({})).toMatchObject({ reason: "unsupported" });
  });

  it("closes when it is called off, before or after it has opened", async () => {
    const settings = osc.settingsSchema.parse({ listen: "udp://127.0.0.1:0" });
    const abort = new AbortController();
    const request = { settings, named: [], host: createNotingHost(), signal: abort.signal };
    const opened = await osc.open(request);
    if (!opened.ok) throw new Error(opened.failure.message);
    const { productName } = opened.value;
    abort.abort();
    await opened.value.close();
    await open({ listen: productName });
    expect((await osc.open(request)).ok).toBe(false);
  });
});

describe("settings", () => {
  const schema = osc.settingsSchema;

  it("state every default and describe every field", () => {
    expect(schema.parse({})).toEqual({
      listen: [],
      connect: [],
      targets: [],
      framing: "auto",
      encoders: [],
      faders: [],
      pulses: [],
      words: { on: [], off: [] },
    });
    const written = z.toJSONSchema(schema, { io: "input" }) as {
      properties: Record<string, { description?: string }>;
    };
    for (const [name, property] of Object.entries(written.properties)) {
      expect(property.description, name).toMatch(/Default: /);
    }
  });

  it.each([
    ["an unknown field", { lissen: "udp://127.0.0.1:9000" }],
    ["a URL without a host", { listen: "udp://:9000" }],
    ["a URL without a port", { listen: "udp://127.0.0.1" }],
    ["a port that does not exist", { listen: "udp://127.0.0.1:65536" }],
    ["another protocol", { listen: "http://127.0.0.1:9000" }],
    ["IPv6 without brackets", { listen: "udp://::1:9000" }],
    ["a target by TCP", { targets: "tcp://127.0.0.1:9000" }],
    ["an unknown framing", { framing: "cobs" }],
    ["a reply port of 0", { replyPort: 0 }],
    ["an address without a slash", { faders: ["panel/level"] }],
  ])("refuse %s", (_name, settings) => {
    expect(schema.safeParse(settings).success).toBe(false);
  });

  it("describe the named controls and nothing else", () => {
    const settings = schema.parse({ encoders: ["/dial"], faders: ["/level", "/unused"], pulses: ["/card"] });
    const named = ["/key", "/dial", "/level", "/card"].map(controlId);
    const described = osc.describeControls(settings, named);
    expect(described === "known-once-open" || described.map(({ id, input }) => [id, input.shape])).toEqual([
      ["/key", "button"],
      ["/dial", "encoder"],
      ["/level", "fader"],
      ["/card", "pulse"],
    ]);
  });
});

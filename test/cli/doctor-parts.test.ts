import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { examineAttached } from "../../src/cli/doctor/attached.ts";
import { tellFinding } from "../../src/cli/doctor/finding.ts";
import { examineOpenness } from "../../src/cli/doctor/listeners.ts";
import { fitsRange } from "../../src/cli/doctor/node-range.ts";
import { examineTls } from "../../src/cli/doctor/tls.ts";
import type { DiscoveredDevice } from "../../src/driver/contract.ts";
import type { DeviceMapping, ServerMapping } from "../../src/mapping/mapping.ts";

describe("the certificate", () => {
  const folder = join(import.meta.dirname, "../support/tls");
  const read = (name: string) => readFileSync(join(folder, name), "utf8");

  async function serve(name: string): Promise<URL> {
    const server: Server = createServer({ cert: read(`${name}-cert.pem`), key: read(`${name}-key.pem`) });
    server.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    return new URL(`https://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
  }

  const examine = (url: URL, tls: ServerMapping["tls"]) =>
    examineTls(url, { tls }, join(folder, "mapping.jsonc"));
  const pinIn = (text: string) => /"fingerprint": "([0-9A-F:]{95})"/.exec(text)?.[1];

  test("of a site's own making is refused, and what to put into the mapping makes it right", async () => {
    const url = await serve("server");
    const finding = await examine(url, "system");
    expect(finding.state).toBe("FAIL");
    expect(finding.text).toContain("not trusted by this machine");
    const fingerprint = pinIn(finding.remedy);
    expect(fingerprint).toBeDefined();
    expect(await examine(url, { fingerprint: fingerprint! })).toMatchObject({ state: "OK" });
    expect(await examine(url, { caFile: "server-cert.pem" })).toMatchObject({ state: "OK" });
  });

  test("that is not the pinned one is refused, and shown", async () => {
    const url = await serve("server");
    const finding = await examine(url, { fingerprint: "00".repeat(32) });
    expect(finding).toMatchObject({ state: "FAIL" });
    expect(finding.remedy).toContain("else somebody stands between");
    expect(finding.text).toContain(pinIn(finding.remedy)!);
  });

  test("that was made for another name says for which", async () => {
    const url = await serve("other-name");
    const finding = await examine(url, { caFile: "other-name-cert.pem" });
    expect(finding.state).toBe("FAIL");
    expect(finding.text).toMatch(/^made for .+, not for 127\.0\.0\.1$/);
  });

  test("that nobody checks is a warning with the fingerprint to pin", async () => {
    const finding = await examine(await serve("server"), "insecure");
    expect(finding.state).toBe("WARN");
    expect(pinIn(finding.remedy)).toBeDefined();
  });

  test("that a server with TLS 1.1 alone would show is told so", async () => {
    const { createServer: createPlain } = await import("node:net");
    const alert = Buffer.from([0x15, 3, 1, 0, 2, 2, 70]);
    const server = createPlain((socket) => socket.once("data", () => socket.end(alert)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const finding = await examine(new URL(`https://127.0.0.1:${port}`), "system");
    expect(finding).toMatchObject({ state: "FAIL" });
    expect(finding.text).toContain("speaks only TLS 1.1 or older");
    expect(finding.remedy).toContain("switch TLS 1.2");
  });

  test("that is not there at all, since the port speaks no TLS, is told so", async () => {
    const { createServer: createPlain } = await import("node:http");
    const plain = createPlain((_, answer) => answer.end());
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void plain.close());
    const address = plain.address();
    const port = typeof address === "object" ? address?.port : 0;
    const finding = await examine(new URL(`https://127.0.0.1:${port}`), "system");
    expect(finding.text).toContain("does not speak TLS on this port");
    expect(finding.remedy).toContain("http:// instead of https://");
    expect(await examine(new URL("http://10.0.0.9"), "system")).toMatchObject({ state: "WARN" });
    expect(await examine(new URL(`http://127.0.0.1:${port}`), "system")).toMatchObject({ state: "OK" });
  });
});

describe("what is attached", () => {
  const examine = (settings: Readonly<Record<string, unknown>>, attached: readonly DiscoveredDevice[]) => {
    const device = { id: "desk", kind: { kind: "panel" }, settings } as unknown as DeviceMapping;
    const discovery = { byKind: new Map([["panel", attached]]), findings: [] };
    return examineAttached(device, { about: "device desk", discovery, own: [] });
  };
  const one = { productName: "Box", settings: { serialNumber: "A1", profile: "box" } };
  const two = { productName: "Box", settings: { serialNumber: "B2", profile: "box" } };

  test("and is the one that the mapping means can be opened", () => {
    expect(examine({ serialNumber: "A1" }, [one, two])).toEqual([
      { state: "OK", about: "device desk", text: "Box is attached and can be opened", remedy: "" },
    ]);
    expect(examine({ profile: { id: "box" } }, [one])).toMatchObject([{ state: "OK" }]);
  });

  test("is listed when the one that is meant is not among it", () => {
    const [finding] = examine({ serialNumber: "C3" }, [one]);
    expect(finding?.state).toBe("FAIL");
    expect(finding?.text).toContain('there is Box {"serialNumber":"A1","profile":"box"}');
    expect(examine({}, [])[0]?.text).toBe("not attached: there is no panel here");
  });

  test("and fits several times must be told apart by the mapping", () => {
    expect(examine({}, [one, two])[0]).toMatchObject({
      state: "FAIL",
      remedy: "say which one in the mapping, with its serial number",
    });
  });

  test("and may not be opened says what to run", () => {
    const [finding] = examine({}, [
      { ...one, missing: "Box at /dev/hidraw0 may not be opened by this account" },
    ]);
    expect(finding).toMatchObject({
      state: "FAIL",
      text: "Box at /dev/hidraw0 may not be opened by this account",
    });
    expect(finding?.remedy).toMatch(/udev|usermod/);
  });
});

test("a listener beyond this machine is heard by nobody, somebody, or everybody", () => {
  const at = (host: string, allow: readonly string[]) =>
    examineOpenness({ url: `udp://${host}:9000`, transport: "udp", host, port: 9000 }, allow, "device rack");
  expect(at("127.0.0.1", [])).toEqual([]);
  expect(at("::1", [])).toEqual([]);
  expect(at("0.0.0.0", [])).toMatchObject([
    { state: "WARN", text: expect.stringContaining('there is no "allow"') },
  ]);
  expect(at("0.0.0.0", ["10.0.20.0/24"])).toEqual([]);
  expect(at("10.0.20.5", ["10.0.20.7", "0.0.0.0/0"])).toMatchObject([{ state: "WARN" }]);
});

test.each([
  ["20.19.0", true],
  ["20.18.9", false],
  ["24.1.0", true],
  ["26.2.9", true],
  ["26.3.0", false],
])("Node %s is supported: %s", (version, expected) => {
  expect(fitsRange(version, ">=20.19 <26.3")).toBe(expected);
});

test("a finding is one line, whatever was found", () => {
  const finding = { state: "WARN", about: "disk", text: "one\n  two", remedy: "three\nfour" } as const;
  expect(tellFinding(finding, 6)).toBe("WARN  disk    one; two -> three; four");
});

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import type { TlsSettings } from "../../src/valt/client.ts";
import { type ScriptedServer, startScriptedServer } from "./support/scripted-server.ts";
import { connectTo, failureIn, PASSWORD, valueIn } from "./support/setting.ts";

const read = (name: string) => readFileSync(new URL(`../support/tls/${name}.pem`, import.meta.url), "utf8");

const PAIR = { key: read("server-key"), cert: read("server-cert") };
const OTHER_NAME = { key: read("other-name-key"), cert: read("other-name-cert") };
const FINGERPRINT = new X509Certificate(PAIR.cert).fingerprint256;

async function serve(tls: { readonly key: string; readonly cert: string }): Promise<ScriptedServer> {
  const server = await startScriptedServer({ script: () => undefined, tls });
  onTestFinished(() => server.close());
  return server;
}

describe("a self-signed server", () => {
  test("is refused by default, with what to do, before the password is sent", async () => {
    const server = await serve(PAIR);
    const failure = failureIn(await connectTo(server.url).client.authenticate());
    expect(failure).toMatchObject({ kind: "unreachable", heard: "no", again: "later" });
    expect(failure.message).toMatch(/is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\).*CA file.*fingerprint/);
    expect(server.seen).toHaveLength(0);
  });

  const accepted: [string, TlsSettings][] = [
    ["with its certificate as authority", { verify: "ca-file", caPem: PAIR.cert }],
    ["with its fingerprint", { verify: "fingerprint", sha256: FINGERPRINT }],
    [
      "with its fingerprint without colons, in small letters",
      { verify: "fingerprint", sha256: FINGERPRINT.replaceAll(":", "").toLowerCase() },
    ],
    ["when told not to check", { verify: "insecure" }],
  ];
  test.each(accepted)("is accepted %s", async (_how, tls) => {
    const server = await serve(PAIR);
    valueIn(await connectTo(server.url, { tls }).client.authenticate());
  });

  test("with another fingerprint is refused, naming the one seen, before the password is sent", async () => {
    const server = await serve(OTHER_NAME);
    const { client, logged } = connectTo(server.url, { tls: { verify: "fingerprint", sha256: FINGERPRINT } });
    const failure = failureIn(await client.authenticate());
    expect(failure).toMatchObject({ kind: "unreachable", heard: "no" });
    expect(failure.message).toContain(new X509Certificate(OTHER_NAME.cert).fingerprint256);
    expect(server.seen).toHaveLength(0);
    expect(JSON.stringify([failure, logged])).not.toContain(PASSWORD);
  });

  test("made out to another name is refused even with its authority, but a fingerprint suffices", async () => {
    const server = await serve(OTHER_NAME);
    const byAuthority = connectTo(server.url, { tls: { verify: "ca-file", caPem: OTHER_NAME.cert } });
    expect(failureIn(await byAuthority.client.authenticate()).message).toMatch(/made for another name/);
    const sha256 = new X509Certificate(OTHER_NAME.cert).fingerprint256;
    const byFingerprint = connectTo(server.url, { tls: { verify: "fingerprint", sha256 } });
    valueIn(await byFingerprint.client.authenticate());
  });
});

test("a server that does not speak TLS is told apart", async () => {
  const server = await startScriptedServer({ script: () => undefined });
  onTestFinished(() => server.close());
  const failure = failureIn(await connectTo(server.url.replace("http:", "https:")).client.authenticate());
  expect(failure).toMatchObject({ kind: "unreachable", heard: "no" });
  expect(failure.message).toMatch(/does not speak TLS/);
});

describe("settings that cannot protect anything are refused at once", () => {
  test.each(["", "abc", `${FINGERPRINT}:00`, "x".repeat(64)])("the fingerprint %j", (sha256) => {
    expect(() => connectTo("https://127.0.0.1", { tls: { verify: "fingerprint", sha256 } })).toThrow(
      TypeError,
    );
  });

  test("a fingerprint or an authority without https", () => {
    const url = "http://127.0.0.1";
    expect(() => connectTo(url, { tls: { verify: "fingerprint", sha256: FINGERPRINT } })).toThrow(TypeError);
    expect(() => connectTo(url, { tls: { verify: "ca-file", caPem: PAIR.cert } })).toThrow(TypeError);
  });
});

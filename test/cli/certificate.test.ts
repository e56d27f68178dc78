import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeCertificate } from "../../src/cli/certificate/make.ts";
import { mappingText } from "../support/rig.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

const NOW_MS = Date.now();
const NAMES = ["bridge.example.com", "10.0.0.5", "fd00::1:5"];

test("a certificate is for all its names and addresses, and signed by its authority", () => {
  const made = makeCertificate({ names: NAMES, nowMs: NOW_MS, days: 800 });
  const [certificate, authority] = [
    new X509Certificate(made.certificate),
    new X509Certificate(made.authority),
  ];
  expect(certificate.checkHost("bridge.example.com")).toBe("bridge.example.com");
  expect(certificate.checkHost("other.example.com")).toBeUndefined();
  for (const address of NAMES.slice(1)) expect(certificate.checkIP(address)).toBe(address);
  expect(certificate.verify(authority.publicKey)).toBe(true);
  expect(certificate.checkIssued(authority)).toBe(true);
  expect([certificate.ca, authority.ca]).toEqual([false, true]);
  expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBeLessThan(825 * 86_400_000);
});

test.each([2030, 2051])("its times are readable in %i", (year) => {
  const made = makeCertificate({ names: ["a"], nowMs: Date.UTC(year, 5, 1), days: 1 });
  expect(new Date(new X509Certificate(made.certificate).validTo)).toEqual(new Date(Date.UTC(year, 5, 2)));
});

test("who trusts the authority trusts the server, and nobody else does", async () => {
  const made = makeCertificate({ names: ["localhost"], nowMs: NOW_MS, days: 2 });
  const server = createServer({ cert: made.certificate, key: made.key }, (_, answer) => answer.end("fine"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const ask = (ca: string | undefined) =>
    new Promise<string>((resolve) => {
      const options = { host: "127.0.0.1", servername: "localhost", port, ca, agent: false };
      request(options, (answer) => answer.on("data", (data) => resolve(String(data))))
        .on("error", (error: NodeJS.ErrnoException) => resolve(String(error.code)))
        .end();
    });
  expect(await ask(made.authority)).toBe("fine");
  expect(await ask(undefined)).toMatch(/SELF_SIGNED|UNABLE/);
});

test("the command writes three files, the key for its owner alone, and writes over none", async () => {
  const { folder } = scratch();
  const call = () => valtBridge(["certificate", "localhost", "127.0.0.1", "--to", folder]).ended;
  const { code, out } = await call();
  expect(code).toBe(0);
  for (const word of ["iPad", "Android", "Windows", "--console-certificate"]) expect(out).toContain(word);
  expect(statSync(join(folder, "console.key")).mode & 0o777).toBe(0o600);
  const key = readFileSync(join(folder, "console.key"), "utf8");
  expect((await call()).code).toBe(1);
  expect(readFileSync(join(folder, "console.key"), "utf8")).toBe(key);
  expect((await valtBridge(["certificate", "no name", "--to", folder]).ended).code).toBe(2);
});

test("the service gets the console's options, and its tokens as credentials", async () => {
  const { write } = scratch();
  const file = write("mapping.json", mappingText("https://valt.example.com"));
  const far = [
    "--console",
    "0.0.0.0:8484",
    "--console-certificate",
    "/etc/a.pem",
    "--console-key",
    "/etc/a.key",
  ];
  const { out } = await valtBridge(["service", file, ...far, "--console-name", "bridge.example.com"]).ended;
  const start = /^ExecStart=.*$/m.exec(out)?.[0];
  expect(start).toContain(`${far.join(" ")} --console-name bridge.example.com`);
  expect(out).toMatch(/^LoadCredential=valt-console-token:/m);
  expect(out).not.toMatch(/^LoadCredential=valt-console-view-token:/m);
  const { out: near } = await valtBridge(["service", file, "--console-view-token"]).ended;
  expect(near).not.toMatch(/^LoadCredential=valt-console-token:/m);
  expect(near).toMatch(/^LoadCredential=valt-console-view-token:/m);
  expect(near).not.toMatch(/^ExecStart=.*--console/m);
});

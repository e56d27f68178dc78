import { readFileSync } from "node:fs";
import { request } from "node:https";
import { expect, test } from "vitest";
import { startConsole } from "./console-rig.ts";
import { connectPage } from "./socket-client.ts";

const read = (name: string) => readFileSync(new URL(`../support/tls/${name}.pem`, import.meta.url), "utf8");
const TOKENS = { press: "press-token-0123456789" };
const TLS = { certificate: read("server-cert"), key: read("server-key") };

/** Logs in, and tells the cookie that the browser would keep. */
function logIn(url: string): Promise<string> {
  const body = `token=${TOKENS.press}`;
  const headers = { origin: url, "content-length": String(body.length) };
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers, rejectUnauthorized: false };
    const asking = request(`${url}/login`, options, (answer) => {
      answer.resume();
      resolve(String(answer.headers["set-cookie"]));
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

test("beyond this machine the console is reached over TLS, and its cookie only there", async () => {
  const rig = await startConsole({ console: { host: "0.0.0.0", tokens: TOKENS, tls: TLS } });
  const url = rig.console.url.replace("0.0.0.0", "127.0.0.1");
  expect(url).toMatch(/^https:/);
  const cookie = await logIn(url);
  expect(cookie).toMatch(/^__Host-valt-console=.*; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=\d+$/);
  const options = { rejectUnauthorized: false, headers: { cookie: cookie.split(";", 1)[0] ?? "" } };
  const page = await connectPage(url, options);
  expect(await page.heard("greeting")).toMatchObject({ mayPress: true });
  await expect(connectPage(url, { rejectUnauthorized: false })).rejects.toThrow("401");
});

test("a console that would be open to others is not served", async () => {
  await expect(startConsole({ console: { host: "0.0.0.0" } })).rejects.toThrow(/needs a token/);
});

test("a key that does not fit its certificate is said, not thrown", async () => {
  const tls = { certificate: TLS.certificate, key: read("other-name-key") };
  const served = startConsole({ console: { tokens: TOKENS, tls } });
  await expect(served).rejects.toThrow(/the console's certificate and its key cannot be used/);
});

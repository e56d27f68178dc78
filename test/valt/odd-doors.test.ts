import { readFileSync } from "node:fs";
import { connect, createServer as createTlsServer } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { startBareServer } from "./support/bare-server.ts";
import { bytesOf, http, startRawServer } from "./support/raw-server.ts";
import { connectTo, failureIn, ROOM, valueIn } from "./support/setting.ts";

const pem = (name: string) => readFileSync(new URL(`../support/tls/${name}.pem`, import.meta.url));

const page = (title: string, body = "") =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body>${body}</body></html>`;
const moved = (status: string, location: string) =>
  http(page("Moved"), { status, headers: [`Location: ${location}`] });
const SIGN_IN = page("Sign in to your account", '<form><input type="password" name="p"></form>');
const SAML = page(
  "Continue",
  '<form method="post"><input type="hidden" name="SAMLRequest" value="x"></form>',
);

/** What stands in the way, and the words that send people the right way. */
const DOORS: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
  "single sign-on elsewhere": [
    moved("302 Found", "https://login.example.com/saml2?SAMLRequest=abc"),
    /redirects \(302\) to https:\/\/login\.example\.com: single sign-on .* \/api\/v3/,
  ],
  "single sign-on on the same host": [
    moved("303 See Other", "/adfs/ls/?wa=wsignin"),
    /redirects \(303\) to another page of its own: single sign-on/,
  ],
  "a page to sign in": [
    http(SIGN_IN),
    /page \("Sign in to your account"\) that wants people to sign in: single sign-on/,
  ],
  "a page that posts to sign-on by itself": [http(SAML), /single sign-on/],
  "another address of the same server": [
    moved("301 Moved Permanently", "https://valt.example.com/app/api/v3/login"),
    /to https:\/\/valt\.example\.com\/app: set that as the server's address\./,
  ],
  "a slash that it wants": [
    moved("308 Permanent Redirect", "/api/v3/login/"),
    /VALT must answer below \/api\/v3 without that/,
  ],
  "a login of the web server": [
    http(page("401"), {
      status: "401 Unauthorized",
      headers: ['WWW-Authenticate: Negotiate, Basic realm="x"'],
    }),
    /web server in front of VALT wants a login of its own \(Negotiate/,
  ],
  "a login of a proxy": [
    http(page("x"), { status: "407 Proxy Authentication Required" }),
    /A proxy on the way wants a login/,
  ],
  "a firewall for web applications": [
    http(page("Request Rejected"), { status: "403 Forbidden" }),
    /firewall or proxy in front of VALT refuses the request with a web page \("Request Rejected"\)/,
  ],
  "http where TLS is (nginx)": [
    http(page("400 The plain HTTP request was sent to HTTPS port"), { status: "400 Bad Request" }),
    /has TLS on this port: write https:\/\//,
  ],
  "http where TLS is (Apache)": [
    http(page("400 Bad Request", "Reason: You're speaking plain HTTP to an SSL-enabled server port."), {
      status: "400 Bad Request",
    }),
    /has TLS on this port: write https:\/\//,
  ],
  "http where TLS is (an alert)": [
    Buffer.from([0x15, 3, 1, 0, 2, 2, 22]),
    /has TLS on this port: write https:\/\//,
  ],
  "another program": [
    http(page("Synology DiskStation")),
    /web page \("Synology DiskStation"\).*address that of the VALT server/,
  ],
  "another folder": [
    http(page("404 Not Found"), { status: "404 Not Found" }),
    /no VALT at this address \(404 for \/api\/v3\/login\)/,
  ],
  "an interface without such a call": [
    http({ error: { code: 404 } }, { status: "404 Not Found" }),
    /no VALT at this address/,
  ],
  "a network that wants a sign-in": [
    bytesOf("511 Network Authentication Required", ["Content-Length: 0"], ""),
    /sign in first \(511\)/,
  ],
  "a proxy of the cloud without a server": [
    http(page("522"), { status: "522 x" }),
    /offline or restarting \(522/,
  ],
};

describe("what answers in VALT's place is named", () => {
  test.each(Object.entries(DOORS))("%s", async (_, [answer, words]) => {
    const server = await startRawServer(() => answer);
    const { client } = connectTo(server.url);
    const failure = failureIn(await client.stop(ROOM));
    expect(failure.message).toMatch(words);
    expect(failure.message).not.toMatch(/user name and password|VALT account/);
    expect(failure).toMatchObject({ heard: "no", again: "later" });
    expect(failure.kind).not.toBe("not-found");
    expect(server.seen.every(({ path }) => path === "login")).toBe(true);
  });

  test("for a press as for a login, and a press stays in doubt", async () => {
    const answer = moved("302 Found", "https://login.example.com/saml2?access_token=x");
    const server = await startRawServer(({ path }) => (path === "login" ? undefined : answer));
    const failure = failureIn(await connectTo(server.url).client.stop(ROOM));
    expect(failure).toMatchObject({ kind: "unreachable", heard: "maybe" });
    expect(failure.message).toContain("single sign-on");
    expect(failure.message).not.toContain("access_token");
  });

  test("and tried again soon: no password was wrong", async () => {
    let isOpen = false;
    const server = await startRawServer(() =>
      isOpen ? undefined : moved("302 Found", "https://login.example.com/"),
    );
    const { client } = connectTo(server.url);
    failureIn(await client.roomStatus(ROOM));
    isOpen = true;
    for (;;) {
      const status = await client.roomStatus(ROOM);
      if (status.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
});

describe("an address is understood with", () => {
  test.each(["/api/v3", "/api/v3/", "/API/v3/", "/api/v3/login", "/api/v3/#/rooms", "/", "//"])(
    "%s at its end",
    async (end) => {
      const server = await startRawServer(() => undefined);
      valueIn(await connectTo(`${server.url}${end}`).client.roomStatus(ROOM));
      expect(server.seen.map(({ head }) => head.split(" ")[1]?.split("?")[0])).toEqual([
        "/api/v3/login",
        "/api/v3/rooms/4/status",
      ]);
    },
  );

  test("a folder before it", async () => {
    const server = await startRawServer(() => undefined);
    valueIn(await connectTo(`${server.url}/api/valt/api/v3/`).client.roomStatus(ROOM));
    expect(server.seen[0]?.head).toMatch(/^POST \/api\/valt\/api\/v3\/login /);
  });
});

describe("TLS that does not come about is named:", () => {
  const alert = (description: number) => Buffer.from([0x15, 3, 1, 0, 2, 2, description]);

  test.each<readonly [string, Buffer, RegExp]>([
    ["an old version, refused", alert(70), /speaks only TLS 1\.1 or older.*switch TLS 1\.2/],
    ["no common cipher", alert(40), /no cipher in common/],
    ["another name", alert(112), /does not know itself by this name/],
    ["a wanted client certificate", alert(116), /wants a certificate from this side/],
    [
      "plain HTTP",
      Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
      /does not speak TLS on this port.*"tls": "none"/,
    ],
    ["SSH", Buffer.from("SSH-2.0-OpenSSH_9.2\r\n"), /does not speak TLS on this port/],
  ])("%s", async (_, bytes, words) => {
    const port = await startBareServer((socket) => socket.once("data", () => socket.end(bytes)));
    const failure = failureIn(await connectTo(`https://127.0.0.1:${port}`).client.roomStatus(ROOM));
    expect(failure.message).toMatch(words);
    expect(failure).toMatchObject({ kind: "unreachable", heard: "no" });
  });

  test("a connection that is closed at once", async () => {
    const port = await startBareServer((socket) => socket.once("data", () => socket.end()));
    const failure = failureIn(await connectTo(`https://127.0.0.1:${port}`).client.roomStatus(ROOM));
    expect(failure.message).toMatch(/closed while it was being opened/);
  });

  test("a server that has TLS 1.1 and no later one", async () => {
    const server = createTlsServer({
      key: pem("server-key"),
      cert: pem("server-cert"),
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "ALL:@SECLEVEL=0",
    });
    server.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const old = connect({
      port,
      host: "127.0.0.1",
      minVersion: "TLSv1",
      ciphers: "ALL:@SECLEVEL=0",
      rejectUnauthorized: false,
    });
    await new Promise<void>((resolve, reject) => old.once("secureConnect", resolve).once("error", reject));
    expect(old.getProtocol()).toBe("TLSv1.1");
    old.destroy();
    const { client } = connectTo(`https://127.0.0.1:${port}`, { tls: { verify: "insecure" } });
    expect(failureIn(await client.roomStatus(ROOM)).message).toMatch(/speaks only TLS 1\.1 or older/);
  });
});

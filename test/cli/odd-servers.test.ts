import { connect, createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText } from "../support/rig.ts";
import { startBareServer } from "../valt/support/bare-server.ts";
import { bytesOf, http, startRawServer } from "../valt/support/raw-server.ts";
import { command } from "./in-process.ts";
import { scratch } from "./valt-bridge.ts";

const devices = { rack: { kind: "osc", listen: "udp://127.0.0.1:0" } };

/** What the program says about a server at this address. */
async function visit(url: string) {
  const { folder, write } = scratch();
  const file = write("site.jsonc", mappingText(url, { extra: { devices } }));
  const own = { XDG_RUNTIME_DIR: folder, STATE_DIRECTORY: folder };
  const run = (word: string) => command([word, file], own);
  return { rooms: await run("rooms"), doctor: await run("doctor") };
}

const page = (title: string) => `<html><head><title>${title}</title></head></html>`;

describe("the program reads", () => {
  test("a server that does a dozen odd things at once", async () => {
    const created = await createSimulator({ rooms: 2, controlPort: "none" });
    if (!created.ok) throw new Error(created.failure.message);
    onTestFinished(() => created.value.close());
    const port = await startBareServer((socket) => makeOdd(socket, Number(new URL(created.value.url).port)));
    const { rooms, doctor } = await visit(`http://127.0.0.1:${port}/api/v3/`);
    expect(rooms).toMatchObject({ code: 0 });
    expect(rooms.out).toMatch(/^1 +Interview 1 /m);
    expect(doctor.out).toMatch(/^OK +login/m);
    expect(doctor.out).toMatch(/^OK +rooms/m);
    expect(doctor.out).toMatch(/^OK +rights/m);
  });
});

/** The simulator's answers with an interim answer, a mark and warnings, compressed, under a double length and much of cookies. */
function makeOdd(socket: Socket, port: number): void {
  const server = connect(port, "127.0.0.1");
  socket.on("close", () => server.destroy());
  socket.on("data", (chunk) => server.write(chunk));
  let received = "";
  server.on("data", (chunk) => {
    received += chunk.toString("latin1");
    const [, head = "", status = ""] = /^(HTTP\/1\.1 (.*)\r\n[\s\S]*?\r\n\r\n)/.exec(received) ?? [];
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (head === "" || received.length < head.length + length) return;
    const body = Buffer.from(received.slice(head.length, head.length + length), "latin1").toString();
    received = "";
    const odd = `\ufeff<br />\n<b>Warning</b>:  x in <b>/a.php</b> on line <b>7</b><br />\n${body.replaceAll(":true", ':"1"').replaceAll(":false", ":0")}`;
    const bytes = gzipSync(odd);
    const cookies = Array.from({ length: 6 }, (_, index) => `Set-Cookie: c${index}=${"x".repeat(4000)}`);
    const lengths = [`Content-Length: ${bytes.length}`, `Content-Length: ${bytes.length}`];
    socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    socket.write(bytesOf(status, ["Content-Encoding: gzip", ...cookies, ...lengths], bytes));
  });
}

describe("the program names", () => {
  test.each<readonly [string, Buffer, RegExp]>([
    [
      "single sign-on",
      http("", { status: "302 Found", headers: ["Location: https://login.example.com/"] }),
      /single sign-on/,
    ],
    [
      "a page to sign in",
      http(`${page("SSO")}<input type="password">`),
      /page \("SSO"\) that wants people to sign in/,
    ],
    [
      "a login of the web server",
      http(page("x"), { status: "401 x", headers: ["WWW-Authenticate: Basic"] }),
      /login of its own \(Basic\)/,
    ],
    ["a firewall", http(page("Blocked"), { status: "403 Forbidden" }), /firewall or proxy .*"Blocked"/],
    ["another folder", http(page("Not Found"), { status: "404 x" }), /no VALT at this address/],
    ["another program", http(page("Printer")), /web page \("Printer"\)/],
  ])("%s", async (_, answer, words) => {
    const server = await startRawServer(() => answer);
    const { rooms, doctor } = await visit(server.url);
    expect(rooms.code).not.toBe(0);
    expect(`${rooms.out}${rooms.err}`).toMatch(words);
    expect(doctor.out).toMatch(/^FAIL +login/m);
    expect(doctor.out).toMatch(words);
    expect(doctor.out).not.toMatch(/[Cc]heck (?:the )?user name/);
  });

  test("a server with TLS 1.1 alone", async () => {
    const alert = Buffer.from([0x15, 3, 1, 0, 2, 2, 70]);
    const server = createServer((socket) =>
      socket.on("error", () => undefined).once("data", () => socket.end(alert)),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const { rooms, doctor } = await visit(`https://127.0.0.1:${port}`);
    expect(rooms.err).toMatch(/speaks only TLS 1\.1 or older/);
    expect(doctor.out).toMatch(/^FAIL +certificate +the server speaks only TLS 1\.1 or older/m);
  });
});

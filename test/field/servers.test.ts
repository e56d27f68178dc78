import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { startBareServer } from "../valt/support/bare-server.ts";
import { bytesOf, http, type RawAnswer, startRawServer } from "../valt/support/raw-server.ts";
import { connectTo, failureIn, ROOM, until, valueIn } from "../valt/support/setting.ts";

const TEXT = '{"data":{"status":"available","record":false}}';
const LENGTH = `Content-Length: ${TEXT.length}`;

async function look(answer: ReturnType<RawAnswer>) {
  const server = await startRawServer(({ path }) => (path === "login" ? undefined : answer));
  const { client } = connectTo(server.url);
  return { client, server };
}

const answerOn = (sockets: Socket[]) => (socket: Socket) => {
  sockets.push(socket);
  socket.write(http(TEXT));
};

// The numbers are those of `test/field.md`.
describe("answers of devices that others stumble over are read", () => {
  test.each<readonly [number, string, Buffer | ((socket: Socket) => void)]>([
    [
      1,
      "one header ends with a line feed alone",
      Buffer.from(`HTTP/1.1 200 OK\r\nServer: x\n${LENGTH}\r\n\r\n${TEXT}`),
    ],
    [2, "control characters in a header", bytesOf("200 OK", ["X-Name: a\x01b\x00c", LENGTH], TEXT)],
    [3, "letters beyond ASCII in a header", bytesOf("200 OK", ["X-Name: Aufnahme \xff\xe4", LENGTH], TEXT)],
    [4, "no length, then the end", (socket) => socket.end(bytesOf("200 OK", ["Connection: close"], TEXT))],
    [
      5,
      "100 without a reason and with a length",
      Buffer.concat([
        Buffer.from("HTTP/1.1 100\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n"),
        bytesOf("200 OK", [LENGTH], TEXT),
      ]),
    ],
    [
      6,
      "100 several times",
      Buffer.concat([
        Buffer.from("HTTP/1.1 100 Continue\r\n\r\n".repeat(3)),
        bytesOf("200 OK", [LENGTH], TEXT),
      ]),
    ],
    [
      7,
      "the length twice in one header",
      bytesOf("200 OK", [`Content-Length: ${TEXT.length}, ${TEXT.length}`], TEXT),
    ],
    [8, "the length in two headers", bytesOf("200 OK", [LENGTH, "Pragma: no-cache", LENGTH], TEXT)],
    [
      9,
      "two lengths, one of them 0",
      bytesOf("200 OK", ["Content-Length: 0", "Connection: Keep-Alive", LENGTH], TEXT),
    ],
    [10, "a length that is no number", bytesOf("200 OK", ["Content-Length: -"], TEXT)],
    [
      11,
      "a PHP warning as HTML before JSON",
      http(
        `<br />\n<b>Warning</b>:  "continue" targeting switch is equivalent to "break" in <b>/a.php</b> on line <b>2549</b><br />\n${TEXT}`,
      ),
    ],
    [
      12,
      "an error box of CodeIgniter before JSON",
      http(
        `\n<div style="border:1px solid #990000;">\n\n<h4>A PHP Error was encountered</h4>\n\n<p>Severity: Warning</p>\n<p>Line Number: 103</p>\n\n\n</div>${TEXT}`,
      ),
    ],
    [
      13,
      "warnings before and after JSON",
      http(
        `<br />\n<b>Notice</b>:  x in <b>/a</b> on line <b>1</b><br />\n${TEXT}<br />\n<b>Deprecated</b>:  y in <b>/a</b> on line <b>2</b><br />\n`,
      ),
    ],
  ])("%i: %s", async (_, _what, answer) => {
    const { client } = await look(answer);
    for (let turn = 0; turn < 3; turn++)
      expect(valueIn(await client.roomStatus(ROOM)).status).toBe("available");
  });

  test("14: a session that ended is answered with a page and 401", async () => {
    let hasEnded = true;
    const server = await startRawServer(({ path }) => {
      if (path === "login" || !hasEnded) return undefined;
      hasEnded = false;
      return http("<html>Session timed out</html>", { status: "401 Unauthorized" });
    });
    valueIn(await connectTo(server.url).client.roomStatus(ROOM));
    expect(server.seen.map(({ path }) => path)).toEqual([
      "login",
      "rooms/4/status",
      "login",
      "rooms/4/status",
    ]);
  });

  test("15: 408 on a connection that was idle is no answer to the next request", async () => {
    const late = bytesOf("408 Request Time-out", ["Connection: close", "Content-Length: 0"], "");
    const sockets: Socket[] = [];
    const server = await startRawServer(({ path }) => (path === "login" ? undefined : answerOn(sockets)));
    const { client } = connectTo(server.url);
    valueIn(await client.roomStatus(ROOM));
    const [socket] = sockets;
    socket?.end(late);
    await until(() => socket?.destroyed === true);
    valueIn(await client.roomStatus(ROOM));
  });
});

describe("firewalls for web applications let requests through", () => {
  test.each<readonly [number, string, RegExp]>([
    [16, "that demand a name of whoever asks", /^user-agent: \S/im],
    [17, "that demand accept", /^accept: \S/im],
  ])("%i: %s", async (_, _what, wanted) => {
    const server = await startRawServer(({ head }) =>
      wanted.test(head) ? undefined : http("<html>Forbidden</html>", { status: "403 Forbidden" }),
    );
    valueIn(await connectTo(server.url).client.roomStatus(ROOM));
  });
});

describe("what cannot be read is named", () => {
  test.each<readonly [string, Buffer, RegExp]>([
    [
      "18: numbers that are none",
      http('{"data":{"status":"available","load":-nan}}'),
      /damaged or cut off: it is not JSON/,
    ],
    [
      "19: a comma that is missing",
      http('{"data":{"status":"available" "record":false}}'),
      /damaged or cut off: it is not JSON/,
    ],
    [
      "20: sign-on by redirect",
      http("", { status: "302 Found", headers: ["Location: https://idp.example.com/sso/saml"] }),
      /redirects \(302\) to https:\/\/idp\.example\.com: single sign-on/,
    ],
    [
      "21: sign-on by redirect to itself, without a text",
      bytesOf("302 Found", ["Location: /ccm/auth/authrequired", "Content-Length: 0"], ""),
      /single sign-on/,
    ],
  ])("%s", async (_, answer, words) => {
    const { client } = await look(answer);
    expect(failureIn(await client.roomStatus(ROOM)).message).toMatch(words);
  });

  test("22: a device with TLS 1.0 alone", async () => {
    const alert = Buffer.from([0x15, 3, 1, 0, 2, 2, 70]);
    const port = await startBareServer((socket) => socket.once("data", () => socket.end(alert)));
    const { client } = connectTo(`https://127.0.0.1:${port}`);
    expect(failureIn(await client.roomStatus(ROOM)).message).toMatch(/speaks only TLS 1\.1 or older/);
  });
});

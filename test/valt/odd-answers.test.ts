import type { Socket } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bytesOf, type RawAnswer, startRawServer } from "./support/raw-server.ts";
import { connectTo, failureIn, ROOM, valueIn } from "./support/setting.ts";

const TEXT = '{"data":{"status":"recording","record":true,"record_id":616}}';
const STATUS = { status: "recording", recordingId: "616" };
const JSON_TYPE = "Content-Type: application/json";

/** A client for a server whose looks at the room are answered with exactly this. */
async function connectToBytes(answer: ReturnType<RawAnswer>) {
  const server = await startRawServer(({ path }) => (path === "login" ? undefined : answer));
  return { ...connectTo(server.url), server };
}

const sized = (body: string | Buffer, headers: readonly string[] = []) => {
  const bytes = Buffer.from(body);
  return bytesOf("200 OK", [JSON_TYPE, `Content-Length: ${bytes.length}`, ...headers], bytes);
};
const WARNING =
  '<br />\n<b>Warning</b>:  Undefined array key "rooms" in <b>/var/www/valt/Room.php</b> on line <b>7</b><br />\n';
const XDEBUG =
  "<br />\n<font size='1'><table class='xdebug-error xe-notice' dir='ltr'>\n<tr><th>( ! ) Notice: Undefined index: {a} in /a.php on line <i>7</i></th></tr>\n</table></font>\n";
const CODEIGNITER =
  '<div style="border:1px solid #990000;">\n\n<h4>A PHP Error was encountered</h4>\n<p>Severity: Warning</p>\n<p>Message:  x</p>\n</div>';

const READ: Readonly<Record<string, Buffer | ((socket: Socket) => void)>> = {
  "a byte order mark before JSON": sized(`\ufeff${TEXT}`),
  "UTF-16 with its mark": sized(Buffer.from(`\ufeff${TEXT}`, "utf16le")),
  "gzip that nobody asked for": sized(gzipSync(TEXT), ["Content-Encoding: gzip"]),
  "gzip that no header tells of": sized(gzipSync(TEXT)),
  "gzip twice": sized(gzipSync(gzipSync(TEXT)), ["Content-Encoding: gzip, gzip"]),
  "a header of gzip over plain text": sized(TEXT, ["Content-Encoding: gzip"]),
  "a charset where the compression belongs": sized(TEXT, ["Content-Encoding: UTF-8"]),
  deflate: sized(deflateSync(TEXT), ["Content-Encoding: deflate"]),
  "deflate without its frame": sized(deflateRawSync(TEXT), ["Content-Encoding: deflate"]),
  brotli: sized(brotliCompressSync(TEXT), ["Content-Encoding: br"]),
  "100 Continue": Buffer.concat([Buffer.from("HTTP/1.1 100 Continue\r\n\r\n"), sized(TEXT)]),
  "100 Continue twice, with headers, apart from the answer": (socket) => {
    socket.write("HTTP/1.1 100 Continue\r\nServer: x\r\n\r\nHTTP/1.1 100 Con");
    setImmediate(() => socket.write("tinue\r\n\r\n"));
    setTimeout(() => socket.write(sized(TEXT)), 5);
  },
  "103 Early Hints": Buffer.concat([
    Buffer.from("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    sized(TEXT),
  ]),
  "a PHP warning before JSON": sized(WARNING + TEXT),
  "a PHP warning after JSON": sized(`${TEXT}\n${WARNING}`),
  "PHP warnings around JSON": sized(`${WARNING}${WARNING}${TEXT}${WARNING}`),
  "PHP warnings as text": sized(
    `\nDeprecated: strlen(): x in /a.php on line 7\n${TEXT}\nPHP Notice:  y in /b.php on line 9\n`,
  ),
  "a notice of xdebug": sized(XDEBUG + TEXT),
  "an error box of a PHP framework": sized(CODEIGNITER + TEXT),
  "the length twice": sized(TEXT, [`Content-Length: ${TEXT.length}`]),
  "the length twice in one line": bytesOf("200 OK", [`Content-Length: ${TEXT.length}, ${TEXT.length}`], TEXT),
  "two lengths that differ": bytesOf("200 OK", ["Content-Length: 7", `Content-Length: ${TEXT.length}`], TEXT),
  "a length that is none": bytesOf("200 OK", ["Content-Length: undefined"], TEXT),
  "a length beside chunks": bytesOf(
    "200 OK",
    ["Transfer-Encoding: chunked", "Content-Length: 5"],
    `${TEXT.length.toString(16)}\r\n${TEXT}\r\n0\r\n\r\n`,
  ),
  "a length that is too short": bytesOf("200 OK", ["Content-Length: 40"], TEXT),
  "a length that is too long": bytesOf("200 OK", ["Content-Length: 400"], TEXT),
  "a length that is too long, and the end": (socket) =>
    socket.end(bytesOf("200 OK", ["Content-Length: 400"], TEXT)),
  "no length and no end": bytesOf("200 OK", [], TEXT),
  "no length, and the end": (socket) => socket.end(bytesOf("200 OK", ["Connection: close"], TEXT)),
  "chunks without their end": (socket) =>
    socket.end(
      bytesOf("200 OK", ["Transfer-Encoding: chunked"], `${TEXT.length.toString(16)}\r\n${TEXT}\r\n`),
    ),
  "line feeds alone": Buffer.from(`HTTP/1.1 200 OK\nContent-Length: ${TEXT.length}\n\n${TEXT}`),
  "headers of 40 kB": sized(
    TEXT,
    Array.from({ length: 10 }, (_, index) => `Set-Cookie: c${index}=${"x".repeat(4000)}`),
  ),
  "a head that comes byte by byte": (socket) => {
    const bytes = [...Buffer.concat([Buffer.from("HTTP/1.1 100 Continue\r\n\r\n"), sized(TEXT)])];
    const next = () => {
      const byte = bytes.shift();
      if (byte === undefined) return;
      socket.write(Buffer.from([byte]));
      setImmediate(next);
    };
    next();
  },
};

describe("is read all the same:", () => {
  test.each(Object.entries(READ))("%s", async (_, answer) => {
    const { client } = await connectToBytes(answer);
    for (let look = 0; look < 3; look++) expect(valueIn(await client.roomStatus(ROOM))).toEqual(STATUS);
  });
});

describe("a room's name keeps its letters in", () => {
  const body = '{"data":{"name":"Anhörung – Süd","has_recording":false}}';
  const windows = Buffer.from(body.replace("–", "\x96"), "latin1");
  test.each([
    ["UTF-8 that is called Latin-1", Buffer.from(body), "text/html; charset=ISO-8859-1"],
    ["Windows-1252 that nobody calls so", windows, "application/json"],
    ["Windows-1252 that is called UTF-8", windows, "application/json; charset=utf-8"],
    ["Windows-1252 under its name", windows, "application/json; charset=windows-1252"],
    ["an encoding that does not exist", windows, "application/json; charset=x-none"],
  ])("%s", async (_, bytes, type) => {
    const answer = bytesOf("200 OK", [`Content-Type: ${type}`, `Content-Length: ${bytes.length}`], bytes);
    const { client } = await connectToBytes(answer);
    expect(valueIn(await client.roomName(ROOM))).toBe("Anhörung – Süd");
  });
});

test("PHP's warnings are told in the log, once", async () => {
  const { client, logged } = await connectToBytes(sized(WARNING + TEXT));
  for (let look = 0; look < 3; look++) valueIn(await client.roomStatus(ROOM));
  expect(logged.filter((line) => line.includes("display_errors"))).toHaveLength(1);
});

test("a command that is answered with a wrong length is not in doubt", async () => {
  const text = '{"data":{"id":616,"status":true}}';
  const { client, server } = await connectToBytes(bytesOf("200 OK", ["Content-Length: 500"], text));
  expect(valueIn(await client.stop(ROOM))).toEqual({ recordingId: "616" });
  expect(server.seen.filter(({ path }) => path === "rooms/4/record/stop")).toHaveLength(1);
});

describe("is not read, and said in words that help:", () => {
  test.each<readonly [string, ReturnType<RawAnswer>, RegExp]>([
    ["JSON that is cut off", sized(TEXT.slice(0, 30)), /damaged or cut off/],
    ["a page that holds JSON", sized(`<html><script>\n${TEXT}\n</script> Warning: x</html>`), /web page/],
    [
      "a compression that is not known",
      sized(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), ["Content-Encoding: zstd"]),
      /zstd.*switch compression off/,
    ],
    [
      "gzip that is cut off",
      sized(gzipSync(TEXT).subarray(0, 30), ["Content-Encoding: gzip"]),
      /compressed \(gzip\)/,
    ],
    [
      "gzip that unpacks to far too much",
      sized(gzipSync(Buffer.alloc(50e6)), ["Content-Encoding: gzip"]),
      /longer than 64 KiB/,
    ],
    [
      "200 kB of headers",
      sized(
        TEXT,
        Array.from({ length: 50 }, (_, i) => `X${i}: ${"x".repeat(4000)}`),
      ),
      /128 KiB of headers/,
    ],
    ["half a head, and the end", (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Le"), /broke before/],
    [
      "a PHP program that broke off",
      sized("<br />\n<b>Fatal error</b>:  Uncaught PDOException: gone in <b>/a.php</b> on line <b>7</b>"),
      /PHP.*Fatal error: +Uncaught PDOException/,
    ],
  ])("%s", async (_, answer, words) => {
    const { client } = await connectToBytes(answer);
    const failure = failureIn(await client.roomStatus(ROOM));
    expect(failure.message).toMatch(words);
    expect(failure.kind).not.toBe("refused");
  });
});

test("every request says who asks, and that JSON is wanted, uncompressed", async () => {
  const { client, server } = await connectToBytes(sized(TEXT));
  await client.roomStatus(ROOM);
  await client.stop(ROOM);
  for (const { head } of server.seen) {
    expect(head).toMatch(/^user-agent: valt-panel-bridge$/m);
    expect(head).toMatch(/^accept: application\/json, /m);
    expect(head).toMatch(/^accept-encoding: identity$/m);
  }
});

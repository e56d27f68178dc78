import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readTextFile } from "../../src/base/text-file.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { scratch, valtBridge } from "../cli/valt-bridge.ts";
import { mappingText } from "../support/rig.ts";

const MARK = "\ufeff";
const TEXT = mappingText("http://127.0.0.1:1", { extra: { devices: {} } });
const PRETTY = JSON.stringify(JSON.parse(TEXT), undefined, 2);
const MIB = 1_048_576;

function put(bytes: string | Buffer, name = "mapping.jsonc"): string {
  const file = join(scratch().folder, name);
  writeFileSync(file, bytes);
  return file;
}

const bigEndian = (text: string) => Buffer.from(text, "utf16le").swap16();

describe("a mapping file as editors leave it is taken:", () => {
  test.each([
    ["with a byte order mark", MARK + PRETTY],
    ["with line ends of Windows", PRETTY.replaceAll("\n", "\r\n")],
    ["with both", MARK + PRETTY.replaceAll("\n", "\r\n")],
    ["with line ends of old", PRETTY.replaceAll("\n", "\r")],
    ["with a comment after the mark", `${MARK}// Überwachung\n${PRETTY}`],
  ])("%s", async (_, text) => {
    const { code, err } = await valtBridge(["check", put(text)]).ended;
    expect(err).toBe("");
    expect(code).toBe(0);
  });
});

describe("a mapping file that is no text is told in one sentence:", () => {
  test.each<[string, Buffer | string, string]>([
    ["UTF-16", Buffer.from(MARK + PRETTY, "utf16le"), "the file is written in UTF-16 (save it as UTF-8)"],
    ["UTF-16 the other way", bigEndian(MARK + PRETTY), "the file is written in UTF-16 (save it as UTF-8)"],
    [
      "UTF-16 without a mark",
      Buffer.from(PRETTY, "utf16le"),
      "the file is no text: there are zero bytes in it (save it as UTF-8)",
    ],
    [
      "Latin-1",
      Buffer.from(`// one\n// Überwachung\n${PRETTY}`, "latin1"),
      "the file is not written in UTF-8 (line 2) (save it as UTF-8)",
    ],
    ["far too long", " ".repeat(MIB + 1), "the file is longer than 1 MiB (is it the file that was meant?)"],
  ])("%s", async (_, bytes, sentence) => {
    const file = put(bytes);
    const { code, err } = await valtBridge(["check", file]).ended;
    expect(err.trimEnd()).toBe(`${file}:1:1: error: ${sentence}`);
    expect(code).toBe(3);
  });

  test("something that never ends", async () => {
    const { code, err } = await valtBridge(["check", "/dev/zero"]).ended;
    expect(err.trimEnd()).toBe(
      "/dev/zero:1:1: error: the file is longer than 1 MiB (is it the file that was meant?)",
    );
    expect(code).toBe(3);
  });

  test("a pipe to which nobody writes, also as a table, and one to which somebody writes late", async () => {
    const mapping = {
      ...JSON.parse(TEXT),
      rooms: { "{name}": { from: "rooms.csv", id: "{id}" } },
    };
    const file = put(JSON.stringify(mapping));
    const [table, late] = ["rooms.csv", "late.jsonc"].map((name) => join(file, "..", name));
    for (const pipe of [table, late]) execFileSync("mkfifo", [pipe ?? ""]);
    for (const read of [file, table ?? ""]) {
      const { code, err } = await valtBridge(["check", read]).ended;
      expect(err).toContain("error: ");
      expect(code).toBe(3);
    }
    const writer = spawn("sh", [
      "-c",
      `exec 3<>"$1"; sleep 1.2; cat "$2" >&3; sleep 0.2`,
      "sh",
      late ?? "",
      put(TEXT, "own.jsonc"),
    ]);
    const { code, err } = await valtBridge(["check", late ?? ""]).ended;
    writer.kill();
    expect(err).toBe("");
    expect(code).toBe(0);
  });

  test("a folder", async () => {
    const folder = join(scratch().folder, "mapping.jsonc");
    mkdirSync(folder);
    const { code, err } = await valtBridge(["check", folder]).ended;
    expect(err).toMatch(/:1:1: error: the file is a folder/);
    expect(code).toBe(3);
  });
});

describe("a profile beside the mapping", () => {
  const profile = readFileSync(join(import.meta.dirname, "../../devices/usb-hid/profiles/muteme.json"));
  const serial = readFileSync(join(import.meta.dirname, "../../devices/serial/profiles/button-box.json"));
  const device = (text: string) => mappingText("http://127.0.0.1:1", { extra: { devices: { one: text } } });

  test.each([
    ["usb-hid", profile],
    ["serial", serial],
  ])("of the kind %s is read with a byte order mark, and named when it is UTF-16", async (kind, shipped) => {
    const settings = { kind, profile: "./own.json", ...(kind === "serial" ? { path: "/dev/ttyUSB0" } : {}) };
    const file = put(device(settings as unknown as string));
    const own = join(file, "../own.json");
    writeFileSync(own, Buffer.concat([Buffer.from(MARK), shipped]));
    const fine = await valtBridge(["check", file]).ended;
    expect(fine.err).not.toContain("error");
    expect(fine.code).toBe(0);
    writeFileSync(own, Buffer.from(MARK + shipped.toString(), "utf16le"));
    const refused = await valtBridge(["check", file]).ended;
    expect(refused.err).toMatch(/own\.json is written in UTF-16 \(save it as UTF-8\)/);
    expect(refused.err.trimEnd().split("\n")).toHaveLength(1);
    expect(refused.code).toBe(3);
  });
});

test("a recording is read with a byte order mark, and its absence is told", async () => {
  const recording = readFileSync(
    join(import.meta.dirname, "../recordings/osc/touchosc-start-and-stop.jsonl"),
    "utf8",
  );
  const file = put(MARK + recording, "recording.jsonl");
  expect(await valtBridge(["replay", file, "--speed", "20"]).ended).toMatchObject({ code: 0 });
  const missing = await valtBridge(["replay", `${file}.none`]).ended;
  expect(missing.err).toMatch(/^\S+\.none is not there/);
  expect(missing.err.trimEnd().split("\n")).toHaveLength(1);
  expect(missing.code).toBe(2);
});

describe("a password", () => {
  test.each([
    ["that begins with a hyphen", "-p --x", "-p --x"],
    ["in a file with a byte order mark and a line end of Windows", "-secret word", `${MARK}-secret word\r\n`],
    ["in a file with a line end", "-secret", "-secret\n"],
  ])("%s is the one that the server is told", async (_, password, written) => {
    const created = await createSimulator({ rooms: 2, password, controlPort: "none" });
    if (!created.ok) throw new Error(created.failure.message);
    onTestFinished(() => created.value.close());
    const mapping = put(mappingText(created.value.url, { extra: { devices: {} } }));
    const secrets = written === password ? { VALT_PASSWORD: password } : fileWith(written);
    const { code, out, err } = await valtBridge(["rooms", mapping, "--json"], secrets).ended;
    expect(code, err).toBe(0);
    expect(JSON.parse(out)).toHaveLength(2);
  });

  test("of a simulator may begin with a hyphen as well", async () => {
    const simulator = valtBridge(["simulate", "--port", "0", "--password", "-p", "--json"]);
    await simulator.shows('"event"');
    const url = /"url":"([^"]+)"/.exec(simulator.out())?.[1] ?? "";
    const answer = await fetch(`${url}/api/v3/login`, {
      method: "POST",
      body: JSON.stringify({ username: "panel-bridge", password: "-p" }),
    });
    expect(answer.status).toBe(200);
  });

  function fileWith(text: string): Record<string, string> {
    return { VALT_PASSWORD: "", VALT_PASSWORD_FILE: put(text, "password") };
  }
});

test("a text file is read whatever it is: a pipe too, and not beyond its limit", () => {
  const file = put("ä".repeat(100));
  expect(readTextFile(file, 200)).toEqual({ ok: true, value: "ä".repeat(100) });
  expect(readTextFile(file, 199)).toMatchObject({ ok: false, failure: { what: "is longer than 0 KiB" } });
  expect(readTextFile("/dev/null", 10)).toEqual({ ok: true, value: "" });
});

describe("certificate files", () => {
  const CERTIFICATES = join(import.meta.dirname, "../support/tls");

  test.each<[what: string, bytes: Buffer, sentence: string]>([
    [
      "in UTF-16",
      Buffer.from("\ufeff-----BEGIN CERTIFICATE-----", "utf16le"),
      "is written in UTF-16: save it as UTF-8",
    ],
    [
      "that is something else",
      Buffer.from("no certificate"),
      "is no PEM file: nothing in it begins with -----BEGIN",
    ],
  ])("%s are told with a sentence", async (_, bytes, sentence) => {
    const file = put(bytes, "ca.pem");
    const mapping = put(
      JSON.stringify({
        server: { url: "https://127.0.0.1:1", username: "panel-bridge", tls: { caFile: file } },
        rooms: { lab: 1 },
        devices: {},
      }),
    );
    for (const words of [
      ["run", mapping, "--no-console"],
      ["doctor", mapping],
      ["simulate", "--tls-key", file, "--tls-cert", file],
    ]) {
      const { code, out, err } = await valtBridge(words, { VALT_PASSWORD: "x" }).ended;
      expect(code, words[0]).not.toBe(0);
      expect(out + err, words[0]).toContain(`${file} ${sentence}`);
      expect(out + err, words[0]).not.toContain("    at ");
    }
  });

  test("with a byte order mark and line ends of Windows are taken", async () => {
    const [key, certificate] = ["server-key.pem", "server-cert.pem"].map((name) =>
      put(`\ufeff${readFileSync(join(CERTIFICATES, name), "utf8").replaceAll("\n", "\r\n")}`, name),
    );
    const simulator = valtBridge([
      "simulate",
      "--port",
      "0",
      "--tls-key",
      key!,
      "--tls-cert",
      certificate!,
      "--json",
    ]);
    await simulator.shows('"url":"https://');
  });
});

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHideLine } from "../../src/cli/backup/conceal.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText, openSurface, until } from "../support/rig.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

/** Each once, and nowhere else in the world. */
const planted = {
  password: "pw/Zebra+crossing 17",
  passcode: "rack-Walrus-29",
  pin: "8391746",
  viewToken: "view-Ocelot_31_token",
  pressToken: "press-Lemur_37_token",
  webhook: "https://hooks.example.com/T41/Badger43/kettle47?sig=Puffin53",
  strayVariable: "stray-Marmot-59",
  fileSecret: "file-Narwhal-61",
  addressPassword: "url-Quokka-67",
  addressKey: "query-Tapir-71",
  comment: "comment-Wombat-73",
  quotedPasscode: "line-Gibbon-79",
  typedWrong: "typed-Heron-83",
  typedAnywhere: "osc-Jackal-89",
  header: "eyJhbGciOi.Kestrel97.Kestrel97",
  jsonField: "json-Llama-101",
  besideKey: "beside-Mole-103",
  certificateKey: "MIIKey-Newt-107",
} as const;

const freePort = () => 20_000 + Math.floor(Math.random() * 20_000);

/** Every way in which a text may stand in another. */
function formsOf(secret: string): readonly string[] {
  const shifted = (encoding: "base64" | "base64url") =>
    [0, 1, 2].map((before) => {
      const text = Buffer.concat([Buffer.alloc(before, 65), Buffer.from(secret)]).toString(encoding);
      // The first and the last letters depend on what stands beside it.
      return text.replaceAll("=", "").slice(before === 0 ? 0 : before + 1, -2);
    });
  return [
    secret,
    secret.toLowerCase(),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll("%20", "+"),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("hex"),
    ...shifted("base64"),
    ...shifted("base64url"),
  ];
}

function leaksIn(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const text = readFileSync(join(parentPath, name), "latin1");
    return Object.entries(planted).flatMap(([what, secret]) =>
      formsOf(secret).some((form) => text.includes(form) || text.toLowerCase().includes(form.toLowerCase()))
        ? [
            `${what} in ${name}: ${text.split("\n").find((line) => formsOf(secret).some((form) => line.includes(form)))}`,
          ]
        : [],
    );
  });
}

test("a bundle has what helps, and none of the secrets that are planted wherever one may stand", async () => {
  const { folder, write } = scratch();
  const created = await createSimulator({ rooms: 2, password: planted.password });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  onTestFinished(() => simulator.close());
  const [osc, line, guarded] = [freePort(), freePort(), freePort()];
  // Whatever text of a mapping names a file counts.
  const rooms = {
    "interview-1": { id: 1, label: "own.pem" },
    "interview-2": { id: 2, label: "secrets/beside.json" },
  };
  const text = mappingText(simulator.url, {
    rooms,
    extra: {
      alarms: { webhookFrom: "ALARM_HOOK" },
      devices: {
        surface: { kind: "osc", listen: `udp://127.0.0.1:${osc}`, allow: ["127.0.0.1"] },
        rack: { kind: "serial", listen: `tcp://127.0.0.1:${line}`, passcodeFrom: "RACK_PASSCODE" },
        other: {
          kind: "serial",
          listen: `tcp://127.0.0.1:${guarded}`,
          passcodeFrom: "OTHER_PASSCODE",
          commands: { [`LOGIN ${planted.quotedPasscode}`]: { room: "interview-1", do: "start" } },
        },
        deck: { kind: "virtual", model: "plus", room: "interview-1", pin: { from: "PANEL_PIN" } },
      },
    },
  });
  const server = simulator.url.replace("://", `://panel:${planted.addressPassword}@`);
  mkdirSync(join(folder, "secrets"));
  write("secrets/beside.json", JSON.stringify({ password: planted.besideKey }));
  write("own.pem", `-----BEGIN PRIVATE KEY-----\n${planted.certificateKey}\n-----END PRIVATE KEY-----\n`);
  const file = write(
    "site.jsonc",
    `// password: ${planted.comment}, see https://wiki.example.com/hook?key=${planted.addressKey}
${JSON.stringify({ ...JSON.parse(text), server: { ...JSON.parse(text).server, url: server } }, undefined, 2)}`,
  );
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const lines = [
    `panel valt-bridge[7]: server lost url=https://root:${planted.addressPassword}@valt.example.com`,
    `panel valt-bridge[7]: header Authorization: Basic ${Buffer.from(`panel-bridge:${planted.password}`).toString("base64")}`,
    `panel valt-bridge[7]: header Authorization: Bearer ${planted.header}`,
    `panel valt-bridge[7]: posted to https://hooks.example.com/?key=${planted.addressKey}`,
    `panel valt-bridge[7]: answer {"password":"${planted.jsonField}"} of ${encodeURIComponent(planted.password)}`,
    `panel valt-bridge[7]: heard "LOGIN ${planted.quotedPasscode}" from 10.0.20.7`,
    `panel valt-bridge[7]: heard {\\"text\\":\\"LOGIN ${planted.typedWrong}\\"} token=${planted.viewToken}`,
    "panel valt-bridge[7]: device open surface",
  ];
  write("lines", lines.join("\n"));
  writeFileSync(join(bin, "journalctl"), `#!/bin/sh\ncat ${join(folder, "lines")}\n`);
  chmodSync(join(bin, "journalctl"), 0o755);
  write("file-secret", `${planted.fileSecret}\n`);
  const own = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    XDG_RUNTIME_DIR: folder,
    STATE_DIRECTORY: join(folder, "state"),
    VALT_PASSWORD: planted.password,
    RACK_PASSCODE: planted.passcode,
    OTHER_PASSCODE_FILE: join(folder, "file-secret"),
    PANEL_PIN: planted.pin,
    ALARM_HOOK: planted.webhook,
    VALT_CONSOLE_TOKEN: planted.pressToken,
    VALT_CONSOLE_VIEW_TOKEN: planted.viewToken,
    MY_API_KEY: planted.strayVariable,
  };
  const checked = await valtBridge(["check", file], own).ended;
  expect([checked.code, checked.err]).toEqual([
    0,
    expect.stringContaining("the address carries credentials"),
  ]);
  const bridge = valtBridge(["run", file, "--no-console"], own);
  await bridge.shows("logged in");
  await until("the line", () => /"device":"rack","product"/.test(bridge.err()), 20_000);
  const surface = await openSurface(osc);
  const peer = connect(line, "127.0.0.1");
  onTestFinished(() => {
    surface.close();
    peer.destroy();
  });
  let heard = "";
  peer.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  peer.write(`LOGIN ${planted.typedWrong}\rLOGIN ${planted.passcode}\r`);
  await until("the login", () => heard.includes("OK LOGIN"));
  surface.send("/valt/connect", planted.typedAnywhere);
  surface.send("/valt/room/interview-1/start");
  await until("a recording", () => simulator.world.room(1)?.status === "recording", 20_000);
  await until("the answer", () => surface.last("/valt/ok"), 20_000);
  // Typed where they do not belong.
  surface.send("/valt/room/interview-1/marker", `code ${planted.passcode}`);
  surface.send(`/valt/room/${planted.pin}/start`);
  await until("a mark", () => simulator.world.room(1)?.marks.length === 1, 20_000);
  await until("the refusal", () => surface.last("/valt/error"), 20_000);

  const out = join(folder, "bundle.tar.gz");
  const { code, out: said, err } = await valtBridge(["support", file, "--out", out], own).ended;
  expect([code, err]).toEqual([0, ""]);
  expect(said).toContain(`written  ${out}`);
  const unpacked = scratch().folder;
  execFileSync("tar", ["-xzf", out, "-C", unpacked]);
  writeFileSync(join(unpacked, "said"), said);
  expect(leaksIn(unpacked)).toEqual([]);
  // Whoever looks finds them where they were planted.
  const found = leaksIn(folder).map((leak) => leak.split(" ")[0]);
  for (const what of [
    "password",
    "fileSecret",
    "addressPassword",
    "addressKey",
    "comment",
    "quotedPasscode",
    "typedWrong",
    "header",
    "jsonField",
    "besideKey",
    "certificateKey",
  ])
    expect(found).toContain(what);

  const read = (name: string) => readFileSync(join(unpacked, name), "utf8");
  expect(readdirSync(unpacked).toSorted()).toEqual([
    "doctor.json",
    "journal.jsonl",
    "log.txt",
    "manifest.json",
    "mapping",
    "said",
    "status.json",
    "versions.json",
  ]);
  expect(JSON.parse(read("versions.json"))).toMatchObject({
    program: { name: "valt-panel-bridge" },
    missingParts: [],
  });
  expect(JSON.parse(read("status.json"))).toMatchObject([
    { pid: bridge.process.pid, rooms: expect.any(Array) },
  ]);
  expect(JSON.parse(read("doctor.json"))).toContainEqual(
    expect.objectContaining({ about: "mapping", state: "OK" }),
  );
  expect(read("log.txt")).toContain("device open surface");
  expect(read("journal.jsonl")).toContain('"command":"start"');
  expect(read("mapping/site.jsonc")).toContain('"listen": "udp://127.0.0.1:');
  expect(JSON.parse(read("manifest.json")).leftOut).toEqual([
    { what: join(folder, "own.pem"), why: "private keys are not saved" },
    { what: join(folder, "secrets/beside.json"), why: "secrets are not saved" },
  ]);
  bridge.process.kill("SIGTERM");
  await bridge.ended;
}, 90_000);

test("without a bridge, a log, a state and a mapping that can be read, it says what is missing", async () => {
  const { folder, write } = scratch();
  const file = write("site.jsonc", '{ "server": { "url": "https://panel:hunter-2222@valt" }');
  const own = { PATH: folder, XDG_RUNTIME_DIR: folder, STATE_DIRECTORY: folder };
  const out = join(folder, "bundle.tar.gz");
  const { code, out: said } = await valtBridge(["support", file, "--out", out], own).ended;
  expect(code).toBe(0);
  expect(said).toContain("without  status.json: no bridge is running that this account may ask");
  expect(said).toContain("without  log.txt: the system's journal cannot be read here");
  expect(said).toContain("without  journal.jsonl: there is no ");
  execFileSync("tar", ["-xzf", out, "-C", folder]);
  expect(readFileSync(join(folder, "mapping/site.jsonc"), "utf8")).toContain("https://***@valt");
  expect(readFileSync(join(folder, "doctor.json"), "utf8")).not.toContain("hunter");
});

test.each([
  ['heard "PASS 4711-x" and "PIN 12"', 'heard "PASS ***" and "PIN ***"'],
  ["see https://x.example.com/a?b=c#d, then", "see https://x.example.com/a?*** then"],
  ['{"author": 5, "authorization": "x"}', '{"author": 5, "authorization": "x"}'],
  ["Authorization: Digest username-abc", "Authorization: ***"],
  ['"passwordFrom": "VALT_PASSWORD"', '"passwordFrom": "VALT_PASSWORD"'],
  ["// pin = 4711, api-key: abc", "// pin = ***, api-key: ***"],
])("%s becomes %s", (line, clean) => {
  expect(createHideLine(undefined)(line)).toBe(clean);
});

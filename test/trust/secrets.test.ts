import { createSocket } from "node:dgram";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { formsOf } from "../../src/base/redact.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { createChance } from "../campaign/chance.ts";
import { encodeOsc, rest } from "../support/rig.ts";
import { type HostileServer, startHostileServer } from "./hostile-server.ts";
import { asked, createSite, type Product, type Site } from "./product.ts";

/** Characters that are written differently in addresses, JSON and base64. */
const SECRETS = {
  VALT_PASSWORD: 'pa55 "wörd"/+&=valt',
  LINE_PASSCODE: "line code+77/x",
  SMP_PASSWORD: "smp%pass word",
  OSC_PASSCODE: 'osc\\pass"code',
  DESK_PIN: "80421973",
  HOOK_KEY: "hook-k3y_9f8e7d",
  URL_USER_INFO: "url-pa55word",
} as const;
const CARD = "326577";
const CAMERA_PASSWORD = "camera-password";
/** What the whole product says anywhere. */
interface Outputs {
  readonly texts: Map<string, string>;
}

async function startSite() {
  const password = SECRETS.VALT_PASSWORD;
  const created = await createSimulator({ rooms: 2, password, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  // What a server can know; tokens and what was posted to it are added.
  const loot = [SECRETS.VALT_PASSWORD, SECRETS.URL_USER_INFO];
  const server = await startHostileServer(simulator.url, loot, createChance(4));
  const hook = await startHook();
  const folder: { path: string } = { path: "" };
  const site = createSite({
    mapping: mappingFor(`http://panel:${SECRETS.URL_USER_INFO}@127.0.0.1:${server.port}`),
    variables: { ...SECRETS, HOOK: `${hook.url}/${SECRETS.HOOK_KEY}?key=${SECRETS.HOOK_KEY}` },
  });
  folder.path = site.folder;
  onTestFinished(async () => {
    server.close();
    hook.close();
    await simulator.close();
    site.remove();
  });
  return { simulator, server, hook, site };
}

function mappingFor(url: string): object {
  const listen = "tcp://127.0.0.1:0";
  return {
    server: { url, username: "panel-bridge", deadlineMs: 800 },
    rooms: { "room-1": 1, "room-2": 2 },
    alarms: { webhookFrom: "HOOK" },
    devices: {
      line: {
        kind: "serial",
        listen,
        passcodeFrom: "LINE_PASSCODE",
        commands: {
          "WHO {number} {room}": { start: { author: { card: "{number}" } } },
        },
      },
      smp: { kind: "serial", listen, dialect: "smp", room: "room-2", passcodeFrom: "SMP_PASSWORD" },
      osc: {
        kind: "osc",
        listen: "udp://127.0.0.1:0",
        passcodeFrom: "OSC_PASSCODE",
        commands: { "/door/{room}/{number}": { start: { author: { card: "{number}" } } } },
      },
      desk: {
        kind: "stream-deck",
        address: "fake://mk2",
        room: "room-1",
        pin: { from: "DESK_PIN" },
      },
    },
    timing: { activePollMs: 200, idlePollMs: 200, requestsPerSecond: 1000, freshMs: 600 },
  };
}

async function startHook() {
  const bodies: string[] = [];
  let count = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(count++ % 2 === 0 ? 500 : 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, bodies, close: () => server.close() };
}

/** Says lines, the first of them letter by letter as a person would at a terminal; returns all that was heard. */
async function talk(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  for (const letter of `${lines[0]}\r`) {
    socket.write(letter);
    await rest(4);
  }
  for (const line of lines.slice(1)) {
    socket.write(`${line}\r`);
    await rest(60);
  }
  await rest(1200);
  socket.destroy();
  return heard;
}

async function talkOsc(port: number): Promise<string> {
  const socket = createSocket("udp4");
  let heard = "";
  socket.on("message", (bytes) => {
    heard += bytes.toString("latin1");
  });
  const say = (address: string, ...values: string[]) =>
    socket.send(encodeOsc(address, values), port, "127.0.0.1");
  say("/valt/connect", `wrong ${SECRETS.OSC_PASSCODE}`);
  say("/valt/connect", SECRETS.OSC_PASSCODE);
  say("/valt/subscribe");
  say(`/door/room-1/${CARD}`);
  say("/door/room-2/999999");
  say("/valt/room/room-1/mark", "a mark");
  await rest(1500);
  socket.close();
  return heard;
}

/** Everybody logs in, rightly and wrongly, and asks for things, while the server is at its worst. */
async function live(product: Product, server: { hostility: number }, outputs: Outputs): Promise<void> {
  const ports = await Promise.all([product.port("line"), product.port("smp"), product.port("osc", "udp")]);
  server.hostility = 0.35;
  const [line, smp, osc] = await Promise.all([
    talk(ports[0], [
      `LOGIN ${SECRETS.LINE_PASSCODE}x`,
      `LOGIN ${SECRETS.LINE_PASSCODE}`,
      "SUB *",
      "REC START 1",
      "MARK 1 A mark",
      `WHO ${CARD} room-2`,
      "WHO 999999 room-1",
      "REC STOP 1",
      "REC? 1",
    ]),
    talk(ports[1], [
      `wrong ${SECRETS.SMP_PASSWORD}`,
      SECRETS.SMP_PASSWORD,
      "\u001bY1RCDR",
      "\u001bY0RCDR",
      "I",
    ]),
    talkOsc(ports[2]),
  ]);
  outputs.texts.set("pushes", `${outputs.texts.get("pushes") ?? ""}${line}${smp}${osc}`);
  const status = await asked("the status", () => product.status());
  outputs.texts.set(`status ${product.pid}`, JSON.stringify(status));
  server.hostility = 0;
}

/** Loaded into the process before it: its log is for people, and a part of it breaks with a secret in the error. */
function sabotage(site: Site): string {
  const file = join(site.folder, "sabotage.mjs");
  writeFileSync(
    file,
    `Object.defineProperty(process.stderr, "isTTY", { value: true });
     process.once("SIGUSR2", () => {
       const { VALT_PASSWORD, LINE_PASSCODE, HOOK } = process.env;
       void Promise.reject(new Error([VALT_PASSWORD, LINE_PASSCODE, HOOK].join(" ")));
     });`,
  );
  return file;
}

function filesIn(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => readFileSync(join(folder, name)).toString("latin1"))
    .join("\n");
}

function leaksIn(outputs: Outputs, secrets: readonly string[]): readonly string[] {
  return [...outputs.texts].flatMap(([where, text]) =>
    secrets.flatMap((secret) =>
      formsOf(secret)
        .flatMap((form) => [form, Buffer.from(form).toString("latin1"), Buffer.from(form).toString("hex")])
        .filter((form) => text.includes(form))
        .map((form) => `${form} in ${where}: ${around(text, form)}`),
    ),
  );
}

function around(text: string, form: string): string {
  const at = text.indexOf(form);
  return text.slice(Math.max(0, at - 100), at + form.length + 60);
}

test("no password, passcode, token, PIN, card or camera credential is found in anything that the product says", async () => {
  const { server, hook, site, simulator } = await startSite();
  const outputs: Outputs = { texts: new Map() };
  const product = site.start("--verbose");
  await live(product, server, outputs);
  await product.stop();
  outputs.texts.set("log of machines", product.out() + product.err());
  expect(product.err()).toContain("logged in to VALT");
  const saboteur = createSiteOn(site, sabotage(site));
  const broken = saboteur.start("--verbose");
  await live(broken, server, outputs);
  process.kill(broken.pid, "SIGUSR2");
  await asked("the sabotage", async () => broken.err().includes("unexpected"));
  await broken.stop();
  outputs.texts.set("log of people", broken.out() + broken.err());
  await runOthers(site, outputs, server);
  outputs.texts.set("files", filesIn(site.stateFolder));
  outputs.texts.set("webhook", hook.bodies.join("\n"));
  // A search that could find nothing would prove nothing.
  expect(simulator.requests.count("POST login")).toBeGreaterThan(0);
  expect(server.tokens.size).toBeGreaterThan(0);
  const { DESK_PIN: pin, ...words } = SECRETS;
  const secrets = [...Object.values(words), pin, CAMERA_PASSWORD, ...server.tokens];
  expect(leaksIn(outputs, [...secrets, ` ${CARD} `, `/${CARD}`, `"${CARD}`])).toEqual([]);
}, 300_000);

/** The same machine, with something loaded before the program. */
function createSiteOn(site: Site, file: string): Site {
  return { ...site, start: (...words) => site.startWith([`--import=${file}`], ...words) };
}

/** Commands for people, among them those that meet the wrong server and the wrong certificate. */
async function runOthers(site: Site, outputs: Outputs, server: HostileServer): Promise<void> {
  const file = site.mappingFile;
  const commands = [
    ["journal", "show"],
    ["journal", "show", "--json"],
    ["journal", "show", "--csv"],
    ["journal", "verify"],
    ["rooms", file],
    ["check", file],
    ["doctor", file],
    ["status"],
  ];
  server.forget();
  for (const words of commands) {
    const { out, err } = await site.run(...words);
    outputs.texts.set(words.join(" "), out + err);
  }
  server.hostility = 1;
  for (const words of [
    ["rooms", file],
    ["doctor", file],
  ]) {
    server.forget();
    const { out, err } = await site.run(...words);
    outputs.texts.set(`${words.join(" ")} on a hostile server`, out + err);
  }
  server.hostility = 0;
  const secure = join(site.folder, "secure.jsonc");
  const text = readFileSync(file, "utf8").replace('"http://', '"https://');
  writeFileSync(secure, text);
  const wrong = await site.run("rooms", secure);
  outputs.texts.set("wrong TLS", wrong.out + wrong.err);
}

test("a recording of a line holds no passcode, also where it was typed letter by letter", async () => {
  const { site, server } = await startSite();
  const file = join(site.folder, "recording.jsonl");
  const product = site.begin("record", site.mappingFile, "--device", "line", "--out", file);
  const port = await asked(
    "the port",
    async () => /"line".*tcp:\/\/127\.0\.0\.1:(\d+)/.exec(product.err())?.[1],
  );
  const heard = await talk(Number(port), [
    `LOGIN ${SECRETS.LINE_PASSCODE}`,
    `LOGIN ${SECRETS.LINE_PASSCODE}`,
    "REC? 1",
  ]);
  expect(heard).toContain("OK LOGIN");
  await product.stop();
  const bytes = (readFileSync(file, "utf8").match(/"in":"[0-9a-f]*"/g) ?? [])
    .map((one) => Buffer.from(one.slice(6, -1), "hex").toString())
    .join("");
  expect(bytes).toContain("LOGIN ***");
  const outputs = { texts: new Map([["recording", readFileSync(file, "utf8") + bytes]]) };
  expect(leaksIn(outputs, [...Object.values(SECRETS), ...server.tokens])).toEqual([]);
}, 120_000);

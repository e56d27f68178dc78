import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Action } from "../../src/action/action.ts";
import { actions, type Permission } from "../../src/action/actions/index.ts";
import { isPermitted } from "../../src/action/permit.ts";
import { deviceId, peerId } from "../../src/base/identifiers.ts";
import { AddressSession } from "../../src/bridge/address-session.ts";
import { LineSession } from "../../src/bridge/line-session.ts";
import type { LinkedDevice } from "../../src/bridge/link-session.ts";
import type { LinkMessage, Peer, Stroke } from "../../src/driver/link.ts";
import { panoptoCommands } from "../../src/link/dialects/panopto.ts";
import type { SisCommand } from "../../src/link/dialects/smp/sis-commands.ts";
import { indexRooms } from "../../src/link/link-rooms.ts";
import { permissionsOf } from "../../src/mapping/action-schema.ts";
import type { DeviceMapping, Mapping } from "../../src/mapping/mapping.ts";
import { unseenRoom } from "../../src/room/room-state.ts";
import { type RoomView, viewRoom } from "../../src/room/room-view.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { createContext } from "../support/link-context.ts";
import { mappingText, parse } from "../support/rig.ts";

const ESC = "\x1b";
const PEER: Peer = {
  id: peerId("tcp:10.0.20.7:1"),
  address: "10.0.20.7",
  reach: "network",
  delivery: "stream",
};

type Needed = Permission | "any but mark";

/** What a peer says, and the rights without which nothing of it may happen. */
interface Verb {
  readonly said: string;
  readonly values?: LinkMessage["values"];
  readonly stroke?: Stroke;
  readonly needs: readonly Needed[];
  /** The room's status meanwhile; default idle. */
  readonly status?: RoomView["status"];
}

/** The mapping's own commands: one for each thing that an action can be. */
const OWN: Readonly<Record<Action["kind"], readonly [word: unknown, needs: readonly Needed[]]>> = {
  start: ["start", ["start"]],
  stop: ["stop", ["stop"]],
  toggle: ["toggle", ["start", "stop"]],
  pause: ["pause", ["pause"]],
  resume: ["resume", ["resume"]],
  "toggle-pause": ["toggle-pause", ["pause", "resume"]],
  lock: ["lock", ["lock"]],
  unlock: ["unlock", ["unlock"]],
  "toggle-lock": ["toggle-lock", ["lock", "unlock"]],
  mark: [{ mark: "own" }, ["mark"]],
  "apply-preset": [{ "apply-preset": "2", camera: 5001 }, ["apply-preset"]],
  acknowledge: ["acknowledge", ["any but mark"]],
};

const native: Readonly<Record<string, readonly Verb[]>> = {
  REC: [
    { said: "REC START 1", needs: ["start"] },
    { said: "REC STOP 1", needs: ["stop"] },
    { said: "REC TOGGLE 1", needs: ["start", "stop"] },
    { said: "REC PAUSE 1", needs: ["pause"] },
    { said: "REC RESUME 1", needs: ["resume"] },
    { said: "@7 rec start lab", needs: ["start"] },
  ],
  MARK: [{ said: "MARK 1 x", needs: ["mark"] }],
  LOCK: [
    { said: "LOCK ON 1", needs: ["lock"] },
    { said: "LOCK OFF 1", needs: ["unlock"] },
  ],
  // The right is that of what the button is bound to, asked for when the touch has become an action.
  BTN: [{ said: "BTN talk CLICK", needs: [] }],
  "REC?": [{ said: "REC? 1", needs: [] }],
  "LOCK?": [{ said: "LOCK? 1", needs: [] }],
  "STATUS?": [{ said: "STATUS?", needs: [] }],
  SUB: [{ said: "SUB 1 TIME 5", needs: [] }],
  UNSUB: [{ said: "UNSUB 1", needs: [] }],
  HB: [{ said: "HB 30", needs: [] }],
  "LED?": [{ said: "LED? talk", needs: [] }],
  "ROOMS?": [{ said: "ROOMS?", needs: [] }],
  "ID?": [{ said: "ID?", needs: [] }],
  "VER?": [{ said: "VER?", needs: [] }],
  PING: [{ said: "PING", needs: [] }],
  LOGIN: [{ said: "LOGIN x", needs: [] }],
  HELP: [{ said: "HELP", needs: [] }],
};

const smp: Readonly<Record<SisCommand["kind"], readonly Verb[]>> = {
  record: [
    { said: `${ESC}Y1RCDR`, needs: ["start"] },
    { said: "wy1rcdr", needs: ["start"] },
    { said: `${ESC}Y1RCDR`, needs: ["resume"], status: "paused" },
    { said: `${ESC}Y0RCDR`, needs: ["stop"] },
    { said: `${ESC}Y2RCDR`, needs: ["pause"] },
  ],
  mark: [{ said: `${ESC}BRCDR`, needs: ["mark"] }],
  // Prepares the next start.
  "set-metadata": [
    { said: "WM13*FORGEDRCDR", needs: ["start"] },
    { said: `${ESC}M2*FORGEDRCDR`, needs: ["start"] },
  ],
  "ask-record": [{ said: `${ESC}YRCDR`, needs: [] }],
  "ask-metadata": [{ said: `${ESC}M13RCDR`, needs: [] }],
  "set-verbose": [{ said: `${ESC}3CV`, needs: [] }],
  "ask-verbose": [{ said: `${ESC}CV`, needs: [] }],
  information: [{ said: "35I", needs: [] }],
  version: [{ said: "Q", needs: [] }],
  extend: [{ said: `${ESC}E5RCDR`, needs: [] }],
  "out-of-range": [{ said: `${ESC}Y9RCDR`, needs: [] }],
  "set-echo": [{ said: `${ESC}0ECHO`, needs: [] }],
  "ask-echo": [{ said: `${ESC}ECHO`, needs: [] }],
  "part-number": [{ said: "N", needs: [] }],
  "unit-name": [{ said: `${ESC}CN`, needs: [] }],
  "not-here": [{ said: "0Q", needs: [] }],
};

const panopto: Readonly<Record<string, readonly Verb[]>> = {
  START: [{ said: "START", needs: ["start"] }],
  STOP: [{ said: "stop", needs: ["stop"] }],
  PAUSE: [{ said: "PAUSE", needs: ["pause"] }],
  RESUME: [{ said: "RESUME", needs: ["resume"] }],
  EXTEND: [{ said: "EXTEND", needs: [] }],
  STATUS: [{ said: "STATUS", needs: [] }],
};

const at = (leaf: string) => `/valt/room/lab/${leaf}`;
const on = { values: [1], stroke: "down" } as const;
const off = { values: [0], stroke: "up" } as const;

const addresses: Readonly<Record<string, readonly Verb[]>> = {
  start: [{ said: at("start"), needs: ["start"] }],
  stop: [{ said: at("stop"), needs: ["stop"] }],
  toggle: [{ said: at("toggle"), needs: ["start", "stop"] }],
  pause: [{ said: at("pause"), needs: ["pause"] }],
  resume: [{ said: at("resume"), needs: ["resume"] }],
  lock: [{ said: at("lock"), needs: ["lock"] }],
  unlock: [{ said: at("unlock"), needs: ["unlock"] }],
  record: [
    { said: at("record"), ...on, needs: ["start"] },
    { said: at("record"), ...off, needs: ["stop"] },
  ],
  "record/set": [
    { said: at("record/set"), ...on, needs: ["start"] },
    { said: at("record/set"), ...off, needs: ["stop"] },
  ],
  "pause/set": [
    { said: at("pause/set"), ...on, needs: ["pause"] },
    { said: at("pause/set"), ...off, needs: ["resume"] },
  ],
  "lock/set": [
    { said: at("lock/set"), ...on, needs: ["lock"] },
    { said: at("lock/set"), ...off, needs: ["unlock"] },
  ],
  marker: [{ said: at("marker"), needs: ["mark"] }],
  "marker {text}": [{ said: at("marker"), values: ["x"], needs: ["mark"] }],
  "/valt/ping": [{ said: "/valt/ping", needs: [] }],
  "/valt/rooms": [{ said: "/valt/rooms", needs: [] }],
  "/valt/status": [{ said: "/valt/status", needs: [] }],
  "/valt/subscribe": [{ said: "/valt/subscribe", needs: [] }],
  "/valt/renew": [{ said: "/valt/renew", needs: [] }],
  "/valt/unsubscribe": [{ said: "/valt/unsubscribe", needs: [] }],
  "/valt/connect": [{ said: "/valt/connect", values: ["x"], needs: [] }],
};

interface Language {
  readonly device: Readonly<Record<string, unknown>>;
  readonly verbs: Readonly<Record<string, readonly Verb[]>>;
  /** Own commands, as this kind of link is told them. */
  own(kind: Action["kind"]): string;
}

const line = { kind: "serial", listen: "tcp://127.0.0.1:0", room: "lab" };
const languages: Readonly<Record<string, Language>> = {
  native: { device: { ...line, dialect: "native" }, verbs: native, own: (kind) => `own ${kind}` },
  smp: { device: { ...line, dialect: "smp" }, verbs: smp, own: (kind) => `own ${kind}` },
  panopto: { device: { ...line, dialect: "panopto" }, verbs: panopto, own: (kind) => `own ${kind}` },
  rules: { device: { ...line, dialect: "none" }, verbs: {}, own: (kind) => `own ${kind}` },
  addresses: {
    device: { kind: "osc", listen: "udp://127.0.0.1:0", room: "lab" },
    verbs: addresses,
    own: (kind) => `/own/${kind}`,
  },
};

const devices = new Map<Language, Pick<Mapping, "rooms"> & { readonly device: DeviceMapping }>();

/** Parsed once: what it may do is set later. */
function deviceOf(language: Language) {
  const known = devices.get(language);
  if (known !== undefined) return known;
  const commands = Object.fromEntries(
    Object.entries(OWN).map(([kind, [word]]) => [language.own(kind as Action["kind"]), word]),
  );
  const extra = { devices: { link: { ...language.device, commands, allow: [PEER.address] } } };
  const { rooms, devices: parsed } = parse(mappingText("http://127.0.0.1:1", { rooms: { lab: 1 }, extra }));
  const made = { rooms, device: parsed.get(deviceId("link")) as DeviceMapping };
  devices.set(language, made);
  return made;
}

/** A session in that dialect with a peer of another machine that may do these things, and a core that only notes. */
function converse(language: Language, may: readonly Permission[] | "everything", status: RoomView["status"]) {
  const { rooms: mapped, device: asMapped } = deviceOf(language);
  const device = { ...asMapped, may: may === "everything" ? may : new Set(may) };
  if (device.link === undefined) throw new Error("no link");
  const [done, refused]: Action[][] = [[], []];
  const dropped: string[] = [];
  const view = (): RoomView => ({
    ...viewRoom(unseenRoom, 0),
    knowledge: "live",
    status,
    expected: status,
  });
  const core = createContext({
    clock: createFakeClock(),
    rooms: indexRooms(mapped.values()),
    view,
    act: (action, _, allowed) => {
      const isAllowed = isPermitted(action, allowed);
      (isAllowed ? done : refused)?.push(action);
      return Promise.resolve(isAllowed ? { kind: "done" } : { kind: "refused", reason: "not-permitted" });
    },
  });
  const Session = device.link.dialect.style === "lines" ? LineSession : AddressSession;
  const session = new Session(device as LinkedDevice, core, {
    countDrop: (reason) => dropped.push(reason),
    take: () => undefined,
    hears: () => undefined,
  });
  const sent: string[] = [];
  session.open({ send: ({ text, values }) => sent.push([text, ...values].join(" ")) });
  session.panel(["talk" as never]);
  session.joined(PEER);
  return { session, done, refused, dropped, sent };
}

const EVERY = permissionsOf(actions) as readonly Permission[];
/** Nothing, each right alone, all but each, and all. */
const sets: readonly (readonly Permission[])[] = [
  [],
  ...EVERY.map((one) => [one]),
  ...EVERY.map((one) => EVERY.filter((other) => other !== one)),
  EVERY,
];

function verbsOf(language: Language): readonly Verb[] {
  const own = Object.entries(OWN).map(([kind, [, needs]]) => ({
    said: language.own(kind as Action["kind"]),
    needs,
  }));
  return [...Object.values(language.verbs).flat(), ...own];
}

const cases = Object.entries(languages).flatMap(([name, language]) =>
  verbsOf(language).map((verb) => {
    const title = `${name}: ${JSON.stringify(verb.said)} needs the right to ${verb.needs.join(" and ") || "nothing"}`;
    return { title, language, verb };
  }),
);

test.each(cases)("$title", async ({ language, verb }) => {
  const { said, needs, values = [], stroke = "click", status = "available" } = verb;
  for (const may of sets) {
    const { session, done, refused, dropped, sent } = converse(language, may, status);
    sent.length = 0;
    session.request({ text: said, values }, PEER, stroke);
    await settle();
    const isAllowed = needs.every((right) =>
      right === "any but mark" ? may.some((one) => one !== "mark") : may.includes(right),
    );
    const isDenied = (refused?.length ?? 0) + dropped.filter((why) => why === "not permitted").length > 0;
    expect(isDenied, `may ${may.join(", ")}`).toBe(!isAllowed);
    if (!isAllowed) expect(done).toEqual([]);
    const answer = sent.join("");
    if (!isAllowed && language !== languages.rules)
      expect(answer).toMatch(/\b(?:ERR 24|E24|Error|error 24)\b/);
    session.close();
  }
});

test("the tables have every verb of every language", async () => {
  const { session, sent } = converse(languages.native as Language, "everything", "available");
  sent.length = 0;
  session.request({ text: "HELP", values: [] }, PEER, "click");
  expect(sent.join("").trim()).toBe(`OK HELP ${sent.join("").trim().split(" ").slice(2).join(" ")}`);
  expect(new Set(sent.join("").trim().split(" ").slice(2))).toEqual(new Set(Object.keys(native)));
  expect(new Set(Object.keys(panopto))).toEqual(new Set(Object.keys(panoptoCommands)));
  const source = readFileSync(
    join(import.meta.dirname, "../../src/link/dialects/addresses/addresses.ts"),
    "utf8",
  );
  const leaves = [
    ...source.matchAll(/^ {2}\["([^"]+)", \{ on/gm),
    ...source.matchAll(/case "(\/valt\/[^"]+)"/g),
  ];
  const said = [...leaves.map(([, leaf]) => leaf), "marker", "marker {text}"];
  expect(new Set(said)).toEqual(new Set(Object.keys(addresses)));
});

test("a name that a peer without the right to start gives is not that of the next recording", async () => {
  const forged = converse(languages.smp as Language, ["mark"], "available");
  forged.session.request({ text: "WM13*FORGEDRCDR", values: [] }, PEER, "click");
  forged.session.request({ text: "WM13RCDR", values: [] }, PEER, "click");
  await settle();
  expect(forged.sent.slice(-2)).toEqual(["E24\r\n", "\r\n"]);
});

import { describe, expect, test } from "vitest";
import type { Frame } from "../../../../src/driver/contract.ts";
import { shippedProfileIds } from "../../../../src/driver/shipped-profiles.ts";
import { DARK, lamp, openShipped, RED } from "./line.ts";

/** What a product says and what it means; what is shown and what it is sent. Bytes from its `source`. */
interface Vectors {
  /** What the bridge says at once. */
  readonly opens: readonly string[];
  /** What the device says, one line after another, and what is made of all of it. */
  readonly hears: readonly (readonly [said: string, events: readonly string[]])[];
  readonly shows: readonly (readonly [control: string, frame: Frame, sent: readonly string[]])[];
  /** What the device may say that is neither a touch nor unknown. */
  readonly ignores: string;
  /** Complaints, which are counted. */
  readonly complaints: string;
}

const nul = (value: unknown) => `${JSON.stringify(value)}\0`;
const call = (id: string, method: string, params: unknown) => nul({ jsonrpc: "2.0", id, method, params });
const change = (id: string, name: string, value: unknown) =>
  nul({ jsonrpc: "2.0", id, result: { Id: "x", Changes: [{ Name: name, Value: value, String: "" }] } });

const VECTORS: Readonly<Record<string, Vectors>> = {
  "button-box": {
    opens: ["?\n"],
    hears: [
      ["B 02\r\n", ["held button-2"]],
      ["D3\n", ["down button-3"]],
      ["U3\n", ["up button-3"]],
      ["C8\n", ["pulsed button-8 []"]],
      ["E1 +2\nE2 -1\n", ["turned dial-1 2", "turned dial-2 -1"]],
      ["P2 1\nP2 0\n", ["down dial-2", "up dial-2"]],
      ["F1 1023\nF2 0\n", ["moved fader-1 1", "moved fader-2 0"]],
      ["R 0042AB\n", ['pulsed card ["0042AB"]']],
    ],
    shows: [
      ["button-1", lamp(RED), ["L1 1 FF0000\n"]],
      ["button-1", lamp(RED, "double"), ["L1 4 FF0000\n"]],
      ["button-8", lamp(DARK), ["L8 0 000000\n"]],
      ["display", { kind: "text", text: "Room 1\r\nStop" }, ["T Room 1  Stop\n"]],
    ],
    ignores: "BOX 1.2\n",
    complaints: "",
  },
  "lutron-keypad": {
    opens: ["#MONITORING,3,1\r\n"],
    hears: [
      ["QNET> ~DEVICE,2,1,3\r\n", ["down button-1"]],
      ["~DEVICE,2,1,4\r\n", ["up button-1"]],
      ["~DEVICE,2,15,5\r\nGNET> ~DEVICE,2,15,32\r\n", ["up button-15"]],
    ],
    shows: [
      ["button-1", lamp(RED), ["#DEVICE,2,81,9,1\r\n"]],
      ["button-1", lamp(RED, "slow"), ["#DEVICE,2,81,9,2\r\n"]],
      ["button-15", lamp(RED, "fast"), ["#DEVICE,2,95,9,3\r\n"]],
      ["button-15", lamp(DARK), ["#DEVICE,2,95,9,0\r\n"]],
    ],
    ignores:
      "~DEVICE,2,81,9,1\r\n~DEVICE,7,1,3\r\n~OUTPUT,1,1,50.00\r\n~MONITORING,3,1\r\n~SYSTEM,1,23:05:00\r\nQNET> ",
    complaints: "~ERROR,2\r\n",
  },
  "numato-gpio": {
    opens: ["\r", "gpio iomask ff\r", "gpio iodir 0f\r", "gpio readall\r"],
    hears: [
      ["gpio readall\n\r0e\n\r>", ["held input-0"]],
      ["gpio readall\r\r\n0F\n>", ["up input-0"]],
      ["# 0B 0F F0\r\n>", ["down input-2"]],
    ],
    shows: [
      ["lamp-4", lamp(RED), ["gpio set 4\r"]],
      ["lamp-7", lamp(DARK), ["gpio clear 7\r"]],
    ],
    ignores: "gpio iomask ff\n\r>>",
    complaints: "ERROR 1\n\r",
  },
  "global-cache-contacts": {
    opens: ["getstate,1:1\r", "getstate,1:2\r", "getstate,1:3\r"],
    hears: [
      ["state,1:1,1\rstate,1:2,0\r", ["held contact-2"]],
      ["state,1:1,0\r", ["down contact-1"]],
      ["state,1:1,0\r", []],
      ["statechange,1:1,1\r", ["up contact-1"]],
    ],
    shows: [],
    ignores: "state,1:3,1\r",
    complaints: "ERR_1:2,018\runknowncommand,14\r",
  },
  "global-cache-relays": {
    opens: ["getstate,1:1\r"],
    hears: [],
    shows: [
      ["relay-1", lamp(RED), ["setstate,1:1,1\r"]],
      ["relay-3", lamp(DARK), ["setstate,1:3,0\r"]],
    ],
    ignores: "state,1:1,1\r",
    complaints: "ERR_1:4,003\r",
  },
  "kramer-keypad": {
    opens: ["#\r"],
    hears: [
      ["~01@BTN 1,3,p\r\n", ["down button-3"]],
      ["~01@BTN 1,3,h\r\n~01@BTN 1,3,R\r\n", ["up button-3"]],
    ],
    shows: [
      ["button-2", lamp([3, 4, 5]), ["#RGB 2,3,4,5,1\r"]],
      ["button-2", lamp(RED, "slow"), ["#RGB 2,255,0,0,2\r"]],
      ["button-2", lamp(DARK), ["#RGB 2,0,0,0,0\r"]],
    ],
    ignores: "~01@RGB 2,3,4,5,1\r\n~01@RGB 2,3,4,5,1 OK\r\n~01@ OK\r\n",
    complaints: "~01@ ERR 002\r\n~01@RGB ERR003\r\n~01@ERR 001\r\n",
  },
  "biamp-tesira": {
    opens: [
      "SESSION set verbose true\n",
      ...[1, 2, 3, 4].map((n) => `LogicMeter1 subscribe state ${n} valtButton${n} 100\n`),
      "DEVICE get version\n",
    ],
    hears: [
      ['! "publishToken":"valtButton1" "value":false +OK\r\n', []],
      ['! "publishToken":"valtButton2" "value":true\r\n+OK\r\n', ["held button-2"]],
      ['! "publishToken":"valtButton1" "value":true\r\n', ["down button-1"]],
      ['! "publishToken":"valtButton1" "value":false\r\n', ["up button-1"]],
    ],
    shows: [
      ["button-1", lamp(RED), ["LogicState1 set state 1 true\n"]],
      ["button-4", lamp(DARK), ["LogicState1 set state 4 false\n"]],
    ],
    ignores:
      '\xff\xfd\x18\xff\xfb\x03Welcome to the Tesira Text Protocol Server...\r\n+OK "value":"4.2.0"\r\n',
    complaints: '-ERR address not found: {"deviceId":0}\r\n',
  },
  "q-sys-ecp": {
    opens: ["cgc 1\n", 'cga 1 "RecordButton"\n', 'cga 1 "MarkButton"\n', "cgsna 1 50\n", "sg\n"],
    hears: [
      ['cv "RecordButton" "false" 0 0\r\ncv "MarkButton" "true" 1 1\r\n', ["held mark"]],
      ['cv "RecordButton" "true" 1 1\r\n', ["down record"]],
      ['cv "RecordButton" "my own \\"text\\"" 0 0\r\n', ["up record"]],
    ],
    shows: [
      ["record", lamp(RED), ['csv "RecordLamp" 1\n']],
      ["mark", lamp(DARK), ['csv "MarkLamp" 0\n']],
    ],
    ignores: 'cv "RecordLamp" "true" 1 1\r\nsr "Design" "NIEC2bxnVZ6a" 1 1\r\ncgpa\r\n',
    complaints: 'bad_id "RecordLamp"\r\nlogin_required\r\n',
  },
  "q-sys-qrc": {
    opens: [
      call("add-record", "ChangeGroup.AddControl", { Id: "valt-record", Controls: ["RecordButton"] }),
      call("add-mark", "ChangeGroup.AddControl", { Id: "valt-mark", Controls: ["MarkButton"] }),
      call("poll-record", "ChangeGroup.Poll", { Id: "valt-record" }),
      call("poll-mark", "ChangeGroup.Poll", { Id: "valt-mark" }),
      nul({ jsonrpc: "2.0", method: "NoOp", params: {} }),
    ],
    hears: [
      [change("poll-record", "RecordButton", 0) + change("poll-mark", "MarkButton", 1), ["held mark"]],
      [change("poll-record", "RecordButton", 1.0), ["down record"]],
      [change("poll-record", "Somebody else's", 0), []],
      [change("poll-record", "RecordButton", false), ["up record"]],
    ],
    shows: [
      ["record", lamp(RED), [call("lamp", "Control.Set", { Name: "RecordLamp", Value: 1 })]],
      ["mark", lamp(DARK), [call("lamp", "Control.Set", { Name: "MarkLamp", Value: 0 })]],
    ],
    ignores:
      nul({ jsonrpc: "2.0", method: "EngineStatus", params: { State: "Active" } }) +
      nul({ jsonrpc: "2.0", id: "lamp", result: true }),
    complaints: nul({ jsonrpc: "2.0", id: "lamp", error: { code: 6, message: "Unknown control" } }),
  },
};

test("every shipped profile has its vectors here", () => {
  expect(Object.keys(VECTORS).toSorted()).toEqual(shippedProfileIds("serial"));
});

describe.each(Object.entries(VECTORS))("%s", (id, vectors) => {
  const { opens, hears, shows, ignores, complaints } = vectors;

  test("is called like its file, and says where its facts come from", () => {
    const { profile } = openShipped(id);
    expect(profile.id).toBe(id);
    expect(profile.source.length).toBeGreaterThan(40);
    expect(profile.confirmed).toMatch(/\S/);
    expect(profile.controls.length).toBeGreaterThan(0);
  });

  test("says its first words once the line is open", async () => {
    const line = openShipped(id);
    line.session.start();
    await line.clock.advance(1000 * Math.min(1, line.profile.sending.minGapMs));
    expect(line.written.slice(0, opens.length)).toEqual(opens);
  });

  test.skipIf(hears.length === 0)("means what it says", () => {
    const line = openShipped(id);
    for (const [said, events] of hears) {
      line.events.length = 0;
      line.hear(said);
      expect(line.events, said).toEqual(events);
    }
    expect(line.dropped).toEqual([]);
  });

  test.skipIf(shows.length === 0)("is sent what its lamps should show", async () => {
    const line = openShipped(id);
    for (const [control, frame, sent] of shows) expect(await line.show(control, frame)).toEqual(sent);
  });

  test("leaves alone what is known and no touch, and counts what is a complaint", () => {
    const line = openShipped(id);
    line.hear(ignores);
    expect([line.events, line.dropped]).toEqual([[], []]);
    line.hear(complaints);
    expect(line.events).toEqual([]);
    expect(line.dropped.every((reason) => reason === "the device refused something")).toBe(true);
    expect(line.dropped.length > 0).toBe(complaints !== "");
  });

  test("counts what is unknown and never answers it", async () => {
    const line = openShipped(id);
    line.hear(`what is this?${opens[0]?.slice(-1)}`.replace("\r", "\r\n"));
    await line.clock.advance(0);
    expect(line.written).toEqual([]);
    expect(line.events).toEqual([]);
  });

  test("is dark when it is closed", async () => {
    const line = openShipped(id);
    const closed = line.session.close();
    await line.clock.advance(1000);
    await closed;
    const lamps = line.profile.controls
      .map(({ description }) => description)
      .filter(({ output }) => output.kind !== "none");
    expect(line.written.length).toBe(lamps.length);
    expect(line.lost).toEqual([]);
  });
});

test("Global Caché's datagrams are touches, with or without an end", () => {
  const line = openShipped("global-cache-contacts");
  const notify = (text: string) => line.session.notify(Buffer.from(text));
  notify("sensornotify,1:2:1\r");
  notify("sensornotify,1:2:0");
  notify("sensornotify,1:2:0\r");
  notify("sensornotify,1:2,1\r\n");
  expect(line.events).toEqual(["down contact-2", "up contact-2"]);
  notify("x".repeat(5000));
  expect(line.dropped).toEqual(["datagram too long"]);
});

test("blanks are filled by the mapping", async () => {
  const line = openShipped("lutron-keypad", { integrationId: 17 });
  line.hear("~DEVICE,2,1,3\r\n~DEVICE,17,1,3\r\n");
  expect(line.events).toEqual(["down button-1"]);
  expect(await line.show("button-2", lamp(RED))).toEqual(["#DEVICE,17,82,9,1\r\n"]);
});

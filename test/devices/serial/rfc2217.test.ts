import { afterEach, expect, test } from "vitest";
import { portParameters } from "../../../devices/serial/settings.ts";
import { openRfc2217 } from "../../../devices/serial/wire/rfc2217.ts";
import type { Wire } from "../../../devices/serial/wire/wire.ts";
import { createFakeClock, settle } from "../../support/fake-clock.ts";
import { cleanUp, createNotingHost, failureOf, open, send, show, until } from "./bench.ts";
import { farServer } from "./far-server.ts";

afterEach(cleanUp);

const CTS = 16;
const DSR = 32;
const addressOf = ({ port }: { readonly port: number }) => ({ address: `rfc2217://127.0.0.1:${port}` });

test("the far port is set to the rate, bits, parity, stop bits, flow and lines of the settings", async () => {
  const far = await farServer();
  await open({ ...addressOf(far), baud: 65_535, dataBits: 7, parity: "even", stopBits: 2, rts: "off" });
  await until(() =>
    expect(far.commands).toEqual(
      expect.arrayContaining(["010000ffff", "0207", "0303", "0402", "0501", "0508", "050c"]),
    ),
  );
});

test("every byte value goes out as it is", async () => {
  const far = await farServer();
  const wires: Wire[] = [];
  const ears = { took() {}, damaged() {}, broke() {}, sensed() {}, gone() {} };
  const opened = await openRfc2217(
    { kind: "rfc2217", host: "127.0.0.1", port: far.port },
    {
      parameters: portParameters({ lines: undefined }),
      wanted: new Set(),
      host: createNotingHost(),
      signal: new AbortController().signal,
      saidWhenFull: "",
      meet(wire) {
        wires.push(wire);
        return ears;
      },
    },
  );
  if (!opened.ok) throw new Error(opened.failure.message);
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  wires[0]?.write(all);
  await until(() => expect(Buffer.from(far.received(), "latin1")).toEqual(Buffer.from(all)));
  await opened.value.close();
});

test("lines come in and answers go out", async () => {
  const far = await farServer();
  const host = createNotingHost();
  const device = await open(addressOf(far), host);
  far.line("REC START 4\r");
  await until(() => expect(host.texts()).toEqual(["REC START 4"]));
  send(device, "caf\u00ff\r\n");
  await until(() => expect(far.received()).toBe(Buffer.from("caf\u00ff\r\n", "utf8").toString("latin1")));
});

test("a subnegotiation that never ends swallows one line at most", async () => {
  const far = await farServer();
  const host = createNotingHost();
  await open(addressOf(far), host);
  far.raw(Uint8Array.of(255, 250, 44, 107));
  far.line("REC START 1\r");
  await until(() => expect(host.drops).toEqual(["telnet subnegotiation without its end"]));
  far.line(" 2\rPING\r");
  await until(() => expect(host.texts()).toEqual(["PING"]));
});

test("a machine that refuses the option is no RFC 2217 server, and what to write instead is said", async () => {
  const far = await farServer({ comPort: "never" });
  expect(await failureOf(addressOf(far))).toMatchObject({
    reason: "unsupported",
    message: expect.stringContaining("tcp://"),
  });
});

test("a machine that says nothing is given up after three seconds", async () => {
  const far = await farServer({ comPort: "silent" });
  const clock = createFakeClock();
  const failing = failureOf(addressOf(far), createNotingHost({ clock }));
  await until(() => expect(clock.timerCount()).toBe(1));
  // The connection is made in real time; the patience is the clock's.
  for (let step = 0; step < 50; step++) {
    await settle();
    await clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await failing).toMatchObject({ reason: "unsupported" });
});

test("a far port that cannot do the rate is not used at another", async () => {
  const far = await farServer({ onlyBaud: 9600 });
  expect(await failureOf({ ...addressOf(far), baud: 31_250 })).toMatchObject({
    reason: "unsupported",
    message: expect.stringContaining("set baud to 9600 instead of 31250"),
  });
});

test("modem lines of the far port are contacts: held at first, then pressed and released", async () => {
  const far = await farServer();
  const host = createNotingHost();
  await open({ ...addressOf(far), lines: { cts: {}, dsr: {} } }, host);
  far.modem(CTS);
  await until(() => expect(host.events).toEqual([{ kind: "held", control: "cts" }]));
  far.modem(DSR);
  await until(() =>
    expect(host.events).toEqual([
      { kind: "held", control: "cts" },
      { kind: "up", control: "cts" },
      { kind: "down", control: "dsr" },
    ]),
  );
});

test("a break is a click, and what was being received with it is forgotten", async () => {
  const far = await farServer();
  const host = createNotingHost();
  await open({ ...addressOf(far), dialect: "native", lines: { break: {} } }, host);
  far.line("REC ST");
  far.lineState(16);
  await until(() => expect(host.events).toEqual([{ kind: "pulsed", control: "break", values: [] }]));
  far.line("OP 4\r");
  far.line("PING\r");
  await until(() => expect(host.texts()).toEqual(["PING"]));
});

test("a line with a parity error is not executed, nor is its tail", async () => {
  const far = await farServer();
  const host = createNotingHost();
  await open(addressOf(far), host);
  far.line("REC S");
  far.lineState(4);
  far.line("TOP 4\rPING\r");
  await until(() => expect(host.texts()).toEqual(["PING"]));
  expect(host.drops).toContain("parity error");
});

test("DTR and RTS are lamps that begin dark, and are dark again when the bridge lets go", async () => {
  const far = await farServer();
  const device = await open({ ...addressOf(far), lines: { dtr: {}, rts: { invert: "yes" } } });
  expect(device.panel?.controls.map(({ id }) => id)).toEqual(["dtr", "rts"]);
  await until(() => expect(far.commands).toEqual(expect.arrayContaining(["0509", "050b"])));
  await show(device, "dtr", "lit");
  await until(() => expect(far.commands.slice(-2)).toEqual(["0508", "050b"]));
  await show(device, "rts", "lit");
  await until(() => expect(far.commands.slice(-2)).toEqual(["0508", "050c"]));
  await device.close();
  await until(() => expect(far.commands.slice(-2)).toEqual(["0509", "050b"]));
});

test("nothing is sent while the far end asks for silence, and everything after it", async () => {
  const far = await farServer();
  const host = createNotingHost();
  const device = await open(addressOf(far), host);
  far.tell(108);
  far.line("PING\r");
  await until(() => expect(host.texts()).toEqual(["PING"]));
  send(device, "first\r\n");
  send(device, "second\r\n");
  far.line("PING\r");
  await until(() => expect(host.texts()).toHaveLength(2));
  expect(far.received()).toBe("");
  far.tell(109);
  await until(() => expect(far.received()).toBe("first\r\nsecond\r\n"));
});

test("a connection that ends is a loss, said once", async () => {
  const far = await farServer();
  const host = createNotingHost();
  await open(addressOf(far), host);
  far.cut();
  await until(() => expect(host.losses).toHaveLength(1));
});

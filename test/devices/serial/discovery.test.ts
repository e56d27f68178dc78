import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { watchArrivals } from "../../../devices/serial/arrivals.ts";
import { describePorts, readNames } from "../../../devices/serial/discovery.ts";
import { serial } from "../../../devices/serial/driver.ts";
import { cleanLater, cleanUp, until } from "./bench.ts";

afterEach(cleanUp);

const NONE: ReadonlyMap<string, string> = new Map();

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "ports-"));
  cleanLater(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("an attached adapter is offered by the name that finds it again", () => {
  const place = folder();
  const port = join(place, "ttyUSB0");
  writeFileSync(port, "");
  const name = join(place, "usb-FTDI_FT232R_USB_UART_A1B2C3-if00-port0");
  symlinkSync(port, name);
  symlinkSync(join(place, "gone"), join(place, "usb-Gone_1-if00"));
  const names = readNames(place);
  expect(
    describePorts([{ path: port, manufacturer: "FTDI", serialNumber: "A1B2C3" }], {
      byId: names,
      byPath: NONE,
    }),
  ).toEqual([{ productName: "serial port of FTDI A1B2C3", settings: { path: name } }]);
});

test("without the list of the port library the names alone are offered", () => {
  const place = folder();
  const port = join(place, "ttyACM0");
  writeFileSync(port, "");
  const name = "/dev/serial/by-id/usb-Numato_Lab_8_Channel_USB_GPIO-if00";
  expect(describePorts([], { byId: new Map([[port, name]]), byPath: NONE })).toEqual([
    { productName: "serial port Numato Lab 8 Channel USB GPIO", settings: { path: name } },
  ]);
});

const BY_ID = "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0";
const BY_PATH = "/dev/serial/by-path/platform-3f980000.usb-usb-0:1.";
const ch340 = { manufacturer: "1a86", vendorId: "1a86", productId: "7523" };

test("of two adapters without serial numbers neither goes by the name that both have", () => {
  const byPath = new Map([
    ["/dev/ttyUSB0", `${BY_PATH}3:1.0-port0`],
    ["/dev/ttyUSB1", `${BY_PATH}5:1.0-port0`],
  ]);
  const pair = ["/dev/ttyUSB0", "/dev/ttyUSB1"].map((path) => ({ path, ...ch340 }));
  const found = describePorts(pair, { byId: new Map([["/dev/ttyUSB1", BY_ID]]), byPath });
  expect(found.map(({ settings }) => settings.path)).toEqual([...byPath.values()]);
  for (const { productName } of found)
    expect(productName).toContain("one of 2 that only their USB port tells apart");
  const first = describePorts(pair.slice(0, 1), { byId: new Map([["/dev/ttyUSB0", BY_ID]]), byPath: NONE });
  expect(first.map(({ settings }) => settings.path)).toEqual([BY_ID]);
});

test("adapters that say the same serial number go by their USB port, and the ports of one adapter by their names", () => {
  const same = ["/dev/ttyUSB0", "/dev/ttyUSB1"].map((path) => ({ path, ...ch340, serialNumber: "0001" }));
  const byPath = new Map(same.map(({ path }) => [path, `${BY_PATH}${path.at(-1)}`]));
  const found = describePorts(same, { byId: new Map([["/dev/ttyUSB0", BY_ID]]), byPath });
  expect(found.map(({ settings }) => settings.path)).toEqual([...byPath.values()]);
  const parts = same.map((port, index) => ({ ...port, pnpId: `usb-FTDI_Quad-if0${index}-port0` }));
  const byId = new Map(parts.map(({ path, pnpId }) => [path, `/dev/serial/by-id/${pnpId}`]));
  expect(describePorts(parts, { byId, byPath }).map(({ settings }) => settings.path)).toEqual([
    ...byId.values(),
  ]);
});

test("an adapter that has no name of its own is offered by where it is plugged in", () => {
  const byPath = new Map([["/dev/ttyUSB7", `${BY_PATH}3:1.0-port0`]]);
  expect(describePorts([], { byId: NONE, byPath })).toMatchObject([
    { settings: { path: `${BY_PATH}3:1.0-port0` } },
  ]);
});

test("ports of the board that have nothing behind them are not offered", () => {
  expect(
    describePorts([{ path: "/dev/ttyS0" }, { path: "/dev/ttyS31" }], { byId: NONE, byPath: NONE }),
  ).toEqual([]);
  expect(
    describePorts([{ path: "/dev/ttyS4", pnpId: "PNP0501" }], { byId: NONE, byPath: NONE }),
  ).toMatchObject([{ settings: { path: "/dev/ttyS4" } }]);
});

test("a port that is not there for this account says what is missing", () => {
  expect(describePorts([{ path: "/dev/ttyUSB77" }], { byId: NONE, byPath: NONE })).toMatchObject([
    { missing: expect.stringContaining("dialout") },
  ]);
});

test("looking for ports never fails, whatever the system lacks", async () => {
  expect(Array.isArray(await serial.discover?.(new AbortController().signal))).toBe(true);
});

test("a port that appears is an arrival; other devices, and ports that go, are none", async () => {
  const place = folder();
  const stopping = new AbortController();
  cleanLater(() => stopping.abort());
  let arrivals = 0;
  watchArrivals(() => arrivals++, stopping.signal, place);
  writeFileSync(join(place, "hidraw0"), "");
  writeFileSync(join(place, "ttyUSB1"), "");
  rmSync(join(place, "ttyUSB1"));
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(arrivals).toBe(0);
  writeFileSync(join(place, "ttyUSB0"), "");
  await until(() => expect(arrivals).toBe(1));
});

test("a name that comes long after its port is an arrival too", async () => {
  const place = folder();
  const stopping = new AbortController();
  cleanLater(() => stopping.abort());
  let arrivals = 0;
  watchArrivals(() => arrivals++, stopping.signal, place);
  mkdirSync(join(place, "serial/by-id"), { recursive: true });
  await until(() => expect(arrivals).toBe(1));
  writeFileSync(join(place, "serial/by-id/usb-late"), "");
  await until(() => expect(arrivals).toBe(2));
});

test("a folder of names that comes long after its port is an arrival too", async () => {
  const place = folder();
  const stopping = new AbortController();
  cleanLater(() => stopping.abort());
  let arrivals = 0;
  watchArrivals(() => arrivals++, stopping.signal, place);
  mkdirSync(join(place, "serial"));
  await until(() => expect(arrivals).toBe(1));
  mkdirSync(join(place, "serial/by-id"));
  await until(() => expect(arrivals).toBe(2));
  writeFileSync(join(place, "serial/by-id/usb-late"), "");
  await until(() => expect(arrivals).toBe(3));
});

test("a folder that is not there is watched in vain, until the watch is stopped", () => {
  const stopping = new AbortController();
  const arrived = vi.fn();
  expect(() => watchArrivals(arrived, stopping.signal, "/no/such/folder")).not.toThrow();
  expect(() => stopping.abort()).not.toThrow();
  expect(arrived).not.toHaveBeenCalled();
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { watchArrivals } from "../../../devices/serial/arrivals.ts";
import { describePorts, readNames } from "../../../devices/serial/discovery.ts";
import { serial } from "../../../devices/serial/driver.ts";
import { cleanLater, cleanUp, until } from "./bench.ts";

afterEach(cleanUp);

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
  expect(describePorts([{ path: port, manufacturer: "FTDI", serialNumber: "A1B2C3" }], names)).toEqual([
    { productName: "serial port of FTDI A1B2C3", settings: { path: name } },
  ]);
});

test("without the list of the port library the names alone are offered", () => {
  const place = folder();
  const port = join(place, "ttyACM0");
  writeFileSync(port, "");
  const name = "/dev/serial/by-id/usb-Numato_Lab_8_Channel_USB_GPIO-if00";
  expect(describePorts([], new Map([[port, name]]))).toEqual([
    { productName: "serial port Numato Lab 8 Channel USB GPIO", settings: { path: name } },
  ]);
});

test("ports of the board that have nothing behind them are not offered", () => {
  expect(describePorts([{ path: "/dev/ttyS0" }, { path: "/dev/ttyS31" }], new Map())).toEqual([]);
  expect(describePorts([{ path: "/dev/ttyS4", pnpId: "PNP0501" }], new Map())).toMatchObject([
    { settings: { path: "/dev/ttyS4" } },
  ]);
});

test("a port that is not there for this account says what is missing", () => {
  expect(describePorts([{ path: "/dev/ttyUSB77" }], new Map())).toMatchObject([
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

test("a folder that is not there is no trouble", () => {
  watchArrivals(() => undefined, new AbortController().signal, "/no/such/folder");
});

import type { SerialPort } from "serialport";
import type { PortParameters } from "../settings.ts";
import type { InputLines, OutputLines } from "./wire.ts";

type Port = SerialPort;

/** Opens with an exclusive lock; rejects with the library's words. */
export async function openPort(path: string, parameters: PortParameters): Promise<Port> {
  const { SerialPort } = await import("serialport");
  const { baud, dataBits, parity, stopBits, flow } = parameters;
  const port = new SerialPort({
    path,
    baudRate: baud,
    dataBits,
    // Mark and space are set afterwards.
    parity: parity === "mark" || parity === "space" ? "even" : parity,
    stopBits,
    rtscts: flow === "rtscts",
    xon: flow === "xonxoff",
    xoff: flow === "xonxoff",
    hupcl: false,
    lock: true,
    autoOpen: false,
  });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(error) : resolve()));
  });
  return port;
}

/**
 * Sets both outputs at once; rejects when the port has none or is gone. An FTDI adapter holds bytes back for 16 ms unless
 * it is told not to; the library resets that with every setting, and a port that does not know it ignores it.
 */
export function setOutputs(port: Port, { dtr, rts }: OutputLines): Promise<void> {
  const settings = { dtr, rts, brk: false, lowLatency: process.platform === "linux" };
  return new Promise((resolve, reject) => {
    port.set(settings, (error) => (error ? reject(error) : resolve()));
  });
}

/** Rejects when the port is gone, and with ENOTTY's words where it has no modem lines. */
export function readInputs(port: Port): Promise<InputLines> {
  return new Promise((resolve, reject) => {
    port.get((error, status) => {
      if (error || status === undefined) reject(error ?? new Error("no answer"));
      else resolve({ cts: status.cts, dsr: status.dsr, dcd: status.dcd, ri: undefined });
    });
  });
}

/** Pseudo terminals answer so. */
export function isWithoutLines(error: unknown): boolean {
  return error instanceof Error && /inappropriate ioctl/i.test(error.message);
}

/** Throws away what waits to be sent or read; never rejects. */
export function flush(port: Port): Promise<void> {
  return new Promise((resolve) => {
    port.flush(() => resolve());
  });
}

/** Resolves when the last byte has left, or it cannot. */
export async function drain(port: Port): Promise<void> {
  // The library drains what the system has, not what is still queued above it.
  if (port.writableLength > 0) await new Promise<void>((resolve) => port.write(NOTHING, () => resolve()));
  if (!port.isOpen) return;
  await new Promise<void>((resolve) => port.drain(() => resolve()));
}

const NOTHING = Buffer.alloc(0);

/** Never rejects. */
export function closePort(port: Port): Promise<void> {
  if (!port.isOpen) return Promise.resolve();
  return new Promise((resolve) => {
    port.close(() => resolve());
  });
}

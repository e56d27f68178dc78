import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  cleanLater,
  cleanUp,
  createNotingHost,
  failureOf,
  farPort,
  hasSocat,
  open,
  ptyPair,
  send,
  until,
} from "./bench.ts";

afterEach(cleanUp);

describe.skipIf(!hasSocat)("a port of this machine (skipped where socat is not installed)", () => {
  test("hears lines, whatever ends them, and answers as it is told", async () => {
    const { near, far } = await ptyPair();
    const control = await farPort(far);
    const host = createNotingHost();
    const device = await open({ path: near }, host);
    control.write("REC START 4\rREC STOP 4\nSTAT");
    control.write("US?\r\n");
    await until(() => expect(host.texts()).toEqual(["REC START 4", "REC STOP 4", "STATUS?"]));
    expect(host.requests[0]?.from).toEqual({
      id: `tty:${near}`,
      address: near,
      reach: "wire",
      delivery: "stream",
    });
    const [request] = host.requests;
    device.link?.send({ text: "OK REC 4\r\n", values: [] }, request?.from.id ?? "targets");
    send(device, "!REC 4 RECORDING\r\n");
    await until(() => expect(control.received()).toBe("OK REC 4\r\n!REC 4 RECORDING\r\n"));
    expect(device.productName).toBe(near);
  });

  test("passes every one of the 256 byte values to a device that speaks no text", async () => {
    const { near, far } = await ptyPair();
    const control = await farPort(far);
    const host = createNotingHost();
    await open({ path: near, frame: { kind: "fixed", lengthBytes: 256 } }, host);
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    control.write(all);
    await until(() =>
      expect(host.traces.map(({ hex }) => hex).join("")).toBe(Buffer.from(all).toString("hex")),
    );
  });

  test("greets once when it is open, and says once that the line is gone", async () => {
    const { near, unplug } = await ptyPair();
    const host = createNotingHost();
    const device = await open({ path: near }, host);
    expect(host.joins.map(({ address }) => address)).toEqual([near]);
    await unplug();
    await until(() => expect(host.losses).toHaveLength(1));
    expect(host.losses[0]).toContain(near);
    send(device, "into the void\r\n");
    await device.close();
    await device.close();
    expect(host.losses).toHaveLength(1);
  });

  test("is opened again by the same name, and half a line from before is forgotten", async () => {
    const { near, far } = await ptyPair();
    const control = await farPort(far);
    const host = createNotingHost();
    const device = await open({ path: near }, host);
    control.write("REC STO");
    await until(() => expect(host.traces).toHaveLength(1));
    await device.close();
    await open({ path: near }, host);
    control.write("P 4\rPING\r");
    await until(() => expect(host.texts()).toContain("PING"));
    expect(host.texts()).not.toContain("REC STOP 4");
  });

  test("says nothing more once it is closed", async () => {
    const { near, far } = await ptyPair();
    const control = await farPort(far);
    const host = createNotingHost();
    const device = await open({ path: near }, host);
    await device.close();
    control.write("LATE\r");
    const again = createNotingHost();
    await open({ path: near }, again);
    control.write("PING\r");
    await until(() => expect(again.texts()).toContain("PING"));
    expect(host.requests).toEqual([]);
    expect(host.losses).toEqual([]);
  });

  test("is not shared: a second opening is told who is in the way", async () => {
    const { near } = await ptyPair();
    await open({ path: near });
    expect(await failureOf({ path: near })).toMatchObject({
      reason: "in-use",
      message: expect.stringContaining("another program has the port open"),
    });
  });

  test("that has no modem lines says so when they are asked for", async () => {
    const { near } = await ptyPair();
    expect(await failureOf({ path: near, lines: { cts: {} } })).toEqual({
      reason: "unsupported",
      message: `${near}: it has no modem lines.`,
    });
    await open({ path: near });
  });

  test.each([
    { baud: 115_200, flow: "rtscts" },
    { baud: 19_200, dataBits: 7, parity: "even", stopBits: 2 },
    { baud: 31_250, flow: "xonxoff" },
    { baud: 4800, parity: "odd", dtr: "off", rts: "off" },
  ])("opens with %o", async (parameters) => {
    const { near, far } = await ptyPair();
    const control = await farPort(far);
    const host = createNotingHost();
    await open({ path: near, ...parameters }, host);
    control.write("PING\r");
    await until(() => expect(host.texts()).toEqual(["PING"]));
  });

  test("is lost when the other side takes nothing for too long, instead of filling the memory", async () => {
    const { near, far } = await ptyPair();
    const control = await farPort(far);
    control.port.pause();
    const host = createNotingHost();
    const device = await open({ path: near }, host);
    for (let line = 0; line < 400; line++) send(device, `${"x".repeat(998)}\r\n`);
    expect(host.losses).toEqual([`${near}: the other side does not take what it is sent`]);
    await device.close();
  });

  test("hears nothing of its own echo where that is asked for", async () => {
    const { near, far } = await ptyPair();
    const control = await farPort(far);
    const host = createNotingHost();
    const device = await open({ path: near, echo: "suppress" }, host);
    send(device, "OK PONG\r\n");
    control.write("OK PONG\r\nPING\r\n");
    await until(() => expect(host.texts()).toEqual(["PING"]));
  });
});

test("a port that is not there, and a file that is none, are named as such", async () => {
  expect(await failureOf({ path: "/dev/serial/by-id/usb-nobody" })).toMatchObject({
    reason: "not-found",
    message: expect.stringContaining("check the cable"),
  });
  const file = join(tmpdir(), `no-port-${process.pid}`);
  writeFileSync(file, "");
  cleanLater(() => import("node:fs").then(({ rmSync }) => rmSync(file)));
  expect(await failureOf({ path: file })).toMatchObject({ reason: "unsupported" });
});

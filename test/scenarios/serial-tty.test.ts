import { afterEach, describe, expect, test } from "vitest";
import { cleanUp, farPort, hasSocat, ptyPair } from "../devices/serial/bench.ts";
import { createTerminal, startLine, type Terminal } from "../support/lines.ts";
import { rest, until } from "../support/rig.ts";

afterEach(cleanUp);

/** A program of its own at the far end of the line. */
async function sitDown(path: string): Promise<Terminal> {
  const { port } = await farPort(path);
  return createTerminal({
    write: (bytes) => void port.write(bytes),
    follow: (took) => void port.on("data", took),
    hasEnded: () => !port.isOpen,
    hangUp: () => port.close(),
  });
}

describe.skipIf(!hasSocat)("over a tty (skipped where socat is not installed)", () => {
  test("a control system drives the rooms, and hears everything from its first command on", async () => {
    const { near, far } = await ptyPair();
    const amx = await sitDown(far);
    const { simulator } = await startLine({ path: near, baud: 19_200 });
    await amx.hears("!HELLO RBP/1 ");
    simulator.somebodyElse(2, "start");
    await rest(300);
    expect(amx.told().length).toBe(1);
    expect(await amx.ask("PING")).toBe("OK PONG");
    expect(await amx.ask("REC START 1")).toBe("OK REC 1 RECORDING");
    await amx.hears("!REC 1 RECORDING");
    simulator.somebodyElse(2, "stop");
    await amx.hears("!REC interview-2 IDLE");
    expect(await amx.ask("MARK 1 Straße")).toMatch(/^OK MARK 1 00:00:\d\d$/);
    await until("the mark", () => simulator.world.room(1)?.marks[0]?.text === "Straße");
    expect(await amx.ask("REC STOP 1")).toBe("OK REC 1 IDLE");
    await amx.hears("!REC 1 IDLE");
  });

  test("after the port was pulled out and plugged in again, half a line is forgotten and listening goes on", async () => {
    const first = await ptyPair();
    const before = await sitDown(first.far);
    const rig = await startLine({ path: first.near });
    expect(await before.ask("REC? 1")).toBe("OK REC 1 IDLE");
    before.type("REC START ");
    await rest(50);
    await first.unplug();
    await until("the loss", () =>
      rig.bridge.status().devices.some(({ id, status }) => id === "line" && status.kind !== "open"),
    );
    rig.simulator.somebodyElse(2, "start");
    const folder = first.near.slice(0, first.near.lastIndexOf("/"));
    const again = await ptyPair(folder);
    const after = await sitDown(again.far);
    await after.hears("!REC interview-2 RECORDING");
    after.type("1\r");
    await after.hears("ERR 10 UNKNOWN");
    rig.simulator.somebodyElse(1, "start");
    await after.hears("!REC interview-1 RECORDING");
    expect(rig.simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  });

  test("noise is answered twenty times a minute and no more, and starts nothing", async () => {
    const { near, far } = await ptyPair();
    const noisy = await sitDown(far);
    const { simulator, dropped } = await startLine({ path: near });
    for (let line = 0; line < 60; line++) noisy.type(`\0\xff~x${line}\rnoise ${line}\r`);
    await until("the drops", () => (dropped()["unknown command"] ?? 0) >= 40, 10_000);
    noisy.type("REC? 1\r");
    await noisy.hears("OK REC 1 IDLE");
    expect(noisy.answers()).toEqual([...Array<string>(20).fill("ERR 10 UNKNOWN"), "OK REC 1 IDLE"]);
    expect(simulator.requests.all().filter(({ path }) => path.includes("record/"))).toEqual([]);
  });

  test("a recorder's module hears every change on a wire, and is asked for no password there", async () => {
    const { near, far } = await ptyPair();
    const module = await sitDown(far);
    const { simulator } = await startLine(
      { path: near, dialect: "smp", room: "interview-1", passcodeFrom: "RACK_PASSCODE" },
      { secrets: { RACK_PASSCODE: "sesame" } },
    );
    await module.hears("SMP 351 compatible subset");
    module.type("\x1bY1RCDR\r");
    await module.hears("RcdrY1\r\n");
    expect(simulator.world.room(1)?.status).toBe("recording");
    simulator.somebodyElse(1, "stop");
    await module.hears("RcdrY0\r\n");
  });
});

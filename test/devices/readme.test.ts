import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { afterEach, describe, expect, it } from "vitest";
import { osc } from "../../devices/osc/driver.ts";
import { contactBox } from "./example-driver.ts";
import { cleanUp, createNotingHost, tcpServer, until } from "./osc/bench.ts";

afterEach(cleanUp);

const DEVICES = join(import.meta.dirname, "../../devices");

function codeBlocks(file: string, language: string): readonly string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code!);
}

describe("the example in the page for driver authors", () => {
  it("is the driver that is tested here", () => {
    const tested = readFileSync(join(import.meta.dirname, "example-driver.ts"), "utf8");
    expect(codeBlocks(join(DEVICES, "README.md"), "ts")).toEqual([tested]);
  });

  it("reports touches, shows its lamp, goes dark and says when it is lost", async () => {
    const box = await tcpServer();
    const host = createNotingHost();
    const settings = contactBox.settingsSchema.parse({ host: "127.0.0.1", port: box.port });
    const { signal } = new AbortController();
    const opened = await contactBox.open({ settings, named: [], host, signal });
    if (!opened.ok) throw new Error(opened.failure.message);
    const line = await box.next();
    line.socket.write("DxU");
    await until(() => host.events.length === 2);
    expect(host.events.map(({ event }) => event.kind)).toEqual(["down", "up"]);
    expect(host.drops).toHaveLength(1);
    const { id } = opened.value.panel!.controls[0]!;
    await opened.value.panel!.show(id, { kind: "lamp", rgb: [255, 0, 0], blink: "steady" }, signal);
    await until(() => line.received().toString() === "1");
    await opened.value.close();
    await until(() => line.received().toString() === "10");
    expect(host.losses).toEqual([]);
    box.close();
    const failed = await contactBox.open({ settings, named: [], host, signal });
    expect(failed).toMatchObject({ ok: false, failure: { reason: "not-found" } });
  });
});

describe("the examples for OSC", () => {
  it.each(codeBlocks(join(DEVICES, "osc/README.md"), "jsonc"))("hold: %s", (example) => {
    const devices = parse(`{${example}}`) as Record<string, Record<string, unknown>>;
    // Who may speak is a word of every link, and no setting of the driver.
    for (const { kind, allow: _, ...settings } of Object.values(devices)) {
      expect(kind).toBe("osc");
      expect(osc.settingsSchema.safeParse(settings).error).toBeUndefined();
    }
  });
});

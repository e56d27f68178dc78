import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { type OpenDevice, succeed } from "../../../src/driver/contract.ts";
import { closeOnAbort } from "../../../src/driver/hid/close-on-abort.ts";

function createDevice() {
  return { productName: "Box", close: vi.fn<OpenDevice["close"]>(async () => undefined) };
}

describe("a device that was opened", () => {
  it("is closed when it is told to stop", async () => {
    const device = createDevice();
    const stopping = new AbortController();
    await closeOnAbort(succeed(device), stopping.signal);
    expect(device.close).not.toHaveBeenCalled();
    stopping.abort();
    expect(device.close).toHaveBeenCalledTimes(1);
  });

  it("is closed and not handed out when it was stopped meanwhile", async () => {
    const device = createDevice();
    const opened = await closeOnAbort(succeed(device), AbortSignal.abort());
    expect(opened).toMatchObject({ ok: false, failure: { reason: "failed" } });
    expect(device.close).toHaveBeenCalledTimes(1);
  });

  it("leaves nothing behind with the signal, which outlives a thousand openings", async () => {
    const { signal } = new AbortController();
    const opened = await closeOnAbort(succeed(createDevice()), signal);
    if (!opened.ok) throw new Error(opened.failure.message);
    await opened.value.close();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

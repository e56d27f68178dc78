import { afterEach, expect, test, vi } from "vitest";
import { cleanUp, createNotingHost, hasSocat, open, ptyPair, until } from "./bench.ts";

// As the port library's reader does once in some dozen times: it misses the end of the line and says nothing.
vi.mock("../../../src/driver/in-slices.ts", () => ({ readInSlices: () => new Promise(() => undefined) }));

afterEach(cleanUp);

test.skipIf(!hasSocat)(
  "a port that goes is missed although nothing reads it (skipped where socat is not installed)",
  async () => {
    const { near, unplug } = await ptyPair();
    const host = createNotingHost();
    await open({ path: near }, host);
    await unplug();
    await until(() => expect(host.losses).toHaveLength(1));
  },
);
